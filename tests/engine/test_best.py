"""Places with more than one value, and the best of many: both engines, ties, and what is proved of them."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from assay.plan.check import verdict
from assay.plan.compile import compile_plan
from assay.plan.example import work
from assay.plan.reading import read_plan
from assay.samples.made import Made
from tests.conftest import ROOT
from tests.engine.test_engines_agree import paid

TEXT = (ROOT / "tests" / "plan" / "shapes" / "best.yaml").read_text(encoding="utf-8")
RANKED = """plan: ranked
effective: 2024-01
facts: {order: {has: {margin: money}}}
measures:
  sales: "sum(order.amount)"
  margin: "sum(order.margin)"
  place: "rank(sales, margin, among: role)"
  dense: "rank(sales, margin, among: role, ties: dense)"
  best_two: "sum(order.amount, best: 2)"
rules: [{name: pay, for: rep, per: month, pay: "if(place = 1, 100元, 0元) + best_two * 1%"}]
examples:
"""


def test_both_engines_give_the_same_places(tmp_path: Path) -> None:
    """What DuckDB carries of it are the places among the role; counts make many ties."""
    program = compile_plan(read_plan(TEXT))
    Made(program, 4, 24, 6).write(tmp_path)
    slow, fast = (paid(program, tmp_path, engine) for engine in ("reference", "duckdb"))
    assert fast[2].where[0] == "duckdb"
    assert slow[:2] == fast[:2]
    assert len({row.amount for row in fast[2].statements if row.rule == 0}) == 2


# (sales, margin) of three people and their places, with places left out after equals and without.
PLACES = [
    ([(5, 1), (5, 2), (4, 9)], [2, 1, 3], [2, 1, 3]),
    ([(5, 2), (5, 2), (4, 9)], [1, 1, 3], [1, 1, 2]),
    ([(5, 2), (5, 2), (5, 2)], [1, 1, 1], [1, 1, 1]),
    ([(4, 9), (5, 0), (4, 8)], [2, 1, 3], [2, 1, 3]),
    ([(1, 0), (5, 1), (5, 1)], [3, 1, 1], [2, 1, 1]),
]


@pytest.mark.parametrize(("sold", "places", "dense"), PLACES)
def test_equals_are_parted_by_the_next_value_alone(
    sold: list[tuple[int, int]], places: list[int], dense: list[int]
) -> None:
    """Whatever order the people stand in."""
    for turn in permutations(range(3)):
        people = ", ".join(
            f"{{id: {'ABC'[at]}, orders: [{{amount: {sold[at][0]}元, margin: {sold[at][1]}元}}]}}"
            for at in turn
        )
        found = ", ".join(
            f"{'ABC'[at]}.place: {places[at]}, {'ABC'[at]}.dense: {dense[at]}" for at in turn
        )
        case = f"  - {{payee: {{id: Z}}, others: [{people}], expect: {{{found}}}}}\n"
        plan = read_plan(RANKED + case)
        assert not work(plan, plan.examples[0]).failures


@pytest.mark.parametrize("amounts", [(3, 2, 1), (2, 2, 2), (5, 1, 5), (1,), ()])
def test_the_best_are_the_greatest_in_any_order(amounts: tuple[int, ...]) -> None:
    best = sum(sorted(amounts)[-2:])
    for order in set(permutations(amounts)):
        orders = ", ".join(f"{{on: 01-0{9 - at}, amount: {one}元}}" for at, one in enumerate(order))
        case = f"  - {{orders: [{orders}], expect: {{best_two: {best}元}}}}\n"
        plan = read_plan(RANKED + case)
        assert not work(plan, plan.examples[0]).failures


def test_nothing_of_them_is_left_undecided() -> None:
    """A further sale never pays less; the place is a cliff, and a sale split fills no better two."""
    plan = read_plan(RANKED.removesuffix("examples:\n"))
    verdicts = {f.about: f.status for f in verdict(plan).findings if f.rule == "pay"}
    assert verdicts["more_sales"] == "proved"
    assert verdicts["cliff"] == "refuted"
    assert "undecided" not in verdicts.values()
