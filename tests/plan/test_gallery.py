"""Published plans written in the language: every worked example under its own id and names."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from assay.plan.check import judged
from assay.plan.document import Example, Plan
from assay.plan.example import work
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan
from assay.plan.source import Items, Text
from assay.plan.source import Value as Source
from assay.plan.tree import Value
from assay.plan.units import Unit
from tests.conftest import PLAN

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
    assert not judged(plan_of(path), ()).problems


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


SCALES = {"亿": Fraction(10**8), "万": Fraction(10**4), "千": Fraction(10**3)}
SCALES |= {"%": Fraction(1, 100), "折": Fraction(1, 10), "点": Fraction(1, 100)}
SCALES |= {"百分点": Fraction(1, 100), "‰": Fraction(1, 1000)}
NUMBER = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?) ?(亿|万|千|%|折|百分点|点|‰)?(?![\d.])")


def numbers(text: str) -> set[Fraction]:
    """Every number of a text as yuan, ratio or count, but nought."""
    found = ((Fraction(n.replace(",", "")), scale) for n, scale in NUMBER.findall(text))
    return {number * SCALES.get(scale, 1) for number, scale in found if number}


def in_clauses(plan: Plan) -> set[Fraction]:
    """The numbers the source says; in a list the last one alone may bear the sign."""
    said = numbers(" ".join(f"{c.said.zh} {c.said.en}" for c in plan.clauses.values()))
    return said | {n / 100 for n in said}


@pytest.mark.parametrize("path", GALLERY, ids=lambda p: p.stem[:20])
def test_no_expected_value_stands_in_a_formula(path: Path) -> None:
    """Of all outputs; a figure that the source itself names is a rule's, not a result's."""
    plan = plan_of(path)
    text = path.read_text(encoding="utf-8").split("\nexamples:")[0].partition("\nclauses:")[2]
    formulas = re.sub(r'(ask|title|decided_on): ("[^"]*"|\{[^}]*\}|[^,}]*)', "", text)
    formulas = re.split(r"\n(?=[a-z])", formulas, maxsplit=1)[1]
    written = numbers(formulas) - in_clauses(plan)
    for case in CASES[path.stem]:
        for name, printed in case["outputs"].items():
            assert abs(Fraction(printed)) not in written, (case["id"], name)


# How examples say what a case says in a word or by yes and no, where they do not use that word.
SAID = {
    "single_order": "orders: [{",
    "settlement": "returned_on",
    "supervisor_is_salesperson": "also: supervisor",
    "second_supervisor": "role: director",
    "retroactive": "mode: whole",
    "per_transaction": "payout.each",
    "cancelled_within_window": "cancelled_on",
    "full_clawback": "clawback_of_paid",
    "split": "mode: slices",
}


def leaves(said: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Every value of a case's inputs with the name it stands under."""
    if isinstance(said, dict | list):
        pairs = said.items() if isinstance(said, dict) else ((name, one) for one in said)
        for key, value in pairs:
            yield from leaves(value, key)
    else:
        yield name, said


def is_said(name: str, value: object, example: str, plan: str) -> bool:
    """Whether an example (or, for its rates, the plan) says a value: 9.5 as 9.5折, 22 as 22%."""
    if isinstance(value, bool):
        word = SAID.get(name, name)
        return (word in example) is value if name in SAID else word in example
    try:
        number = abs(Fraction(str(value)))
    except ValueError:
        text = str(value)
        return any(word in example for word in (text, SAID.get(text, text), text[5:]) if word)
    ways = {number, number / 10, number / 100}
    if "discount" in name:  # said by both prices
        rows = re.findall(r"amount: ([\d.]+)元?, list_price: ([\d.]+)", example)
        ratios = {round(Fraction(net) / Fraction(listed), 4) for net, listed in rows}
        return not ways.isdisjoint({*numbers(example), *ratios})
    return not number or not ways.isdisjoint(numbers(example) | numbers(plan))


@pytest.mark.parametrize("path", GALLERY, ids=lambda p: p.stem[:20])
def test_examples_say_what_the_cases_give(path: Path) -> None:
    """Each amount, rate, date, word and yes or no of a case's inputs."""
    plan, _, examples = path.read_text(encoding="utf-8").partition("\nexamples:")
    for case in CASES[path.stem]:
        named = re.compile(re.escape(case["id"]) + r"(?!\d)")
        blocks = [b for b in re.split(r"\n(?=  - )", examples) if named.search(b)]
        lacking = [
            (case["id"], name, value)
            for name, value in leaves(case["inputs"])
            if not is_said(name, value, "\n".join(blocks), plan)
        ]
        assert not lacking


def other(text: str) -> str:
    """Another value of the same kind: a digit more, the opposite, another word."""
    opposite = {"yes": "no", "no": "yes", "true": "false", "false": "true", "none": "'甲'"}
    if text in opposite:
        return opposite[text]
    return re.sub(r"\d", lambda d: str((int(d[0]) + 1) % 10), text, count=1)


def perturbed(said: Source) -> Source:
    if isinstance(said, Items):
        return replace(said, values=tuple(perturbed(value) for value in said.values))
    assert isinstance(said, Text)
    changed = other(said.value)
    return replace(said, value=changed if changed != said.value else f"{changed}甲")


@pytest.mark.parametrize("path", GALLERY, ids=lambda p: p.stem[:20])
def test_every_expected_value_that_is_changed_fails(path: Path) -> None:
    """All of an example at once: each is missed under its own name."""
    plan = plan_of(path)
    for example in plan.examples:
        wrong = {name: perturbed(said) for name, said in example.expect.items()}
        missed = work(plan, replace(example, expect=wrong)).failures
        for name, said in wrong.items():
            if isinstance(said, Items):
                failed = [text for text in missed if text.startswith(f"{name}@")]
                assert len(failed) >= len(said.values), (example.name, name)
            else:
                assert any(text.startswith(f"{name}:") for text in missed), (example.name, name)


def differs(plan: Plan, example: Example, question: str, reading: str) -> bool:
    """Whether an example comes out otherwise under another reading, or has no such line there."""
    read = {**example.read, question: (reading, example.place)}
    try:
        return bool(work(plan, replace(example, read=read)).failures)
    except PlanError as error:
        return all("the plan yields no" in problem.message for problem in error.problems)


def likeliest(plan: Plan, question: str, reading: str) -> list[Example]:
    """The examples in which a reading is in force, those like the ones made for its question first."""
    default = plan.questions[question].read
    made = {name for e in plan.examples if question in e.read for name in e.expect}
    shown = [e for e in plan.examples if e.read.get(question, (default,))[0] == reading]
    return sorted(shown, key=lambda e: (question not in e.read, -len(made & {*e.expect})))


@pytest.mark.parametrize("path", [PLAN, *GALLERY], ids=lambda p: p.stem[:20])
def test_every_reading_decides_an_example(path: Path) -> None:
    """Each reading of each question is in force in an example that another reading would break."""
    plan = plan_of(path)
    for name, question in plan.questions.items():
        for reading in question.readings:
            others = sorted({*question.readings} - {reading}, key=lambda r: r != question.read)
            assert any(
                differs(plan, example, name, other)
                for example in likeliest(plan, name, reading)
                for other in others
            ), (name, reading)


def test_who_sells_and_supervises_is_paid_for_what_he_sold() -> None:
    plan = next(plan_of(p) for p in GALLERY if p.stem.startswith("19-"))
    example = next(e for e in plan.examples if e.name.endswith("#5"))
    worked = work(plan, example)
    assert worked.lines == {"supervisor": 0, "salesperson": 60_00}
    assert not worked.notes
