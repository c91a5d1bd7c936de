"""target: the amount found is the least that reaches, held against trying every single 分."""

from __future__ import annotations

import json
import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.cli import main
from assay.engine.inputs import read_inputs
from assay.engine.judge import Judge
from assay.engine.quote import quotes
from assay.engine.target import Price, Search, pay_goal, prices, reach_goal, ways
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.reading import read_plan
from tests.conftest import PLAN, assay, rows, write_csv
from tests.oracle import Clerk

MOST = 2500

TINY = """
plan: tiny
effective: 2024-01
facts: {order: {to: [{who: order.salesperson, as: [clerk, chief], counts_for: team}]}}
measures:
  sales: "sum(order.amount)"
  average: "sum(order.amount) / sum(order.list_price)"
  over: "sales > 15元"
tables:
  rate: {of: order.discount, bands: [[">= 9折", 8%], ["(8折, 9折)", 40%], ["<= 8折", 10%]]}
  bonus: {of: order.amount, bands: [["< 12元", 0元], ["[12元, 13元)", 2元], [">= 13元", 0.5元]]}
  point:
    first:
      - ["over and average < 7.5折", -5点]
      - [over, 10点]
      - [otherwise, 0点]
  team_point: {of: team.sum(order.amount), bands: [["< 18元", 1%], [">= 18元", 20%]]}
rules:
  - {name: pay, for: clerk, per: order, pay: "above(order.amount, 3元, by: BY) * (rate + point)"}
  - {name: extra, for: clerk, per: order, pay: bonus}
  - {name: share, for: chief, per: team.order, pay: "order.amount * team_point"}
"""


def tiny(folder: Path, rng: random.Random) -> None:
    """Two clerks and a chief with some small orders."""
    write_csv(
        folder / "people.csv",
        "payee_id,name,role,team",
        "a,A,clerk,T",
        "b,B,clerk,T",
        "c,C,chief,T",
    )
    made = []
    for number in range(rng.randrange(0, 5)):
        listed = rng.randrange(100, 900)
        net = rng.choice((listed, listed * 9 // 10, listed * 8 // 10, listed * 7 // 10, 1))
        made.append(
            f"{number},2024-01-{rng.randrange(1, 29):02d},{rng.choice('ab')},{listed / 100:.2f},{net / 100:.2f}"
        )
    write_csv(
        folder / "orders.csv", "order_id,order_date,salesperson_id,list_amount,net_amount", *made
    )


def spans(reached: list[bool], found: int) -> list[tuple[int, int]]:
    """Runs above the first amount found at which the goal is missed again."""
    gaps: list[tuple[int, int]] = []
    for net in range(found, MOST + 1):
        if not reached[net]:
            if gaps and gaps[-1][1] == net - 1:
                gaps[-1] = (gaps[-1][0], net)
            else:
                gaps.append((net, net))
    return gaps


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.integers(min_value=0, max_value=10**9))
def test_every_amount_tried(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """On a plan full of cliffs: least amount and every gap above it are those of brute force."""
    rng = random.Random(seed)
    folder = tmp_path_factory.mktemp("tiny")
    tiny(folder, rng)
    by = rng.choice(("date", "pro_rata", "lowest(rate)", "highest(rate)"))
    program = compile_plan(read_plan(TINY.replace("BY", by), "tiny"))
    facts = read_inputs(program, folder)
    judge = Judge(program, facts, rng.choice("abc"), Month.parse("2024-01"))
    judge.choose()
    goal = (
        reach_goal(judge, "point")
        if rng.random() < 0.2 and judge.payee != "c"
        else pay_goal(judge, goal_now(judge) + rng.randrange(1, 400))
    )
    search = Search(judge, goal, rng.choice(prices(judge)), rng.choice((1, 1, 2)), MOST)
    way = search.way()
    reached = [False] * (search.orders - 1)
    reached.insert(0, False)
    reached += [
        goal.reached(judge.runner(search.parts(net))) for net in range(search.orders, MOST + 1)
    ]
    first = next((net for net, there in enumerate(reached) if there), None)
    # In whole 分 of list price the edge may lie some 分 beside that of exact list prices.
    slack = 2 * search.price.ratio.denominator * search.orders
    if first is None or way.net is None:
        assert (first is None) == (way.net is None)
        return
    assert abs(way.net - first) <= slack
    assert way.exact == (
        search.really(way.net) and not (way.net > search.orders and search.really(way.net - 1))
    )
    gaps = spans(reached, first)
    assert list(way.gaps) == gaps[: len(way.gaps)]
    assert len(way.gaps) == min(len(gaps), 5)


def goal_now(judge: Judge) -> int:
    return sum(line.amount for line in judge.lines(judge.now))


def sold(folder: Path, out: Path, seller: str, parts: list[tuple[int, int]], day: date) -> None:
    """The department's folder with further orders written into its file."""
    out.mkdir()
    for path in folder.iterdir():
        (out / path.name).write_bytes(path.read_bytes())
    with (out / "orders.csv").open("a", encoding="utf-8") as stream:
        for number, (listed, net) in enumerate(parts):
            stream.write(
                f"zz{number},{day},{seller},,direct,,,{listed / 100:.2f},{net / 100:.2f},open,0,\n"
            )


@pytest.mark.parametrize(
    ("payee", "month", "pay"), [("S04", "2024-03", 3_000_000), ("M01", "2025-06", 4_500_000)]
)
def test_a_clerk_of_its_own_agrees(
    key_account: Plan, department: Path, tmp_path: Path, payee: str, month: str, pay: int
) -> None:
    """The orders written into the file: reaches by the oracle, and 1 分 less does not."""
    program = compile_plan(key_account)
    facts = read_inputs(program, department)
    judge = Judge(program, facts, payee, Month.parse(month))
    sale = judge.choose()
    goal = pay_goal(judge, pay)
    asked = [p for p in prices(judge) if p.ratio in (Fraction(9, 10), Fraction(8, 10))]
    found = ways(judge, goal, asked, (1, 2))
    assert len(found) == 6
    for number, way in enumerate(found[:3]):
        assert way.net is not None
        assert way.exact
        search = Search(judge, goal, way.price, way.orders)
        for less in (0, 1):
            parts = [(int(a), b) for a, b in search.parts(way.net - less, whole=True)]
            folder = tmp_path / f"{number}{less}"
            sold(department, folder, sale.seller, parts, sale.day)
            clerk = Clerk(folder)
            clerk.month(month)
            paid = sum(
                v for (who, _, at, _), v in clerk.lines.items() if (who, at) == (payee, month)
            )
            assert (paid >= pay) == (not less), way
            assert less or paid == way.pay


def test_more_sales_that_pay_less_are_told(key_account: Plan, tmp_path: Path) -> None:
    """The average falls under 7.5折 as more is sold at just over 6折: reached, lost, reached again."""
    write_csv(tmp_path / "people.csv", "payee_id,name,role,team", "S1,甲,salesperson,KA")
    write_csv(tmp_path / "targets.csv", "payee_id,team,month,target", "S1,,2024-03,500000")
    write_csv(
        tmp_path / "orders.csv",
        "order_id,order_date,salesperson_id,list_amount,net_amount",
        "1,2024-03-05,S1,813000,610000",
    )
    program = compile_plan(key_account)
    judge = Judge(program, read_inputs(program, tmp_path), "S1", Month.parse("2024-03"))
    judge.choose()
    now = goal_now(judge)
    price = next(p for p in prices(judge) if p.ratio == Fraction(6, 10) and p.side == "above")
    way = Search(judge, pay_goal(judge, now + 1000), price, 1).way()
    assert way.net == 39_980  # 999.5 分 at 2.5 %, rounded half-up
    (start, stop) = way.gaps[0]
    assert way.safe == stop + 1
    for net, there in ((start - 1, True), (start, False), (stop, False), (stop + 1, True)):
        assert Search(judge, pay_goal(judge, now + 1000), price, 1).reached(net) is there


def test_the_ways_as_data_are_what_runs_pay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The cheapest way first; each amount written into the file pays what is said, 1 分 less too little."""
    folder, out = tmp_path / "facts", tmp_path / "out"
    folder.mkdir()
    write_csv(folder / "people.csv", "payee_id,name,role,team", "S1,甲,salesperson,KA")
    write_csv(folder / "targets.csv", "payee_id,team,month,target", "S1,,2024-03,500000")
    base = [str(PLAN), "--facts", str(folder), "--month", "2024-03"]

    def paid(listed: int = 0, net: int = 0) -> Decimal:
        order = f"2,2024-03-31,S1,{listed / 100:.2f},{net / 100:.2f}"
        write_csv(
            folder / "orders.csv",
            "order_id,order_date,salesperson_id,list_amount,net_amount",
            *("1,2024-03-05,S1,813000,610000", order)[: 2 if net else 1],
        )
        assert main(["run", *base, "--out", str(out)]) == 0
        return sum((Decimal(r["amount"]) for r in rows(out / "statements.csv")), Decimal(0))

    need = paid() + 10
    capsys.readouterr()
    asked = ["target", *base, "--payee", "S1", "--pay", str(need), "--orders", "1"]
    assert main([*asked, "--most", "20万", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["ways"]
    for way in found:
        assert [*way] == [
            "price", "ratio", "side", "orders", "net_amount", "list_amount", "pay",
            "discount_given", "cheapest", "missed_again", "verified", "reached_from",
        ]  # fmt: skip
    there = [way for way in found if way["net_amount"] is not None]
    costs = [(fen(way["net_amount"]), fen(way["discount_given"])) for way in there]
    assert costs == sorted(costs)
    assert len({*costs}) > 2
    assert found[: len(there)] == there
    assert [way["cheapest"] for way in there] == [cost == costs[0] for cost in costs]
    assert not any(way["cheapest"] for way in found[len(there) :])
    for way, (net, less) in zip(there, costs, strict=True):
        assert fen(way["list_amount"]) - net == less
        assert way["verified"] is True
    (again,) = (w for w in there if (w["ratio"], w["side"], w["orders"]) == ("3/5", "above", 1))
    ((start, stop),) = again["missed_again"]
    assert again["reached_from"] == f"{Decimal(stop) + Decimal('0.01')}"
    assert there[0]["reached_from"] == there[0]["net_amount"]
    for way in (there[0], again):
        assert paid(fen(way["list_amount"]), fen(way["net_amount"])) == Decimal(way["pay"]) >= need
    for way, net, reaches in (
        (there[0], fen(there[0]["net_amount"]) - 1, False),
        # In whole 分 of list price an edge may lie some 分 beside that of exact list prices.
        (again, fen(start) + 10, False),
        (again, fen(again["reached_from"]) + 10, True),
    ):
        price = Price(Fraction(way["ratio"]), way["side"])
        assert (paid(price.whole(net), net) >= need) is reaches
    paid()
    capsys.readouterr()
    assert main([*asked, "--most", "1万"]) == 0
    lines = [
        line for line in capsys.readouterr().out.splitlines() if "折" in line or "原价" in line
    ]
    assert "让利" in "".join(lines)
    (best, *_) = (line for line in lines if "最省" in line)
    assert f"{Decimal(there[0]['net_amount']):,}" in best
    assert sum("最省" in line for line in lines) == 1
    assert "起一直达到" not in "".join(lines)  # missed to the end of what was searched
    assert any("再多卖又达不到" in line for line in lines if "刚过6折" in line)


def fen(text: str) -> int:
    return int(Decimal(text) * 100)


def test_an_order_priced(department: Path, tmp_path: Path) -> None:
    """Each figure against the run with that order written into the file."""
    words = ("--facts", department, "--payee", "S04", "--month", "2024-03")
    ran = assay(
        "target", PLAN, *words, "--order", "400000", "--at", "8折", "--at", "8.01折", "--json"
    )
    assert ran.status == 0, ran.err
    data = json.loads(ran.out)
    assert [q["net_amount"] for q in data["quotes"]] == ["320000.00", "320400.00"]
    assert [q["bands"]["commission"] for q in data["quotes"]] == ["(7折, 8折]", "(8折, 9折)"]
    quote = data["quotes"][1]
    sold(department, tmp_path / "f", "S04", [(40_000_000, 32_040_000)], date(2024, 3, 31))
    out = tmp_path / "out"
    ran = assay("run", PLAN, "--facts", tmp_path / "f", "--month", "2024-03", "--out", out)
    assert ran.status == 0, ran.err
    credits = {r["line"]: r["amount"] for r in rows(out / "credits.csv") if r["order_id"] == "zz0"}
    credits.pop("override")
    assert credits == quote["own"]
    total = sum(
        Fraction(r["amount"]) for r in rows(out / "statements.csv") if r["payee_id"] == "S04"
    )
    assert total == Fraction(quote["total"])
    own = sum(map(Fraction, quote["own"].values()))
    assert Fraction(data["pay"]) + own + Fraction(quote["rest"]) == total


def test_the_added_point_reaches_into_the_rest_of_the_month(
    key_account: Plan, department: Path
) -> None:
    """At exactly 120 % a small order turns the point on for all the others."""
    program = compile_plan(key_account)
    judge = Judge(program, read_inputs(program, department), "S03", Month.parse("2024-05"))
    judge.choose()
    quote = quotes(judge, 100, ["10折"])[0]
    assert quote.rest == 460_000
    assert quote.gain == quote.total - goal_now(judge)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--pay AMOUNT"),
        (("--pay", "3万", "--reach", "accelerator"), "--pay AMOUNT"),
        (("--pay", "nothing"), "not an amount"),
        (("--pay", "-3"), "over 0"),
        (("--reach", "nothing"), "accelerator"),
        (("--pay", "3万", "--line", "override"), "commission"),
        (("--pay", "3万", "--by", "A01"), "A01"),
        (("--pay", "3万", "--on", "2024-04-01"), "2024-04-01"),
        (("--pay", "3万", "--orders", "0"), "--orders"),
        (("--order", "1000", "--at", "80"), "discount"),
        (("--pay", "3万", "--role", "manager"), "salesperson"),
    ],
)
def test_faults_are_told(
    department: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    base = ["target", str(PLAN), "--facts", str(department), "--payee", "S04", "--month", "2024-03"]
    assert main([*base, *words]) == 2
    assert said in capsys.readouterr().err


def test_the_command_says_it_in_words(department: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = ["target", str(PLAN), "--facts", str(department), "--payee", "S03", "--month"]
    assert main([*base, "2024-05", "--reach", "加点", "--orders", "1"]) == 0
    assert "少 1 分达不到" in capsys.readouterr().out
    assert main([*base, "2024-06", "--pay", "1"]) == 0
    assert "已经达到" in capsys.readouterr().out
