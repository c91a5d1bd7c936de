"""Shapes beyond bands: two dimensions, curves between points, ladders of steps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assay.plan.compile import compile_plan
from assay.plan.example import work
from assay.plan.example_reading import read_example
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan
from tests.conftest import assay, rows, write_csv

PLAN = """plan: shapes
effective: 2024-01
currency: USD
facts:
  order: {has: {profit: rate}}
measures:
  gross: "sum(order.amount)"
tables:
  grid:
    of: [order.amount, order.profit]
    columns: ["<= 50 USD", "(50 USD, 200 USD]", "> 200 USD"]
    rows: [["<= 15%", 9%, 13%, 14%], ["(15%, 20%]", 10%, 14%, 15%], ["> 20%", 11%, 15%, 16%]]
  curve:
    of: order.amount
    points: [[0 USD, 0 USD], [1000 USD, 10 USD], [3000 USD, 50 USD], [8000 USD, 150 USD], [20000 USD, 2150 USD]]
    beyond: hold
  leap:
    of: order.amount
    points: [[1000 USD, 10 USD], [7000 USD, 70 USD], [7000 USD, 100 USD], [14000 USD, 170 USD]]
    beyond: {below: 5 USD, above: go_on}
  ladder:
    of: gross
    bands: [["< 10000 USD", 0 USD]]
    then: {from: 10000 USD, first: 250 USD, every: 5000 USD, add: 250 USD}
rules:
  - {name: cell, for: salesperson, per: order, pay: "order.amount * grid", shows: {rate: grid, band: grid}}
  - {name: leaping, for: salesperson, per: order, pay: leap}
  - {name: drawn, for: salesperson, per: order, pay: curve}
  - {name: step, for: salesperson, per: month, pay: ladder}
"""


def block(*orders: tuple[int, str]) -> str:
    """An example with some orders."""
    listed = "\n".join(
        f"  - {{list_price: {a} USD, amount: {a} USD, profit: {p}}}" for a, p in orders
    )
    return f"name: x\nmonth: 2024-01\npayee: {{role: salesperson}}\norders:\n{listed}\n"


@pytest.mark.parametrize(
    ("amount", "profit", "cell", "drawn", "step"),
    [
        (160, "10%", 2080, 160, 0),
        (995, "22%", 15920, 995, 0),
        (50, "15%", 450, 50, 0),
        (1500, "20%", 22500, 2000, 0),
        (4500, "1%", 63000, 8000, 0),
        (9999, "1%", 139986, 48317, 0),
        (10000, "1%", 140000, 48333, 25000),
        (14999, "1%", 209986, 131650, 25000),
        (15000, "1%", 210000, 131667, 50000),
        (30000, "1%", 420000, 215000, 125000),
    ],
)
def test_each_shape(amount: int, profit: str, cell: int, drawn: int, step: int) -> None:
    worked = work(read_plan(PLAN), read_example(block((amount, profit))))
    leaping = worked.lines.pop("leaping")
    assert worked.lines == {"cell": cell, "drawn": drawn, "step": step}
    jump = 30 if amount >= 7000 else 0
    assert leaping == (amount + 100 * jump if amount >= 1000 else 500)


# A ratio of an order is outside the whole-number SQL; a number of pieces is inside.
COUNTED = (
    PLAN.replace("profit: rate", "pieces: count")
    .replace("order.profit", "order.pieces")
    .replace('"<= 15%"', '"<= 15件"')
    .replace('"(15%, 20%]"', '"(15件, 20件]"')
    .replace('"> 20%"', '"> 20件"')
)


def test_both_engines_pay_the_same(tmp_path: Path) -> None:
    """At the ends of every row and column of the grid; each rule on the engine that was asked for."""
    (tmp_path / "plan.yaml").write_text(COUNTED, encoding="utf-8")
    write_csv(tmp_path / "people.csv", "payee_id,role", "s1,salesperson")
    amounts = (50, 50.01, 200, 200.01, 700, 7000, 9999.99)
    pieces = (15, 16, 20, 21)
    cells = [(amount, count) for amount in amounts for count in pieces]
    orders = [
        f"{n},2024-01-{n:02d},s1,{amount},{amount},{count}"
        for n, (amount, count) in enumerate(cells, 1)
    ]
    write_csv(
        tmp_path / "orders.csv",
        "order_id,order_date,salesperson_id,list_amount,net_amount,pieces",
        *orders,
    )
    found = []
    for engine in ("duckdb", "reference"):
        out = tmp_path / engine
        ran = assay(
            "run", tmp_path / "plan.yaml", "--facts", tmp_path, "--out", out, "--engine", engine
        )
        assert ran.status == 0, ran.err
        told = json.loads((out / "run.json").read_text(encoding="utf-8"))["engine"]["rules"]
        assert {rule["line"]: rule["ran_on"] for rule in told} == dict.fromkeys(
            ("cell", "leaping", "drawn", "step"), engine
        )
        found.append((rows(out / "statements.csv"), rows(out / "credits.csv")))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("beyond: hold", "beyond: refuse", "can be none"),
        ("[8000 USD, 150 USD]", "[2000 USD, 150 USD]", "does not rise"),
        ("[14000 USD, 170 USD]", "[7000 USD, 170 USD]", "does not rise"),
        ("below: 5 USD", "below: 5%", "below the points stands a ratio"),
        ("above: go_on", "above: goes_on", "says nothing of beyond"),
        ("10%, 14%, 15%]", "10%, 14%]", "3 values"),
        ('"(15%, 20%]"', '"(16%, 20%]"', "gap"),
        ("every: 5000 USD", "every: 0 USD", "does not fit"),
        ("from: 10000 USD", "from: 12000 USD", "gap"),
        ('"> 200 USD"]', '"> 20%"]', "ends at"),
    ],
)
def test_broken_shapes_are_told(old: str, new: str, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        compile_plan(read_plan(PLAN.replace(old, new)))


BESIDE = """plan: beside
effective: 2024-01
measures:
  sales: "sum(order.amount)"
  pool: "team.sum(order.amount) * 6%"
  place: "rank(sales, among: role, ties: same)"
  dense_place: "rank(sales, among: team, ties: dense)"
tables:
  prize: {of: place, bands: [["= 1单", 5000元], ["= 2单", 3000元], ["= 3单", 1000元], ["> 3单", 0元]]}
rules:
  - {name: part, for: salesperson, per: month, pay: "share(70% * pool, by: sales, among: team)"}
  - {name: best, for: salesperson, per: month, pay: "if(sales > 0元, prize, 0元)"}
  - {name: leader, for: manager, per: month, pay: "30% * pool"}
"""


def test_pools_and_ranks(tmp_path: Path) -> None:
    """A pool of 30,000: 9,000 to the manager, 21,000 by sales; equal sales take the better place."""
    (tmp_path / "plan.yaml").write_text(BESIDE, encoding="utf-8")
    write_csv(
        tmp_path / "people.csv", "payee_id,role,team", "a,salesperson,T", "b,salesperson,T", "c,salesperson,T",
        "d,salesperson,T", "m,manager,T",
    )  # fmt: skip
    write_csv(
        tmp_path / "orders.csv", "order_id,order_date,salesperson_id,list_amount,net_amount",
        "1,2024-01-02,a,200000,200000", "2,2024-01-02,b,150000,150000", "3,2024-01-03,b,50000,50000",
        "4,2024-01-02,c,100000,100000", "5,2024-02-01,a,1,0.33", "6,2024-02-01,b,1,0.33", "7,2024-02-01,c,1,0.34",
    )  # fmt: skip
    assert (
        assay("run", tmp_path / "plan.yaml", "--facts", tmp_path, "--out", tmp_path / "out").status
        == 0
    )
    paid = {
        (r["payee_id"], r["month"], r["line"]): r["amount"]
        for r in rows(tmp_path / "out" / "statements.csv")
    }
    january = {key[::2]: amount for key, amount in paid.items() if key[1] == "2024-01"}
    assert january == {
        ("a", "part"): "8400.00", ("b", "part"): "8400.00", ("c", "part"): "4200.00", ("d", "part"): "0.00",
        ("a", "best"): "5000.00", ("b", "best"): "5000.00", ("c", "best"): "1000.00", ("d", "best"): "0.00",
        ("m", "leader"): "9000.00",
    }  # fmt: skip
    # A pool of 4 分 over 33 : 33 : 34 — the 分 left over goes to the largest remainder.
    assert [paid[(p, "2024-02", "part")] for p in "abcd"] == ["0.01", "0.01", "0.02", "0.00"]
