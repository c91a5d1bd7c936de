"""What the server draws beside figures: waterfall, thermometer, clock, small bars. Pure.

Places and widths are percent of the width, as text for SVG; amounts are 分, times are minutes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

ROOM = Fraction(14, 10)  # a thermometer reaches to 140 % of its target unless it must go further,
MOST = Fraction(2)  # and never beyond twice: past that a bar is drawn broken
WORD = Fraction(1, 10)  # of the width is what a word takes where it is narrowest, on a phone
TICKS = 12  # a clock is ruled in twelfths of its limit


def place(part: Fraction) -> str:
    """A part of the width as SVG takes it: 1/3 -> 33.333%; kept between 0 and 100 %."""
    thousandths = round(min(max(part, Fraction(0)), Fraction(1)) * 100_000)
    return f"{thousandths // 1000}.{thousandths % 1000:03d}%"


@dataclass(frozen=True)
class Step:
    """A step of a sum, as told: its name, how it is worked out, its 分, its metal, its clause.

    kind: f1 … f4 (a rate, richest first), fs (time, wages), fd (earns nothing), none (no bar).
    unearned: what there would be to get; it adds nothing and is drawn dashed.
    counts: False where the step only says what earns nothing.
    """

    name: str
    amount: int
    working: str = ""
    kind: str = "fs"
    clause: str = ""
    unearned: int = 0
    counts: bool = True


@dataclass(frozen=True)
class Rung:
    """A step with its bar: where it begins and how wide it is."""

    step: Step
    left: str
    width: str
    total: bool = False

    @property
    def ghost(self) -> bool:
        """Whether the bar stands for what is not earned."""
        return bool(self.step.unearned and not self.step.amount)


def waterfall(steps: Sequence[Step], total: str, recorded: int | None = None) -> list[Rung]:
    """Steps one under the other, each bar beginning where the last ended, and the sum below.

    Negative steps go back; the scale takes in what is not yet earned. recorded: the sum in 分 as it
    was written down, where it is not left to the steps.
    """
    at, reached = 0, [0]
    spans: list[tuple[Step, int, int]] = []
    for step in steps:
        extent = step.amount or step.unearned
        spans.append((step, min(at, at + extent), max(at, at + extent)))
        reached.append(at + extent)
        at += step.amount
    low, high = min(reached), max(max(reached), 1)
    rungs = [_rung(step, left, right, low, high) for step, left, right in spans]
    sum_step = Step(total, at if recorded is None else recorded, kind="fi")
    return [*rungs, _rung(sum_step, min(0, at), max(0, at), low, high, total=True)]


def _rung(step: Step, left: int, right: int, low: int, high: int, total: bool = False) -> Rung:
    whole = high - low
    width = Fraction(right - left, whole)
    least = Fraction(1, 400) if right > left else Fraction(0)  # a little is seen as a little
    return Rung(step, place(Fraction(left - low, whole)), place(max(width, least)), total)


@dataclass(frozen=True)
class Mark:
    """A line across a bar: where, what stands at it, whether it decides anything, where it leans."""

    at: str
    text: str
    strong: bool
    anchor: str = "middle"


@dataclass(frozen=True)
class Thermometer:
    """Sales against a target, with the marks of time and thresholds; share is done / target.

    broken: whether the bar goes on past the end of the scale.
    """

    width: str
    kind: str
    marks: list[Mark]
    share: Fraction | None
    over: bool
    broken: bool = False


def reach(shares: Iterable[Fraction | None]) -> Fraction:
    """How far the one scale of a column of thermometers goes: to its largest share, within bounds."""
    return min(max([ROOM, *(share for share in shares if share is not None)]), MOST)


def thermometer(
    done: int,
    target: int | None,
    elapsed: Fraction | None = None,
    lines: Sequence[tuple[Fraction, str]] = (),
    today: str = "",
    scale: Fraction | None = None,
) -> Thermometer:
    """A bar of `done` 分 on a scale of the target; without a target there is only the amount.

    elapsed: the part of the time that has gone, marked thin and named `today`; lines: thresholds
    as parts of the target with their texts, the last of them the one that pays; scale: how far it
    goes, that of its own share where not said. Bars in one column need one (`reach`).
    """
    share = Fraction(done, target) if target else None
    scale = reach([share]) if scale is None else scale
    said = [(elapsed, today, False)] if elapsed is not None else []
    said += [(at, text, at != 1) for at, text in lines]
    leans = _leaning([at / scale for at, _, _ in said])
    marks = [
        Mark(place(at / scale), text, strong, lean)
        for (at, text, strong), lean in zip(said, leans, strict=True)
        if target
    ]
    over = bool(share is not None and lines and share > lines[-1][0])
    behind = share is not None and elapsed is not None and share < elapsed
    kind = "f3" if behind and not over else "f1"
    whole = share or Fraction(0)
    return Thermometer(place(whole / scale), kind, marks, share, over, whole > scale)


def _leaning(places: Sequence[Fraction]) -> Sequence[str]:
    """How the words at these places stand (an SVG text-anchor each): covering one another as
    little as can be, then most of them upright."""
    left = {"middle": WORD / 2, "end": WORD, "start": Fraction(0)}

    def cost(leans: tuple[str, ...]) -> tuple[Fraction, int]:
        starts = sorted(at - left[lean] for at, lean in zip(places, leans, strict=True))
        covered = sum(max(a + WORD - b, Fraction(0)) for a, b in itertools.pairwise(starts))
        return Fraction(covered), sum(lean != "middle" for lean in leans)

    return min(itertools.product(left, repeat=len(places)), key=cost)


@dataclass(frozen=True)
class Clock:
    """Time that has gone of a limit: the bar, what lies past the limit, the line, the ticks."""

    width: str
    past_from: str
    past: str
    line: str
    ticks: list[str]
    minutes: int
    over: bool

    @property
    def said(self) -> str:
        """What is left, or what is over: 3:20."""
        return f"{self.minutes // 60}:{self.minutes % 60:02d}"


def clock(elapsed: int, limit: int) -> Clock:
    """Minutes gone of a limit in minutes; the scale goes a quarter past the limit, or to now."""
    whole = max(Fraction(limit * 5, 4), Fraction(elapsed))
    inside, past = min(elapsed, limit), max(elapsed - limit, 0)
    every = Fraction(limit, TICKS)
    ticks = [place(every * n / whole) for n in range(int(whole / every) + 1)]
    return Clock(
        place(inside / whole), place(limit / whole), place(past / whole), place(limit / whole),
        ticks, abs(limit - elapsed), past > 0,
    )  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """One of a row of small bars; y and height in px of 28."""

    left: str
    y: int
    height: int
    last: bool


def spark(values: Sequence[int]) -> list[Bar]:
    """A row of small bars from nought, the last one marked: how a figure came here."""
    top = max([abs(value) for value in values], default=0) or 1
    count = max(len(values), 1)
    bars = []
    for index, value in enumerate(values):
        height = max(round(abs(value) * 26 / top), 1)
        bars.append(Bar(place(Fraction(index, count)), 28 - height, height, index == count - 1))
    return bars
