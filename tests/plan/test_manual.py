"""The manual is run as it is printed: every plan, every snippet, every error, every word."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

import pytest

from assay.plan import calls, compile, curves, functions, sums, tables, units, vocabulary
from assay.plan.binder import ROOTS
from assay.plan.check import judged
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.example import work
from assay.plan.formula import RESERVED
from assay.plan.problems import NOWHERE, PlanError, Problem
from assay.plan.reading import read_plan
from assay.plan.shape import SHAPE
from assay.plan.source import Text
from tests.conftest import ROOT
from tests.plan.test_key_account import by_hand, rounded

MANUAL = (ROOT / "docs" / "plan-language.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "docs" / "plan-language.zh.md").read_text(encoding="utf-8")
HEAD = "plan: snippet\neffective: 2024-01\n"
PART_ONE = MANUAL.partition("# Part one: ")[2].partition("# Part two: ")[0]
PART_ONE_ZH = CHINESE.partition("# 第一部分：")[2].partition("# 再往下")[0]
TAUGHT = MANUAL.partition("# Part one: ")[2].partition("# Part three: ")[0]
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", MANUAL, re.S | re.M)
ERRORS = re.findall(
    r"^\| `(.+?)` \| (.+?) \| (.+?) \|$", MANUAL.partition("## Errors one meets")[2], re.M
)


@cache
def plan_of(block: str) -> Plan:
    return read_plan(block if block.startswith("plan:") else HEAD + block)


def heading(block: str) -> str:
    """The heading a block stands under."""
    before = MANUAL[: MANUAL.index(block)]
    return str(re.findall(r"^#+ (.+)$", before, re.M)[-1])


def test_the_first_plan_lacks_only_decisions() -> None:
    assert {f.message.split("(")[0].strip() for f in judged(plan_of(BLOCKS[0]), ()).problems} == {
        "the question “low_rate” is not decided",
        "the question “first_from” is not decided",
    }


@pytest.mark.parametrize("block", BLOCKS, ids=heading)
def test_every_block_runs_and_its_examples_hold(block: str) -> None:
    plan = plan_of(block)
    assert any(example.expect for example in plan.examples)
    for example in plan.examples:
        worked = work(plan, example)
        assert not worked.failures, worked.failures
        for name, arithmetic in example.by_hand.items():
            said = example.expect[name]
            assert isinstance(said, Text), name
            value = Fraction(re.sub(r"(元| USD|%)\Z", "", said.value))
            assert rounded(by_hand(arithmetic)) == value, name


def first_fault(written: str) -> Problem:
    """The first thing wrong with what the manual shows; a failure of an example as a fault."""
    text = HEAD + "\n".join(written.split(" ⏎ ")) + "\n"
    if "rules:" not in written:
        text += "rules: [{name: pay, for: rep, per: month, pay: 0元}]\n"
    try:
        plan = read_plan(text)
        compile_plan(plan)
        failures = [f for example in plan.examples for f in work(plan, example).failures]
    except PlanError as error:
        return error.problems[0]
    return Problem(NOWHERE, failures[0])


@pytest.mark.parametrize(("written", "said"), [error[:2] for error in ERRORS])
def test_every_error_says_what_the_manual_prints(written: str, said: str) -> None:
    assert first_fault(written).message == said


def words() -> dict[str, set[str]]:
    """Every word the code accepts, by what it is."""
    columns = {c for fact in vocabulary.FACTS.values() for c in fact.columns}
    return {
        "key": {key for keys in SHAPE.values() for key in keys},
        "function": {*functions.FUNCTIONS, *sums.AGGREGATES, "holds"},
        "argument": {
            "where",
            "same",
            "best",
            "by",
            "among",
            "ties",
            "to",
            "skip",
            "counts",
            *functions.COUNTS,
        },
        "order": {*calls.FILLS, *calls.AMONG, *calls.TIES},
        "root": {*ROOTS, *vocabulary.FACTS},
        "property": {*vocabulary.PAYEE_COLUMNS, *vocabulary.PAYEE_FACTS, *vocabulary.MONTH_FACTS},
        "balance": {*vocabulary.CARRIED_PARTS},
        "column": columns | {"discount", "collected", "collected_on", "credited", "part"},
        "word": {*vocabulary.CHANNELS, *vocabulary.KINDS, *vocabulary.SHOWN, *RESERVED},
        "window": {*vocabulary.WINDOWS},
        "mode": {
            *tables.READS,
            *curves.BEYOND,
            *compile.ROUNDINGS,
            "between",
            "cumulative",
            "keep",
        },
        "address": {"total", "each", "award"},
        "unit": {*units.SIGNS},
    }


def test_every_finding_that_can_be_accepted_is_taught() -> None:
    taught = set(re.findall(r"`([^`]+)`", MANUAL.partition("## Every word")[2]))
    assert {*vocabulary.FINDINGS} <= taught
    assert all(f"`{finding}`" in PART_ONE for finding in vocabulary.FINDINGS)


@pytest.mark.parametrize("kind", words())
def test_no_word_is_missing(kind: str) -> None:
    taught = set(re.findall(r"`([^`]+)`", MANUAL.partition("## Every word")[2]))
    run = "\n".join(block for block in BLOCKS if block in TAUGHT)
    for word in words()[kind]:
        assert word in taught, f"“{word}” is not among the words of the manual"
        seen = re.search(rf"(?<![A-Za-z_]){re.escape(word)}(?![A-Za-z_])", run)
        assert seen, f"“{word}” stands in no block of the parts that teach"


def test_the_first_part_is_read_in_an_hour() -> None:
    """At 150 words a minute, plans included, with ten minutes to try some; the manual says how many there are."""
    words = len(PART_ONE.split())
    assert words <= 50 * 150
    said = re.search(r"([\d,]+) words, plans included", MANUAL)
    assert said
    assert abs(int(said[1].replace(",", "")) - words) <= 200


def prose(text: str) -> str:
    """A manual without its blocks."""
    return re.sub(r"(?ms)^```.*?^```", "", text)


def places(text: str) -> set[str]:
    """The headings of a manual as they are addressed."""
    headings = re.findall(r"(?m)^#+ (.+)$", prose(text))
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def test_every_place_the_manuals_name_is_there() -> None:
    """Links within each page and from the Chinese one into the English, by headings."""
    for text in (MANUAL, CHINESE):
        assert {*re.findall(r"\]\(#([^)]+)\)", text)} <= places(text)
    across = re.findall(r"\]\(plan-language\.md(?:#([^)]+))?\)", CHINESE)
    assert {*filter(None, across)} <= places(MANUAL)
    assert "(plan-language.zh.md)" in MANUAL
    assert "" in across


def sequence(part: str) -> list[str]:
    """Headings by their depth, and blocks without their comments, as they follow one another."""
    found = re.findall(r"(?ms)^#+ |^```yaml\n.*?^```", part)
    return [re.sub(r"(?m)[ \t]+#.*$", "", one).rstrip() for one in found]


def test_the_chinese_manual_has_the_sections_and_plans_of_the_english() -> None:
    assert len(sequence(PART_ONE)) > 30
    assert sequence(PART_ONE_ZH) == sequence(PART_ONE)


# What stands in code for something of the reader's own, and is Chinese in the Chinese manual.
STAND_INS = {
    *("NAME", "PLAN", "DIR", "PROPERTY", "ROLE", "READING", "question", "reading", "name", "table"),
    *("value", "column", "fact", "condition", "quota", "pool", "amount", "money", "days", "order"),
    *("part", "or", "day", "date", "event", "what", "remains"),
}


def named(section: str) -> set[str]:
    """Words of the language that a section's sentences and tables name."""
    spans = re.findall(r"`([^`]+)`", section)
    return {word for span in spans for word in re.findall(r"[A-Za-z_]{2,}", span)} - STAND_INS


def test_the_chinese_manual_teaches_the_words_of_the_english() -> None:
    english, chinese = (re.split(r"(?m)^#+ (.+)$", prose(part)) for part in (PART_ONE, PART_ONE_ZH))
    for title, here, there in zip(chinese[1::2], english[2::2], chinese[2::2], strict=True):
        assert not named(here) - named(there), title


def test_a_chinese_reader_finds_every_shape() -> None:
    """Each Chinese word of the index of shapes, each pattern, and only plans that are there."""
    shapes = MANUAL.partition("## Patterns: index of shapes")[2].partition("### P1 ")[0]
    index = CHINESE.partition("## 中文说法索引")[2]
    said = {
        word
        for shape in re.findall(r"(?m)^\| (.+?) \|", shapes)
        for word in re.findall(r"(?:前 )?[\u4e00-\u9fff]+", shape)
    }
    offered = "".join(re.findall(r"(?m)^\| (.+?) \|", index))
    assert len(said) > 150
    assert not {word for word in said if word not in offered}
    assert set(re.findall(r"\[(P\d+)\]", index)) == set(re.findall(r"(?m)^### (P\d+) ", MANUAL))
    gallery = {path.name[:2] for path in (ROOT / "plans" / "gallery").glob("*.yaml")}
    for numbers in re.findall(r"样例 ([\d、]+)", index):
        assert {*numbers.split("、")} <= gallery


def test_every_shape_points_to_a_pattern_that_is_there() -> None:
    index = MANUAL.partition("## Patterns: index of shapes")[2].partition("### P1 ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", index, re.M)
    assert len(rows) > 90
    gallery = {path.name[:2] for path in (ROOT / "plans" / "gallery").glob("*.yaml")}
    anchors = places(MANUAL)
    for shape, where in rows:
        assert shape == "shape" or all(
            f"\n### {pattern} " in MANUAL for pattern in re.findall(r"\bP\d+\b", where)
        ), shape
        for numbers in re.findall(r"gallery ([\d, ]+)", where):
            assert {n.strip() for n in numbers.split(",")} <= gallery, shape
        assert set(re.findall(r"\(#([^)]+)\)", where)) <= anchors, shape
    assert [shape.lower() for shape, _ in rows[2:]] == sorted(
        shape.lower() for shape, _ in rows[2:]
    )
