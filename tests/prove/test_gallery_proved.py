"""Every plan of the gallery is asked everything: two properties here, the rest by a table kept to its plan.

All properties of all plans take about a minute and a half of the processor. So `./assay bench prove
--table tests/prove/gallery.json` asks them at the effort of the command and writes what it found under
the digest of the plan's formulas; a plan that changes without being asked again fails here. A prover that
changes is asked some of the table anew: which, its own digest says.
"""

from __future__ import annotations

import hashlib
import json
import random

import pytest

from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.prove.assay import Effort, prove, subjects
from assay.plan.prove.digest import digest_of
from assay.plan.prove.finding import NOT_APPLICABLE, PROVED, REFUTED, STATUSES
from assay.plan.prove.question import Outcome, worst
from assay.plan.reading import read_plan
from assay.plan.vocabulary import PROPERTIES
from tests.conftest import PLAN, ROOT

GALLERY = sorted((ROOT / "plans" / "gallery").glob("*.yaml"))
TABLE = json.loads((ROOT / "tests" / "prove" / "gallery.json").read_text(encoding="utf-8"))
NAMES = {path.stem: path for path in (PLAN, *GALLERY)}
ALWAYS = ("bounded_share", "negative_margin")
SPOTS = 5


def spots() -> list[tuple[str, str]]:
    """Some plans with a property each, the same until a line of the prover changes."""
    prover = sorted((ROOT / "src" / "assay" / "plan" / "prove").glob("*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in prover)).hexdigest()
    chance = random.Random(digest)
    asked = [about for about in PROPERTIES if about not in ALWAYS]
    return [(name, chance.choice(asked)) for name in chance.sample(sorted(NAMES), SPOTS)]


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
    for one in prove(program(name), Effort(pretty=False, properties=ALWAYS)):
        assert one.status == TABLE[name]["verdicts"][f"{one.rule}/{one.about}"], one.rule
        if one.status == NOT_APPLICABLE:
            assert one.reason is not None
        else:
            assert one.status in (PROVED, REFUTED)
            assert one.bounds


@pytest.mark.parametrize("spot", spots(), ids="/".join)
def test_a_changed_prover_finds_what_the_table_holds(spot: tuple[str, str]) -> None:
    name, about = spot
    found: dict[str, list[Outcome]] = {}
    for one in prove(program(name), Effort(pretty=False, properties=(about,))):
        found.setdefault(f"{one.rule}/{about}", []).append(Outcome(one.status))
    held = {key: said for key, said in TABLE[name]["verdicts"].items() if key.endswith(f"/{about}")}
    assert {key: worst(many).status for key, many in found.items()} == held
