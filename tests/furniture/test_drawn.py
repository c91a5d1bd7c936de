"""Drawings beside figures: places on a scale, sums that stack, limits that are passed."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.furniture.drawn import Step, clock, place, reach, spark, thermometer, waterfall


def number(text):
    return Fraction(text.rstrip("%"))


def test_a_place_is_percent_and_never_leaves_the_width():
    assert (place(Fraction(1, 3)), place(Fraction(-1)), place(Fraction(7, 2))) == (
        "33.333%", "0.000%", "100.000%",
    )  # fmt: skip


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=9))
def test_a_waterfall_ends_at_its_sum_and_stays_inside(amounts):
    rungs = waterfall([Step(str(n), amount) for n, amount in enumerate(amounts)], "sum")
    assert rungs[-1].step.amount == sum(amounts)
    assert rungs[-1].total
    for rung in rungs:
        assert 0 <= number(rung.left) <= 100
        assert number(rung.left) + number(rung.width) <= Fraction(1003, 10)


def test_each_step_begins_where_the_last_one_ended_and_what_is_unearned_adds_nothing():
    steps = [Step("a", 300), Step("b", 0, unearned=100), Step("c", 100)]
    a, b, c, total = waterfall(steps, "sum")
    assert (a.left, a.width) == ("0.000%", "75.000%")
    assert (b.left, b.width, b.ghost) == ("75.000%", "25.000%", True)
    assert (c.left, c.width, total.width) == ("75.000%", "25.000%", "100.000%")


def test_exactly_the_threshold_is_not_over_it():
    lines = [(Fraction(1), "100%"), (Fraction(6, 5), "120%")]
    at = thermometer(120, 100, Fraction(1, 2), lines, "today")
    assert not at.over
    assert thermometer(121, 100, Fraction(1, 2), lines, "today").over
    assert [(mark.text, mark.strong) for mark in at.marks] == [
        ("today", False), ("100%", False), ("120%", True),
    ]  # fmt: skip


def test_bars_of_a_column_have_one_scale_that_reaches_to_the_largest():
    shares = [Fraction(166_82, 100_00), Fraction(138_14, 100_00), None]
    scale = reach(shares)
    high, low = (thermometer(n, 10_000, scale=scale) for n in (16_682, 13_814))
    assert (high.width, high.broken) == ("100.000%", False)
    assert number(low.width) == number(place(Fraction(13_814, 16_682)))
    assert reach([Fraction(1, 2)]) == reach([]) == Fraction(7, 5)
    # Past twice its target a bar is drawn broken: the others stay readable.
    assert reach([Fraction(9)]) == 2
    assert thermometer(90, 10, scale=Fraction(2)).broken
    alone = thermometer(15, 10)
    assert (alone.width, alone.broken) == ("100.000%", False), "one bar alone has its own scale"


@pytest.mark.parametrize("day", range(0, 101, 3))
@pytest.mark.parametrize("scale", [Fraction(7, 5), Fraction(166, 100), Fraction(2)])
def test_words_above_a_bar_do_not_cover_one_another(day: int, scale: Fraction):
    """On a phone a bar is 358 px wide and a word about 34."""
    lines = [(Fraction(1), "100%"), (Fraction(6, 5), "120%")]
    marks = thermometer(90, 100, Fraction(day, 100), lines, "today", scale).marks
    left = {"middle": 17, "end": 34, "start": 0}
    starts = sorted(number(m.at) / 100 * 358 - left[m.anchor] for m in marks)
    assert all(b - a >= 34 for a, b in itertools.pairwise(starts))


def test_a_month_without_a_target_has_an_amount_and_no_marks():
    bare = thermometer(500, None, Fraction(1, 2), [(Fraction(1), "100%")], "today")
    assert (bare.share, bare.marks, bare.width) == (None, [], "0.000%")


def test_a_clock_says_what_is_left_and_what_is_over():
    left, over = clock(20 * 60 + 40, 24 * 60), clock(27 * 60 + 30, 24 * 60)
    assert (left.said, left.over, over.said, over.over) == ("3:20", False, "3:30", True)
    assert number(over.past) == number(place(Fraction(7, 2) / 30))


def test_small_bars_have_one_that_is_marked():
    assert [bar.last for bar in spark([3, 1, 2])] == [False, False, True]
    assert spark([]) == []
