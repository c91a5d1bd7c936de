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
from assay.engine.causes import KINDS
from assay.engine.inputs import read_inputs
from assay.engine.payroll import read_payroll
from assay.engine.quote import read_ratio
from assay.engine.reconcile import STATUS, Reconciliation, reconcile, said
from assay.engine.reconcile_out import reconciliation_data, write_reconciliation
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
    if facts.rejected and not turned_away(facts, args.out, args.skip_rejected):
        return 2
    at = month(args.month) if args.month else None
    columns = _columns(args.column)
    payroll = read_payroll(args.paid, program, facts, columns, at)
    found = reconcile(plan, program, facts, args.facts, payroll, _whisker(args.whisker), say)
    done()
    for path in (args.xlsx, args.out / "reconcile.xlsx" if args.out else None):
        if path:
            write_reconciliation(found, path)
    if report is not None:
        write_paper(reconcile_paper(found, args.lang), report)
    if args.json:
        print(json.dumps(reconciliation_data(found), ensure_ascii=False, indent=2))
    else:
        show(found)
        if args.out:
            print(f"files: {args.out}/reconcile.xlsx")
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


def show(found: Reconciliation) -> None:
    """How the columns were told, what agrees, the readings that explain most, each difference."""
    payroll = found.payroll
    print(f"{payroll.file}: {found.entries} 个数")
    for heading, lines in payroll.columns.items():
        print(f"  {heading} = {' + '.join(lines)}  ({payroll.guessed[heading]})")
    if payroll.ignored:
        print(f"  不看的列:{'、'.join(payroll.ignored)};要看就写 --column 列名=项目")
    own, under = found.agree
    print(f"\n照方案现在的读法,{found.entries} 个数里 {own} 个相同。")
    if found.readings:
        print(f"若按读法 {said(found.readings)},{under} 个相同。")
        for other in found.others[:5]:
            print(f"  同样多:{said(other)}")
    if found.untried:
        print(f"缺资料,没有试的读法:{', '.join(found.untried)}")
    if not found.differences:
        print("没有差异。")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for heading in ("编号", "姓名", "月份", "列"):
        table.add_column(heading, no_wrap=True)
    for heading in ("手工", "方案", "差额"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("判断", no_wrap=True)
    table.add_column("原因", no_wrap=True)
    for d in found.differences[:SHOWN]:
        who = (d.payee, d.name, str(Month(d.month)), d.column)
        amounts = (grouped(d.paid), grouped(d.computed), signed(d.amount))
        first, *more = [f"{KINDS[c.kind]}:{c.text}" for c in d.causes] or [
            "试过的原因都得不出这个数"
        ]
        table.add_row(*who, *amounts, STATUS[d.status], first)
        for text in more[:4]:
            table.add_row(*[""] * 7, "或", text)
        if len(more) > 4:
            table.add_row(*[""] * 7, "或", f"另有 {len(more) - 4} 种")
    print_table(table)
    if len(found.differences) > SHOWN:
        print(f"… 另有 {len(found.differences) - SHOWN} 处,见 --xlsx")
    for column, t in found.totals.items():
        print(
            f"{column}: 差额 {signed(t.paid - t.computed)} = 读法 {signed(t.by_reading)}"
            f" + 差错 {signed(t.by_fault)} + 未解释 {signed(t.unexplained)}"
        )
