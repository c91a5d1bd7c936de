"""`reconcile`: a payroll made by hand against the run, every difference with its cause."""

from __future__ import annotations

import argparse
import json
from fractions import Fraction
from pathlib import Path

from rich import box
from rich.table import Table

from assay.commands.common import (
    add_lang,
    chosen,
    done,
    month,
    parser,
    print_table,
    read_plan_file,
    say,
)
from assay.commands.report import checked, write_paper
from assay.commands.run_command import turned_away
from assay.engine.cause_words import KINDS, STATUS, TEXTS
from assay.engine.inputs import read_inputs
from assay.engine.payroll import read_payroll
from assay.engine.quote import read_ratio
from assay.engine.reconcile import Reconciliation, reconcile
from assay.engine.reconcile_out import (
    WORDS,
    heading,
    reconciliation_data,
    write_reconciliation,
)
from assay.errors import UserError
from assay.money import grouped
from assay.papers.compare_paper import signed
from assay.papers.reconcile_paper import reconcile_paper
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.problems import PlanError

SHOWN = 40


def options() -> argparse.ArgumentParser:
    """The command's options."""
    made = parser("reconcile", "Hold a payroll made by hand against the run, with causes.")
    made.add_argument("--facts", type=Path, required=True, metavar="DIR")
    made.add_argument("--paid", type=Path, required=True, metavar="FILE", help=".xlsx or .csv")
    made.add_argument("--month", metavar="M", help="one month, or the sheet's where it names none")
    made.add_argument(
        "--column", action="append", default=[], metavar="HEADING=LINE",
        help="what a column holds: a line, lines joined by +, total, or - (repeatable)",
    )  # fmt: skip
    made.add_argument("--whisker", default="1%", metavar="PART", help="how near an edge (1%%)")
    made.add_argument("--skip-rejected", action="store_true", help="go on without rejected rows")
    made.add_argument("--out", type=Path, metavar="DIR", help="write reconcile.xlsx here")
    made.add_argument("--xlsx", type=Path, metavar="FILE")
    made.add_argument("--report", type=Path, metavar="FILE", help="FILE.html or FILE.pdf")
    add_lang(made)
    made.add_argument("--json", action="store_true", help="print data only")
    return made


def main(argv: list[str]) -> int:
    """Exit 0 where every amount agrees, 1 where some differ, 2 for unusable input."""
    args = options().parse_args(argv)
    report = checked(args.report)
    plan, _ = read_plan_file(args.plan)
    try:
        program = compile_plan(plan, chosen(args.question))
    except PlanError as error:
        raise error.named(args.plan.name) from None
    facts = read_inputs(program, args.facts, say)
    if facts.rejected and not turned_away(facts, args.out, args.skip_rejected, args.lang):
        return 2
    at = month(args.month) if args.month else None
    columns = _columns(args.column)
    payroll = read_payroll(args.paid, program, facts, columns, at)
    found = reconcile(plan, program, facts, args.facts, payroll, _whisker(args.whisker), say)
    done()
    for path in (args.xlsx, args.out / "reconcile.xlsx" if args.out else None):
        if path:
            write_reconciliation(found, path, args.lang)
    if report is not None:
        write_paper(reconcile_paper(found, args.lang), report)
    if args.json:
        print(json.dumps(reconciliation_data(found, args.lang), ensure_ascii=False, indent=2))
    else:
        show(found, args.lang)
        if args.out:
            print(f"{WORDS[args.lang]['files']}: {args.out}/reconcile.xlsx")
    return 1 if found.differences else 0


def _columns(given: list[str]) -> dict[str, str]:
    found = {}
    for one in given:
        heading, mark, line = one.partition("=")
        if not mark or not heading or not line:
            raise UserError(f"--column {one}: write HEADING=LINE, as in 提成=commission")
        found[heading.strip()] = line.strip()
    return found


def _whisker(text: str) -> Fraction:
    value = read_ratio(text)
    if value > Fraction(1, 5):
        raise UserError(f"--whisker {text}: near an edge is at most 20%")
    return value


def show(found: Reconciliation, lang: str) -> None:
    """How the columns were told, what agrees, the readings that explain most, each difference."""
    payroll, say_ = found.payroll, WORDS[lang]
    print(f"{payroll.file}:")
    for title, lines in payroll.columns.items():
        print(f"  {title} = {' + '.join(lines)}  ({say_[payroll.guessed[title]]})")
    if payroll.ignored:
        names = TEXTS[lang]["list"].join(payroll.ignored)
        print(f"  {say_['ignored'].format(columns=names)}")
    print()
    for line in heading(found, lang):
        print(line)
    if found.untried:
        print(say_["untried"].format(readings=", ".join(found.untried)))
    if not found.differences:
        print(say_["agree"])
        return
    print_table(_table(found, lang))
    if len(found.differences) > SHOWN:
        print(say_["more"].format(n=len(found.differences) - SHOWN))
    for column, t in found.totals.items():
        parts = {"reading": t.by_reading, "fault": t.by_fault, "rest": t.unexplained}
        amounts = {name: signed(n) for name, n in {"all": t.paid - t.computed, **parts}.items()}
        print(say_["sum"].format(column=column, **amounts))


def _table(found: Reconciliation, lang: str) -> Table:
    say_ = WORDS[lang]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for title in ("who", "name", "month", "column"):
        table.add_column(say_[title], no_wrap=True)
    for title in ("paid", "computed", "difference"):
        table.add_column(say_[title], justify="right", no_wrap=True)
    table.add_column(say_["judged"], no_wrap=True)
    table.add_column(say_["cause"], no_wrap=True)
    for d in found.differences[:SHOWN]:
        who = (d.payee, d.name, str(Month(d.month)), d.column)
        amounts = (grouped(d.paid), grouped(d.computed), signed(d.amount))
        told = [f"{KINDS[lang][c.kind]}{say_['colon']}{c.text(lang)}" for c in d.causes]
        first, *more = told or [TEXTS[lang]["none"]]
        table.add_row(*who, *amounts, STATUS[lang][d.status], first)
        for text in more[:4]:
            table.add_row(*[""] * 7, say_["or"], text)
        if len(more) > 4:
            table.add_row(*[""] * 7, say_["or"], say_["others"].format(n=len(more) - 4))
    return table
