"""Mending: one line that makes a refuted property hold, and what it would have paid; margins."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from assay.plan.compile import compile_plan
from assay.plan.prove.assay import ADDS_UP, Effort, prove, stage_for, subjects
from assay.plan.prove.edits import edits
from assay.plan.prove.finding import PROVED, REFUTED, Finding
from assay.plan.prove.mend import Mender
from assay.plan.prove.words import mendings
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
    for line, before, after in ((first.line, first.old, first.new), *first.also):
        assert lines[line - 1] == before
        lines[line - 1] = after
    return found, "\n".join(lines)


def statuses(text: str, rule: str, about: str) -> list[str]:
    program = compile_plan(read_plan(text))
    return [
        f.status
        for f in prove(program, Effort(pretty=False, properties=(about,)))
        if f.rule == rule
    ]


def _year(plan: Path, facts: Path) -> Fraction:
    """What a run pays in the last twelve months."""
    ran = assay("run", plan, "--facts", facts, "--json")
    assert ran.status == 0, ran.err
    lines = json.loads(ran.out)["statements"]
    months = sorted({line["month"] for line in lines})[-12:]
    return sum((Fraction(o["amount"]) for o in lines if o["month"] in months), Fraction(0))


def test_the_managers_override_is_mended_at_its_line(department: Path, tmp_path: Path) -> None:
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
    # What it would have paid is what two runs of the last year pay.
    other = tmp_path / "other.yaml"
    other.write_text(changed, encoding="utf-8")
    paid = [_year(plan, department) for plan in (PLAN, other)]
    assert paid[1] - paid[0] == Fraction(finding["mending"][-1]["pays_difference"]) != 0
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


def test_every_refuted_property_is_mended_or_it_is_said_that_no_change_was_found() -> None:
    """The department's lines one by one: each change offered is proved anew; where there is none, both
    languages say so, and how many were not tried within the steps."""
    text = PLAN.read_text(encoding="utf-8").partition("\nexamples:")[0] + "\n"
    program = compile_plan(read_plan(text))
    found = prove(program, Effort(pretty=False, properties=ADDS_UP))
    asked = {(f.rule, f.about): f for f in found if f.status == REFUTED and "." not in f.rule}
    assert len(asked) > 10
    offered = 0
    for (rule, about), finding in asked.items():
        # One of them is mended within so few steps: the others are told of honestly.
        result = Mender(text, program, 2 if about == "deeper_discount" else 0.4).mended(finding)
        for one in result.mending or ():
            lines = text.split("\n")
            for line, before, after in ((one.line, one.old, one.new), *one.also):
                assert lines[line - 1] == before
                lines[line - 1] = after
            assert {*statuses("\n".join(lines), rule, about)} == {PROVED}, (rule, about, one.new)
            offered += 1
        if not result.mending:
            assert mendings(result, "zh")[0] == "没有找到改一处即成立的办法", rule
            assert mendings(result, "en")[0].startswith("no change of one place was found"), rule
            assert str(result.untried) in mendings(result, "zh")[-1] or not result.untried
    assert offered


GATE = """plan: gate
effective: 2024-01
tables:
  flat:
    of: order.amount
    bands:
      - ["< 3元", 0元]
      - [">= 3元", 4元]  # at least
rules:
  - {name: pay, for: rep, per: order, pay: flat}
"""


def test_an_edge_is_moved_at_both_its_lines_and_no_smaller_change_would_do() -> None:
    """4 for a sale of 3: the edge at 4 or 3 paid, in tenths; every nearer value of every number fails."""
    found, changed = mended(GATE, "pay", "bounded_share")
    written = {
        (one.new.strip(), *(new.strip() for _, _, new in one.also)) for one in found.mending or ()
    }
    assert written == {
        ('- [">= 3元", 3元]  # at least',),
        ('- ["< 4元", 0元]', '- [">= 4元", 4元]  # at least'),
    }
    assert all(one.proved and one.least for one in found.mending or ())
    assert statuses(changed, "pay", "bounded_share") == [PROVED]
    for old, middle in (("3元", 3), (" 4元", 4), (" 0元", 0)):
        for tenths in range(1, 10):
            for value in {middle * 10 + tenths, abs(middle * 10 - tenths)}:
                text = GATE.replace(old, f"{old[:-2]}{value / 10}元")
                assert statuses(text, "pay", "bounded_share") == [REFUTED], text


def test_a_cliff_is_not_mended_by_moving_it() -> None:
    text = GATE.replace("3元", "3万元").replace("4元", "400元")
    program = compile_plan(read_plan(text))
    finding = next(
        f for f in prove(program, Effort(pretty=False, properties=("cliff",))) if f.rule == "pay"
    )
    found = Mender(text, program, 30).mended(finding).mending
    assert found
    assert all(
        not one.also and one.new.strip().endswith(("0元]", "0元]  # at least")) for one in found
    )


def test_what_there_was_no_time_to_try_is_said_and_what_is_near_is_found() -> None:
    """A point more instead of a half is among the first changes asked; few steps leave others."""
    text = PLAN.read_text(encoding="utf-8").partition("\nexamples:")[0] + "\n"
    program = compile_plan(read_plan(text))
    findings = prove(program, Effort(pretty=False, properties=("more_sales",)))
    finding = next(f for f in findings if f.rule == "commission")
    found = Mender(text, program, 5).mended(finding)
    assert any("instead: 1点" in one.new for one in found.mending or ())
    assert found.untried > 0
    assert found.data()["untried"] == found.untried
    assert mendings(found, "zh")[-1] == f"另有 {found.untried} 种改动在限定步数内没有试"
    assert mendings(found, "en")[-1] == (
        f"{found.untried} further changes were not tried within the steps"
    )
    none = Mender(text, program, 0).mended(finding)
    assert (none.mending, len(mendings(none))) == ((), 2)
    # Every number has its turn before any has its second, however many there are.
    subject = next(s for s in subjects(program) if s.name == "salesperson.total")
    made = list(edits(program, stage_for(program, subject, "split").reach, text))
    turns = [edit.scalar.places for edit in made if edit.scalar is not None]
    many = len(set(turns))
    assert len(made) > 200
    assert len(set(turns[:many])) > many * 9 // 10


WAVE = """plan: wave
effective: 2024-01
policies: {k: {is: 2.5}}
rules:
  - {name: pay, for: rep, per: order, pay: "order.amount * (k - 1) * (k - 2) * (k - 3)"}
"""


def test_the_least_change_of_a_number_that_does_here_and_there() -> None:
    """More sales pay less for k below 1 and between 2 and 3: from 2.5 the nearest are 2 and 3."""
    found, _ = mended(WAVE, "pay", "more_sales")
    changes = {
        one.new.partition("k: {is: ")[2].partition("}")[0]: one for one in found.mending or ()
    }
    assert found.untried == 0
    value = next(v for v in changes if v)
    assert value in ("2", "3")
    assert changes[value].least
    assert statuses(WAVE.replace("2.5", value), "pay", "more_sales") == [PROVED]
    for nearer in ("2.01", "2.1", "2.3", "2.7", "2.9", "2.99"):
        text = WAVE.replace("2.5", nearer)
        assert statuses(text, "pay", "more_sales") == [REFUTED], nearer


MARGIN = """plan: margin
effective: 2024-01
facts:
  order:
    has: {{{column}: money}}
    refuse: {{when: "{refused}", why: below the least margin}}
rules:
  - {{name: pay, for: rep, per: order, pay: "order.amount * 8%"}}
"""
COST, FLOOR = "order.amount < order.cost * {0}", "order.amount < order.floor_price * {0}"
PROFIT = "order.profit < order.amount * {0}"


@pytest.mark.parametrize(
    ("column", "refused", "status"),
    [
        ("cost", COST.format("105%"), REFUTED),
        ("cost", COST.format("110%"), PROVED),
        ("floor_price", FLOOR.format("100%"), REFUTED),
        ("floor_price", FLOOR.format("110%"), PROVED),
        ("profit", PROFIT.format("7%"), REFUTED),
        ("profit", PROFIT.format("8%"), PROVED),
    ],
)
def test_what_the_company_keeps_of_sales_it_allows(column: str, refused: str, status: str) -> None:
    """8 % of the net is more than 5 % on the cost leaves, or a price at the floor, or 7 % of profit."""
    text = MARGIN.format(column=column, refused=refused)
    program = compile_plan(read_plan(text))
    found = prove(program, Effort(pretty=False, properties=("negative_margin",)))
    (one,) = (f for f in found if f.rule == "pay")
    assert one.status == status
    if one.example is not None:
        rows = one.example.after.orders()
        kept = sum(Fraction(row.get("profit") or "0") for row in rows)
        if column != "profit":
            kept = sum(Fraction(row["net_amount"]) - Fraction(row[column]) for row in rows)
        assert one.example.gain > kept * 100


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
