"""Further plans of the field, written from the manual alone: their worked figures come out."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from assay.plan.compile import compile_plan
from assay.plan.example import work
from assay.plan.fields import items_of, text_of
from assay.plan.prove.idle import idle
from assay.plan.reading import read_plan
from assay.plan.source import Text
from tests.plan.test_key_account import by_hand, rounded

PLANS = sorted((Path(__file__).parent / "neighbours").glob("*.yaml"))


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_neighbour_pays_what_its_figures_say(path: Path) -> None:
    plan = read_plan(path.read_text(encoding="utf-8"), path.name)
    assert plan.examples
    for example in plan.examples:
        assert example.expect
        assert not work(plan, example).failures, example.name
        for name, arithmetic in example.by_hand.items():
            said = example.expect[name]
            last = said if isinstance(said, Text) else [*items_of(said, name)][-1]
            figure = re.match(r"-?[\d.]+", text_of(last).value)
            assert figure, (example.name, name)
            assert rounded(by_hand(arithmetic)) == Fraction(figure[0]), (example.name, name)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_row_and_name_of_a_neighbour_matters(path: Path) -> None:
    plan = read_plan(path.read_text(encoding="utf-8"), path.name)
    assert not idle(compile_plan(plan))


def test_there_are_three_dozen() -> None:
    assert len(PLANS) >= 36
