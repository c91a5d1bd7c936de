"""The discount ruler: rates over bands, edges with what counts, and where the order stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from math import floor as floor_of

from assay.engine.effect import Rate
from assay.furniture.templatetags.figures import fold

FINE = ("f1", "f2", "f3", "f4")
EDGE_ROOM = Fraction(7, 100)
END_ROOM = 8  # percent of the width between the end of the ruler and an edge, for both to be named
SIGN = 2  # percent of a phone's width that a sign of a label takes
PAY_ROOM = 8  # percent of the width that a band has for what it pays


@dataclass(frozen=True)
class Step:
    """A band: where it begins, how wide, its rate, its metal, what it pays; places in percents.

    Its rate and its pay are empty where there is no room for them.
    """

    left: str
    width: str
    middle: str
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

    ended: whether the order stands at the right end, so that its discount is written left of it. top:
    the discount at that end, where it is named; floor: the least average (counts: whether an edge has
    its line). low, high: its ends in 折, as a slider on the same scale has them.
    """

    steps: Sequence[Step]
    marks: Sequence[Mark]
    here: Mark
    cites: Sequence[str] = ()
    ended: bool = False
    top: str = ""
    floor: Mark | None = None
    low: str = ""
    high: str = ""

    @property
    def paid(self) -> bool:
        """Whether it says what its bands pay."""
        return any(step.pay for step in self.steps)


def ruler(
    edges: Sequence[tuple[Fraction, bool, Rate, Rate]],
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
    low = min([*(end - EDGE_ROOM for end in drawn), here - EDGE_ROOM / 7, lowest])
    low = Fraction(floor_of(low * 100), 100)
    high = Fraction(ceil(max(here, Fraction(1)) * 100), 100)

    def at(ratio: Fraction) -> Fraction:
        return (ratio - low) / (high - low) * 100

    rates = [told[0][2] if told else Rate(), *(edge[3] for edge in told)]
    places = [at(ratio) for ratio in (high, *ends, low)]
    paid = [0, *(n + 1 for n in kept), len(pays) - 1]
    steps = _steps(rates, places, at(here), [_span(pays, paid, n) for n in range(len(rates))])
    names = _apart([(at(edge[0]), fold(edge[0]), -len(fold(edge[0]))) for edge in told])
    marks = [Mark(_p(at(edge[0])), name, edge[1]) for edge, name in zip(told, names, strict=True)]
    near = bool(ends) and places[1] > 100 - END_ROOM
    return Ruler(
        steps, marks, Mark(_p(at(here)), fold(here), True), cites, at(here) > 100 - END_ROOM,
        "" if near else fold(high),
        Mark(_p(at(floor)), fold(floor), floor in ends) if floor else None,
        f"{float(low * 10):g}", f"{float(high * 10):g}",
    )  # fmt: skip


def _steps(
    rates: Sequence[Rate], places: Sequence[Fraction], needle: Fraction, pays: Sequence[str]
) -> list[Step]:
    """The bands from the right; the richer the metal the higher the rate."""
    worth = sorted({rate.whole for rate in rates if rate.whole > 0}, reverse=True)
    bands = [(places[n + 1], places[n]) for n in range(len(rates))]
    texts = _apart([
        ((left + right) / 2, str(rate), right - left + (100 if left <= needle <= right else 0))
        for rate, (left, right) in zip(rates, bands, strict=True)
    ])  # fmt: skip
    steps = []
    for rate, (left, right), text, pay in zip(rates, bands, texts, pays, strict=True):
        kind = FINE[min(worth.index(rate.whole), 3)] if rate.whole in worth else "fd"
        room = right - left >= PAY_ROOM
        middle = _p((left + right) / 2)
        steps.append(Step(_p(left), _p(right - left), middle, text, kind, pay if room else ""))
    return steps


def _apart(labels: Sequence[tuple[Fraction, str, Fraction | int]]) -> list[str]:
    """Labels on one line by their middle and weight: of two that touch on a phone the weightier stands."""
    taken: dict[int, tuple[Fraction, Fraction]] = {}
    for n in sorted(range(len(labels)), key=lambda n: -labels[n][2]):
        middle, text, _weight = labels[n]
        half = Fraction(len(text) * SIGN, 2)
        if all(middle + half <= left or right <= middle - half for left, right in taken.values()):
            taken[n] = (middle - half, middle + half)
    return [text if n in taken else "" for n, (_middle, text, _weight) in enumerate(labels)]


def _span(pays: Sequence[tuple[int, int]], at: Sequence[int], index: int) -> str:
    """What a band pays: at its lowest price and at its dearest, in yuan without 分."""
    if not pays:
        return ""
    dearest, lowest = pays[at[index]][1], pays[at[index + 1]][0]
    low, high = sorted((dearest, lowest))
    return f"{low // 100:,}" if low // 100 == high // 100 else f"{low // 100:,}–{high // 100:,}"


def _p(value: Fraction) -> str:
    return f"{float(value):.3f}%"
