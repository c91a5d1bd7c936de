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
from assay.plan.reading import read_plan
from assay.samples.made import Made
from tests.conftest import PLAN, ROOT, assay, rows, write_csv

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


AWARDS = """plan: awards
effective: 2024-01
facts: {order: {has: {gifts: count}}}
clauses: {"1": 满一千元奖手机, "2": 礼品}
measures: {sales: {is: "sum(order.amount)", title: {zh: 业绩, en: sales}}}
tables:
  prize:
    title: {zh: 奖品, en: prize}
    cite: "1"
    of: sales
    bands: [["< 1000元", "''"], [">= 1000元", "'手机'"]]
rules:
  - {name: presents, for: rep, per: order, cite: "2", pay: "order.amount * 1%", gives: "order.gifts * 2"}
  - {name: prizes, title: {zh: 奖励}, for: rep, per: month, cite: "1", gives: prize}
  - {name: trips, title: {zh: 出游}, for: rep, per: month, cite: "1", gives: "if(sales > 1500元, '出国游', '')"}
"""


def test_an_award_is_explained_down_to_its_rows_threshold_and_clause(tmp_path: Path) -> None:
    """What counted, row by row, the band or condition reached, the clause; and why nothing was given."""
    (tmp_path / "plan.yaml").write_text(AWARDS, encoding="utf-8")
    write_csv(tmp_path / "people.csv", "payee_id,role", "P,rep", "Q,rep")
    write_csv(
        tmp_path / "orders.csv", "order_id,order_date,salesperson_id,list_amount,net_amount,gifts",
        "1,2024-01-05,P,900,900,3", "2,2024-01-06,P,400,400,0", "3,2024-01-07,Q,800,800,1",
    )  # fmt: skip

    def told(payee: str, lang: str) -> list[str]:
        words = ("--payee", payee, "--month", "2024-01", "--lang", lang)
        ran = assay("explain", tmp_path / "plan.yaml", "--facts", tmp_path, *words)
        assert ran.status == 0, ran.err
        return [line.strip() for line in ran.out.splitlines() if line.strip()]

    said = told("P", "zh")
    for line in (
        "另奖 gifts 3 × 2 = 6。",
        "另奖:6。",
        "另奖:手机。",
        "奖品:业绩 1,300.00元 落在「>= 1000元」,为 手机[1]。",
        "业绩 1,300.00元 计入 2 笔:订单 1 (2024-01-05) 900.00元、订单 2 (2024-01-06) 400.00元。",
        "另奖所依:业绩 1,300.00元 > 1,500.00元,不成立,还差 200.01元。",
    ):
        assert line in said, said
    english = told("Q", "en")
    for line in (
        "Nothing is awarded besides this month.",
        "prize: sales 800.00 yuan lies in “< 1000 yuan”, which gives nothing [1].",
        "sales 800.00 yuan counts 1: order 3 (2024-01-07) 800.00 yuan.",
    ):
        assert line in english, english


def test_the_rows_told_of_a_years_award_add_up_to_what_it_rests_on(tmp_path: Path) -> None:
    """Through the months of the year, of one's own orders alone; places tell nobody's figures."""
    text = next((ROOT / "plans" / "gallery").glob("10-*.yaml")).read_text(encoding="utf-8")
    program = compile_plan(read_plan(text))
    Made(program, 3, 4, 12, 2).write(tmp_path / "facts")
    facts = read_inputs(program, tmp_path / "facts")
    mine: dict[str, Fraction] = {}
    for row in rows(tmp_path / "facts" / "orders.csv"):
        if row["status"] not in ("cancelled", "returned"):
            mine[row["order_id"]] = Fraction(row["net_amount"])
    awarded = 0
    for payee in ("p000000", "p000001"):
        (found,) = explain(program, facts, payee, Month.parse("2024-12"), "rate_bonus")
        counted = "".join(said for said in found.sentences if re.search("月销售额.*计入", said))
        told = re.findall(r"订单 (\d+) \([\d-]+\) ([\d,.]+)元", counted)
        (total,) = re.findall(r"年销售额为 ([\d,.]+)元。", "".join(found.sentences))
        assert {one: value(amount) for one, amount in told}.items() <= mine.items()
        assert sum(value(amount) for _, amount in told) == value(total)
        awarded += bool(found.line.award)
    assert awarded
