"""`target`: backwards from a pay or a threshold to the least sales that reach it; or one order priced."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import date

from rich import box
from rich.table import Table

from assay.commands.common import (
    add_facts,
    compile_file,
    done,
    facts_at,
    month,
    parser,
    print_table,
    say,
)
from assay.engine.inputs import read_inputs
from assay.engine.judge import Judge
from assay.engine.quote import Quote, quotes, read_ratio
from assay.engine.target import (
    AT_MOST,
    MOST,
    Goal,
    Price,
    Way,
    pay_goal,
    prices,
    reach_goal,
    ways,
)
from assay.errors import UserError
from assay.money import grouped, read_yuan, yuan
from assay.papers.compare_paper import signed
from assay.period import read_date
from assay.plan.tree import Value

AT = ("10折", "9折", "8.01折", "8折", "7.01折", "7折")


def options() -> argparse.ArgumentParser:
    """The command's options."""
    made = parser("target", "The least further sales that reach a pay, or what an order would pay.")
    add_facts(made)
    made.add_argument("--payee", required=True, metavar="ID")
    made.add_argument("--month", required=True, metavar="M")
    made.add_argument("--pay", metavar="AMOUNT", help="the pay to reach, as 30000 or 3万")
    made.add_argument("--reach", metavar="NAME", help="a condition or table of the plan to reach")
    made.add_argument("--order", metavar="LIST", help="price one order of this list price")
    made.add_argument(
        "--at", action="append", metavar="DISCOUNT", help="8折, 8.01折, 80% (repeatable)"
    )
    made.add_argument("--line", default="", metavar="NAME", help="--pay is of this line alone")
    made.add_argument("--orders", default="1,2", metavar="N,…", help="in how many orders (1,2)")
    made.add_argument("--role", default="", metavar="ROLE")
    made.add_argument("--by", default="", metavar="ID", help="who sells (default: as pays most)")
    made.add_argument("--on", metavar="DAY", help="the day of the sale (default: the last)")
    made.add_argument("--channel", default="", metavar="NAME")
    made.add_argument(
        "--with", dest="more", action="append", default=[], metavar="COLUMN=VALUE",
        help="a further column of orders that the plan reads (repeatable)",
    )  # fmt: skip
    made.add_argument("--most", metavar="AMOUNT", help="how far is searched (1亿元)")
    made.add_argument("--json", action="store_true", help="print data only")
    return made


def main(argv: list[str]) -> int:
    """Exit 0, also where nothing reaches it; 2 when plan, facts or options cannot be used."""
    args = options().parse_args(argv)
    if sum(bool(x) for x in (args.pay, args.reach, args.order)) != 1:
        raise UserError("say one of --pay AMOUNT, --reach NAME, --order LIST_PRICE")
    program, _ = compile_file(args.plan, args.question)
    facts = read_inputs(program, facts_at(args.facts), say)
    judge = Judge(program, facts, args.payee, month(args.month), args.role)
    more = _more(args.more)
    judge.choose(args.by, _day(args.on), args.channel, more)
    if args.order:
        found = quotes(judge, _money(args.order, "--order"), args.at or AT)
        done()
        _print_quotes(judge, found, _money(args.order, "--order"), args.json)
        return 0
    goal = (
        pay_goal(judge, _money(args.pay, "--pay"), args.line)
        if args.pay
        else reach_goal(judge, args.reach)
    )
    asked = _asked(judge, args.at)
    most = _money(args.most, "--most") if args.most else MOST
    say("searching")
    met = goal.reached(judge.now)
    found_ways = [] if met else ways(judge, goal, asked, _counts(args.orders), most)
    done()
    if args.json:
        data = _data(judge, goal, found_ways, bool(args.pay))
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        _print_ways(judge, goal, found_ways, bool(args.pay), most)
    return 0


def _asked(judge: Judge, at: Sequence[str] | None) -> list[Price]:
    """The prices said, each on the side of its edge; else those at which a rule turns."""
    known = prices(judge)
    if not at:
        return known
    found = []
    for said in at:
        ratio = read_ratio(said)
        same = [price for price in known if price.ratio == ratio and price.side != "above"]
        found.append(same[0] if same else Price(ratio, AT_MOST))
    return found


def _counts(text: str) -> list[int]:
    parts = text.replace(",", ",").split(",")
    if not all(part.strip().isdigit() and 1 <= int(part) <= 20 for part in parts):
        raise UserError(f"--orders {text}: write numbers of orders from 1 to 20, as 1,2,3")
    return list(dict.fromkeys(int(part) for part in parts))


def _money(text: str, option: str) -> int:
    try:
        found = read_yuan(text)
    except ValueError as error:
        raise UserError(f"{option} {text}: {error}") from None
    if found <= 0:
        raise UserError(f"{option} {text}: must be over 0")
    return found


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return read_date(text)
    except ValueError as error:
        raise UserError(f"--on {text}: {error}") from None


def _more(said: Sequence[str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for one in said:
        name, mark, value = one.partition("=")
        if not mark:
            raise UserError(f"--with {one}: write COLUMN=VALUE")
        try:
            found[name] = read_yuan(value)
        except ValueError:
            found[name] = value
    return found


# -- printing -----------------------------------------------------------------------------------


def _amount(value: object, money: bool) -> str:
    return grouped(int(str(value))) if money else str(value)


def _print_ways(judge: Judge, goal: Goal, found: list[Way], money: bool, most: int) -> None:
    pay = sum(line.amount for line in judge.lines(judge.now))
    titles = {r.name: r.title.text("zh", r.name) for r in judge.program.rules}
    print(f"{judge.payee} {judge.name}  {judge.month}  现在合计 {grouped(pay)}")
    title = titles.get(goal.title, goal.title) or "合计"
    if money:
        need = int(goal.least)
        print(f"{title} 要到 {grouped(need)},现有 {grouped(int(goal.have))}")
    else:
        print(f"要达到:{title}")
    if not found:
        print("已经达到,不用再卖。")
        return
    assert judge.sale is not None
    who = "" if judge.sale.seller == judge.payee else f",由 {judge.sale.seller} 卖出"
    print(f"再卖多少(成交额,记在 {judge.sale.day}{who}):\n")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for heading in ("折扣", "单数", "再卖", "原价", "让利", "合计到"):
        table.add_column(heading, justify="left" if heading == "折扣" else "right", no_wrap=True)
    table.add_column("说明")
    for way in found:
        if way.net is None:
            table.add_row(
                way.price.label, str(way.orders), "—", "", "", "", f"{grouped(most)} 以内达不到"
            )
            continue
        table.add_row(
            way.price.label,
            str(way.orders),
            grouped(way.net),
            grouped(way.listed),
            grouped(way.given or 0),
            grouped(way.pay),
            ";".join(filter(None, ("最省" if way.cost == found[0].cost else "", _note(way)))),
        )
    print_table(table)
    print("按代价从小到大:先看要再卖多少,同样多的再看让利(原价减成交)多少。")
    if all(way.exact for way in found if way.net is not None):
        print("每个数都由参考算法验过:到这个数达到,少 1 分达不到。分几单时各单相等。")


def _note(way: Way) -> str:
    if not way.gaps:
        return "" if way.exact else "差 1 分的界限未能验出"
    spans = ";".join(f"{grouped(a)} 至 {grouped(b)}" for a, b in way.gaps)
    if way.safe is None:
        return f"再多卖又达不到:{spans}"
    return f"多卖又会达不到:{spans};{grouped(way.safe)} 起一直达到"


def _print_quotes(judge: Judge, found: list[Quote], listed: int, as_json: bool) -> None:
    names = list(dict.fromkeys(name for quote in found for name in quote.own))
    titles = {r.name: r.title.text("zh", r.name) for r in judge.program.rules}
    before = sum(line.amount for line in judge.lines(judge.now))
    if as_json:
        print(json.dumps(_quote_data(judge, found, listed, before), ensure_ascii=False, indent=2))
        return
    print(f"{judge.payee} {judge.name}  {judge.month}  现在合计 {grouped(before)}")
    print(f"再卖一单,原价 {grouped(listed)}:\n")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    heads = ["折扣", "成交", *(titles[n] for n in names), "对其余各单", "这一单值", "本月合计"]
    for heading in heads:
        table.add_column(heading, justify="left" if heading == "折扣" else "right", no_wrap=True)
    for quote in found:
        table.add_row(
            quote.said,
            grouped(quote.net),
            *(grouped(quote.own[n]) if n in quote.own else "" for n in names),
            signed(quote.rest),
            signed(quote.gain),
            grouped(quote.total),
        )
    print_table(table)


# -- data ---------------------------------------------------------------------------------------


def _data(judge: Judge, goal: Goal, found: list[Way], money: bool) -> dict[str, object]:
    assert judge.sale is not None
    return {
        "payee_id": judge.payee,
        "month": str(judge.month),
        "roles": judge.roles,
        "goal": {
            "of": goal.title or "total",
            "need": yuan(int(goal.least)) if money else None,
            "have": yuan(int(goal.have)) if money else None,
            "reached": goal.reached(judge.now),
        },
        "sale": {"by": judge.sale.seller, "on": judge.sale.day.isoformat()},
        "ways": [
            {
                "price": way.price.label,
                "ratio": str(way.price.ratio),
                "side": way.price.side,
                "orders": way.orders,
                "net_amount": None if way.net is None else yuan(way.net),
                "list_amount": None if way.net is None else yuan(way.listed),
                "pay": None if way.net is None else yuan(way.pay),
                "discount_given": None if way.given is None else yuan(way.given),
                "cheapest": way.net is not None and way.cost == found[0].cost,
                "missed_again": [[yuan(a), yuan(b)] for a, b in way.gaps],
                "verified": way.exact,
                "reached_from": None if way.safe is None else yuan(way.safe),
            }
            for way in found
        ],
    }


def _quote_data(judge: Judge, found: list[Quote], listed: int, before: int) -> dict[str, object]:
    assert judge.sale is not None
    return {
        "payee_id": judge.payee,
        "month": str(judge.month),
        "pay": yuan(before),
        "sale": {"by": judge.sale.seller, "on": judge.sale.day.isoformat()},
        "list_amount": yuan(listed),
        "quotes": [
            {
                "at": quote.said,
                "net_amount": yuan(quote.net),
                "own": {name: yuan(amount) for name, amount in quote.own.items()},
                "bands": quote.bands,
                "rest": yuan(quote.rest),
                "gain": yuan(quote.gain),
                "total": yuan(quote.total),
            }
            for quote in found
        ],
    }
