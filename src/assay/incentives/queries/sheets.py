"""What of a plan is changed in forms: its month, policies, tables and readings, each value at its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assay.plan.document import Plan
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan
from assay.plan.scalars import Scalar, scalars

# Parts of a table whose entries are rows of values; of a `first` the conditions stay as they are.
ROWS = ("bands", "first", "points", "rows", "words")
SINGLE = ("columns", "reads", "beyond", "then")


@dataclass(frozen=True)
class Field:
    """A value of the file: its number among all, what it says, its line; fixed: only shown."""

    number: int
    value: str
    line: int
    label: str = ""
    fixed: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A form: what it is of, its clauses, and its values row by row."""

    name: str
    title: str
    cite: tuple[str, ...]
    rows: tuple[tuple[Field, ...], ...]


@dataclass(frozen=True)
class Sheets:
    """The forms of a plan text."""

    head: Sheet
    policies: list[Sheet]
    tables: list[Sheet]
    questions: list[Sheet]


def sheets(text: str, lang: str) -> Sheets | None:
    """The forms of a text; None where it is not readable as a plan file at all."""
    try:
        every = list(enumerate(scalars(text)))
    except PlanError:
        return None
    plan = _plan(text)
    head = tuple(
        (_field(n, one, one.path[0]),) for n, one in every if one.path in (("effective",),)
    )
    parts: dict[str, list[Sheet]] = {"policies": [], "tables": [], "questions": []}
    inside = [(n, one) for n, one in every if one.path[0] in parts and len(one.path) > 1]
    for (section, name), group in groupby(inside, key=lambda pair: pair[1].path[:2]):
        values = list(group)
        made = tuple(_ROWS[section](values, plan))
        if made:
            parts[section].append(Sheet(name, *_told(plan, section, name, lang), made))
    return Sheets(
        Sheet("plan", "", (), head), parts["policies"], parts["tables"], parts["questions"]
    )


def _plan(text: str) -> Plan | None:
    try:
        return read_plan(text)
    except PlanError:
        return None


def _told(plan: Plan | None, section: str, name: str, lang: str) -> tuple[str, tuple[str, ...]]:
    entry = getattr(plan, section).get(name) if plan is not None else None
    return (entry.title.text(lang, name), entry.cite) if entry is not None else (name, ())


def _field(
    number: int, one: Scalar, label: str = "", fixed: bool = False, options: Sequence[str] = ()
) -> Field:
    return Field(number, one.value, one.line, label, fixed, tuple(options))


Values = list[tuple[int, Scalar]]
Row = tuple[Field, ...]


def _policy(values: Values, plan: Plan | None) -> Iterator[Row]:
    for n, one in values:
        rest = one.path[2:]
        if rest in ((), ("is",)):
            yield (_field(n, one),)
        elif rest[0] == "is" and len(rest) == 2:
            yield (_field(n, one, rest[1]),)


def _question(values: Values, plan: Plan | None) -> Iterator[Row]:
    for n, one in values:
        if one.path[2:] == ("read",):
            asked = plan.questions.get(one.path[1]) if plan is not None else None
            options = tuple(asked.readings) if asked is not None else ()
            yield (_field(n, one, options=options),)


def _table(values: Values, plan: Plan | None) -> Iterator[Row]:
    kept = [(n, one) for n, one in values if one.path[2] in (*ROWS, *SINGLE)]
    for (_part, *_place), group in groupby(kept, key=lambda pair: _row_of(pair[1])):
        row = []
        for n, one in group:
            part = one.path[2]
            fixed = part == "first" and one.path[-1] == "0" and len(one.path) == 5
            label = one.path[-1] if part in ("then", "beyond", "reads") else ""
            row.append(_field(n, one, label, fixed))
        yield tuple(row)


def _row_of(one: Scalar) -> tuple[str, ...]:
    return one.path[2:4] if one.path[2] in ROWS else one.path[2:3]


_ROWS = {"policies": _policy, "tables": _table, "questions": _question}
