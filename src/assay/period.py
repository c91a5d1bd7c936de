"""Months as half-open spans of days, and dates as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from assay.signs import FULL_WIDTH

FIRST_YEAR, LAST_YEAR = 1900, 9999
SERIAL_DAY_ZERO = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000

_CLOCK = r"(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_PARTED = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})" + _CLOCK)
_CHINESE = re.compile(r"([0-9]{4}) ?年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]" + _CLOCK)
_PACKED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_YEAR_LAST = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})" + _CLOCK)
_MONTH = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})|([0-9]{4})\.?([0-9]{2})")
_CHINESE_MONTH = re.compile(r"([0-9]{4}) ?年 ?([0-9]{1,2}) ?月")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, counted from the year 0: index = year * 12 + month - 1."""

    index: int

    def __post_init__(self) -> None:
        """Refuse an index outside the years 1 to 9999."""
        if not 12 <= self.index < 120_000:
            raise ValueError("a month lies in the years 1 to 9999")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read 2018-05, 2018/5, 201805, 2018.05 or 2018年5月; ValueError for anything else."""
        plain = text.translate(FULL_WIDTH).strip()
        match = _MONTH.fullmatch(plain) or _CHINESE_MONTH.fullmatch(plain)
        if match is None:
            raise ValueError("not a month: write it as 2018-05")
        year, month = (int(group) for group in match.groups() if group is not None)
        if not 1 <= month <= 12:
            raise ValueError(f"impossible month: there is no month {month}")
        if year < FIRST_YEAR:
            raise ValueError(f"impossible month: no year before {FIRST_YEAR} is meant")
        return cls(year * 12 + month - 1)

    @classmethod
    def of(cls, day: date) -> Month:
        """Give the month a day lies in."""
        return cls(day.year * 12 + day.month - 1)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.index // 12, self.index % 12 + 1, 1)

    @property
    def after(self) -> date:
        """The day after its last; the last day there is for 9999-12."""
        return date.max if self.index == 119_999 else self.next().first

    def next(self, n: int = 1) -> Month:
        """Give the month n months later (earlier below zero)."""
        return Month(self.index + n)

    @staticmethod
    def span(a: Month, b: Month) -> list[Month]:
        """List the months from a to b, both included; empty where b comes before a."""
        return [Month(index) for index in range(a.index, b.index + 1)]

    def __str__(self) -> str:
        """Print it as 2018-05."""
        return f"{self.index // 12:04d}-{self.index % 12 + 1:02d}"


def read_date(text: str) -> date:
    """Read a day: 2026/1/5, 2026-01-05, 20260105, 2026.1.5, 2026年1月5日 or an Excel serial.

    A time of day behind it is left out. ValueError says why a day is ambiguous (03/04/2018),
    impossible (2026-02-30) or no day at all.
    """
    plain = text.translate(FULL_WIDTH).strip()
    if not plain:
        raise ValueError("the date is empty")
    parted = _PARTED.fullmatch(plain)
    if parted is not None:
        return _day(parted[1], parted[3], parted[4])
    match = _CHINESE.fullmatch(plain) or _PACKED.fullmatch(plain)
    if match is not None:
        return _day(match[1], match[2], match[3])
    serial = _SERIAL.fullmatch(plain)
    if serial is not None:
        return read_serial(int(serial[1]))
    if _YEAR_LAST.fullmatch(plain) is not None:
        raise ValueError("ambiguous date: day and month cannot be told apart; write 2026-01-05")
    raise ValueError("not a date: write it as 2026-01-05")


def read_serial(number: int) -> date:
    """Give the day of an Excel serial number (1900 system, 20000 to 80000), else ValueError."""
    if not FIRST_SERIAL <= number <= LAST_SERIAL:
        raise ValueError(f"not a date: an Excel serial lies in {FIRST_SERIAL} to {LAST_SERIAL}")
    return SERIAL_DAY_ZERO + timedelta(days=number)


def _day(year: str, month: str, day: str) -> date:
    """Build a day from its digits; ValueError where the calendar has none such."""
    if int(year) < FIRST_YEAR:
        raise ValueError(f"impossible date: no year before {FIRST_YEAR} is meant")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"impossible date: there is no {year}-{month}-{day}") from None


def days_between(start: date, end: date) -> int:
    """Days from one date to another."""
    return (end - start).days


def months_between(start: date, end: date) -> int:
    """Completed months from one date to another; negative when it is earlier.

    A month is completed on the day of its number, or on the last day of a shorter month: from
    31 January to 28 February it is one (民法典 第202条).
    """
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if later_by_months(start, months) <= end else months - 1


def later_by_days(day: date, days: int) -> date:
    """A date some days later."""
    return day + timedelta(days)


def later_by_months(day: date, months: int) -> date:
    """A date some months later; a day that month does not have is its last (民法典 第202条)."""
    month = Month(Month.of(day).index + months)
    last = (month.after - timedelta(1)).day
    return month.first.replace(day=min(day.day, last))


def months_started(start: date, end: date) -> int:
    """Months begun from one date to another: on the day a month completes no further one has begun."""
    if end < start:
        return -months_started(end, start)
    months = months_between(start, end)
    return months if later_by_months(start, months) == end else months + 1


def months_turned(start: date, end: date) -> int:
    """How often the calendar month turns from one date to another: from 31 January to 1 February once."""
    return Month.of(end).index - Month.of(start).index
