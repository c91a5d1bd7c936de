"""Money: rounding, sharing out, reading what people write, printing it back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.money import MAX_FEN, allocate, grouped, half_up, rate, read_yuan, yuan


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(49, 100), 0),
        (Fraction(-149, 100), -1),
        (7, 7),
        (Fraction(5, 2), 3),
    ],
)
def test_halves_round_away_from_zero(value: Fraction | int, whole: int) -> None:
    assert half_up(value) == whole


@given(st.lists(st.fractions(-1000, 1000, max_denominator=97), min_size=1, max_size=20))
def test_shares_add_up_and_stay_within_one(shares: list[Fraction]) -> None:
    total = half_up(sum(shares, Fraction(0)))
    parts = allocate(total, shares)
    assert sum(parts) == total
    assert all(abs(part - share) <= 1 for part, share in zip(parts, shares, strict=True))


def test_earlier_position_wins_a_tie() -> None:
    assert allocate(1, [Fraction(1, 2), Fraction(1, 2)]) == [1, 0]
    assert allocate(2, [Fraction(1, 3), Fraction(2, 3), Fraction(2, 3)]) == [0, 1, 1]
    with pytest.raises(ValueError, match="rounded sum"):
        allocate(5, [1, 1])


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.50", 123450),
        ("¥1,234.5", 123450),
        ("￥1234", 123400),
        ("12.3万", 12_300_000),
        ("12.34567万元", 12_345_670),
        ("１２３", 12300),
        ("１，２３４．５", 123450),
        ("1234元", 123400),
        ("-5", -500),
        ("-¥5", -500),
        (" 0.10 ", 10),
        ("1.500", 150),
        ("100,000,000,000.00", MAX_FEN),
    ],
)
def test_amounts_as_people_write_them(text: str, fen: int) -> None:
    assert read_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ".", "-", "--", "--5", "NaN", "inf", "1e5", "1,23", "12,34.5", "0,123", "1.234",
        "1.2.3", "十万", "①", "١٢", "100000000000.01", "1" * 5000, "5%", "(5)", "-+5", "¥",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_yuan(text)


@given(st.integers(-MAX_FEN, MAX_FEN))
def test_printed_amounts_read_back(fen: int) -> None:
    assert read_yuan(yuan(fen)) == fen
    assert read_yuan(grouped(fen)) == fen


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_reason(text: str) -> None:
    try:
        assert abs(read_yuan(text)) <= MAX_FEN
    except ValueError as error:
        reason = str(error)
    else:
        return
    assert reason


def test_rates_are_plain_decimals() -> None:
    assert rate(Fraction(8, 100)) == "0.08"
    assert rate(Fraction(0)) == "0"
    assert rate(Fraction(-15, 1000)) == "-0.015"
    assert rate(Fraction(2)) == "2"
    assert rate(Fraction(1, 3)) == "0.3333333333"
