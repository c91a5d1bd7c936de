"""The smallest example of a split, a merger, another month: none smaller exists, or it is said not to be sure."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
import z3

from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.prove import properties, smallest
from assay.plan.prove.assay import Effort, prove
from assay.plan.prove.finding import REFUTED, Finding
from assay.plan.prove.question import Question
from assay.plan.prove.side import Side
from assay.plan.prove.solve import SAT, UNSAT
from assay.plan.prove.stage import stage
from assay.plan.prove.symbols import compared, const
from assay.plan.reading import read_plan
from tests.conftest import ROOT, assay

STEP = """plan: step
effective: 2024-01
rules:
  - {name: bonus, for: rep, per: order, pay: "if(order.amount >= 0.05元, 0.04元, 0元)"}
"""


def asked(text: str, *abouts: str) -> dict[str, Finding]:
    found = prove(compile_plan(read_plan(text)), Effort(properties=abouts))
    return {f.about: f for f in found if not f.rule.endswith(".total")}


def amounts(finding: Finding, side: str = "before") -> list[Fraction]:
    assert finding.example is not None
    rows = json.loads(json.dumps(finding.example.data()))[side]
    return [Fraction(row["net_amount"]) for row in rows]


def test_every_smaller_split_and_merger_of_a_small_plan_gains_nothing() -> None:
    """4 分 from a sale of 5 分 on: all of them tried by hand."""

    def pay(*sales: int) -> int:
        return sum(4 for amount in sales if amount >= 5)

    pairs = [(a, b) for a in range(12) for b in range(12)]
    apart = min(a + b for a, b in pairs if pay(a, b) > pay(a + b))
    joined = min(a + b for a, b in pairs if pay(a + b) > pay(a, b))
    found = asked(STEP, "split", "merge")
    for about, least in (("split", apart), ("merge", joined)):
        assert found[about].status == REFUTED
        assert sum(amounts(found[about])) * 100 == least, about
        assert any(b.key == "smallest_one" for b in found[about].bounds)


def test_a_merger_of_the_gallery_is_the_smallest() -> None:
    """1 % below 10,000 and 2 % from there on: no two sales under it together gain by being one."""
    (path,) = (ROOT / "plans" / "gallery").glob("55-*.yaml")
    finding = asked(path.read_text(encoding="utf-8"), "merge")["merge"]
    assert sum(amounts(finding)) == 10_000
    assert finding.gain == 100_00
    said = {b.key: b.parts["first"] for b in finding.bounds if "first" in b.parts}
    assert said == {"smallest_one": "10,000.00", "begins": "10,000.00"}


@pytest.mark.parametrize("about", ["split", "merge"])
def test_no_smaller_example_of_the_departments_plan(
    program: Program, findings: list[Finding], about: str
) -> None:
    """The solver asked anew: none of less list prices gains 100, nor, at these, of less net amounts;
    and one 分 below where it is said that anything is gained, nothing is."""
    (finding,) = (f for f in findings if (f.rule, f.about) == ("salesperson.total", about))
    assert finding.gain >= 100_00
    said = {b.key: b.parts for b in finding.bounds}
    first, second, begins = (
        int(Fraction(text.replace(",", "")) * 100)
        for text in (*list(said["smallest"].values())[1:], said["begins"]["first"])
    )
    assert sum(amounts(finding)) * 100 == second
    rules = tuple(rule for rule in program.rules if "salesperson" in rule.roles)
    month = stage(program, rules, "salesperson")
    (row,) = month.rows("X")
    one, two = (
        Side(month, month.scene(*rows), name)
        for name, rows in (("one", (row,)), ("two", (row.part("X1"), row.part("X2"))))
    )
    one.truths(), two.truths()  # opens the cells
    question = Question(
        *((one, two) if about == "split" else (two, one)), [*properties.adds_up(one, two)]
    )
    listed, net = (one.amount("X", name).num for name in ("list_amount", "net_amount"))

    def verdict(gain: int, *truths: z3.BoolRef) -> str:
        return question.solver.ask([compared(">=", question.gain, const(gain)), *truths]).verdict

    assert verdict(100_00, listed == first, net == second) == SAT
    assert verdict(100_00, listed < first) == UNSAT
    assert verdict(100_00, listed == first, net < second) == UNSAT
    assert verdict(question.least, listed < begins) == UNSAT
    assert verdict(question.least, listed == begins) == SAT


def test_an_example_that_was_not_brought_down_to_the_end_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smallest, "MOST_ASKED", 1)
    text = asked(STEP, "split")["split"].data("en")["bounds"]
    assert "perhaps not the smallest" in str(text)


def test_the_command_says_how_small_the_example_is() -> None:
    (path,) = (ROOT / "plans" / "gallery").glob("55-*.yaml")
    told = assay("prove", path, "--only", "merge", "--lang", "en").out
    assert "none comes to less than 10,000.00 together" in " ".join(told.split())


FILLED = """plan: filled
effective: 2024-01
policies: {quota: 2万元}
measures: {left: "above(order.amount, quota, by: date)"}
rules:
  - {name: own, for: salesperson, per: order, pay: "left * 1%"}
  - {name: override, for: manager, per: team.order, pay: "left * 1%"}
"""


def test_the_bounds_of_a_team_say_whose_the_sales_were_that_were_looked_at() -> None:
    """A colleague's later sale and, where a quota is filled in turn, the same salesperson's."""
    found = prove(compile_plan(read_plan(FILLED)), Effort(properties=("more_sales", "split")))
    of = {(f.rule, f.about): f for f in found}
    whose = [b.parts["who"] for b in of["override", "more_sales"].bounds if b.key == "whose"]
    assert whose == ["P → P* → M1", "M1 → M1* → M2", "P → P* → P", "M1 → M1* → M1"]
    parted = [b.parts["who"] for b in of["override", "split"].bounds if b.key == "whose"]
    assert "M1 → M1* → M1* → M1" in parted
    said = of["override", "more_sales"].data("en")["bounds"]
    assert "3 orders; sales one after another of P → P* → M1 (P the payee, * asked about)" in str(
        said
    )
    assert "销售先后归 M1 → M1* → M2(P 为本人,* 为所问的)" in str(
        of["override", "more_sales"].data()["bounds"]
    )
    # Of one person alone there is nobody else to name.
    assert not [b for b in of["own", "more_sales"].bounds if b.key == "whose"]
