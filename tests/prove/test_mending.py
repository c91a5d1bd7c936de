"""Mending: one line that makes a refuted property hold, and what it would have paid; margins."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from assay.plan.compile import compile_plan
from assay.plan.prove.assay import Effort, prove
from assay.plan.prove.finding import PROVED, REFUTED, Finding
from assay.plan.prove.mend import Mender
from assay.plan.reading import read_plan
from tests.conftest import PLAN, assay


def mended(text: str, rule: str, about: str) -> tuple[Finding, str]:
    """The first finding of a property, mended, and the plan with its first proposal written in."""
    program = compile_plan(read_plan(text))
    findings = prove(program, Effort(pretty=False, properties=(about,)))
    finding = next(f for f in findings if f.rule == rule and f.status == REFUTED)
    found = Mender(text, program, 30).mended(finding)
    assert found.mending
    lines = text.split("\n")
    first = found.mending[0]
    assert lines[first.line - 1] == first.old
    lines[first.line - 1] = first.new
    return found, "\n".join(lines)


def statuses(text: str, rule: str, about: str) -> list[str]:
    program = compile_plan(read_plan(text))
    return [
        f.status
        for f in prove(program, Effort(pretty=False, properties=(about,)))
        if f.rule == rule
    ]


def test_the_managers_override_is_mended_at_its_line(department: Path) -> None:
    ran = assay(
        "prove", PLAN, "--only", "deeper_discount", "--mend", "--facts", department, "--json"
    )
    assert ran.status == 1, ran.err
    data = json.loads(ran.out)["findings"]
    (finding,) = [f for f in data if f["rule"] == "override"]
    text = PLAN.read_text(encoding="utf-8")
    assert finding["mending"]
    for one in finding["mending"]:
        assert one["proved"] is True
        lines = text.split("\n")
        assert lines[one["line"] - 1] == one["old"]
        lines[one["line"] - 1] = one["new"]
        changed = "\n".join(lines)
        assert statuses(changed, "override", "deeper_discount") == [PROVED]
        assert changed.count("#") == text.count("#")  # comments survive
        people = sum(Fraction(amount) for amount in one["by_payee"].values())
        assert people == Fraction(one["pays_difference"])
    assert all("mending" not in f for f in data if f["status"] == PROVED)


def test_a_table_back_to_the_first_yuan_is_mended_by_slices() -> None:
    text = """plan: tiers
effective: 2024-01
measures: {sales: "sum(order.amount)"}
tables:
  rate: {of: sales, bands: [["< 1万元", 1%], [">= 1万元", 2%]]}  # as agreed
rules:
  - {name: pay, for: rep, per: month, pay: "sales * rate"}
"""
    found, changed = mended(text, "pay", "cliff")
    assert any("reads: slices" in one.new for one in found.mending or ())
    assert "# as agreed" in changed
    assert statuses(changed, "pay", "cliff") == [PROVED]


MARGIN = """plan: margin
effective: 2024-01
facts:
  order:
    has: {{cost: money}}
    refuse: {{when: "order.amount < order.cost * {least}", why: below the least margin}}
rules:
  - {{name: pay, for: rep, per: order, pay: "order.amount * 8%"}}
"""


@pytest.mark.parametrize(("least", "status"), [("105%", REFUTED), ("110%", PROVED)])
def test_what_the_company_keeps_of_sales_it_allows(least: str, status: str) -> None:
    """8 % of the net is more than a margin of 5 % on the cost leaves, and less than 10 % does."""
    assert statuses(MARGIN.format(least=least), "pay", "negative_margin") == [status]


@pytest.mark.parametrize(("cost", "status"), [("50%", 1), ("0%", 0)])
def test_a_cost_given_on_the_command_line(tmp_path: Path, cost: str, status: int) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "plan: p\neffective: 2024-01\nrules:\n"
        '  - {name: pay, for: rep, per: order, pay: "order.amount * 8%"}\n',
        encoding="utf-8",
    )
    asked = ("--only", "negative_margin", "--cost", cost, "--json")
    ran = assay("prove", plan, *asked)
    assert ran.status == status, ran.err
    (finding, month) = json.loads(ran.out)["findings"]
    assert cost in finding["bounds"]
    assert month["rule"] == "rep.total"
