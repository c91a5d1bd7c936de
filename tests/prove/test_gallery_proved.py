"""Every plan of the gallery is asked everything: two properties here, the rest by a table kept to its plan.

All properties of all plans take about a minute and a half of the processor. So `./assay bench prove
--table tests/prove/gallery.json` asks them at the effort of the command and writes what it found under
the digest of the plan's formulas; a plan that changes without being asked again fails here.
"""

from __future__ import annotations

import json

import pytest

from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.prove.assay import Effort, prove, subjects
from assay.plan.prove.digest import digest_of
from assay.plan.prove.finding import NOT_APPLICABLE, PROVED, REFUTED, STATUSES
from assay.plan.reading import read_plan
from assay.plan.vocabulary import PROPERTIES
from tests.conftest import PLAN, ROOT

GALLERY = sorted((ROOT / "plans" / "gallery").glob("*.yaml"))
TABLE = json.loads((ROOT / "tests" / "prove" / "gallery.json").read_text(encoding="utf-8"))
NAMES = {path.stem: path for path in (PLAN, *GALLERY)}


def program(name: str) -> Program:
    return compile_plan(read_plan(NAMES[name].read_text(encoding="utf-8")))


def test_the_table_is_of_the_plans_as_they_stand() -> None:
    assert {*TABLE} == {*NAMES}
    for name, held in TABLE.items():
        made = program(name)
        assert held["digest"] == digest_of(made, made.rules), f"{name}: ./assay bench prove --table"
        asked = {f"{subject.name}/{about}" for subject in subjects(made) for about in PROPERTIES}
        assert {*held["verdicts"]} == asked, name
        assert {*held["verdicts"].values()} <= {*STATUSES}
        assert "undecided" not in held["verdicts"].values(), name


@pytest.mark.parametrize("path", GALLERY, ids=lambda p: p.stem[:20])
def test_shares_and_margins_are_found_anew(path: object) -> None:
    """The two that are soon asked: decided as the table has them, or said not to apply, and why."""
    name = next(stem for stem, one in NAMES.items() if one == path)
    asked = ("bounded_share", "negative_margin")
    for one in prove(program(name), Effort(pretty=False, properties=asked)):
        assert one.status == TABLE[name]["verdicts"][f"{one.rule}/{one.about}"], one.rule
        if one.status == NOT_APPLICABLE:
            assert one.reason is not None
        else:
            assert one.status in (PROVED, REFUTED)
            assert one.bounds
