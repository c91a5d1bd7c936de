"""Published plans written in the language: every worked example under its own id and names."""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from assay.plan.check import publishable
from assay.plan.document import Example, Plan
from assay.plan.example import work
from assay.plan.reading import read_plan
from assay.plan.source import Text
from assay.plan.tree import Value
from assay.plan.units import Unit

ROOT = Path(__file__).resolve().parents[2]
GALLERY = sorted((ROOT / "plans" / "gallery").glob("*.yaml"))
CASES = json.loads((Path(__file__).parent / "gallery_cases.json").read_text(encoding="utf-8"))


@cache
def plan_of(path: Path) -> Plan:
    return read_plan(path.read_text(encoding="utf-8"), path.name)


def arithmetic(text: str) -> Fraction:
    """A calculation as printed, in fractions alone."""
    assert re.fullmatch(r"[\d.+\-*/()%, ]+|.*(max|min|floor)\(.*", text), text
    text = re.sub(r"(\d+(?:\.\d+)?)%", r"(Fraction('\1')/100)", text)
    text = re.sub(r"(?<!['\d.])(\d+(?:\.\d+)?)(?!['\d.])", r"Fraction('\1')", text)
    words = {"Fraction": Fraction, "max": max, "min": min, "floor": math.floor}
    return Fraction(eval(text, {"__builtins__": {}}, words))


def to_fen(value: Fraction) -> Fraction:
    """Rounded to 分 in yuan, a half away from nought."""
    size = (abs(value) * 200 + 1) // 2
    return Fraction(size if value >= 0 else -size, 100)


def number(value: Value, unit: Unit) -> Fraction:
    """A computed value as the case prints it: money in yuan."""
    assert isinstance(value, int | Fraction), value
    return Fraction(value) / 100 if unit.kind == "money" else Fraction(value)


def computed(plan: Plan, examples: list[Example], name: str) -> Fraction:
    """What the plan makes of a named output; the expected text is not looked at."""
    for example in examples:
        worked = work(plan, example)
        pools = (worked.named, worked.values)
        found = next((pool[name] for pool in pools if name in pool), None)
        if found is None and name in worked.lines:
            found = (worked.lines[name], Unit("money"))
        if found is None and name == "total":
            found = (sum(worked.lines.values()), Unit("money"))
        if found is None and worked.orders and name in worked.orders[0] and name in example.expect:
            found = worked.orders[0][name]
        if found is not None:
            return number(*found)
    raise AssertionError(f"no value for {name}")


def test_every_case_has_its_plan() -> None:
    assert [path.stem for path in GALLERY] == sorted(CASES)
    assert all(plan_of(path).name == path.stem for path in GALLERY)


@pytest.mark.parametrize("path", GALLERY, ids=lambda p: p.stem[:20])
def test_examples_agree_with_the_published_figures(path: Path) -> None:
    plan = plan_of(path)
    for case in CASES[path.stem]:
        examples = [e for e in plan.examples if e.name == case["id"]]
        assert examples, case["id"]
        expected = {name for e in examples for name in e.expect}
        assert set(case["outputs"]) <= expected, case["id"]
        for name, printed in case["outputs"].items():
            lines = [e for e in examples if name in e.expect]
            assert computed(plan, lines, name) == Fraction(printed), (case["id"], name)
            if name in case["calc"]:
                assert to_fen(arithmetic(case["calc"][name])) == Fraction(printed) or (
                    arithmetic(case["calc"][name]) == Fraction(printed)
                )


@pytest.mark.parametrize("path", GALLERY, ids=lambda p: p.stem[:20])
def test_a_gallery_plan_could_be_published(path: Path) -> None:
    assert not publishable(plan_of(path))


@pytest.mark.parametrize("path", GALLERY, ids=lambda p: p.stem[:20])
def test_by_hand_says_the_same(path: Path) -> None:
    for example in plan_of(path).examples:
        for name, said in example.by_hand.items():
            text = example.expect[name]
            assert isinstance(text, Text)
            printed = re.match(r"-?[\d.]+", text.value)
            assert printed, text.value
            scale = 100 if text.value.endswith("%") else 1
            assert to_fen(arithmetic(said) * scale) == Fraction(printed[0]), (example.name, name)


@pytest.mark.parametrize("path", GALLERY, ids=lambda p: p.stem[:20])
def test_no_expected_value_stands_in_a_formula(path: Path) -> None:
    """Changing an expected value must make the example fail: nothing but the facts decides it."""
    plan = plan_of(path)
    text = path.read_text(encoding="utf-8").split("\nexamples:")[0]
    for case in CASES[path.stem]:
        for name, printed in case["outputs"].items():
            plain = printed.removesuffix(".00")
            if len(plain.strip("-0.")) >= 4:
                assert not re.search(rf"(?<![\d.]){re.escape(plain)}(?![\d.])", text), (
                    plan.name,
                    name,
                )
