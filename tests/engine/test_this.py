"""Sums that read what they are worked out for, and pools for all roles of a team: run, asked, told."""

from __future__ import annotations

from pathlib import Path

from assay.engine.inputs import load_book, read_inputs
from assay.plan.behind import Behind
from assay.plan.compile import compile_plan
from assay.plan.example import work
from assay.plan.reading import read_plan
from assay.plan.run import Runner
from assay.plan.saying import Saying
from assay.samples.made import Made
from tests.conftest import ROOT
from tests.engine.test_engines_agree import paid

TEXT = (ROOT / "tests" / "plan" / "shapes" / "this.yaml").read_text(encoding="utf-8")
RELEASED = """plan: released
effective: 2024-01
facts: {receipt: {has: {on: date, who: text, contract: text, amount: money}, to: {who: receipt.who, as: rep}}}
measures:
  paid: {is: "sum(receipt.amount)", where: "receipt.contract = this(order.customer)", over: life}
rules: [{name: commission, for: rep, per: order, pay: "order.amount * 10%", release: [[100%, "paid >= order.amount"]]}]
examples:
  - to: 2024-03
    orders: [{on: 01-05, amount: 100元, customer: K}, {on: 01-06, amount: 50元, customer: M}]
    receipt:
      - {on: 01-10, contract: M, amount: 50元}
      - {on: 02-10, contract: K, amount: 30元}
      - {on: 03-10, contract: K, amount: 70元}
    expect: {commission: [5元, 0元, 10元]}
"""
BELOW = """plan: below
effective: 2024-01
measures:
  own: "sum(order.amount)"
  all: "reports(1, skip: true).sum(own)"
  idle: "reports(1, skip: own < 5元).sum(own)"
rules: [{name: pay, for: rep, per: month, pay: "all + idle"}]
"""


def test_the_reference_pays_it_and_the_run_says_so(tmp_path: Path) -> None:
    program = compile_plan(read_plan(TEXT))
    Made(program, 5, 18, 5).write(tmp_path)
    slow, fast = (paid(program, tmp_path, engine) for engine in ("reference", "duckdb"))
    assert slow[:2] == fast[:2]
    assert slow[2].statements
    assert {*fast[2].where.values()} == {"reference"}


def test_rows_of_another_fact_found_by_a_column_release_as_they_come() -> None:
    plan = read_plan(RELEASED)
    assert not work(plan, plan.examples[0]).failures


def test_papers_tell_the_row_from_those_it_is_compared_with() -> None:
    program = compile_plan(read_plan(TEXT))
    steps = {name: step.node for name, step in program.steps.items()}
    chinese, english = (Saying(program, lang) for lang in ("zh", "en"))
    assert "客户 为 该笔的 客户" in chinese.formula(steps["lately"])
    assert "sales is over the payee's own sales" in english.formula(steps["ahead"])


def test_everybody_below_is_called_so() -> None:
    program = compile_plan(read_plan(BELOW))
    assert "全部下线" in Saying(program).formula(program.steps["all"].node)
    assert "一级" in Saying(program).formula(program.steps["idle"].node)


def test_what_is_asked_for_is_explained_of_whom_it_is(tmp_path: Path) -> None:
    """A superior's own sales decide his rate, and stand behind his line beside those below him."""
    program = compile_plan(read_plan(TEXT))
    made = Made(program, 5, 18, 2)
    made.write(tmp_path)
    runner = Runner(program, load_book(program, read_inputs(program, tmp_path)))
    lines = [line for month in made.span for line in runner.month(month)]
    line = next(one for one in lines if one.rule.name == "difference")
    behind = Behind(runner, line.payee, line.role)
    [whole] = behind.of_line(line)
    whose = {
        one.env.payee for part in behind.opened(whole).parts for one in behind.below(whole, part)
    }
    assert {line.payee} < whose
