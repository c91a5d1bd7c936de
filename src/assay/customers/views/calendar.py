"""The festival calendar with its last days to order."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.customers import actions
from assay.customers.forms.standing import FestivalForm
from assay.customers.models import Festival
from assay.customers.views.recorded import FESTIVAL
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, Filter, ListPage
from assay.furniture.numbers import number
from assay.furniture.pages import form_page
from assay.people.access import one, viewer
from assay.people.gate import needs


def _left(row: Festival) -> str:
    left = (row.day - timedelta(row.lead) - timezone.localdate()).days
    if left < 0:
        return _("已过") if row.day < timezone.localdate() else _("下单期已过")
    return _("还有 %(days)s 天") % {"days": left}


def _ahead(rows: Any, which: str) -> Any:
    if which == "ahead":
        return rows.filter(day__gte=timezone.localdate())
    year = number(which, MINYEAR, MAXYEAR)
    return rows if year is None else rows.filter(day__year=year)


FESTIVALS = ListPage(
    title=gettext_lazy("节日"),
    intro=gettext_lazy("节日前几天是最晚下单日；客户自己的纪念日在客户页上。"),
    columns=[
        Column(
            gettext_lazy("节日"), lambda row: row.name,
            link=lambda row: page_at("customers:festival_change", row.pk), sort="name",
        ),
        Column(gettext_lazy("日期"), lambda row: row.day, "day", sort="day"),
        Column(gettext_lazy("提前几天下单"), lambda row: row.lead, "count", sort="lead"),
        Column(gettext_lazy("最晚下单日"), lambda row: row.day - timedelta(row.lead), "day",),
        Column(gettext_lazy("还剩"), _left, "note"),
    ],
    order="day",
    search=[Way(within="name")],
    search_hint=gettext_lazy("节日"),
    filters=[
        Filter(
            "year", gettext_lazy("全部年份"),
            lambda: [("ahead", gettext_lazy("今天以后"))]
            + [(str(y), str(y)) for y in range(timezone.localdate().year + 1, 2023, -1)],
            _ahead,
        )
    ],
    empty=gettext_lazy("还没有节日"),
    export_name="festivals",
)  # fmt: skip


@needs("festivals.see")
def festivals(request: HttpRequest) -> HttpResponse:
    """All festivals, by day."""
    who = viewer(request)
    buttons = []
    if who.may("festivals.change"):
        buttons.append(Action(_("加一个节日"), reverse("customers:add_festival"), main=True))
    if not request.GET:
        return HttpResponseRedirect(f"{request.path}?year=ahead")
    page = FESTIVALS if who.may("festivals.change") else FESTIVALS.unlinked()
    return page.answer(request, Festival.objects.all(), buttons)


@needs("festivals.change")
def add_festival(request: HttpRequest) -> HttpResponse:
    """A further festival."""
    return form_page(
        request, FestivalForm(request.POST or None), title=_("加一个节日"),
        act=lambda said: actions.set_festival(None, **said), done=reverse("customers:festivals"),
        said=_("节日已加"), extra={"back": reverse("customers:festivals")},
    )  # fmt: skip


@needs("festivals.change")
def festival_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day, another lead time."""
    row = one(Festival.objects.all(), pk=pk)
    start = {"name": row.name, "day": row.day, "lead": row.lead}
    return form_page(
        request, FestivalForm(request.POST or None, initial=start), title=row.name,
        act=lambda said: actions.set_festival(row, **said), done=reverse("customers:festivals"),
        said=_("已保存"), template="customers/festival.html",
        extra={
            "back": reverse("customers:festivals"), "row": row,
            "story": FESTIVAL.story(viewer(request), row),
        },
    )  # fmt: skip


@needs("festivals.change")
@require_POST
def festival_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Off the calendar."""
    actions.drop_festival(one(Festival.objects.all(), pk=pk))
    messages.success(request, _("节日已删"))
    return HttpResponseRedirect(reverse("customers:festivals"))
