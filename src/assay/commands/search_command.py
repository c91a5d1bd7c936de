"""`search`: has anyone used it? What the plan rewards, looked for in real orders."""

from __future__ import annotations

import argparse
import json
from fractions import Fraction
from pathlib import Path

from rich import box
from rich.table import Table

from assay.commands.common import compile_file, done, month, parser, print_table, say
from assay.commands.report import checked, write_paper
from assay.commands.run_command import turned_away
from assay.engine.inputs import read_inputs
from assay.engine.patterns import Windows
from assay.engine.quote import read_ratio
from assay.engine.run import months_of
from assay.engine.search import LOOKED_FOR, Pattern, Search, Searched
from assay.engine.search_out import (
    NO_GUILT,
    TITLES,
    key_of,
    role_title,
    searched_data,
    write_searched,
)
from assay.errors import UserError
from assay.money import grouped
from assay.papers.search_paper import search_paper
from assay.period import Month
from assay.plan.prove.assay import Effort, prove
from assay.plan.units import number_text

SHOWN = 5


def options() -> argparse.ArgumentParser:
    """The command's options."""
    made = parser("search", "Look in real orders for what the plan rewards; patterns, not guilt.")
    made.add_argument("--facts", type=Path, required=True, metavar="DIR")
    made.add_argument("--month", metavar="M", help="one month, as 2024-03")
    made.add_argument("--from", dest="first", metavar="M")
    made.add_argument("--to", dest="last", metavar="M", help="included")
    made.add_argument(
        "--only", action="append", default=[], choices=LOOKED_FOR, help="this alone (repeatable)"
    )
    made.add_argument("--days", type=int, default=7, metavar="N", help="one customer within N days")
    made.add_argument("--turn", type=int, default=3, metavar="N", help="first N days of a month")
    made.add_argument("--near", default="0.5%", metavar="PART", help="how near an edge (0.5%%)")
    made.add_argument("--skip-rejected", action="store_true", help="go on without rejected rows")
    made.add_argument("--out", type=Path, metavar="DIR", help="write search.xlsx here")
    made.add_argument("--xlsx", type=Path, metavar="FILE")
    made.add_argument("--report", type=Path, metavar="FILE", help="FILE.html or FILE.pdf")
    made.add_argument("--lang", choices=("zh", "en"), default="zh", help="of the report")
    made.add_argument("--json", action="store_true", help="print data only")
    return made


def main(argv: list[str]) -> int:
    """Exit 0 whatever is found: it accuses nobody; 2 for unusable input or plan."""
    args = options().parse_args(argv)
    report = checked(args.report)
    if args.month and (args.first or args.last):
        raise UserError("--month names one month; with --from and --to leave it out")
    windows = _windows(args)
    program, _ = compile_file(args.plan, args.question)
    facts = read_inputs(program, args.facts, say)
    if facts.rejected and not turned_away(facts, args.out, args.skip_rejected):
        return 2
    first = month(args.month or args.first) if args.month or args.first else None
    last = month(args.month or args.last) if args.month or args.last else None
    months = months_of(program, facts, first, last)
    findings = prove(program, Effort(1000, False, tuple(args.only) or LOOKED_FOR), say)
    found = Search(program, facts, months, windows, say).find(findings)
    done()
    for path in (args.xlsx, args.out / "search.xlsx" if args.out else None):
        if path:
            write_searched(found, path)
    if report is not None:
        write_paper(search_paper(found, args.lang), report)
    if args.json:
        print(json.dumps(searched_data(found), ensure_ascii=False, indent=2))
        return 0
    show(found)
    if args.out:
        print(f"files: {args.out}/search.xlsx")
    return 0


def _windows(args: argparse.Namespace) -> Windows:
    if not 0 <= args.days <= 31 or not 1 <= args.turn <= 15:
        raise UserError("--days lies in 0 to 31, --turn in 1 to 15")
    near = read_ratio(args.near)
    if near > Fraction(1, 10):
        raise UserError(f"--near {args.near}: near an edge is at most 10%")
    return Windows(args.days, args.turn, near)


def show(found: Searched) -> None:
    """Each pattern with how it is told, its counts, its people and largest cases."""
    span = f"{Month(found.months.start)} – {Month(found.months.stop - 1)}"
    print(f"{span},{found.orders} 单。{NO_GUILT}\n")
    if not found.patterns:
        print("方案不奖励这些做法,或订单里无从找起。")
    for one in found.patterns:
        _show(found, one)
    for about, role, why in found.skipped:
        print(f"没有找:{TITLES[about]}({role_title(role)}):{why}")


def _show(found: Searched, one: Pattern) -> None:
    print(f"■ {TITLES[one.about]} · {role_title(one.role)} · {one.finding.clause}")
    print(f"  {key_of(one.about, found)}。")
    fewer = one.about == "more_sales"
    word = "少得" if fewer else "多得"
    print(f"  符合的 {one.candidates};{len(one.people)} 人因此{word} {grouped(one.total)}")
    if one.about == "cliff":
        _edges(one)
    elif one.about == "shift_month":
        count = one.counts[0]
        late, early = count.counts
        more = ",多于平常" if count.unusual else ""
        print(
            f"  {count.labels[0]} {late} 单,{count.labels[1]} {early} 单,"
            f"平均每 {found.windows.turn} 天 {number_text(count.expected, 1).rstrip('…')} 单{more}"
        )
    for payee, amount in list(one.people.items())[:SHOWN]:
        print(f"    {payee} {found.names.get(payee, '')}  {grouped(amount)}")
    if len(one.people) > SHOWN:
        print(f"    … 另有 {len(one.people) - SHOWN} 人")
    for case in one.cases[:SHOWN]:
        more = f" 等 {case.count} 单" if case.count > len(case.orders) else ""
        orders = "、".join(case.orders[:4]) + (more or ("…" if len(case.orders) > 4 else ""))
        print(f"      {case.payee} {Month(case.month)}  {grouped(case.moved)}  {orders}")
    print()


def _edges(one: Pattern) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("  门槛", no_wrap=True)
    for heading in ("再低一段", "刚好不到", "刚过", "再高一段", "正好在界上", "移动的钱"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for c in one.counts:
        table.add_row(
            f"  {c.what}",
            *(str(n) for n in c.counts),
            str(c.on or 0),
            "—" if c.moved is None else grouped(c.moved),
            "多于两侧" if c.unusual else "",
        )
    print_table(table)
