"""The discount ruler: rates over bands, edges with what counts, and where the order stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from assay.furniture.templatetags.figures import fold

FINE = ("f1", "f2", "f3", "f4")
EDGE_ROOM = Fraction(7, 100)
END_ROOM = 8  # percent of the width between the end of the ruler and an edge, for both to be named
NEEDLE_ROOM = 6  # percent of the width that a rate keeps from the needle: half its word on a phone


@dataclass(frozen=True)
class Step:
    """A band: where it begins, how wide, its rate and where that is written, its metal, what it pays.

    Places are percents of the width; the rate is written beside the needle, never under it.
    """

    left: str
    width: str
    middle: str
    label: str
    rate: str
    kind: str
    pay: str = ""


@dataclass(frozen=True)
class Mark:
    """A line on the ruler: an edge (● counts above, ○ does not), or the order itself."""

    at: str
    text: str
    counts: bool


@dataclass(frozen=True)
class Ruler:
    """All that the drawing needs; cites: the clauses under which its bands pay.

    top: the discount at the right end; floor: the least average (counts: whether an edge has its line).
    """

    steps: Sequence[Step]
    marks: Sequence[Mark]
    here: Mark
    cites: Sequence[str] = ()
    top: str = ""
    floor: Mark | None = None


def ruler(
    edges: Sequence[tuple[Fraction, bool, str, str]],
    here: Fraction,
    pays: Sequence[tuple[int, int]] = (),
    lowest: Fraction = Fraction(1),
    cites: Sequence[str] = (),
    floor: Fraction | None = None,
) -> Ruler:
    """A ruler of edges (ratio, counts above, rate above, rate below), falling; `here` is the order.

    Bands of one rate stand as one. `pays`: for each edge what the order pays at it and 1 分 below, with
    the pay at full price before and that at `lowest` after them; `lowest` is shown in any case.
    """
    kept = [n for n, edge in enumerate(edges) if edge[2] != edge[3]] or list(range(len(edges)))
    told = [edges[n] for n in kept]
    ends = [edge[0] for edge in told]
    drawn = [*ends, floor] if floor else ends
    low: Fraction = min([*(end - EDGE_ROOM for end in drawn), here - EDGE_ROOM / 7, lowest])
    high = max([Fraction(1), here])
    places = [high, *ends, low]
    rates = [told[0][2] if told else "", *(edge[3] for edge in told)]
    worth = sorted({_number(rate) for rate in rates if _number(rate) > 0}, reverse=True)

    def at(ratio: Fraction) -> Fraction:
        return (ratio - low) / (high - low) * 100

    steps = []
    for index, rate in enumerate(rates):
        right, left = at(places[index]), at(places[index + 1])
        value = _number(rate)
        kind = FINE[min(worth.index(value), 3)] if value in worth else "fd"
        pay = _span(pays, [0, *(n + 1 for n in kept), len(pays) - 1], index) if pays else ""
        middle = (left + right) / 2
        label = _beside(at(here), left, right)
        steps.append(Step(_p(left), _p(right - left), _p(middle), _p(label), rate, kind, pay))
    marks = [Mark(_p(at(ratio)), fold(ratio), counts) for ratio, counts, *_rest in told]
    near = bool(ends) and at(ends[0]) > 100 - END_ROOM
    return Ruler(
        steps, marks, Mark(_p(at(here)), fold(here), True), cites, "" if near else fold(high),
        Mark(_p(at(floor)), fold(floor), floor in ends) if floor else None,
    )  # fmt: skip


def _beside(needle: Fraction, left: Fraction, right: Fraction) -> Fraction:
    """Where a band's rate is written: in its middle, or as far from the needle as it needs."""
    middle = (left + right) / 2
    if abs(middle - needle) >= NEEDLE_ROOM:
        return middle
    return needle + (NEEDLE_ROOM if right - needle >= needle - left else -NEEDLE_ROOM)


def _span(pays: Sequence[tuple[int, int]], at: Sequence[int], index: int) -> str:
    """What a band pays: at its lowest price and at its dearest, in yuan without 分."""
    dearest, lowest = pays[at[index]][1], pays[at[index + 1]][0]
    low, high = sorted((dearest, lowest))
    return f"{low // 100:,}" if low // 100 == high // 100 else f"{low // 100:,}–{high // 100:,}"


def _number(rate: str) -> Fraction:
    return Fraction(rate.rstrip("%") or 0)


def _p(value: Fraction) -> str:
    return f"{float(value):.3f}%"
