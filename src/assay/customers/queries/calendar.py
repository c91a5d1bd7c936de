"""Festivals and occasions to come: the last day to order, and what was bought for them last year."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assay.customers.models import Festival, Occasion, Purchase

HORIZON = 120
SEASON = 45
ROOM = 17  # how far apart, in %, two names stand


@dataclass(frozen=True)
class Coming:
    """A festival or an own occasion ahead."""

    name: str
    day: date
    lead: int
    own: bool
    left: int  # days until the last day to order; negative: too late
    last_year: int | None  # 分 bought for it a year before; None: it was not on the calendar
    at: str
    begins: str
    named: bool = True

    @property
    def anchor(self) -> str:
        """Which way its name stands: inside of the drawing."""
        share = float(self.at.rstrip("%"))
        return "start" if share < 8 else "end" if share > 92 else "middle"

    @property
    def order_by(self) -> date:
        """The last day to order."""
        return self.day - timedelta(self.lead)

    @property
    def soon(self) -> bool:
        """Within a week, or gone."""
        return self.left <= 7


def coming(
    festivals: Sequence[Festival],
    occasions: Sequence[Occasion],
    purchases: Sequence[Purchase],
    today: date,
) -> list[Coming]:
    """What lies in the next 120 days, by day. festivals: from 400 days back on."""
    end = today + timedelta(HORIZON)
    days = {(festival.name, festival.day.year): festival.day for festival in festivals}
    found = []
    for festival in festivals:
        if today <= festival.day <= end:
            before = days.get((festival.name, festival.day.year - 1))
            found.append(
                _coming(festival.name, festival.day, festival.lead, today, before, purchases)
            )
    for occasion in occasions:
        for year in (today.year, today.year + 1):
            day = _on(year, occasion)
            if today <= day <= end:
                found.append(
                    _coming(
                        occasion.name, day, occasion.lead, today, _on(year - 1, occasion),
                        purchases, own=True,
                    )
                )  # fmt: skip
    return _spaced(sorted(found, key=lambda row: (row.day, not row.own)))


def _spaced(rows: list[Coming]) -> list[Coming]:
    """Names that would stand on each other are left out of the drawing; the table has them all."""
    last, spaced = -100.0, []
    for row in rows:
        at = float(row.at.rstrip("%"))
        fits = at - last >= ROOM
        last = at if fits else last
        spaced.append(replace(row, named=fits))
    return spaced


def _on(year: int, occasion: Occasion) -> date:
    last = calendar.monthrange(year, occasion.month)[1]
    return date(year, occasion.month, min(occasion.day, last))


def _coming(
    name: str, day: date, lead: int, today: date, before: date | None,
    purchases: Sequence[Purchase], own: bool = False,
) -> Coming:  # fmt: skip
    last = None
    if before is not None:
        since = before - timedelta(SEASON)
        last = sum(row.amount for row in purchases if since <= row.day <= before)
    start = max((day - timedelta(lead) - today).days, 0)
    return Coming(
        name, day, lead, own, (day - timedelta(lead) - today).days, last,
        _at((day - today).days), _at(start),
    )  # fmt: skip


def _at(days: int) -> str:
    return f"{days * 100 / HORIZON:.2f}%"


def months_ahead(today: date) -> list[tuple[str, date]]:
    """Firsts of months within the horizon, for the axis: (position, first of the month)."""
    found: list[tuple[str, date]] = []
    first = today.replace(day=1)
    while True:
        first = (first + timedelta(32)).replace(day=1)
        ahead = (first - today).days
        if ahead > HORIZON - 4:
            return found
        if ahead > 5:
            found.append((_at(ahead), first))


def near(today: date) -> Sequence[Festival]:
    """Festivals from 400 days back to the horizon; one query."""
    return list(
        Festival.objects.filter(day__gt=today - timedelta(410), day__lte=today + timedelta(HORIZON))
    )
