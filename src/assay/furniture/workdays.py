"""Working days in China: public holidays and the weekends worked for them, as the State Council sets them."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether a day is worked; of a year not yet decreed, Monday to Friday are."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


def after_working_days(day: date, count: int) -> date:
    """The last of `count` working days that follow a day: a clock of three started on a Friday ends
    on Wednesday.
    """
    while count:
        day += timedelta(1)
        count -= is_working_day(day)
    return day
