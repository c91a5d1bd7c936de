"""Working days in China: public holidays and the weekends worked for them, as the State Council sets them."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

SATURDAY = 5


# Days off by law each year whatever the decree of the year moves about them (全国年节及纪念日放假办法,
# as of 2025): those of the solar calendar. Spring, Dragon Boat and Mid-Autumn follow the moon.
BY_LAW = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


def is_working_day(day: date) -> bool:
    """Whether a day is worked; of a year not yet decreed, Monday to Friday are, but for holidays by law
    of the solar calendar.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY and not _by_law(day)


def _by_law(day: date) -> bool:
    return (day.month, day.day) in BY_LAW or _tombs(day)


def _tombs(day: date) -> bool:
    """Whether a day is that of sweeping tombs: the first solar term of April."""
    return (day.month, day.day // 10) == (4, 0) and bool(chinese_calendar.get_solar_terms(day, day))


def working_days_left(day: date, last: date) -> int:
    """Working days that follow a day, up to and with the last one; none where it is over."""
    days = (day + timedelta(n) for n in range(1, (last - day).days + 1))
    return sum(is_working_day(one) for one in days)


def after_working_days(day: date, count: int) -> date:
    """The last of `count` working days that follow a day: a clock of three started on a Friday ends
    on Wednesday.
    """
    while count:
        day += timedelta(1)
        count -= is_working_day(day)
    return day
