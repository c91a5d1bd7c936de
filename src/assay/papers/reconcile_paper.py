"""A reconciliation as a paper: what agrees, the readings that explain most, each difference."""

from __future__ import annotations

from assay.engine.cause_words import KINDS, NONE, STATUS, TEXTS
from assay.engine.reconcile import Difference, Reconciliation
from assay.engine.reconcile_out import WORDS, heading
from assay.money import grouped
from assay.papers.compare_paper import signed
from assay.papers.model import Cell, Column, Figures, Paper, Section, Table
from assay.papers.report_phrases import REPORTS
from assay.period import Month

MOST = 200


def reconcile_paper(found: Reconciliation, lang: str = "zh") -> Paper:
    """The paper of a reconciliation."""
    say = REPORTS[lang]
    lead = [f"{found.payroll.file}{WORDS[lang]['colon']}", *heading(found, lang)]
    lead = [lead[0] + lead[1], *lead[2:]]
    open_ = sum(d.status == NONE for d in found.differences)
    figures = Figures(
        (
            (say["differences"], str(len(found.differences)), ""),
            (say["explained"], str(len(found.differences) - open_), ""),
            (say["unexplained"], str(open_), ""),
        )
    )
    sections = [Section(say["columns"], (_totals(found, lang),), "columns")]
    if found.differences:
        sections.append(Section(say["differences"], (_differences(found, lang),), "differences"))
    return Paper(lang, say["reconcile_title"], tuple(lead), tuple(sections), "", figures)


def _totals(found: Reconciliation, lang: str) -> Table:
    say = REPORTS[lang]
    heads = ("paid", "computed", "difference", "by_reading", "by_fault", "unexplained")
    rows = tuple(
        (
            Cell(column, (" + ".join(found.payroll.columns[column]),)),
            Cell(grouped(t.paid)),
            Cell(grouped(t.computed)),
            *(
                Cell(signed(n))
                for n in (t.paid - t.computed, t.by_reading, t.by_fault, t.unexplained)
            ),
        )
        for column, t in found.totals.items()
    )
    columns = (Column(say["column"], share=3), *(Column(say[h], True, 2) for h in heads))
    return Table(columns, rows, folds=True)


def _differences(found: Reconciliation, lang: str) -> Table:
    say = REPORTS[lang]
    rows = tuple(_row(d, lang) for d in found.differences[:MOST])
    columns = (
        Column(say["person"], share=3),
        Column(say["paid"], True, 2),
        Column(say["computed"], True, 2),
        Column(say["difference"], True, 2),
        Column(say["cause"], share=6),
    )
    return Table(columns, rows, folds=True)


def _row(d: Difference, lang: str) -> tuple[Cell, ...]:
    say = REPORTS[lang]
    first, *more = [
        f"{KINDS[lang][c.kind]}{WORDS[lang]['colon']}{c.text(lang)}" for c in d.causes
    ] or [TEXTS[lang]["none"]]
    verdict = STATUS[lang][d.status]
    return (
        Cell(f"{d.payee} {d.name}", (str(Month(d.month)), d.column)),
        Cell(grouped(d.paid)),
        Cell(grouped(d.computed)),
        Cell(signed(d.amount), voice="strong"),
        Cell(
            f"{verdict} · {first}",
            tuple(say["or"].format(text=text) for text in more[:4]),
            "wrong" if d.status == NONE else "plain",
        ),
    )
