"""`compare`: what another plan, or another reading, would have paid on past months."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
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
from assay.engine.compare import Comparison, Pair, compare, winners
from assay.engine.compare_out import (
    AFTER,
    BEFORE,
    DIFFERENCE,
    comparison_data,
    discount_text,
    why,
    write_comparison,
)
from assay.engine.results import write_json
from assay.engine.run import ENGINES
from assay.errors import UserError
from assay.money import grouped
from assay.papers.compare_paper import chart, compare_paper, signed
from assay.papers.picture import picture_png, picture_svg
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.problems import PlanError
from assay.plan.program import Program
from assay.plan.sentences import told_in

SHOWN = 40
PICTURES = (".svg", ".png")


def options() -> argparse.ArgumentParser:
    """The command's options."""
    made = parser("compare", "What another plan or reading would have paid on past months.")
    made.add_argument(
        "other", type=Path, nargs="?", metavar="PLAN_B", help="the plan to hold against PLAN"
    )
    made.add_argument("--facts", type=Path, required=True, metavar="DIR")
    made.add_argument(
        "--other-facts", type=Path, metavar="DIR", help="facts of PLAN_B where they differ"
    )
    made.add_argument("--month", metavar="M", help="one month, as 2024-03")
    made.add_argument("--from", dest="first", metavar="M")
    made.add_argument("--to", dest="last", metavar="M", help="included")
    made.add_argument("--engine", choices=ENGINES, default="duckdb")
    made.add_argument("--skip-rejected", action="store_true", help="compare without rejected rows")
    made.add_argument("--top", type=int, default=10, metavar="N", help="orders shown (default 10)")
    made.add_argument("--out", type=Path, metavar="DIR", help="workbook, data and chart here")
    made.add_argument("--chart", type=Path, metavar="FILE", help="FILE.svg or FILE.png")
    made.add_argument("--report", type=Path, metavar="FILE", help="FILE.html or FILE.pdf")
    add_lang(made)
    made.add_argument("--xlsx", type=Path, metavar="FILE", help="the workbook alone")
    made.add_argument("--json", action="store_true", help="print data only")
    return made


def main(argv: list[str]) -> int:
    """Exit 0; 2 where a plan or the facts cannot be used."""
    args = options().parse_args(argv)
    if args.month and (args.first or args.last):
        raise UserError("--month names one month; with --from and --to leave it out")
    report = checked(args.report)
    if args.chart and args.chart.suffix.lower() not in PICTURES:
        raise UserError(f"--chart {args.chart}: a chart is written as FILE.svg or FILE.png")
    span = (
        month(args.month or args.first) if args.month or args.first else None,
        month(args.month or args.last) if args.month or args.last else None,
    )
    programs = sides(args.plan, args.other, chosen(args.question))
    folders = (args.facts, args.other_facts or args.facts)
    found = compare(programs, folders, span, args.engine, args.skip_rejected, say)
    done()
    if args.xlsx:
        write_comparison(found, args.xlsx)
    if args.out:
        write_comparison(found, args.out / "compare.xlsx")
        write_json(args.out / "compare.json", comparison_data(found))
        for ending in PICTURES:
            draw(found, args.out / f"compare{ending}", args.lang)
    if args.chart:
        draw(found, args.chart, args.lang)
    if report is not None:
        write_paper(compare_paper(found, args.lang), report)
    if args.json:
        print(json.dumps(comparison_data(found), ensure_ascii=False, indent=2))
        return 0
    show(found, args.top)
    if args.out:
        print(f"files: {args.out}/compare.xlsx, compare.json, compare.svg, compare.png")
    return 0


def draw(found: Comparison, path: Path, lang: str) -> None:
    """The chart as a picture of its own."""
    drawing = chart(found, lang)
    sentence = f"{found.labels[0]} → {found.labels[1]}: {signed(found.total().difference)}"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".png":
        path.write_bytes(picture_png(drawing, sentence))
    else:
        path.write_text(picture_svg(drawing, sentence), encoding="utf-8", newline="\n")


def sides(path: Path, other: Path | None, readings: dict[str, str]) -> tuple[Program, Program]:
    """Both programs: a plan as it stands against other readings of it, or two plans.

    With two plans a reading holds for each that asks the question.
    """
    plan, _ = read_plan_file(path)
    if other is None:
        if not readings:
            raise UserError(
                "name a second plan, or a reading to compare with: --question NAME=READING;"
                f" {path.name} asks {', '.join(plan.questions) or 'no question'}"
            )
        return _compiled(plan, {}, path), _compiled(plan, readings, path)
    second, _ = read_plan_file(other)
    unknown = readings.keys() - plan.questions.keys() - second.questions.keys()
    if unknown:
        raise UserError(f"neither plan asks a question “{min(unknown)}”")
    return _compiled(plan, readings, path), _compiled(second, readings, other)


def _compiled(plan: Plan, readings: dict[str, str], path: Path) -> Program:
    known = {n: r for n, r in readings.items() if n in plan.questions}
    try:
        return compile_plan(plan, known or readings)
    except PlanError as error:
        raise error.named(path.name) from None


def show(found: Comparison, top: int) -> None:
    """Totals, lines, people, months and the orders that made the most difference."""
    total = found.total()
    better, same, worse = winners(found.people().values())
    print(f"{BEFORE} {found.labels[0]}\n{AFTER} {found.labels[1]}")
    print(f"{Month(found.months.start)} – {Month(found.months.stop - 1)}, {found.currency}\n")
    _table("项目", ((found.titles[n], p) for n, p in found.lines().items()), total)
    people = list(found.people().items())
    shown = [(f"{payee} {found.names.get(payee, '')}", p) for payee, p in people if p.difference]
    cut = shown if len(shown) <= SHOWN else [*shown[: SHOWN // 2], *shown[-SHOWN // 2 :]]
    if cut:
        _table("人员", cut, None)
    print(f"{better} 人增加,{same} 人不变,{worse} 人减少\n")
    months = [(str(Month(m)), p) for m, p in found.by_months().items() if p.difference]
    if len(found.months) > 1 and months:
        _table("月份", months, None)
    if found.orders and top > 0:
        _orders(found, top)
    for side, rejected in zip((BEFORE, AFTER), found.refused, strict=True):
        if rejected:
            rows = len({(r.file, r.row) for r in rejected})
            print(f"{side}方不接受 {rows} 行,已从{side}方略去:{told_in(rejected[0].reason, 'zh')}")


def _table(name: str, rows: Iterable[tuple[str, Pair]], total: Pair | None) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_footer=bool(total))
    table.add_column(name, no_wrap=True, footer="合计" if total else "")
    for title, amount in zip((BEFORE, AFTER, DIFFERENCE), _texts(total or Pair()), strict=True):
        table.add_column(title, justify="right", no_wrap=True, footer=amount if total else "")
    for title, pair in rows:
        table.add_row(title, *_texts(pair))
    print_table(table)


def _texts(pair: Pair) -> tuple[str, str, str]:
    return (_amount(pair.before), _amount(pair.after), signed(pair.difference))


def _amount(value: int | None) -> str:
    return "—" if value is None else grouped(value)


def _orders(found: Comparison, top: int) -> None:
    print(f"差额最大的订单 ({min(top, len(found.orders))} / {found.changed})")
    for order in found.orders[:top]:
        discount = discount_text(order.listed, order.net)
        net = "" if order.net is None else f"成交 {grouped(order.net)}"
        print(
            f"  {order.order}  {order.day or ''}  {net}  {discount}  {signed(order.pair.difference)}"
        )
        for part in order.parts:
            before, after, change = _texts(part.pair)
            name = f"{part.payee} {found.names.get(part.payee, '')}"
            reason = why(part)
            said = f"    {name}  {found.titles[part.line]}  {before} → {after}  {change}"
            print(said + (f"  ({reason})" if reason else ""))
    print()
