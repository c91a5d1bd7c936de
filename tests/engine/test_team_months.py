"""What a team's value of earlier months pays: the same whoever comes first, in the run and asked for alone."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from assay.engine.explain import opened
from assay.engine.inputs import read_inputs
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.reading import read_plan
from tests.conftest import write_csv
from tests.engine.test_engines_agree import paid

PLAN = """plan: months
effective: 2024-01
measures:
  own: "sum(order.amount)"
  pool: "team.sum(order.amount)"
  both: "own * 2 + pool"
  year: {is: "sum(pool)", over: year}
  quarter: {is: "sum(pool)", over: quarter}
  rolling: {is: "max(pool) otherwise 0元", over: last_2_months}
  last: "earlier(pool, 1个月)"
  of_two: "earlier(year, 1个月) + earlier(last, 1个月)"
  mixed: {is: "sum(both)", over: year}
  mixed_last: "earlier(both, 1个月)"
  sold_in: {is: "sum(pool, where: own > 0元)", over: year}
  heads: {is: "count(pool >= 50元, where: own > 0元)", over: year}
  ours: {is: "sum(company.sum(order.amount), where: own > 0元)", over: year}
  since: {is: "sum(pool)", over: year, since: "payee.joined_on otherwise '2024-01-01'"}
  of_all: "team.sum(both)"
  of_all_years: "team.max(mixed) otherwise 0元"
rules:
"""
RULES = {
    "the team": """
  - {name: year, for: [member, chief], per: month, pay: "year * 1%"}
  - {name: quarter, for: [member, chief], per: month, pay: "quarter * 1%"}
  - {name: rolling, for: [member, chief], per: month, pay: "rolling * 1%"}
  - {name: last, for: [member, chief], per: month, pay: "last * 1%"}
  - {name: of_two, for: [member, chief], per: month, pay: "of_two * 1%"}
  - {name: mixed, for: member, per: month, pay: "mixed * 1% + mixed_last * 1%"}
  - {name: sold_in, for: member, per: month, pay: "sold_in * 1% + number(heads) * 1元"}
  - {name: since, for: member, per: month, pay: "since * 1%"}
  - {name: orders, for: member, per: order, pay: "order.amount * ((year + last) / 10000元) + last * 1%"}
  - {name: beside, for: member, per: order, pay: "order.amount * ((own + year + last) / 10000元)"}
""",
    "its people": """
  - {name: of_all, for: [member, chief], per: month, pay: "of_all * 1%"}
  - {name: of_years, for: [member, chief], per: month, pay: "of_all_years * 1%"}
""",
    "the company": """
  - {name: ours, for: [member, chief], per: month, pay: "ours * 1%"}
""",
}


def house(chance: random.Random) -> tuple[list[list[str]], list[list[str]]]:
    """People of two teams who stay, move in a month or between two, come or leave; and what they sold."""
    people = [["p0", "chief", "S", "", ""], ["p1", "member", "S", "", ""]]
    for number in range(2, 7):
        first, then = chance.choice(("ST", "TS", ("S", ""), ("", "T")))
        if number > 2 and chance.random() < 0.3:
            at = chance.choice(("", "2024-02-10"))
            people.append([f"p{number}", "member", first, at, "2024-03-05" if at else ""])
            continue
        month = chance.choice((date(2024, 2, 1), date(2024, 3, 1)))
        turn = month + timedelta(chance.choice((-1, chance.randrange(28))))
        people.append([f"p{number}", "member", first, "", str(turn)])
        people.append([f"p{number}", "member", then, str(turn + timedelta(1)), ""])
    orders = [
        [str(date(2024, 1, 1) + timedelta(chance.randrange(120))), f"p{chance.randrange(1, 7)}",
         f"{chance.randrange(100, 99999) / 100:.2f}"]
        for _ in range(chance.randrange(5, 25))
    ]  # fmt: skip
    return people, orders


def written(folder: Path, people: list[list[str]], orders: list[list[str]]) -> Path:
    folder.mkdir()
    write_csv(folder / "people.csv", "payee_id,role,team,from,to", *(",".join(p) for p in people))
    sold = (f"{n},{day},{who},{of},{of}" for n, (day, who, of) in enumerate(orders, 1))
    header = "order_id,order_date,salesperson_id,list_amount,net_amount"
    write_csv(folder / "orders.csv", header, *sold)
    return folder


Pay = dict[tuple[str, str, int, str], int]


def pay(program: Program, folder: Path, engine: str, names: Mapping[str, str]) -> Pay:
    """What a run pays each payee of each line and month, under the names he had."""
    found: Pay = {}
    for row in paid(program, folder, engine)[2].statements:
        rule = program.rules[row.rule]
        key = (names.get(row.payee, row.payee), row.role, row.month, rule.name)
        assert key not in found
        found[key] = row.amount
    return found


def apart(one: Pay, other: Pay) -> set[tuple[str, str, int, str]]:
    """Lines that one pays and the other does not, or not so much."""
    return {key for key in one.keys() | other.keys() if one.get(key, 0) != other.get(key, 0)}


@pytest.mark.parametrize("whose", RULES)
@pytest.mark.parametrize("seed", range(4))
def test_who_comes_first_changes_nobodys_pay(tmp_path: Path, whose: str, seed: int) -> None:
    """Ids changed about and rows shuffled, either engine, or one payee asked for alone."""
    months = compile_plan(read_plan(PLAN + RULES[whose]))
    chance = random.Random(seed)
    people, orders = house(chance)
    ids = sorted({p[0] for p in people})
    named = dict(zip(ids, chance.sample(ids, len(ids)), strict=True))
    first = written(tmp_path / "first", people, orders)
    turned = [[named[p[0]], *p[1:]] for p in people], [[d, named[w], a] for d, w, a in orders]
    for table in turned:
        chance.shuffle(table)
    second = written(tmp_path / "second", *turned)
    run = pay(months, first, "reference", {})
    assert not apart(
        run, pay(months, second, "reference", {new: old for old, new in named.items()})
    )
    assert not apart(run, pay(months, first, "duckdb", {}))
    facts, found = read_inputs(months, first), dict[tuple[str, str, int, str], int]()
    for who in ids:
        for month in (Month.parse("2024-02"), Month.parse("2024-03")):
            for (role, line), amount in opened(months, facts, who, month).amounts().items():
                found[who, role, month.index, line] = amount
    assert not apart(found, {key: paid for key, paid in run.items() if key in found})
