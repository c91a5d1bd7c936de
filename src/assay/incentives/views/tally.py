"""“Why do we differ”: a payee's own tally against his statement, line by line; the file is not kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.engine.explain import opened
from assay.errors import UserError
from assay.facts.facts import Facts
from assay.furniture.exports import XLSX, file_response, workbook_with_notes
from assay.furniture.reader import reader_language, series
from assay.incentives.actions.acknowledging import mine
from assay.incentives.imports import TALLY, read_tally
from assay.incentives.models import Statement
from assay.incentives.queries.kept import facts_kept, program_at
from assay.incentives.queries.live import Whose, facts_live
from assay.incentives.queries.statements import folder_of, statements_seen
from assay.incentives.queries.tallied import Tallied, tallied
from assay.incentives.views.running import chosen, key_of, running_of
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.period import Month
from assay.plan.program import Program


class TallyForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label=gettext_lazy("我的账（Excel 或 CSV）"),
        help_text=gettext_lazy("一行一单：订单号、我算的金额。最多 2,000 行，1 MB；看过就丢，不保存。"),
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
    )  # fmt: skip


@needs("statements.running")
def tally(request: HttpRequest) -> HttpResponse:
    """A tally against the running month."""
    today = timezone.localdate()
    whose, _choices = chosen(request, today)
    back = running_of(whose)

    def answered(entries: dict[str, int], ignored: tuple[str, ...]) -> Tallied:
        with facts_live(whose, Month.of(today)) as (program, facts):
            lines = _lines(program, facts, whose, Month.of(today))
            return tallied(program, facts, whose, Month.of(today), lines, entries, ignored)

    return _page(request, whose.name, Month.of(today), back, answered, who=key_of(whose))


@needs("statements.see")
def statement_tally(request: HttpRequest, pk: int) -> HttpResponse:
    """A tally against a recorded statement."""
    who = viewer(request)
    row = one(statements_seen(who), pk=pk)
    month, folder = row.run.pay_month.month, folder_of(row.run)
    lines = {
        x.line: (x.title, x.amount) for x in row.lines.filter(for_month__isnull=True)
    }  # fmt: skip

    def answered(entries: dict[str, int], ignored: tuple[str, ...]) -> Tallied:
        with facts_kept(folder) as facts:
            return tallied(
                program_at(folder),
                facts,
                _whose(row, mine(row, who)),
                month,
                lines,
                entries,
                ignored,
            )

    back = reverse("incentives:statement", args=[row.pk])
    return _page(request, row.name, month, back, answered)


def _whose(row: Statement, own: bool) -> Whose:
    places = (row.department_id,) if row.department_id else ()
    return Whose(row.code, row.name, row.role, own, places, row.agent_id, row.shop_id)


def _lines(
    program: Program, facts: Facts, whose: Whose, month: Month
) -> dict[str, tuple[str, int]]:
    at_work = opened(program, facts, whose.code, month, role=whose.role)
    return {
        line.rule.name: (line.rule.title.text(reader_language(), line.rule.name), line.amount)
        for line in at_work.runner.statement(whose.code, whose.role, month.index)
    }


def _page(
    request: HttpRequest, name: str, month: Month, back: str, answered: Any, who: str = ""
) -> HttpResponse:
    form = TallyForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "name": name, "month": month, "back": back, "who": who}
    if request.method == "POST" and form.is_valid():
        try:
            entries, ignored = read_tally(form.cleaned_data["file"])
            context["found"] = answered(entries, ignored)
        except UserError as error:
            form.add_error("file", str(error))
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "incentives/tally.html", context, status=status)


@needs("statements.see")
def tally_template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in, with an example row."""
    columns = TALLY.columns
    body = workbook_with_notes(
        [(c.title, "text") for c in columns], [[c.example for c in columns]],
        [[c.title, _("必填") if c.must else "", str(c.note), series(c.also)] for c in columns],
    )  # fmt: skip
    return file_response("my-tally.xlsx", body, XLSX)
