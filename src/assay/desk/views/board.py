"""The board's pages: company, department, person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.desk.drawings import HIGH, LOW
from assay.desk.queries import board
from assay.errors import UserError
from assay.furniture.exports import Sheet, sheets_response
from assay.furniture.templatetags.figures import average, fold, percent
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.people.models import Department, Employee
from assay.period import Month
from assay.sales.queries.facts import teams_of

SHARES = 40
TITLE = gettext_lazy("目标板")


def _month(request: HttpRequest) -> Month:
    """The month asked for in the address; the running one where none is, or where it is ahead."""
    today = Month.of(timezone.localdate())
    try:
        asked = Month.parse(request.GET.get("month", ""))
    except ValueError:
        return today
    return asked if asked.index <= today.index else today


def _context(request: HttpRequest, month: Month, **more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "month": month, "months": board.months(today), "today": today,
        "now": month == Month.of(today), "low": LOW, "high": HIGH, **more,
    }  # fmt: skip


@needs("board.see")
def company(request: HttpRequest) -> HttpResponse:
    """The departments a person sees; where there is one, its people at once."""
    who, month = viewer(request), _month(request)
    departments = list(board.seen_in(who, month))
    if len(departments) == 1:
        query = f"?month={month}" if request.GET.get("month") else ""
        return HttpResponseRedirect(reverse("board_department", args=[departments[0].pk]) + query)
    try:
        told = board.of_company(departments, month, timezone.localdate())
    except UserError as error:
        return render(request, "desk/board.html", _context(request, month, fault=str(error)))
    if _wanted(request):
        return sheets_response(request, "board", TITLE, [_rows_sheet(told, _("部门"))])
    return render(request, "desk/board.html", _context(request, month, board=told))


@needs("board.see")
def department(request: HttpRequest, pk: int) -> HttpResponse:
    """The people of a department."""
    month = _month(request)
    row: Department = one(board.seen_in(viewer(request), month), pk=pk)
    try:
        told = board.of_department(row, month, timezone.localdate())
    except UserError as error:
        context = _context(request, month, fault=str(error), department=row)
        return render(request, "desk/board.html", context)
    if _wanted(request):
        return sheets_response(request, "board", TITLE, [_rows_sheet(told, _("业务员"))])
    context = _context(request, month, board=told, department=row)
    return render(request, "desk/board.html", context)


@needs("board.see")
def person(request: HttpRequest, pk: int, employee: int) -> HttpResponse:
    """Somebody's month in a department by customer. As a workbook for who may take customers away."""
    month, today = _month(request), timezone.localdate()
    reader = viewer(request)
    row: Department = one(board.seen_in(reader, month), pk=pk)
    if employee not in teams_of([row.pk], month):
        raise Http404
    may_export = reader.may("customers.export")
    if _wanted(request) and not may_export:
        raise PermissionDenied
    who = Employee.objects.get(pk=employee)
    context = _context(request, month, department=row, employee=who, no_export=not may_export)
    try:
        told = board.of_department(row, month, today)
        context["line"] = next((r for r in told.rows if r.pk == who.pk), None)
        context["board"] = told
    except UserError as error:
        context["fault"] = str(error)
    shares = board.of_person(who, [row.pk], month)
    if _wanted(request):
        return sheets_response(request, "board", TITLE, [_shares_sheet(shares)])
    context |= {"shares": shares[:SHARES], "count": len(shares)}
    return render(request, "desk/person.html", context)


def _wanted(request: HttpRequest) -> bool:
    """Whether the page is asked for as a workbook."""
    return request.GET.get("export") == "xlsx"


def _rows_sheet(told: board.Board, of: str) -> Sheet:
    """The rows of a board, the total last, amounts in 元 where the page has 万元."""
    over = told.running.over
    heads = [
        (of, "text"), (_("业绩"), "money"), (_("任务"), "money"), (_("完成率"), "ratio"), (_("平均折扣"), "ratio"),
        (_("距 %(line)s") % {"line": percent(over, 0)} if over else _("还差"), "money"),
    ]  # fmt: skip
    rows = [
        (
            one.name or _("全公司"), one.standing.sales or 0, one.standing.target,
            percent(one.standing.attained), average(one.standing.average),
            _("已超过") if one.over else one.gap,
        )
        for one in told.rows
    ]  # fmt: skip
    return str(told.month), heads, rows


def _shares_sheet(shares: Sequence[board.Share]) -> Sheet:
    """All customers of somebody's month and year, in 元."""
    heads = [
        (_("客户"), "text"), (_("本月"), "money"), (_("折扣"), "ratio"), (_("本年"), "money"),
        (_("上年同期"), "money"), (_("年度预计"), "money"),
    ]  # fmt: skip
    rows = [
        (x.customer.called, x.net, fold(x.average), x.year, x.before, x.expected or None)
        for x in shares
    ]
    return _("客户"), heads, rows
