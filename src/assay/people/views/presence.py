"""Attendance by month and person, and training with its results."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.furniture.exports import workbook_response
from assay.furniture.fields import MonthFormField, named
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, ListPage
from assay.furniture.narrowing import of_month
from assay.furniture.pages import form_page, put_errors
from assay.furniture.seen import note
from assay.people import actions, queries
from assay.people.access import employees_seen, one, trainings_seen, viewer
from assay.people.forms import presence as forms
from assay.people.gate import needs
from assay.people.models import Training
from assay.people.views.recorded import TRAINING
from assay.period import Month


@needs("attendance.see")
def attendance(request: HttpRequest) -> HttpResponse:
    """A month: who was late, absent, on leave, for how long."""
    who = viewer(request)
    try:
        month = MonthFormField().clean(request.GET.get("month") or _last_month())
    except ValidationError:
        month = Month.parse(_last_month())
    lines = queries.presence_in_month(employees_seen(who), month)
    if request.GET.get("export"):
        return _attendance_file(request, month, lines)
    context = {
        "lines": lines, "month": month, "earlier": month.next(-1), "later": month.next(),
        "may_import": who.may("attendance.import"), "may_export": who.may("people.export"),
    }  # fmt: skip
    return render(request, "people/attendance.html", context)


def _last_month() -> str:
    return str(Month.of(timezone.localdate()).next(-1))


def _attendance_file(
    request: HttpRequest, month: Month, lines: list[queries.MonthLine]
) -> HttpResponse:
    heads = [
        (_("工号"), "text"), (_("姓名"), "text"), *((title, "count") for title in (
            _("记录天数"), _("迟到"), _("早退"), _("缺勤"), _("请假"), _("分钟"))),
    ]  # fmt: skip
    note(request, "export", f"{_('考勤')} {month}", rows=len(lines))
    return workbook_response(
        f"attendance-{month}", heads,
        ([x.number, x.name, x.days, x.late, x.early, x.absent, x.leave, x.minutes] for x in lines),
    )  # fmt: skip


def _page(row: Training) -> str:
    return page_at("people:training", row.pk)


TRAININGS = ListPage(
    title=gettext_lazy("培训"),
    columns=[
        Column(gettext_lazy("培训"), lambda row: row.title, sort="title", link=_page),
        Column(gettext_lazy("编号"), lambda row: row.number, "note", sort="number"),
        Column(gettext_lazy("日期"), lambda row: row.day, "day", sort="day"),
        Column(gettext_lazy("讲师"), lambda row: row.trainer, sort="trainer"),
        Column(gettext_lazy("课时"), lambda row: row.hours, "count", sort="hours"),
        Column(gettext_lazy("名单"), lambda row: row.asked, "count", sort="asked"),
        Column(gettext_lazy("到场"), lambda row: row.came, "count", sort="came"),
        Column(gettext_lazy("合格"), lambda row: row.passed, "count", sort="passed"),
    ],
    order="-day",
    search=[Way(within="title"), Way(number="number", prefix="PX"), Way(within="trainer")],
    search_hint=gettext_lazy("培训、编号、讲师"),
    filters=[of_month()],
    empty=gettext_lazy("还没有培训"),
    export_name="trainings",
)


@needs("training.see")
def trainings(request: HttpRequest) -> HttpResponse:
    """The list: for staff, those they were asked to."""
    who = viewer(request)
    buttons = []
    if who.may("training.change"):
        buttons.append(Action(_("安排培训"), reverse("people:plan_training"), main=True))
    rows = queries.with_turnout(trainings_seen(who))
    return TRAININGS.answer(request, rows, buttons, may_export=who.may("people.export"))


@needs("training.see")
def training(request: HttpRequest, pk: int) -> HttpResponse:
    """One training; those who run it write down who came and what came of it."""
    who = viewer(request)
    row = one(trainings_seen(who), pk=pk)
    seats = queries.seats_of(row, None if who.may("training.change") else who.employee_id)
    return render(
        request, "people/training.html",
        {
            "row": row, "seats": seats, "may_change": who.may("training.change"),
            "today": timezone.localdate(), "story": TRAINING.story(who, row),
        },
    )  # fmt: skip


@needs("training.change")
def plan_training(request: HttpRequest) -> HttpResponse:
    """A new training and its list."""
    who = viewer(request)
    form = forms.TrainingForm(queries.here_today(employees_seen(who)), request.POST or None)
    return form_page(
        request, form, title=_("安排培训"), act=lambda said: actions.plan_training(**said),
        done=_page, said=_("培训已安排"), extra={"back": reverse("people:trainings")},
    )  # fmt: skip


@needs("training.change")
def training_results(request: HttpRequest, pk: int) -> HttpResponse:
    """Who came, and with what result: the whole list on one page."""
    row = one(trainings_seen(viewer(request)), pk=pk)
    seats = list(queries.seats_of(row, None))
    bound: list[Any] = [
        named(
            forms.SeatForm(request.POST or None, prefix=str(seat.pk), initial=forms.seat_now(seat)),
            seat.employee.name,
        )
        for seat in seats
    ]
    wrong = [form for form in bound if not form.is_valid()]  # each of them, to show all faults
    if request.method == "POST" and not wrong:
        try:
            actions.note_results(
                [(seat, form.cleaned_data) for seat, form in zip(seats, bound, strict=True)]
            )
        except actions.SeatError as error:
            put_errors(bound[seats.index(error.seat)], error.error)
        else:
            return redirect(_page(row))
    status = 422 if request.method == "POST" else 200
    lines = list(zip(seats, bound, strict=True))
    return render(
        request, "people/training_results.html", {"row": row, "lines": lines}, status=status
    )
