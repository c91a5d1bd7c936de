"""A curve as the straight pieces it is made of, and where it leaps: one shape for all who read it."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import NamedTuple

from assay.plan.tree import Between


class Stretch(NamedTuple):
    """A piece of a curve from `low` (in, but for the last) to `high` (out): slope * x + base.

    base None: nothing stands there. The last point is a piece of its own, from itself to itself.
    """

    low: Fraction | None
    high: Fraction | None
    slope: Fraction
    base: Fraction | None


def beyond(node: Between) -> tuple[Fraction | str, Fraction | str]:
    """What stands below and above the points: a value, refuse, hold or go_on."""
    said = "hold" if node.hold else "refuse"
    return (node.ends[0], node.ends[1]) if node.ends else (said, said)


def stretches(node: Between) -> tuple[Stretch, ...]:
    """The curve in rising pieces, the first without a start and the last without an end."""
    below, above = beyond(node)
    first, last = node.points[0], node.points[-1]
    lines = [
        (a, b, (b[1] - a[1]) / (b[0] - a[0]))
        for a, b in itertools.pairwise(node.points)
        if b[0] > a[0]
    ]
    found = [Stretch(None, first[0], *_outside(below, first, lines[0][2]))]
    found += [Stretch(a[0], b[0], slope, a[1] - slope * a[0]) for a, b, slope in lines]
    found.append(Stretch(last[0], last[0], Fraction(0), last[1]))
    found.append(Stretch(last[0], None, *_outside(above, last, lines[-1][2])))
    return tuple(found)


def jumps(node: Between) -> tuple[tuple[Fraction, str], ...]:
    """Where the curve leaps, and by which comparison the leap is made: >= or, at the end, >."""
    found: list[tuple[Fraction, str]] = []
    for a, b in itertools.pairwise(stretches(node)):
        at = b.low
        assert at is not None
        before, after = (None if p.base is None else p.slope * at + p.base for p in (a, b))
        if before != after:
            found.append((at, ">" if b.high is None else ">="))
    return tuple(found)


def _outside(
    said: Fraction | str, point: tuple[Fraction, Fraction], slope: Fraction
) -> tuple[Fraction, Fraction | None]:
    """The slope and base of a curve on one side of its points."""
    if isinstance(said, Fraction):
        return Fraction(0), said
    if said == "go_on":
        return slope, point[1] - slope * point[0]
    return Fraction(0), point[1] if said == "hold" else None
