"""Departments: who led them when, opened and closed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, Filter, ListPage
from assay.furniture.pages import form_page
from assay.furniture.reader import series
from assay.people import actions, queries
from assay.people.access import departments_seen, one, viewer
from assay.people.forms import departments as forms
from assay.people.gate import needs
from assay.people.models import Department
from assay.people.views.recorded import DEPARTMENT


def _page(row: Department) -> str:
    return page_at("people:department", row.pk)


DEPARTMENTS = ListPage(
    title=gettext_lazy("部门"),
    columns=[
        Column(gettext_lazy("部门"), lambda row: row.name, sort="name", link=_page),
        Column(gettext_lazy("编号"), lambda row: row.code, "note", sort="code"),
        Column(gettext_lazy("上级部门"), lambda row: row.parent or "", sort="parent__name"),
        Column(gettext_lazy("经理"), lambda row: series(p.employee.name for p in row.led)),
        Column(gettext_lazy("人数"), lambda row: row.heads, "count", sort="heads"),
        Column(gettext_lazy("设立日期"), lambda row: row.start, "day", sort="start"),
        Column(gettext_lazy("在用"), queries.standing, "note"),
    ],
    order="code",
    search=[Way(within="name"), Way(begins="code")],
    search_hint=gettext_lazy("部门、编号"),
    filters=[
        Filter(
            "state",
            gettext_lazy("在用和停用"),
            lambda: [("here", gettext_lazy("在用")), ("gone", gettext_lazy("已停用"))],
            queries.in_state,
        )
    ],
    empty=gettext_lazy("还没有部门"),
    export_name="departments",
)


@needs("people.see")
def departments(request: HttpRequest) -> HttpResponse:
    """The list."""
    who = viewer(request)
    buttons = []
    if who.may("people.change"):
        buttons.append(Action(_("设部门"), reverse("people:open_department"), main=True))
    rows = queries.with_heads(departments_seen(who))
    return DEPARTMENTS.answer(request, rows, buttons, may_export=who.may("people.export"))


@needs("people.see")
def department(request: HttpRequest, pk: int) -> HttpResponse:
    """One department: its posts over time, managers first."""
    who = viewer(request)
    row = one(departments_seen(who), pk=pk)
    return render(
        request, "people/department.html",
        {
            "row": row, "may_change": who.may("people.change"), "posts": queries.posts_in(row),
            "story": DEPARTMENT.story(who, row),
        },
    )  # fmt: skip


@needs("people.change")
def open_department(request: HttpRequest) -> HttpResponse:
    """A new department."""
    return form_page(
        request, forms.DepartmentForm(request.POST or None), title=_("设部门"),
        act=lambda said: actions.open_department(**said), done=_page, said=_("已保存"),
        extra={"back": reverse("people:departments")},
    )  # fmt: skip


@needs("people.change")
def close_department(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of a department in which nobody has a post any more."""
    row = one(departments_seen(viewer(request)), pk=pk)
    return form_page(
        request, forms.CloseForm(request.POST or None), title=_("撤部门：%(name)s") % {"name": row.name},
        act=lambda said: actions.close_department(row, **said), done=_page, said=_("已保存"),
        extra={"back": _page(row)},
    )  # fmt: skip
