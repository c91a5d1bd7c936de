"""The numbers a plan writes down: found, named, and one of them changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from assay.plan.document import Plan
from assay.plan.formula import Number, Syntax, parse
from assay.plan.problems import Place, PlanError, fault
from assay.plan.sentences import say
from assay.plan.source import Text

SECTIONS = ("policies", "tables", "questions")


@dataclass(frozen=True)
class PlanNumber:
    """A number of a plan: in which section and entry it stands, as it is written there."""

    section: str
    name: str
    text: str
    place: Place

    @property
    def key(self) -> str:
        """Line and column: names it among those of one text."""
        return f"{self.place.line}:{self.place.column}"


def plan_numbers(plan: Plan) -> list[PlanNumber]:
    """The numbers of policies, tables and readings, in the order of the text."""
    found = [
        PlanNumber(section, name, number.text, number.place)
        for section in SECTIONS
        for name, entry in getattr(plan, section).items()
        for number in literals(entry)
    ]
    return sorted(found, key=lambda one: (one.place.line, one.place.column))


def with_number(plan: Plan, number: PlanNumber, text: str) -> Plan:
    """The plan with one number another. Raises PlanError for what is no number of the same kind."""
    made = parse(Text(text, number.place))
    entry = getattr(plan, number.section)[number.name]
    old = next(one for one in literals(entry) if one.place == number.place)
    if not isinstance(made, Number) or made.unit.kind != old.unit.kind:
        raise _unlike(number, text)
    section = {**getattr(plan, number.section), number.name: put(entry, number.place, made)}
    changes: dict[str, Any] = {number.section: section}
    return replace(plan, **changes)


def _unlike(number: PlanNumber, text: str) -> PlanError:
    said = say("“{0}” cannot stand where “{1}” does", text, number.text)
    return fault(number.place, said, number.text)


def literals(part: object) -> Iterator[Number]:
    """Every literal of a part of a plan, in the order of its fields."""
    if isinstance(part, Number):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from literals(item)
    elif isinstance(part, Mapping):
        for item in part.values():
            yield from literals(item)
    elif is_dataclass(part) and not isinstance(part, Place | Text | type):
        for spec in fields(part):
            yield from literals(getattr(part, spec.name))


def put(part: object, place: Place, number: Syntax) -> object:
    """A part of a plan with the literal at a place replaced."""
    if isinstance(part, Number):
        at = part.place
        return replace(number, place=at) if at == place else part
    if isinstance(part, tuple):
        made = tuple(put(item, place, number) for item in part)
        return part if all(a is b for a, b in zip(made, part, strict=True)) else made
    if isinstance(part, Mapping):
        values = {key: put(item, place, number) for key, item in part.items()}
        return part if all(values[key] is part[key] for key in part) else values
    if is_dataclass(part) and not isinstance(part, Place | Text | type):
        changed: dict[str, Any] = {}
        for spec in fields(part):
            old = getattr(part, spec.name)
            new = put(old, place, number)
            if new is not old:
                changed[spec.name] = new
        return replace(part, **changed) if changed else part
    return part
