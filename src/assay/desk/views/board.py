"""The board's pages: company, department, person."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from assay.desk.drawings import HIGH, LOW
from assay.desk.queries import board
from assay.errors import UserError
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.people.models import Department, Employee
from assay.period import Month
from assay.sales.queries.facts import teams_of

SHARES = 40


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
    context = _context(request, month, board=told, department=row)
    return render(request, "desk/board.html", context)


@needs("board.see")
def person(request: HttpRequest, pk: int, employee: int) -> HttpResponse:
    """Somebody's month in a department by customer."""
    month, today = _month(request), timezone.localdate()
    row: Department = one(board.seen_in(viewer(request), month), pk=pk)
    if employee not in teams_of([row.pk], month):
        raise Http404
    who = Employee.objects.get(pk=employee)
    context = _context(request, month, department=row, employee=who)
    try:
        told = board.of_department(row, month, today)
        context["line"] = next((r for r in told.rows if r.pk == who.pk), None)
        context["board"] = told
    except UserError as error:
        context["fault"] = str(error)
    shares = board.of_person(who, [row.pk], month)
    context |= {"shares": shares[:SHARES], "count": len(shares)}
    return render(request, "desk/person.html", context)
