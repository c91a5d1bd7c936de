"""Drawings of the desks: places in percent, worked out exactly; templates only put them down."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

REACH = Fraction(3, 2)


@dataclass(frozen=True)
class Bar:
    """A bar of attainment on a scale from 0: what is done, the time gone by, 100 %, the line of the plan.

    `open` is the dashed rest up to that line. All are places or widths in percent of the drawing.
    """

    done: str
    elapsed: str
    full: str
    over: str
    open_at: str
    open: str
    passed: bool

    @property
    def anchor(self) -> str:
        """Which way the figure stands from the bar's end: inside of the drawing."""
        return "end" if float(self.done.rstrip("%")) > 12 else "start"

    @property
    def day_anchor(self) -> str:
        """Today's word leaves 100 % its place where the two are near."""
        return "middle" if abs(self._apart) > 11 else "start" if self._apart > 0 else "end"

    @property
    def full_anchor(self) -> str:
        """And 100 % today's."""
        return "middle" if abs(self._apart) > 11 else "end" if self._apart > 0 else "start"

    @property
    def _apart(self) -> float:
        return float(self.elapsed.rstrip("%")) - float(self.full.rstrip("%"))


def elapsed(today: date) -> Fraction:
    """The part of a month that has gone by: full days only."""
    return Fraction(today.day - 1, calendar.monthrange(today.year, today.month)[1])


def year_elapsed(today: date) -> Fraction:
    """The part of a year that has gone by: full days only."""
    days = 366 if calendar.isleap(today.year) else 365
    return Fraction(today.timetuple().tm_yday - 1, days)


def reach_of(attained: list[Fraction | None], over: Fraction | None) -> Fraction:
    """How far a scale goes that holds all of these."""
    return max(
        [REACH, (over or Fraction(0)) + Fraction(1, 10), *(a for a in attained if a is not None)]
    )


def bar(
    attained: Fraction | None, gone: Fraction, over: Fraction | None, reach: Fraction = REACH
) -> Bar:
    """A bar; without a target nothing is drawn of it but the lines."""
    done = min(attained or Fraction(0), reach)
    line = over or Fraction(0)
    left = max(line - done, Fraction(0))
    return Bar(
        _p(done / reach), _p(gone / reach), _p(1 / reach), _p(line / reach) if over else "",
        _p(done / reach), _p(left / reach), bool(over and attained and attained > over),
    )  # fmt: skip


@dataclass(frozen=True)
class Strip:
    """A place on a strip of discounts, and the line of the floor on it."""

    at: str
    floor: str
    below: bool


LOW, HIGH = Fraction(6, 10), Fraction(1)


def strip(average: Fraction | None, floor: Fraction | None) -> Strip | None:
    """An average discount between 6折 and 10折; None where there is none."""
    if average is None:
        return None

    def at(ratio: Fraction) -> str:
        return _p((min(max(ratio, LOW), HIGH) - LOW) / (HIGH - LOW))

    return Strip(at(average), at(floor) if floor else "", bool(floor and average < floor))


def _p(share: Fraction) -> str:
    return f"{float(share * 100):.2f}%"
