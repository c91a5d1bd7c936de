"""Corporate groups: the list, and one with its customers and totals."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from assay.customers.access import groups_seen
from assay.furniture.finding import Way
from assay.furniture.lists import Column, ListPage
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.sales.queries import groups as found
from assay.sales.views.recorded import GROUP

GROUPS = ListPage(
    title=gettext_lazy("集团"),
    intro=gettext_lazy("一个集团的客户合起来看；开发成功一个集团只算一次。"),
    columns=[
        Column(gettext_lazy("集团"), lambda row: row.name, sort="pinyin", link=GROUP.page),
        Column(gettext_lazy("客户数"), lambda row: row.count, "count", sort="count"),
        Column(gettext_lazy("其中大客户"), lambda row: row.keys, "count", sort="keys"),
        Column(gettext_lazy("今年成交"), lambda row: row.net, "money", main=True, sort="net"),
        Column(gettext_lazy("未收"), lambda row: row.owed, "money", sort="owed"),
    ],
    order="pinyin",
    search=[Way("group")],
    search_hint=gettext_lazy("集团、拼音"),
    empty=gettext_lazy("还没有集团：在客户资料里填"),
    export_name="groups",
)


@needs("groups.see")
def groups(request: HttpRequest) -> HttpResponse:
    """Groups of which this person sees a customer."""
    who = viewer(request)
    rows = found.groups_listed(who, timezone.localdate())
    return GROUPS.answer(request, rows, may_export=who.may("customers.export"))


@needs("groups.see")
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """One group: its customers, this year's net, what is still to be collected, history."""
    who, today = viewer(request), timezone.localdate()
    row = one(groups_seen(who), pk=pk)
    members = list(found.members(row, who, today))
    context = {
        "row": row, "members": members, "totals": found.totals(members), "year": today.year,
        "listed": f"{reverse('customers:customers')}?group={row.pk}", "story": GROUP.story(who, row),
    }  # fmt: skip
    return render(request, "sales/group.html", context)
