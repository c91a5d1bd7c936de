"""`search`: has anyone used it? What the plan rewards, looked for in real orders."""

from __future__ import annotations

import argparse
import json
from fractions import Fraction
from pathlib import Path

from rich import box
from rich.table import Table

from assay.commands.common import add_lang, compile_file, done, month, parser, print_table, say
from assay.commands.report import checked, write_paper
from assay.commands.run_command import turned_away
from assay.engine.inputs import read_inputs
from assay.engine.losses import NEGATIVE
from assay.engine.patterns import Windows
from assay.engine.quote import read_ratio
from assay.engine.run import months_of
from assay.engine.search import LOOKED_FOR, Search, proved_beside
from assay.engine.search_out import searched_data, write_searched
from assay.engine.search_words import LABELS, NO_GUILT, WHY, key_of, titled
from assay.engine.searched import Pattern, Searched
from assay.errors import UserError
from assay.facts.facts import Facts
from assay.money import grouped
from assay.papers.search_paper import search_paper
from assay.period import Month
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
        "--only",
        action="append",
        default=[],
        choices=(*LOOKED_FOR, NEGATIVE),
        help="this alone (repeatable)",
    )
    made.add_argument("--days", type=int, default=7, metavar="N", help="one customer within N days")
    made.add_argument("--turn", type=int, default=3, metavar="N", help="first N days of a month")
    made.add_argument("--near", default="0.5%", metavar="PART", help="how near an edge (0.5%%)")
    made.add_argument("--skip-rejected", action="store_true", help="go on without rejected rows")
    made.add_argument("--out", type=Path, metavar="DIR", help="write search.xlsx here")
    made.add_argument("--xlsx", type=Path, metavar="FILE")
    made.add_argument("--report", type=Path, metavar="FILE", help="FILE.html or FILE.pdf")
    add_lang(made)
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
    only = tuple(args.only) or (*LOOKED_FOR, NEGATIVE)
    wanted = tuple(about for about in only if about != NEGATIVE)
    first = month(args.month or args.first) if args.month or args.first else None
    last = month(args.month or args.last) if args.month or args.last else None

    def ready(facts: Facts) -> Search | None:
        if facts.rejected and not turned_away(facts, args.out, args.skip_rejected, args.lang):
            return None
        months = months_of(program, facts, first, last)
        return Search(program, facts, months, windows, say, NEGATIVE in only)

    found = proved_beside(program, lambda: read_inputs(program, args.facts), wanted, say, ready)
    if found is None:
        return 2
    done()
    for path in (args.xlsx, args.out / "search.xlsx" if args.out else None):
        if path:
            write_searched(found, path, args.lang)
    if report is not None:
        write_paper(search_paper(found, args.lang), report)
    if args.json:
        print(json.dumps(searched_data(found, args.lang), ensure_ascii=False, indent=2))
        return 0
    show(found, args.lang)
    if args.out:
        print(f"{LABELS[args.lang]['files']}: {args.out}/search.xlsx")
    return 0


def _windows(args: argparse.Namespace) -> Windows:
    if not 0 <= args.days <= 31 or not 1 <= args.turn <= 15:
        raise UserError("--days lies in 0 to 31, --turn in 1 to 15")
    near = read_ratio(args.near)
    if near > Fraction(1, 10):
        raise UserError(f"--near {args.near}: near an edge is at most 10%")
    return Windows(args.days, args.turn, near)


def show(found: Searched, lang: str) -> None:
    """Each pattern with how it is told, its counts, its people and largest cases."""
    say_ = LABELS[lang]
    ends = {"first": Month(found.months.start), "last": Month(found.months.stop - 1)}
    print(f"{say_['span'].format(n=found.orders, **ends)}{NO_GUILT[lang]}\n")
    if not found.patterns:
        print(say_["none"])
    for one in found.patterns:
        _show(found, one, lang)
    for about, role, why in found.skipped:
        print(f"{say_['not_looked']}: {titled(about, role, lang)}: {WHY[lang][why]}")


def _show(found: Searched, one: Pattern, lang: str) -> None:
    say_ = LABELS[lang]
    print(" · ".join(filter(None, (f"■ {titled(one.kind, one.role, lang)}", one.finding.clause))))
    print(f"  {key_of(one.kind, found, lang)}{say_['stop']}")
    told = say_[{"more_sales": "fewer", NEGATIVE: "lost"}.get(one.kind, "more")]
    amount = grouped(one.total)
    print(f"  {told.format(n=one.candidates, people=len(one.people), amount=amount)}")
    if one.kind in ("cliff", "month_edge"):
        _edges(one, lang)
    elif one.kind == "shift_month":
        _turn(found, one, lang)
    for payee, amount in [(p, grouped(n)) for p, n in one.people.items()][:SHOWN]:
        print(f"    {payee} {found.names.get(payee, '')}  {amount}")
    if len(one.people) > SHOWN:
        print(f"    {say_['others'].format(n=len(one.people) - SHOWN)}")
    for case in one.cases[:SHOWN]:
        more = say_["and_more"].format(n=case.count) if case.count > SHOWN else ""
        orders = say_["join"].join(case.orders[:SHOWN]) + more
        print(f"      {case.payee} {Month(case.month)}  {grouped(case.moved)}  {orders}")
    print()


def _turn(found: Searched, one: Pattern, lang: str) -> None:
    (count,) = one.counts
    late, early = count.counts
    mean = number_text(count.expected, 1).rstrip("…")
    told = LABELS[lang]["turn"].format(days=found.windows.turn, late=late, early=early, mean=mean)
    print(f"  {told}{LABELS[lang]['busy'] if count.unusual else ''}")


def _edges(one: Pattern, lang: str) -> None:
    say_ = LABELS[lang]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column(f"  {say_['edge']}", no_wrap=True)
    for heading in ("below2", "below", "above", "above2", "on", "moved"):
        table.add_column(say_[heading], justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for c in one.counts:
        table.add_row(
            f"  {c.what}",
            *(str(n) for n in c.counts),
            str(c.on or 0),
            "—" if c.moved is None else grouped(c.moved),
            say_["chance"] if c.unusual else "",
        )
    print_table(table)
