"""Names that rest on themselves among those below: circles that have no end are refused, depth is none."""

from __future__ import annotations

import pytest

from assay.errors import UserError
from assay.plan.compile import compile_plan
from assay.plan.example import work
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan

ENDLESS = {
    "of the same month": 'a: "b + reports.sum(a)", b: "a * 2"',
    "in another order": 'b: "a", a: "reports.sum(b) + b"',
    "of everybody": 'a: "5元 + reports.sum(b)", b: "a + company.sum(a)"',
    "of the team": 'a: "5元 + reports.sum(b)", b: "a + 1元 * number(team.count(a > 0元))"',
    "of a place": 'a: "5元 + reports.sum(b)", b: "a + 1元 * number(rank(a, among: role))"',
    "of oneself in the sum": 'a: "reports.sum(sum(order.amount) + this(a))"',
    "of a balance": 'a: {carry: month, adds: "reports.sum(a)", takes: 0元}',
}


def plan(measures: str, people: str = "") -> str:
    return (
        f"plan: below\neffective: 2024-01\nmeasures: {{{measures}}}\n"
        "rules: [{name: pay, for: rep, per: month, pay: a}]\n"
        f"examples: [{{payee: {{id: P0}}, others: [{people}]}}]\n"
    )


@pytest.mark.parametrize("measures", ENDLESS.values(), ids=ENDLESS)
def test_a_circle_that_does_not_lead_downwards_is_refused(measures: str) -> None:
    with pytest.raises(PlanError) as refused:
        compile_plan(read_plan(plan(measures)))
    assert any("a circle: " in str(p.message) for p in refused.value.problems)


@pytest.mark.parametrize("mine", ["5元", "target otherwise 5元"])
def test_a_line_of_any_depth_is_worked_out_from_below(mine: str) -> None:
    people = ", ".join(f"{{id: P{n}, reports_to: P{n - 1}}}" for n in range(1, 600))
    read = read_plan(plan(f'a: "({mine}) + reports.sum(a)"', people))
    assert work(read, read.examples[0]).lines == {"pay": 500 * 600}


def test_who_stands_below_himself_is_told_by_name() -> None:
    people = "{id: P1, reports_to: P2}, {id: P2, reports_to: P1}"
    read = read_plan(plan('a: "5元 + reports.sum(a)"', people + ", {id: P3, reports_to: P1}"))
    with pytest.raises(UserError, match=r"“P[12]” stands below himself in 2024-01"):
        work(read, read.examples[0])
