"""The department's plan: its examples hold, and by_hand says the same without the engine."""

from __future__ import annotations

import re
from fractions import Fraction

from assay.plan.check import judged
from assay.plan.document import Plan
from assay.plan.example import work
from assay.plan.source import Text

QUESTIONS = {
    "rate_unit": "percent permille", "at_or_below_6": "zero lowest_band forbidden",
    "target_is": "target base_quota", "at_120": "excluded included literal", "point_on": "all over_120",
    "average": "sums mean by_net", "under_75": "instead in_addition deduction",
    "deal_bonus": "highest cumulative", "department_base": "absorbed heads",
    "manager_under_75": "literal swapped p0_03 p0_05",
    "base_quota_order": "date pro_rata lowest_rate highest_rate", "agent_base": "order receipts",
    "owner_keeps": "yes no", "at_10000": "both voucher card", "store_cut": "points relative",
    "month_of": "order collection delivery", "late_return": "adjust leave_out",
    "rounding": "line statement", "discount_of": "order line", "holds_for": "all group_buy",
}  # fmt: skip


def by_hand(text: str) -> Fraction:
    """Arithmetic with % and ‰, worked out with fractions alone."""
    assert re.fullmatch(r"[\d.+\-*/()%‰ ]+", text), text
    text = re.sub(r"(\d+(?:\.\d+)?)%", r"(Fraction('\1')/100)", text)
    text = re.sub(r"(\d+(?:\.\d+)?)‰", r"(Fraction('\1')/1000)", text)
    text = re.sub(r"(?<!['\d.])(\d+(?:\.\d+)?)(?!['\d.])", r"Fraction('\1')", text)
    return Fraction(eval(text, {"Fraction": Fraction}))


def rounded(value: Fraction) -> Fraction:
    """To 分, a half away from nought."""
    size = (abs(value) * 200 + 1) // 2
    return Fraction(size if value >= 0 else -size, 100)


def test_questions_and_readings_bear_the_agreed_names(key_account: Plan) -> None:
    assert {n: " ".join(q.readings) for n, q in key_account.questions.items()} == QUESTIONS
    for name, question in key_account.questions.items():
        assert question.read == QUESTIONS[name].split()[0]


def test_every_example_holds(key_account: Plan) -> None:
    assert len(key_account.examples) >= 30
    for example in key_account.examples:
        assert not work(key_account, example).failures, example.name


def test_by_hand_says_the_same_without_the_engine(key_account: Plan) -> None:
    checked = 0
    for example in key_account.examples:
        for name, arithmetic in example.by_hand.items():
            said = example.expect[name]
            assert isinstance(said, Text)
            assert rounded(by_hand(arithmetic)) == Fraction(said.value.removesuffix("元")), (
                example.name
            )
            checked += 1
    assert checked >= 60


def test_examples_reach_every_reading(key_account: Plan) -> None:
    read = {(q, r) for example in key_account.examples for q, (r, _) in example.read.items()}
    wanted = {(n, r) for n, q in key_account.questions.items() for r in q.readings if r != q.read}
    assert wanted <= read


def test_it_runs_but_is_not_publishable_while_questions_are_open(key_account: Plan) -> None:
    findings = judged(key_account, ()).problems
    assert len(findings) == len(QUESTIONS)
    assert all("not decided" in finding.message for finding in findings)
