"""Language and theme, the log of access."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.desk.frame import LANGUAGES, THEMES
from assay.furniture.finding import Way
from assay.furniture.lists import Column, Filter, ListPage
from assay.furniture.models import AccessEntry
from assay.people.gate import PUBLIC, needs

YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponseRedirect:
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(target if safe else "/")


@needs(PUBLIC)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Another language from now on."""
    answer = _back(request)
    wanted = request.POST.get("language", "")
    if wanted in dict(LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, YEAR, samesite="Lax", httponly=True
        )
    return answer


@needs(PUBLIC)
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system has it."""
    answer = _back(request)
    wanted = request.POST.get("theme", "")
    if wanted in THEMES:
        answer.set_cookie("theme", wanted, YEAR, samesite="Lax", httponly=True)
    else:
        answer.delete_cookie("theme")
    return answer


ACCESS = ListPage(
    title=gettext_lazy("查阅记录"),
    intro=gettext_lazy("谁在什么时候显示、导出或下载了什么，为什么。"),
    columns=[
        Column(gettext_lazy("操作人"), lambda row: row.who, sort="who"),
        Column(
            gettext_lazy("时间"), lambda row: f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}", "note",
            sort="id",
        ),
        Column(gettext_lazy("动作"), lambda row: row.get_kind_display(), sort="kind"),
        Column(gettext_lazy("内容"), lambda row: row.said, sort="what"),
        Column(gettext_lazy("原因"), lambda row: row.why, sort="why"),
        Column(gettext_lazy("行数"), lambda row: row.rows, "count", sort="rows"),
        Column(gettext_lazy("来源"), lambda row: row.address, "note", sort="address"),
    ],
    order="-id",
    search=[Way(within="who"), Way(within="what"), Way(within="why")],
    search_hint=gettext_lazy("操作人、内容、原因"),
    filters=[
        Filter(
            "kind", gettext_lazy("全部动作"), lambda: AccessEntry.KINDS,
            lambda rows, kind: rows.filter(kind=kind),
        )
    ],
    empty=gettext_lazy("还没有人显示或导出过受保护的内容"),
    export_name="access",
)  # fmt: skip


@needs("access.log")
def access_log(request: HttpRequest) -> HttpResponse:
    """Reveals and exports."""
    return ACCESS.answer(request, AccessEntry.objects.all())
