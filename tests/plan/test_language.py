"""Faults of plans, each by its text: line, column, clause, what was expected, how to mend it."""

from __future__ import annotations

import re

import pytest

from assay.plan.compile import compile_plan
from assay.plan.example import work
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan
from tests.conftest import PLAN

GOOD = """plan: small
title: 小方案
effective: 2024-01
clauses:
  "1": 提成
policies:
  quota: {is: 2万元, cite: "1"}
measures:
  sales: "sum(order.amount)"
  attainment: "sales / target"
tables:
  rate: {of: order.discount, bands: [[">= 9折", 8%], ["(8折, 9折)", 4%], ["<= 8折", 0%]]}
  point:
    first: [["attainment > 120%", 1点], [otherwise, 0点]]
rules:
  - name: pay
    for: salesperson
    per: order
    cite: "1"
    pay: "above(order.amount, quota, by: date) * (rate + point)"
"""


def problems(text: str) -> str:
    """The error text of a plan that cannot run."""
    with pytest.raises(PlanError) as caught:
        compile_plan(read_plan(text, "small.yaml"))
    return str(caught.value.named("small.yaml"))


def test_the_good_plan_runs() -> None:
    assert compile_plan(read_plan(GOOD)).rules[0].name == "pay"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("(8折, 9折)", "(8折, 9折]", 12, "overlap"),
        ("(8折, 9折)", "(8.5折, 9折)", 12, "gap"),
        ("<= 8折", "[6折, 8折]", 12, "nothing is said below"),
        (">= 9折", "> 9折", 12, "exactly 90%"),
        ("* (rate + point)", "+ rate", 20, "cannot be added to"),
        ("quota, by", "20000, by", 20, "bare number"),
        ("quota, by", "quotta, by", 20, "did you mean “quota”"),
        ("sales / target", "sale / target", 10, "did you mean “sales”"),
        ("order.discount,", "order.discont,", 12, "discount"),
        ("by: date", "by: dates", 20, "not an order of filling"),
        ("otherwise, 0点", "otherwise, 2点", 14, "by accident"),
        ("attainment > 120%", "not attainment > 120%", 14, "by accident"),
        ("attainment > 120%", "attainment > 120元", 14, "cannot be compared"),
        ('"sum(order.amount)"', "sum(order.amount", 9, "ends early"),
        ("per: order", "per: ordre", 18, "nothing to pay per"),
        ("for: salesperson", "for: salesperson\n    foor: x", 18, "unknown word"),
        ('cite: "1"\n', 'cite: "9"\n', 16, "not among the plan's clauses"),
        ("  quota:", "  sales:", 9, "taken"),
        ("is: 2万元", "is:", 7, "without a value"),
        ("2万元", "2万美", 7, "does not fit"),
        ("  attainment:", "  sales:", 10, "stands twice"),
        ('"sum(order.amount)"', '"attainment * sum(order.amount)"', 9, "circle"),
        ("effective: 2024-01", "effective: 2024-13", 3, "no month"),
        ("pay: \"above", "pay: \"target + above", 20, "can be none"),
        ("for: salesperson", "for: seller\n    per2: 1", 18, "unknown word"),
        ("plan: small", "plan: &a small", 1, "anchors"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line_and_its_mend(old: str, new: str, line: int, said: str) -> None:
    text = (
        GOOD.replace(old, new, 1)
        if old != 'cite: "1"\n'
        else GOOD.replace('cite: "1"\n    pay', 'cite: "9"\n    pay')
    )
    assert text != GOOD
    error = problems(text)
    assert f"small.yaml:{line}:" in error, error
    assert said in error, error


def test_every_fault_of_a_plan_is_named_at_once() -> None:
    text = GOOD.replace("(8折, 9折)", "(8折, 9折]").replace("sales / target", "sale / target")
    error = problems(text)
    assert "small.yaml:10:" in error
    assert "small.yaml:12:" in error


def test_renaming_every_name_changes_nothing_but_names() -> None:
    """All policies, measures, tables, rules, questions and readings of the plan, renamed."""
    text = PLAN.read_text(encoding="utf-8")
    plan = read_plan(text)
    names = [*plan.policies, *plan.measures, *plan.tables, *plan.questions]
    names += [r for q in plan.questions.values() for r in q.readings]
    names += [rule.name for rule in plan.rules]
    # Words of the language or of the facts, or of channels and roles, stay as they are.
    keep = {"date", "pro_rata", "line", "statement", "order", "collection", "delivery", "sum", "mean",
            "target", "highest", "yes", "no", "all", "agent",
            "store", "phone", "group_buy", "average", "literal", "rounding"}  # fmt: skip
    for number, name in enumerate(sorted(set(names) - keep, key=lambda n: (-len(n), n))):
        text = re.sub(rf"(?<![\w.]){name}(?!\w)", f"n{number}x", text)
    renamed = read_plan(text)
    for before, after in zip(plan.examples, renamed.examples, strict=True):
        one, other = work(plan, before), work(renamed, after)
        assert not other.failures, before.name
        assert list(one.lines.values()) == list(other.lines.values())


def test_a_reading_chosen_must_exist() -> None:
    plan = read_plan(PLAN.read_text(encoding="utf-8"))
    with pytest.raises(PlanError, match="no reading"):
        compile_plan(plan, {"at_120": "includid"})
    with pytest.raises(PlanError, match="did you mean"):
        compile_plan(plan, {"at_12": "included"})


GOALS = """plan: p
effective: 2024-01
facts:
  goal: {has: {n: money, on: date, who: text}, to: {who: goal.who, as: rep}}
  item: {of: order, has: {price: money}}
measures: {a: "SUM", sales: "sum(order.amount)"}
rules: [{name: pay, for: rep, per: month, pay: "1元 * number(a)"}]
examples:
  - payee: {id: P, orders: [{amount: 10元, item: [{price: 3元}, {price: 6元}]}]}
    goal: [{n: 6元, who: P, on: 2024-01-05}]
    expect: {pay: PAY元}
"""


@pytest.mark.parametrize(
    ("formula", "pays"),
    [
        ("count(goal, where: sales > 5元)", 1),
        ("count(order, where: order.count(item, where: item.price > 5元) > 0单)", 1),
        ("company.count(item, where: order.amount > 5元)", 2),
        ("company.count(item.price > 5元, where: order.amount > 5元)", 1),
    ],
)
def test_a_condition_is_of_the_rows_summed_or_of_those_above(formula: str, pays: int) -> None:
    read = read_plan(GOALS.replace("SUM", formula).replace("PAY", str(pays)))
    assert work(read, read.examples[0]).failures == []


@pytest.mark.parametrize(
    ("formula", "told", "column"),
    [
        ("count(order, where: goal.n > 5元)", "rows of goal and of order cannot meet", 43),
        ("count(order, where: goal.n > this(sales))", "rows of goal and of order cannot meet", 43),
        ("sum(order.amount, where: goal.n > 5元)", "rows of goal and of order cannot meet", 48),
        ("count(order, where: item.price > 5元)", "is of rows of item, which is not what is summed", 47),
        ("turn(order, where: item.price > 5元)", "is of rows of item, which is not what is summed", 46),
        ("reports.count(sales > 5元, where: order.amount > 5元)", "is of rows of order, which", 62),
    ],
)  # fmt: skip
def test_a_condition_of_other_rows_is_refused_where_it_stands(
    formula: str, told: str, column: int
) -> None:
    with pytest.raises(PlanError, match=told) as refused:
        compile_plan(read_plan(GOALS.replace("SUM", formula)))
    place = refused.value.problems[0].place
    assert (place.line, place.column) == (6, column)
    assert refused.value.problems[0].mend


def test_a_table_that_is_called_in_its_own_rows_is_a_circle() -> None:
    rows = "tables: {t: {of: sales, bands: [['< 5元', 't(sales)'], ['>= 5元', 2元]]}}\nrules"
    with pytest.raises(PlanError, match="a circle: t") as refused:
        compile_plan(read_plan(GOALS.replace("SUM", "1单").replace("rules", rows)))
    assert refused.value.problems[0].place.line == 7
