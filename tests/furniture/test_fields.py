"""Money, months and sealed texts: read as people write them, refused by the database itself."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.furniture.fields import DayFormField, FenFormField, MonthField, MonthFormField
from assay.furniture.seal import fingerprint, masked, seal
from assay.furniture.templatetags.figures import (
    average,
    discount,
    money,
    percent,
    wan,
    wan_short,
    yuan,
)
from assay.money import MAX_FEN, grouped
from assay.people.models import Wage
from assay.period import Month
from tests import factories


@given(st.integers(0, MAX_FEN))
def test_an_amount_shown_is_the_amount_read(fen):
    field = FenFormField()
    assert field.clean(field.prepare_value(fen)) == fen
    assert field.clean(f"¥{grouped(fen)}") == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.5", 123_450),
        ("12.3万", 12_300_000),
        ("１２３", 12_300),
        ("1234元", 123_400),
        ("0", 0),
    ],
)
def test_amounts_as_people_write_them(text, fen):
    assert FenFormField().clean(text) == fen


@pytest.mark.parametrize("text", ["", "十元", "1.234", "-5", "nan", "1e5", "99999999999999999"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValidationError):
        FenFormField().clean(text)


def test_months_and_days_as_people_write_them():
    for text in ("2018-05", "2018/5", "201805", "2018年5月", "2018-05-17"):
        assert MonthFormField().clean(text) == Month.parse("2018-05")
    for text in ("2026/1/5", "2026-01-05", "20260105", "2026年1月5日", "46027"):
        assert DayFormField().clean(text) == date(2026, 1, 5)
    for field, text in ((MonthFormField(), "2018-13"), (DayFormField(), "03/04/2018")):
        with pytest.raises(ValidationError):
            field.clean(text)
    assert MonthField().get_prep_value(Month.parse("2018-05")) == 2018 * 12 + 4


def test_figures_are_printed_as_the_house_prints_them():
    assert (money(123_450), yuan(-5), money(None)) == ("1,234.50", "−¥0.05", "—")
    assert (wan(447_100_000), discount(804, 1000), discount(85, 100)) == (
        "447.10 万",
        "8.04折",
        "8.5折",
    )
    assert discount(1, 0) == "—"
    assert percent(None) == "—"
    # A real minus, as where one amount is taken from another; what is typed so is read.
    signs = (money(-5), percent(Fraction(-1, 8)), wan(-5_000_000), wan_short(-5_000_000))
    assert signs == ("−0.05", "−12.50%", "−5.00 万", "−5.0")
    assert FenFormField(least=None).clean("−0.05") == -5
    assert [average(Fraction(part, 1000)) for part in (800, 827, 835)] == [
        "8.00折",
        "8.27折",
        "8.35折",
    ]
    with override("en"):
        assert (discount(804, 1000), average(Fraction(4, 5))) == ("80.4%", "80%")


@given(st.integers(1, MAX_FEN), st.integers(1, MAX_FEN))
def test_a_discount_is_never_shown_on_an_edge_it_is_not_on(net, listed):
    """Edges of plans lie at tenths of a 折: what pays by one side of an edge is shown on that side."""
    exact = Fraction(net * 10, listed)
    shown = Fraction(discount(net, listed).rstrip("折"))
    assert abs(shown - exact) < Fraction(1, 100)
    edge = Fraction(round(exact * 10), 10)
    assert (shown > edge) - (shown < edge) == (exact > edge) - (exact < edge)


def test_an_order_a_fen_above_an_edge_is_not_shown_on_it():
    assert discount(12_012_01, 17_160_00) == "7.01折"
    assert discount(12_011_99, 17_160_00) == "6.99折"
    assert discount(12_012_00, 17_160_00) == "7折"
    assert average(Fraction(74_996, 100_000)) == "7.49折"


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["'abc'", "1.5", str(MAX_FEN + 1), "''"])
def test_the_database_refuses_what_is_no_amount(value):
    """Written past Django, by hand: SQLite would otherwise take any text."""
    person = factories.employee(base_wage=180_000)
    said = f"UPDATE people_wage SET base_wage = {value} WHERE employee_id = {person.pk}"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(said)
    except DatabaseError:
        pass
    kept = Wage.objects.get(employee=person).base_wage
    assert type(kept) is int
    assert kept in (180_000, 2)  # PostgreSQL rounds 1.5 as it is written


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_a_seal_opens_to_what_was_put_in_and_never_shows_it_by_accident(text):
    sealed = seal(text)
    assert sealed.open() == text
    assert seal(text) != sealed  # the same text twice cannot be told from the tokens
    assert fingerprint(text) == fingerprint(text)
    if len(text) > 8:
        assert str(sealed) == masked(text) != text
