"""What a plan declares and nothing rests on: neither pay, nor credits, refusals, days or rounding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass

from assay.plan.document import Example, Plan, Table, Title
from assay.plan.formula import Path
from assay.plan.problems import Place
from assay.plan.source import Text
from assay.plan.vocabulary import HOUSE_READS

SECTIONS = ("policies", "measures", "tables", "questions")


def unused(plan: Plan) -> list[str]:
    """Policies, measures, tables and questions that nothing which pays rests on, in the plan's order.

    Under no reading: a name that stands in any branch of a formula is used. So is a figure that a
    worked example expects (the source prints it), and a policy that the house reads by its name.
    """
    declared = [name for section in SECTIONS for name in getattr(plan, section)]
    reached: set[str] = set()
    open_ = {
        plan.rounding.value,
        *HOUSE_READS,
        *_named(plan, plan.facts),
        *_named(plan, plan.rules),
    }
    open_ |= {name for example in plan.examples for name in _expected(example)}
    while open_:
        name = open_.pop()
        if name in reached:
            continue
        reached.add(name)
        for section in SECTIONS:
            entry = getattr(plan, section).get(name)
            open_ |= set(_named(plan, entry))
    return [name for name in declared if name not in reached]


def _named(plan: Plan, part: object) -> Iterator[str]:
    """Every name that formulas of a part mention, and questions that choose its mode or whether it is."""
    if isinstance(part, Path):
        yield from _of_path(plan, part)
    elif isinstance(part, Mapping):
        yield from (str(key) for key in part if key in plan.questions)
        yield from _every(plan, part.values())
    elif isinstance(part, tuple):
        yield from _every(plan, part)
    elif is_dataclass(part) and not isinstance(part, Place | Text | Title | type):
        if isinstance(part, Table):
            yield part.reads.value
        yield from _every(plan, (getattr(part, spec.name) for spec in fields(part)))


def _expected(example: Example) -> Iterator[str]:
    """The names an example expects, also at the end of an address: A.commission, net@3."""
    for said in (*example.expect, *(text.value for text in example.names.values())):
        yield from re.split(r"[.@]", said)


def _every(plan: Plan, parts: Iterable[object]) -> Iterator[str]:
    for part in parts:
        yield from _named(plan, part)


def _of_path(plan: Plan, path: Path) -> Iterator[str]:
    # What follows a fact is a column of it, whatever else is called so.
    own = path.parts[0].name in plan.facts or path.parts[0].name == "order"
    for at, part in enumerate(path.parts):
        if not own or at == 0:
            yield part.name
        for argument in part.arguments or ():
            yield from _named(plan, argument)
        for _, argument in part.named:
            yield from _named(plan, argument)
