"""Every value a formula can come to in a month, where its tables alone decide: the tiers of a rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product

from assay.plan.steps import Step
from assay.plan.tree import (
    Arith,
    Bands,
    Choose,
    Const,
    Dated,
    Extreme,
    First,
    Node,
    Otherwise,
    Ref,
    Value,
)

Grades = frozenset[Fraction]
MOST = 64  # more values than these are no tiers
_COMBINED: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
}


def grades(node: Node, steps: Mapping[str, Step], month: int) -> Grades | None:
    """The values a formula can come to, whatever is sold; None where they are not a few fixed ones.

    month: year * 12 + month - 1. A condition is taken to go either way.
    """
    match node:
        case Ref(name=name):
            return grades(steps[name].node, steps, month)
        case Const(value=value):
            return _fixed(value)
        case Dated(values=values):
            held = [value for start, value in values if start <= month] or [values[0][1]]
            return _fixed(held[-1])
        case Choose(yes=yes, no=no):
            return _any_of((yes, no), steps, month)
        case Otherwise(value=value, fallback=fallback):
            return _any_of((value, fallback), steps, month)
        case Bands(rows=rows, slices=False) | First(rows=rows):
            return _any_of([row.value for row in rows if not row.none], steps, month)
        case Extreme(greatest=greatest, operands=operands):
            found = [grades(one, steps, month) for one in operands]
            return _each(max if greatest else min, found)
        case Arith(operator=operator, left=left, right=right) if operator in _COMBINED:
            combine = _COMBINED[operator]
            sides = [grades(left, steps, month), grades(right, steps, month)]
            return _each(lambda pair: combine(*pair), sides)
    return None


def _fixed(value: Value) -> Grades | None:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return None
    return frozenset({Fraction(value)})


def _any_of(
    nodes: list[Node] | tuple[Node, ...], steps: Mapping[str, Step], month: int
) -> Grades | None:  # fmt: skip
    found: Grades = frozenset()
    for node in nodes:
        one = grades(node, steps, month)
        if one is None:
            return None
        found |= one
    return found


def _each(
    told: Callable[[tuple[Fraction, ...]], Fraction], found: list[Grades | None]
) -> Grades | None:
    """What every choice of one value a part comes to."""
    held = [one for one in found if one is not None]
    size = 1
    for one in held:
        size *= len(one)
    if len(held) < len(found) or size > MOST:
        return None
    return frozenset(told(choice) for choice in product(*held))
