"""Staff: who is and was what, pay, history; hiring, moving, ending."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.errors import UserError
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, Filter, ListPage
from assay.furniture.pages import form_page
from assay.furniture.reader import series
from assay.furniture.reveals import REASONS, reveal
from assay.people import actions, queries
from assay.people.access import employees_seen, one, trainings_seen, viewer
from assay.people.forms import staff as forms
from assay.people.gate import needs
from assay.people.models import Employee
from assay.people.roles import STAFF_ROLES
from assay.people.views.recorded import EMPLOYEE


def _page(employee: Employee) -> str:
    return page_at("people:employee", employee.pk)


def _joined(words: Iterable[str]) -> str:
    return series(dict.fromkeys(words))


STAFF = ListPage(
    title=gettext_lazy("员工"),
    columns=[
        Column(gettext_lazy("姓名"), lambda row: row.name, sort="pinyin", link=_page),
        Column(gettext_lazy("工号"), lambda row: row.number, "note", sort="number"),
        Column(gettext_lazy("角色"), lambda row: _joined(p.get_role_display() for p in row.now)),
        Column(gettext_lazy("部门或银楼"), lambda row: _joined(str(p.shop or p.department) for p in row.now)),
        Column(gettext_lazy("职务"), lambda row: _joined(p.title for p in row.now if p.title)),
        Column(gettext_lazy("入职"), lambda row: row.start, "day", sort="start"),
        Column(gettext_lazy("在职"), queries.standing, "note"),
    ],
    order="pinyin",
    search=[Way("employee")],
    search_hint=gettext_lazy("姓名、拼音、工号"),
    filters=[
        Filter("role", gettext_lazy("全部角色"), lambda: STAFF_ROLES, queries.in_role_today),
        Filter(
            "state", gettext_lazy("在职和离职"),
            lambda: [("here", gettext_lazy("在职")), ("gone", gettext_lazy("离职"))],
            queries.in_state,
        ),
    ],
    empty=gettext_lazy("还没有员工"),
    export_name="employees",
)  # fmt: skip


@needs("people.see")
def employees(request: HttpRequest) -> HttpResponse:
    """The list."""
    who = viewer(request)
    rows = queries.with_posts(employees_seen(who))
    buttons = []
    if who.may("people.change"):
        buttons.append(Action(_("导入员工"), reverse("people:import_employees")))
        buttons.append(Action(_("办入职"), reverse("people:hire"), main=True))
    return STAFF.answer(request, rows, buttons, may_export=who.may("people.export"))


@needs("people.see")
def employee(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: now, over time, pay, history."""
    who = viewer(request)
    row = one(employees_seen(who), pk=pk)
    context: dict[str, Any] = {
        "row": row, "may": {name: who.may(f"people.{name}") for name in ("change", "reveal", "wages")},
        "posts": queries.posts_of(row, timezone.localdate()),
        "wages": row.wages.order_by("-start") if who.may("people.wages") else [],
        "presence": queries.presence_by_month(row)[:6],
        "today": timezone.localdate(), "trainings": queries.trainings_of(row)[:10],
        "open": set(trainings_seen(who).values_list("pk", flat=True)) if who.may("training.see") else (),
        "story": EMPLOYEE.story(who, row),
        "reasons": REASONS,
    }  # fmt: skip
    return render(request, "people/employee.html", context)


@needs("people.reveal")
def reveal_employee(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A sealed text of an employee, noted."""
    row = one(employees_seen(viewer(request)), pk=pk)
    return reveal(request, row, name, ("phone", "id_number"))


@needs("people.change")
def hire(request: HttpRequest) -> HttpResponse:
    """Take somebody on."""
    return form_page(
        request, forms.HireForm(request.POST or None), title=_("办入职"),
        act=lambda said: actions.hire(**said), done=_page, said=_("入职已办"),
        extra={"back": reverse("people:employees")},
    )  # fmt: skip


@needs("people.change")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct name, phone, identity number."""
    row = one(employees_seen(viewer(request)), pk=pk)
    form = forms.EmployeeForm(request.POST or None, initial={"name": row.name})
    return form_page(
        request, form, title=_("改资料：%(name)s") % {"name": row.name},
        act=lambda said: actions.change_employee(row, **said), done=_page, said=_("已保存"),
        extra={"back": _page(row)},
    )  # fmt: skip


@needs("people.change")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """From one post to another on a day."""
    row = one(employees_seen(viewer(request)), pk=pk)
    form = forms.MoveForm(queries.open_posts(row), request.POST or None)
    return form_page(
        request, form, title=_("调岗：%(name)s") % {"name": row.name},
        intro=_("原来的任职到前一天为止，之前的记录不变。"),
        act=lambda said: actions.move(row, **said), done=lambda made: _page(row), said=_("调岗已记"),
        extra={"back": _page(row)},
    )  # fmt: skip


@needs("people.change")
def further_post(request: HttpRequest, pk: int) -> HttpResponse:
    """A post beside those held."""
    row = one(employees_seen(viewer(request)), pk=pk)
    return form_page(
        request, forms.PostForm(request.POST or None), title=_("兼任：%(name)s") % {"name": row.name},
        act=lambda said: actions.take_post(row, **said), done=lambda made: _page(row),
        said=_("兼任已记"), extra={"back": _page(row)},
    )  # fmt: skip


@needs("people.change")
def wage(request: HttpRequest, pk: int) -> HttpResponse:
    """Base pay and phone allowance from a day on."""
    row = one(employees_seen(viewer(request)), pk=pk)
    first = {} if row.wages.exists() else {"start": row.start}
    return form_page(
        request, forms.WageForm(request.POST or None, initial=first), title=_("调薪：%(name)s") % {"name": row.name},
        act=lambda said: actions.set_wage(row, **said), done=lambda made: _page(row),
        said=_("工资已记"), extra={"back": _page(row)},
    )  # fmt: skip


@needs("people.change")
@require_POST
def take_back(request: HttpRequest, pk: int, kind: str, number: int) -> HttpResponse:
    """A post or pay that has not begun is taken back."""
    row = one(employees_seen(viewer(request)), pk=pk)
    planned = one(row.wages.all() if kind == "wage" else row.assignments.all(), pk=number)
    try:
        actions.take_back(planned, today=timezone.localdate())
    except UserError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已撤回"))
    return redirect(_page(row))


@needs("people.change")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody leaves."""
    row = one(employees_seen(viewer(request)), pk=pk)
    return form_page(
        request, forms.EndForm(request.POST or None), title=_("办离职：%(name)s") % {"name": row.name},
        intro=_("任职和工资到最后一天为止，登录随之失效。"),
        act=lambda said: actions.end_employment(row, **said), done=_page, said=_("离职已办"),
        extra={"back": _page(row)},
    )  # fmt: skip
