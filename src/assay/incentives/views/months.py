"""Months of pay: the checklist of the close, its exceptions, its statements and versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.engine.search_words import NO_GUILT
from assay.errors import UserError
from assay.furniture import jobs
from assay.furniture.lists import Column, ListPage
from assay.furniture.models import Job
from assay.furniture.narrowing import one_of
from assay.furniture.numbers import number
from assay.furniture.reader import reader_language
from assay.incentives.access import SIGNERS, may_undo
from assay.incentives.actions import calculating, closing
from assay.incentives.actions.patterns import look_for_patterns
from assay.incentives.models import PayMonth, Run
from assay.incentives.queries import calculation, patterns
from assay.incentives.queries import closing as found
from assay.incentives.queries.exceptions import exceptions
from assay.incentives.queries.overtaken import overtaken
from assay.incentives.queries.statements import changes, months, statements_seen
from assay.incentives.views.recorded import MONTH
from assay.people.access import Viewer, one, viewer
from assay.people.gate import needs
from assay.people.models import Department
from assay.period import Month
from assay.sales.access import employee_of
from assay.sales.views.doing import press

SHOWN = 100
"""So many statements stand on a month's page; the list has them all."""

MONTHS = ListPage(
    title=gettext_lazy("计薪月份"),
    columns=[
        Column(
            gettext_lazy("月份"), lambda row: str(row.month), sort="month",
            link=lambda row: page_of(row.month),
        ),
        Column(gettext_lazy("状态"), lambda row: standing_of(row), sort="state"),
        Column(gettext_lazy("版本"), lambda row: row.run.version if row.run else None, "count", sort="run__version"),
        Column(gettext_lazy("人数"), lambda row: row.run.payees if row.run else None, "count", sort="run__payees"),
        Column(gettext_lazy("合计"), lambda row: row.run.total if row.run else None, "money", sort="run__total"),
    ],
    order="-month",
    filters=[one_of("state", gettext_lazy("全部状态"), lambda: PayMonth.STATES)],
    empty=gettext_lazy("还没有算过一个月"),
    export_name="months",
    template="incentives/months.html",
)  # fmt: skip


def standing_of(row: PayMonth) -> str:
    """The state of a month in a list; one whose calculation was set aside is said to be so."""
    aside = row.state == "open" and found.who_set_aside(row) is not None
    return _("已作废") if aside else str(row.get_state_display())


def page_of(month: Month) -> str:
    """The address of a month."""
    return reverse("incentives:month", args=[str(month)])


def month_named(text: str) -> Month:
    """The month of an address; 404 where it is none."""
    try:
        return Month.parse(text)
    except ValueError:
        raise Http404 from None


@needs("pay.see")
def month_list(request: HttpRequest) -> HttpResponse:
    """Every month, and the one that is to be worked out next."""
    who = viewer(request)
    last = PayMonth.objects.filter(run__isnull=False).order_by("-month").first()
    today = Month.of(timezone.localdate())
    following = last.month.next() if last and last.month.index < today.index else None
    return MONTHS.answer(
        request, months(), may_run=who.may("pay.run"),
        suggested=following or today,
    )  # fmt: skip


@needs("pay.see")
def month_page(request: HttpRequest, month: str) -> HttpResponse:
    """A month on its way: what is done, what is next, what finance looks at first."""
    who, named = viewer(request), month_named(month)
    row = one(PayMonth.objects.select_related("run"), month=named.index)
    begun = {
        "row": row,
        "month": named,
        "calculation": _calculation(who, row),
    }
    if row.run is None:
        return render(
            request, "incentives/month_begun.html",
            begun | {
                "may_run": who.may("pay.run"), "aside": found.who_set_aside(row),
                "versions": row.runs.order_by("-version"), "story": MONTH.story(who, row),
            },
        )  # fmt: skip
    rows = statements_seen(who).filter(run=row.run)
    told = rows.aggregate(count=Count("pk"), sum=Sum("total", default=0))
    today = timezone.localdate()
    seats = found.benches(row, today)
    moved = overtaken(row)
    shut = row.state in PayMonth.SHUT
    skipped = [] if shut else found.never_worked_out(row)
    context = begun | {
        "moved": moved[:MOST_MOVED], "moved_more": len(moved[MOST_MOVED:]),
        "earlier": [] if shut else found.earlier_open(row),
        "skipped": skipped, "skipped_said": found.told_months(skipped),
        "checklist": found.checklist(row, seats, today),
        "statements": rows.order_by(
            F("department__code").asc(nulls_last=True), "role", "code"
        )[:SHOWN],
        "told": told, "left_out": max(0, told["count"] - SHOWN),
        **_buttons(who, row, moved=bool(moved)), "versions": row.runs.order_by("-version"),
        **(_looked_at(row) if who.everything else {}),
        "disputes": found.open_disputes(row), "files": row.pay_files.select_related("by"),
        "steps": row.steps.select_related("by", "department", "undone_by"),
        "waiting": [] if moved else _waiting(who, row, seats), "today": today,
        "story": MONTH.story(who, row),
    }  # fmt: skip
    return render(request, "incentives/month.html", context)


def _calculation(who: Viewer, row: PayMonth) -> calculation.Calculation | None:
    """Everyone sees that a month is being worked out; what came of it is for who has it worked out."""
    told = calculation.told(row)
    return told if told is not None and (told.job.under_way or who.may("pay.run")) else None


def _looked_at(row: PayMonth) -> dict[str, Any]:
    """What finance looks at first: exceptions, and what the search found in the orders."""
    assert row.run is not None
    found_ones = exceptions(row)
    open_ones = sum(item.answer is None for kind in found_ones if kind.must for item in kind.rows)
    job = patterns.search_of(row.run)
    lang = reader_language()
    return {
        "exceptions": found_ones, "to_answer": open_ones, "note": NO_GUILT[lang],
        "patterns": patterns.shown(job, row.run, lang) if job and job.state == "done" else None,
        **_search(row, job),
    }  # fmt: skip


def _search(row: PayMonth, job: Job | None) -> dict[str, Any]:
    done, total = jobs.progress(job) if job else (0, 0)
    url = reverse("incentives:patterns", args=[str(row.month)])
    return {"job": job, "done": done, "total": total, "progress": url}


MOST_MOVED = 10
SIGNS = ("director", "hr", "finance", "general", "lock")


def _buttons(who: Viewer, row: PayMonth, *, moved: bool) -> dict[str, Any]:
    """What a person may do with a month; signing is nobody's whom it pays, and `barred` says so.

    moved: its facts are no longer those it was worked out of, so it is worked out again first.
    """
    may = _may(who, row, moved)
    barred = any(may[name] for name in SIGNS) and bool(
        who.employee_id and found.own_statements(row, employee_of(who)).exists()
    )
    return {"may": may | dict.fromkeys(SIGNS, False) if barred else may, "barred": barred}


def _may(who: Viewer, row: PayMonth, moved: bool) -> dict[str, bool]:
    """The buttons a person's role has on a month as it stands."""
    run, state = who.may("pay.run"), row.state
    done = {step.kind for step in found.standing(row)}
    over = row.preview_to is not None and timezone.localdate() > row.preview_to
    signed = state in ("preview", "confirmed") and over and not moved
    again = ("open", "calculated", "preview", *(("confirmed",) if moved else ()))
    return {
        "calculate": run and state in again,
        "preview": run and state == "calculated" and found.after_cut_off(row) and not moved,
        "director": signed and who.role == "director" and "director" not in done,
        "hr": signed and who.role == "hr" and "hr" not in done,
        "finance": signed and who.role == "finance" and "finance" not in done,
        "general": signed and who.role == "general" and "general" not in done,
        "lock": run and state == "confirmed" and "general" in done and not moved,
        "export": run and state in ("locked", "exported"),
        "paid": run and state == "exported",
        "slips": who.may("pay.slips") and state in PayMonth.SHUT,
        "explain": run and state not in PayMonth.SHUT,
        "undo": _may_undo(who, row),
        "set_aside": run and state == "calculated",
    }


def _may_undo(who: Viewer, row: PayMonth) -> bool:
    if not who.may("pay.confirm") or row.state not in ("preview", "confirmed"):
        return False
    last = found.last_step(row)
    return last is not None and may_undo(employee_of(who), who.role, last)


def _waiting(
    who: Viewer, row: PayMonth, seats: Sequence[found.Bench]
) -> list[tuple[Department, str]]:
    """Departments whose people wait for this person's role now, with why he must not sign ('': he may)."""
    if row.state not in ("preview", "confirmed") or not row.preview_to:
        return []
    if timezone.localdate() <= row.preview_to:
        return []
    if who.role not in SIGNERS["manager"]:
        return []
    held, by = found.departments_to_confirm(row, seats), employee_of(who)
    led = {pk for one in who.led if one.stop is None for pk in one.departments}
    return [
        (seat.department, seat.barred(by))
        for seat in seats
        if seat.department in held and (who.role == "director" or seat.department.pk in led)
    ]


@needs("pay.run")
@require_POST
def calculate(request: HttpRequest) -> HttpResponse:
    """Work a month out."""
    try:
        named = Month.parse(request.POST.get("month", ""))
    except ValueError:
        return press(request, _no_month, said="", back=reverse("incentives:months"))
    if named.index > Month.of(timezone.localdate()).index:
        return press(request, _future, said="", back=reverse("incentives:months"))
    by = employee_of(viewer(request))
    try:
        job = calculating.calculate(named, by=by)
    except UserError as error:
        messages.error(request, str(error))
        if not PayMonth.objects.filter(month=named.index).exists():  # refused: it was not taken up
            return HttpResponseRedirect(reverse("incentives:months"))
    else:
        if "version" in job.result:
            messages.success(request, _("%(month)s 已算好") % {"month": named})
    return HttpResponseRedirect(page_of(named))


@needs("pay.see")
def calculation_progress(request: HttpRequest, month: str) -> HttpResponse:
    """How far the working out of a month is; once it has ended the page comes anew."""
    row = one(PayMonth.objects.all(), month=month_named(month).index)
    told = calculation.told(row)
    if told is None or not told.job.under_way:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "incentives/calculation.html", {"calculation": told, "month": row.month})


def _no_month() -> None:
    raise UserError(_("月份看不懂：写成 2018-05"))


def _future() -> None:
    raise UserError(_("这个月还没有开始"))


@needs("pay.run")
@require_POST
def open_preview(request: HttpRequest, month: str) -> HttpResponse:
    """Let everyone see his own."""
    named, by = month_named(month), employee_of(viewer(request))
    return press(
        request, lambda: closing.open_preview(named, by=by),
        said=_("已开放查询，三个工作日"), back=page_of(named),
    )  # fmt: skip


@needs("pay.confirm")
@require_POST
def confirm(request: HttpRequest, month: str, kind: str) -> HttpResponse:
    """A signature."""
    who, named = viewer(request), month_named(month)
    if who.role not in SIGNERS.get(kind, ()):
        raise Http404
    department = None
    if kind == "manager":
        department = one(
            Department.objects.all(), pk=number(request.POST.get("department", "")) or 0
        )
    by = employee_of(who)
    return press(
        request,
        lambda: closing.confirm(
            named, kind, by=by, department=department, note=request.POST.get("note", "")[:300]
        ),
        said=_("已确认"), back=page_of(named),
    )  # fmt: skip


@needs("pay.run")
@require_POST
def explain(request: HttpRequest, month: str) -> HttpResponse:
    """Answer an exception that must not pass in silence."""
    named, by = month_named(month), employee_of(viewer(request))
    subject, text = request.POST.get("subject", "")[:160], request.POST.get("text", "")[:500]
    return press(
        request, lambda: closing.explain(named, subject, text, by=by),
        said=_("已记下说明"), back=page_of(named),
    )  # fmt: skip


@needs("pay.versions")
def pattern_progress(request: HttpRequest, month: str) -> HttpResponse:
    """How far the search is; a POST begins it. Once it has ended the page comes anew."""
    named = month_named(month)
    row = one(PayMonth.objects.select_related("run"), month=named.index)
    if row.run is None:
        raise Http404
    if request.method == "POST":
        look_for_patterns(row.run)
        return HttpResponseRedirect(page_of(named))
    job = patterns.search_of(row.run)
    if job is None:
        raise Http404
    answer = render(request, "furniture/progress.html", _search(row, job))
    if not job.under_way:
        answer["HX-Refresh"] = "true"
    return answer


@needs("pay.run")
@require_POST
def lock(request: HttpRequest, month: str) -> HttpResponse:
    """Lock, and write what is owed into the books."""
    named, by = month_named(month), employee_of(viewer(request))
    return press(
        request, lambda: closing.lock(named, by=by), said=_("已锁定并入账"), back=page_of(named)
    )


@needs("pay.confirm")
@require_POST
def undo(request: HttpRequest, month: str) -> HttpResponse:
    """Take the last step back."""
    who, named = viewer(request), month_named(month)
    by = employee_of(who)
    why = request.POST.get("why", "")
    return press(
        request, lambda: closing.undo(named, by=by, role=who.role, why=why), said=_("已撤销"),
        back=page_of(named),
    )  # fmt: skip


@needs("pay.run")
@require_POST
def set_aside(request: HttpRequest, month: str) -> HttpResponse:
    """Set a calculation aside that nobody is to go by."""
    named, by = month_named(month), employee_of(viewer(request))
    why = request.POST.get("why", "")[:300]
    return press(
        request, lambda: closing.set_aside(named, by=by, why=why),
        said=_("已作废，%(month)s 当作没有算过") % {"month": named}, back=page_of(named),
    )  # fmt: skip


@needs("pay.versions")
def versions(request: HttpRequest, month: str, version: int) -> HttpResponse:
    """What a version changed against the one before it, line by line."""
    named = month_named(month)
    rows = Run.objects.filter(pay_month__month=named.index).select_related("pay_month")
    new = one(rows, version=version)
    old = rows.filter(version__lt=version).order_by("-version").first()
    told = changes(old, new) if old else []
    context = {"new": new, "old": old, "changes": told, "month": named,
               "sum": sum(change.difference for change in told)}  # fmt: skip
    return render(request, "incentives/versions.html", context)
