"""Explanations: the numbers in the sentences alone give the line again."""

from __future__ import annotations

import json
import random
import re
from fractions import Fraction
from pathlib import Path

import pytest

from assay.engine.explain import explain
from assay.engine.inputs import read_inputs
from assay.errors import UserError
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from tests.conftest import PLAN, assay, rows

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:/\d+)?")


def value(text: str) -> Fraction:
    """A number of a sentence: 1,234.50, 8%, 12/7."""
    found = NUMBER.search(text)
    assert found, text
    exact = Fraction(found.group().replace(",", ""))
    return exact / 100 if text[found.end() :].startswith("%") else exact


def arithmetic(text: str) -> Fraction:
    """A formula of a sentence: names fall away, numbers and signs are worked out."""
    text = re.sub(r"([×÷+]) *\(", r"\1 @", text).replace("(", "") if text.count("(") else text
    total = Fraction(0)
    for term in re.split(r" \+ (?![^@]*\))", text):
        product = Fraction(1)
        for factor in term.split(" × "):
            inner = factor.replace("@", "").replace(")", "")
            product *= sum(value(part) for part in inner.split(" + "))
        total += product
    return total


def half_up(exact: Fraction) -> Fraction:
    size = (abs(exact) * 200 + 1) // 2
    return Fraction(size if exact >= 0 else -size, 100)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_numbers_in_the_sentences_give_the_line(
    key_account: Plan, department: Path, tmp_path: Path, lang: str
) -> None:
    """On many person-months of every role: sum of the orders' formulas, rounded, is the amount paid."""
    assert assay("run", PLAN, "--facts", department, "--out", tmp_path).status == 0
    paid = {
        (r["payee_id"], r["role"], r["month"], r["line"]): Fraction(r["amount"])
        for r in rows(tmp_path / "statements.csv")
    }
    program = compile_plan(key_account)
    facts = read_inputs(program, department)
    rng = random.Random(4)
    keys = sorted({key[:3] for key in paid if key[1] != "manager"})
    chosen = [
        *rng.sample(keys, 12),
        ("M01", "manager", "2025-06"),
        ("S04", "salesperson", "2024-08"),
    ]
    end, formula = ("。", " = ") if lang == "zh" else (".", " = ")
    for payee, role, month in chosen:
        for found in explain(program, facts, payee, Month.parse(month), role=role, lang=lang):
            name = found.line.rule.name
            amount = paid[(payee, role, month, name)]
            assert value(found.sentences[0].replace(payee, "").split("(")[0]) == amount
            if not found.line.rule.fact or not found.line.credits:
                continue
            total = Fraction(0)
            for order, said in zip(found.sentences, found.sentences[1:], strict=False):
                if not order.startswith(("订单", "Order")):
                    continue
                left, _, right = said.rstrip(end).rpartition(formula)
                assert arithmetic(left) == value(right), said
                total += value(right)
            assert half_up(total) == amount, (payee, month, name)


def test_explaining_as_data(department: Path) -> None:
    ran = assay(
        "explain",
        PLAN,
        "--facts",
        department,
        "--payee",
        "S04",
        "--month",
        "2024-08",
        "--line",
        "commission",
        "--json",
    )
    data = json.loads(ran.out)
    assert (data["payee_id"], data["role"], data["month"]) == ("S04", "salesperson", "2024-08")
    line = data["lines"][0]
    assert (line["line"], line["amount"], line["clauses"]) == (
        "commission",
        "7000.00",
        ["六.1.1", "六.1.2", "六.3"],
    )
    assert [o["amount"] for o in line["orders"]] == ["1500.00", "5500.00"]
    assert set(line["next"][0]) == {"threshold", "have", "need", "gap", "gain"}


def test_what_is_missing_for_the_added_point_is_said(key_account: Plan, department: Path) -> None:
    """At exactly 120 % one 分 is missing, and what it would pay is what the next month paid."""
    program = compile_plan(key_account)
    facts = read_inputs(program, department)
    exact, over = (
        explain(program, facts, "S03", Month.parse(month), "commission")[0]
        for month in ("2024-05", "2024-06")
    )
    step = next(n for n in exact.ahead if n.gap == 1)
    assert step.need == 48_000_001
    assert abs(exact.line.amount + step.gain - over.line.amount) <= 1


@pytest.mark.parametrize(
    ("payee", "month", "line"),
    [
        ("nobody", "2024-08", "commission"),
        ("S04", "1999-01", "nothing"),
        ("S06", "2024-03", "commission"),
    ],
)
def test_nobody_and_nothing_are_told(
    key_account: Plan, department: Path, payee: str, month: str, line: str
) -> None:
    program = compile_plan(key_account)
    facts = read_inputs(program, department)
    with pytest.raises(UserError):
        explain(program, facts, payee, Month.parse(month), line)
