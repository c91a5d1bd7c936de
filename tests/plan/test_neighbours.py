"""Further plans of the field, written from the manual alone: their worked figures come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.plan.example import work
from assay.plan.reading import read_plan

PLANS = sorted((Path(__file__).parent / "neighbours").glob("*.yaml"))


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_neighbour_pays_what_its_figures_say(path: Path) -> None:
    plan = read_plan(path.read_text(encoding="utf-8"), path.name)
    assert plan.examples
    for example in plan.examples:
        assert example.expect
        assert not work(plan, example).failures, example.name


def test_there_are_a_score() -> None:
    assert len(PLANS) >= 20
