"""The house itself: the company's profile, and who has a login."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, ListPage
from assay.furniture.narrowing import yes_or_no
from assay.furniture.pages import form_page
from assay.people import actions, queries
from assay.people.access import one, viewer, viewer_of
from assay.people.forms import house as forms
from assay.people.gate import needs
from assay.people.models import User
from assay.people.roles import TITLES
from assay.people.views.recorded import COMPANY, LOGIN


def _page(row: User) -> str:
    return page_at("people:login", row.pk)


def _role(row: User) -> Any:
    found = viewer_of(row)
    return TITLES[found.role] if found else _("今天没有角色")


LOGINS = ListPage(
    title=gettext_lazy("登录名单"),
    columns=[
        Column(gettext_lazy("登录名"), lambda row: row.username, sort="username", link=_page),
        Column(gettext_lazy("姓名"), lambda row: row.name),
        Column(gettext_lazy("今天的角色"), _role),
        Column(gettext_lazy("可登录"), lambda row: _("是") if row.is_active else _("否"), sort="is_active"),
        Column(
            gettext_lazy("上次登录"),
            lambda row: f"{localtime(row.last_login):%Y-%m-%d %H:%M}" if row.last_login else "", "note",
            sort="last_login",
        ),
    ],
    order="username",
    search=[Way(within="username"), Way("employee", "employee"), Way("agent", "agent")],
    search_hint=gettext_lazy("登录名、姓名"),
    filters=[
        yes_or_no(
            "is_active", gettext_lazy("能不能登录"), gettext_lazy("可登录"), gettext_lazy("已停用")
        ),
    ],
    empty=gettext_lazy("还没有登录"),
    export_name="logins",
)  # fmt: skip


@needs("logins")
def logins(request: HttpRequest) -> HttpResponse:
    """The list."""
    button = Action(_("开登录"), reverse("people:open_login"), main=True)
    return LOGINS.answer(request, queries.logins(), [button])


@needs("logins")
def login(request: HttpRequest, pk: int) -> HttpResponse:
    """One login: whose, codes, history."""
    row = one(queries.logins(), pk=pk)
    context = {
        "row": row, "role": _role(row), "story": LOGIN.story(viewer(request), row),
        "codes": TOTPDevice.objects.filter(user=row, confirmed=True).exists(),
        "self": row.pk == viewer(request).user_id,
    }  # fmt: skip
    return render(request, "people/login.html", context)


@needs("logins")
def open_login(request: HttpRequest) -> HttpResponse:
    """A login for an employee, an agent, or one more administrator."""
    form = forms.LoginForm(queries.without_login(), request.POST or None)
    return form_page(
        request, form, title=_("开登录"), intro=_("第一次登录时要改密码。角色随任职而定，不在这里选。"),
        act=lambda said: actions.open_login(**said), done=_page, said=_("登录已开"),
        extra={"back": reverse("people:logins")},
    )  # fmt: skip


@needs("logins")
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new password for somebody, to be changed at the next sign-in; codes and locks go."""
    row = one(queries.logins(), pk=pk)

    def act(said: dict[str, Any]) -> User:
        TOTPDevice.objects.filter(user=row).delete()
        return actions.reset_password(row, said["password"])

    return form_page(
        request, forms.ResetForm(row, request.POST or None), title=_("重设密码：%(name)s") % {"name": row.username},
        intro=_("两步验证随之关闭，锁住的登录随之打开。"), act=act, done=_page, said=_("密码已重设"),
        extra={"back": _page(row)},
    )  # fmt: skip


@needs("logins")
@require_POST
def switch_login(request: HttpRequest, pk: int) -> HttpResponse:
    """Let in, or keep out. Nobody shuts himself out."""
    row = one(queries.logins(), pk=pk)
    if row.pk == viewer(request).user_id:
        raise Http404
    actions.switch_login(row, active=not row.is_active)
    return HttpResponseRedirect(_page(row))


@needs("company.change")
def company(request: HttpRequest) -> HttpResponse:
    """The company's profile."""
    row = queries.company()
    if row is None:
        raise Http404
    form = forms.CompanyForm(request.POST or None, initial=forms.company_now(row))
    return form_page(
        request, form, title=_("公司资料"), act=lambda said: actions.change_company(row, **said),
        done=reverse("people:company"), said=_("已保存"),
        extra={"story": COMPANY.story(viewer(request), row)},
    )  # fmt: skip
