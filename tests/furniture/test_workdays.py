"""Working days: those decreed, those the law frees before a year's decree, and what is left of a clock."""

from __future__ import annotations

from datetime import date

import pytest

from assay.furniture.workdays import after_working_days, is_working_day, working_days_left

FAR = 2043  # no decree of it for a long time


@pytest.mark.parametrize(
    "day", [(1, 1), (5, 1), (10, 1), (10, 2)], ids=lambda day: "-".join(map(str, day))
)
def test_holidays_by_law_are_free_before_the_decree_of_their_year(day):
    assert date(FAR, *day).weekday() < 5, "it would be worked but for the law"
    assert not is_working_day(date(FAR, *day))
    assert is_working_day(date(FAR, 3, 3))


def test_the_day_of_sweeping_tombs_follows_the_sun():
    assert not is_working_day(date(2040, 4, 4))
    assert is_working_day(date(2040, 4, 5))


def test_what_is_left_of_a_clock_counts_working_days_as_the_clock_does():
    start = date(2026, 9, 29)  # before the week of the first of October
    last = after_working_days(start, 5)
    assert working_days_left(start, last) == 5
    assert working_days_left(last, last) == 0
    assert working_days_left(last, start) == 0
