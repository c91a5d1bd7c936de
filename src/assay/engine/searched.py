"""What a search comes to: patterns with their counts, cases and people, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assay.engine.patterns import Windows
from assay.plan.program import Program
from assay.plan.prove.finding import Finding

MOST_CASES = 2000
FEW, TIMES = 5, 2
"""Above an edge stands more than chance would put where the count is no mere few and exceeds what
its neighbours lead one to expect by twice the square root of that."""


@dataclass(frozen=True)
class Count:
    """Orders in equal widths beside an edge (or days beside the turn of a month).

    counts: as `labels` say, from below to above. expected: for the width just above, from its
    neighbours. unusual: whether more stands there than chance would put. on: right on the edge.
    """

    what: str
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    expected: Fraction
    unusual: bool
    moved: int | None = None
    on: int | None = None


@dataclass(frozen=True)
class Case:
    """A payee's month (or the turn into it) in which a pattern stands and paid more, in 分."""

    payee: str
    month: int
    orders: tuple[str, ...]
    count: int
    moved: int


@dataclass(frozen=True)
class Pattern:
    """A property the plan does not have for a role, and what of it stands in the orders.

    kind: how it is told: the property's own name, or of a cliff month_edge, month_lifted and
    month_returned. candidates: orders (or groups of them, or months) that fit. people: 分 that they
    paid more than the same sales otherwise, by payee; of more_sales what they paid less.
    """

    kind: str
    role: str
    finding: Finding
    candidates: int
    counts: tuple[Count, ...]
    cases: tuple[Case, ...]
    people: Mapping[str, int]

    @property
    def about(self) -> str:
        """The property of the plan it is a use of."""
        return self.finding.about

    @property
    def total(self) -> int:
        """All it moved, in 分."""
        return sum(self.people.values())


@dataclass(frozen=True)
class Searched:
    """All patterns of a search, with what could not be looked for."""

    program: Program
    months: range
    orders: int
    windows: Windows
    patterns: tuple[Pattern, ...]
    skipped: tuple[tuple[str, str, str], ...]  # property, role, why (a word of search_out.WHY)
    names: Mapping[str, str]


def beside(
    name: str, four: Sequence[int], on: int, in_above: bool, share: int | None = None
) -> Count:
    """Four widths about an edge: just above it should stand about as many as beside it.

    four: two below, two above. on: those right on the edge, which are counted above it where
    `in_above`. Round prices are common in themselves: they are told, and left out of the judgement.
    """
    _, below, above, above2 = four
    expected = Fraction(below + above2 - (0 if in_above else on), 2)
    beyond = above - (on if in_above else 0)
    labels = ("below2", "below", "above", "above2")
    return Count(name, labels, tuple(four), expected, unusual(beyond, expected), share, on)


def unusual(count: int, expected: Fraction) -> bool:
    """Whether more stands there than chance would put."""
    return count >= FEW and count > expected + TIMES * _root(expected)


def _root(value: Fraction) -> Fraction:
    """The square root, to three decimals: a measure of chance needs no more."""
    return Fraction(round(float(value) ** 0.5 * 1000), 1000)
