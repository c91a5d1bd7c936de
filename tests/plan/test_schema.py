"""The schema for editors says what the reader says: shipped plans pass, unknown keys do not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from assay.plan.editor import schema
from assay.plan.hints import HINTS
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan
from assay.plan.shape import NEEDED, SHAPE
from assay.plan.source import Entries, Items, Text, Value, read_source
from tests.conftest import PLAN, ROOT, assay

PLANS = [PLAN, *sorted((ROOT / "plans" / "gallery").glob("*.yaml"))]
VALID = Draft202012Validator(schema())


def plain(value: Value) -> object:
    """The YAML as texts, lists and maps: what the reader sees."""
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Items):
        return [plain(item) for item in value]
    return {key: plain(inner) for key, inner in value.values.items()}


def test_the_file_in_docs_is_what_the_command_writes(tmp_path: Path) -> None:
    Draft202012Validator.check_schema(schema())
    made = tmp_path / "plan.schema.json"
    assert assay("schema", "--out", made).status == 0
    assert made.read_bytes() == (ROOT / "docs" / "plan.schema.json").read_bytes(), (
        "./assay schema --out docs/plan.schema.json"
    )
    assert json.loads(assay("schema").out) == schema()


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.stem[:20])
def test_every_shipped_plan_is_accepted(path: Path) -> None:
    errors = VALID.iter_errors(plain(read_source(path.read_text(encoding="utf-8"))))
    assert [f"{e.json_path}: {e.message}" for e in errors] == []


def test_every_key_has_a_hint_and_every_need_is_a_key() -> None:
    assert {name: set(keys) for name, keys in SHAPE.items()} == {
        name: set(keys) for name, keys in HINTS.items()
    }
    assert all(set(keys) <= set(SHAPE[name]) for name, keys in NEEDED.items())


def entries(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of all mappings."""
    if isinstance(value, dict):
        yield at
        for key, inner in value.items():
            yield from entries(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from entries(inner, (*at, index))


def test_reader_and_schema_refuse_the_same_unknown_keys() -> None:
    """A key put into every mapping in turn: whoever is told by the reader is told by the editor."""
    text = (
        ROOT / "plans" / "gallery" / "56-dealership-units-retro-plus-gross-ladder.yaml"
    ).read_text(encoding="utf-8")
    top = plain(read_source(text))
    told = 0
    # Names are free in sections, readings, given values and rows of facts.
    for at in entries(top):
        changed = json.loads(json.dumps(top))
        inner = changed
        for step in at:
            inner = inner[step]
        inner["no_such_word"] = "1"
        refused = bool(list(VALID.iter_errors(changed)))
        try:
            read_plan(json.dumps(changed, ensure_ascii=False))
        except PlanError as error:
            by_reader = "unknown word “no_such_word”" in str(error)
        else:
            by_reader = False
        assert refused or not by_reader, at
        told += by_reader and refused
    assert told > 15


def test_words_out_of_a_list_are_known_to_the_editor() -> None:
    top = plain(read_source(PLAN.read_text(encoding="utf-8")))
    assert isinstance(top, dict)
    for section, name, key, wrong in (
        ("measures", "sales", "over", "fortnight"),
        ("measures", "sales", "resets", "week"),
        ("rules", 0, "negative", "forget"),
        ("tables", "wage", "beyond", "guess"),
    ):
        changed = json.loads(json.dumps(top))
        changed[section][name][key] = wrong
        assert list(VALID.iter_errors(changed)), key
    assert isinstance(read_source("plan: a\neffective: 2024-01\n"), Entries)
