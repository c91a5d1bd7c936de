"""Further plans of the field, written from the manual alone: their worked figures come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.plan.compile import compile_plan
from assay.plan.example import work
from assay.plan.prove.idle import idle
from assay.plan.reading import read_plan

PLANS = sorted((Path(__file__).parent / "neighbours").glob("*.yaml"))


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_neighbour_pays_what_its_figures_say(path: Path) -> None:
    plan = read_plan(path.read_text(encoding="utf-8"), path.name)
    assert plan.examples
    for example in plan.examples:
        assert example.expect
        assert not work(plan, example).failures, example.name


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_row_and_name_of_a_neighbour_matters(path: Path) -> None:
    plan = read_plan(path.read_text(encoding="utf-8"), path.name)
    assert not idle(compile_plan(plan))


def test_there_are_a_score() -> None:
    assert len(PLANS) >= 20
