"""The plan of the manual is run as it is printed, its examples by hand included."""

from __future__ import annotations

import re

from assay.plan.check import publishable
from assay.plan.example import work
from assay.plan.reading import read_plan
from tests.conftest import ROOT
from tests.plan.test_key_account import by_hand, rounded

MANUAL = (ROOT / "docs" / "plan-language.md").read_text(encoding="utf-8")


def test_the_plan_of_the_manual_runs_and_its_examples_hold() -> None:
    text = re.findall(r"```yaml\n(.*?)```", MANUAL, re.S)[0]
    plan = read_plan(text)
    assert len(plan.examples) == 3
    for example in plan.examples:
        worked = work(plan, example)
        assert not worked.failures, worked.failures
        for name, arithmetic in example.by_hand.items():
            assert rounded(by_hand(arithmetic)) * 100 == worked.lines[name]
    assert {f.message.split("(")[0].strip() for f in publishable(plan)} == {
        "the question “low_rate” is not decided",
        "the question “first_from” is not decided",
    }
