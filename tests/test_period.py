"""Months and days as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.period import Month, read_date


@given(st.dates(date(1900, 1, 1), date(9998, 12, 31)))
def test_a_month_holds_its_days(day: date) -> None:
    month = Month.of(day)
    assert month.first <= day < month.after
    assert month.next().first == month.after
    assert Month.parse(str(month)) == month


def test_a_span_includes_both_ends() -> None:
    a, b = Month.parse("2018-11"), Month.parse("2019年2月")
    assert [str(m) for m in Month.span(a, b)] == ["2018-11", "2018-12", "2019-01", "2019-02"]
    assert Month.span(b, a) == []


@pytest.mark.parametrize("text", ["", "2018", "2018-13", "2018-00", "05-2018", "2018.1", "0001-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026/1/5", "2026-01-05", "20260105", "2026.1.5", "2026年1月5日", "46027", "２０２６-01-05",
        "2026-01-05 13:04:00", "2026-01-05T00:00:00.000", "46027.5",
    ],
)  # fmt: skip
def test_days_as_people_write_them(text: str) -> None:
    assert read_date(text) == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("03/04/2018", "ambiguous"),
        ("5/1/2026", "ambiguous"),
        ("26-01-05", "ambiguous"),
        ("2026-02-30", "impossible"),
        ("20261301", "impossible"),
        ("0001-01-01", "impossible"),
        ("2026-1/5", "not a date"),
        ("19999", "serial"),
        ("80001", "serial"),
        ("", "empty"),
        ("soon", "not a date"),
    ],
)
def test_what_is_no_day_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_date(text)


@given(st.text(max_size=25))
def test_any_text_is_a_day_or_a_reason(text: str) -> None:
    try:
        assert read_date(text).year >= 1900
    except ValueError as error:
        reason = str(error)
    else:
        return
    assert reason
