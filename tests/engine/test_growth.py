"""The work of the reference grows with the people and rows, and no faster."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from assay.engine.inputs import load_book, read_inputs
from assay.plan import keeping
from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.reading import read_plan
from assay.plan.run import Runner
from assay.samples import made as making
from assay.samples.made import Made
from tests.conftest import PLAN, ROOT

GALLERY = ROOT / "plans" / "gallery"
SHAPES = ROOT / "tests" / "plan" / "shapes"


def calls(program: Program, folder: Path, payees: int, months: int) -> int:
    """Function calls it takes to pay everyone over some months."""
    made = Made(program, 1, payees, months, 1)
    made.write(folder)
    book = load_book(program, read_inputs(program, folder))
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        # Built-in ones too: sorting and summing walk over lists without calling back.
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        runner = Runner(program, book)
        for month in made.span:
            runner.month(month)
    finally:
        sys.setprofile(None)
    return count


# Ranks, pools, turns, three levels of reports, teams, windows, settlement, quotas filled in turn.
@pytest.mark.parametrize(
    "shape", ["08", "10", "19", "29", "33", "34", "62", "69", "71", "72", "74", "key"]
)
def test_three_times_the_people_are_three_times_the_work(shape: str, tmp_path: Path) -> None:
    path = PLAN if shape == "key" else next(GALLERY.glob(f"{shape}-*.yaml"))
    program = compile_plan(read_plan(path.read_text(encoding="utf-8")))
    small = calls(program, tmp_path / "small", 60, 3)
    large = calls(program, tmp_path / "large", 180, 3)
    assert large < 3.9 * small, (small, large)


def test_balances_of_each_customer_look_through_the_months_once(tmp_path: Path) -> None:
    """Three times the payees: three times the lines run where balances are kept."""
    program = compile_plan(read_plan((SHAPES / "each.yaml").read_text(encoding="utf-8")))

    def lines(payees: int) -> int:
        folder, many = tmp_path / str(payees), 3
        made = Made(program, 1, payees, many, 1)
        made.write(folder)
        runner = Runner(program, load_book(program, read_inputs(program, folder)))
        count = 0

        def traced(frame: FrameType, event: str, argument: object) -> Any:
            nonlocal count
            count += event == "line"
            return traced if frame.f_code.co_filename == keeping.__file__ else None

        sys.settrace(traced)
        try:
            for month in made.span:
                runner.month(month)
        finally:
            sys.settrace(None)
        return count

    small, large = lines(60), lines(180)
    assert large < 3.9 * small, (small, large)


# Rows below an order say whose it is (69), rows of two levels of people (72).
@pytest.mark.parametrize("shape", ["69", "72"])
def test_facts_of_three_times_the_people_are_made_in_three_times_the_work(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0

    class Counted(making.Payee):
        def __getattribute__(self, name: str) -> object:
            nonlocal looked
            looked += 1
            return super().__getattribute__(name)

    monkeypatch.setattr(making, "Payee", Counted)
    path = next(GALLERY.glob(f"{shape}-*.yaml"))
    program = compile_plan(read_plan(path.read_text(encoding="utf-8")))
    Made(program, 1, 200, 3, 1)
    small, looked = looked, 0
    Made(program, 1, 600, 3, 1)
    assert looked < 3.3 * small, (small, looked)
