"""What the room of orders tells of purchases: silence, tier by amount, protection, win-back."""

from __future__ import annotations

from datetime import date

import pytest

from assay.customers import actions
from assay.customers.models import Purchase
from assay.customers.queries.figures import paid_in_year
from tests import factories

pytestmark = pytest.mark.django_db


def paid(customer, source, day, yuan, category="silver"):
    return actions.record_purchase_day(
        customer, source=source, day=date.fromisoformat(day), amount=yuan * 100, category=category
    )


@pytest.fixture
def house():
    actions.furnish()
    return factories.employee("salesperson")


def spans(customer):
    return [(s.tier, s.ground, s.start.isoformat()) for s in customer.tiers.order_by("start")]


def test_a_purchase_said_again_replaces_the_first(house):
    customer = factories.customer(house)
    paid(customer, "HT-1", "2025-01-10", 500)
    after = paid(customer, "HT-1", "2025-01-12", 700)
    assert Purchase.objects.get().amount == 70_000
    assert (after.last_paid, after.quiet_since) == (date(2025, 1, 12), date(2025, 1, 12))
    gone = paid(customer, "HT-1", "2025-01-12", 0)
    assert not Purchase.objects.exists()
    assert (gone.last_paid, gone.quiet_since) == (None, gone.opened)


def test_a_hundred_thousand_in_twelve_months_makes_a_key_account_on_that_day(house):
    customer = factories.customer(house)
    paid(customer, "HT-1", "2024-03-01", 60_000)
    assert (
        paid(customer, "HT-2", "2025-03-01", 40_000).tier == "ordinary"
    )  # the first is a year old
    after = paid(customer, "HT-3", "2025-03-02", 60_000)
    assert after.tier == "key"
    assert spans(after) == [
        ("ordinary", "opening", "2022-01-01"),
        ("key", "amount", "2025-03-02"),
    ]
    assert paid_in_year([after.pk], date(2025, 3, 2)) == {after.pk: 10_000_000}


def test_a_refund_that_takes_the_ground_away_takes_the_tier_back(house):
    customer = factories.customer(house)
    paid(customer, "HT-1", "2025-03-01", 100_000)
    after = paid(customer, "HT-1", "2025-03-01", 99_999)
    assert after.tier == "ordinary"
    assert spans(after) == [("ordinary", "opening", "2022-01-01")]


def test_buying_less_later_lowers_nobody(house):
    customer = factories.customer(house)
    paid(customer, "HT-1", "2023-03-01", 150_000)
    assert paid(customer, "HT-2", "2025-03-01", 10).tier == "key"


def test_a_paid_order_protects_and_wins_back(house):
    customer = factories.customer(house)
    paid(customer, "HT-1", "2024-01-10", 500)
    loss = actions.note_loss(customer, reason="price", day=date(2025, 6, 1))
    assert loss.day == date(2025, 2, 9)  # 396 days after the last paid order
    after = paid(customer, "HT-2", "2025-07-01", 500)
    loss.refresh_from_db()
    assert loss.back == date(2025, 7, 1)
    assert after.protected_until == date(2026, 8, 1)


def test_what_was_bought_by_one_merged_away_counts_for_the_other(house):
    one, other = factories.customer(house), factories.customer(house)
    actions.merge(one, other, versions=(one.version, other.version), choices={}, reason="同一家")
    other.refresh_from_db()
    assert paid(other, "HT-9", "2025-05-05", 10).pk == one.pk
