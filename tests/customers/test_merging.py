"""Merging two archives: each differing value chosen, everything moved, stale pages refused."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from assay.customers import actions
from assay.customers.models import Customer
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    actions.furnish()
    team = factories.department()
    boss, seller = factories.employee("manager", place=team), factories.employee(place=team)
    keep = factories.customer(seller, name="云岭电力", city="苏州", day=date(2023, 5, 1))
    gone = factories.customer(seller, name="云岭电力设计院", city="无锡", industry="能源")
    factories.contact(keep)
    factories.contact(gone)
    factories.contact(gone, name="段丽", part="finance", phone="13900001111")
    actions.log_visit(gone, by=seller, kind="visit", said="谈春节福利")
    actions.record_purchase_day(
        gone, source="HT-1", day=date(2025, 1, 10), amount=12_000_000, category="silver"
    )
    rows = [Customer.objects.get(pk=row.pk) for row in (keep, gone)]
    return factories.signed_in(who=boss), *rows


def said(keep, gone, **more):
    return {
        "keep_version": keep.version, "gone_version": gone.version, "reason": "同一家",
        "pick_name": "gone", "pick_city": "keep", "pick_industry": "gone", **more,
    }  # fmt: skip


def test_both_stand_side_by_side_and_the_chosen_values_stay(two):
    browser, keep, gone = two
    url = f"/customers/{keep.pk}/merge/?code={gone.code}"
    page = browser.get(url).content.decode()
    assert "苏州" in page
    assert "无锡" in page
    assert browser.post(url, said(keep, gone))["Location"] == f"/customers/{keep.pk}/"
    row = Customer.objects.get(pk=keep.pk)
    assert (row.name, row.city, row.industry) == ("云岭电力设计院", "苏州", "能源")
    assert row.opened == date(2022, 1, 1)
    assert (row.tier, row.last_paid) == ("key", date(2025, 1, 10))
    assert sorted(row.contacts.values_list("name", flat=True)) == ["杨慧敏", "段丽"]
    assert row.visits.get().said == "谈春节福利"
    assert row.last_met == gone.last_met == timezone.localdate()
    assert row.protected_until == gone.protected_until
    moved = browser.get(f"/customers/{gone.pk}/")
    assert moved["Location"] == f"/customers/{keep.pk}/"
    assert Customer.objects.get(pk=gone.pk).turns.filter(how="merged").exists()
    assert gone.name not in [
        c.name for c in Customer.objects.filter(merged_into=None).exclude(pk=keep.pk)
    ]


def test_an_archive_merged_twice_over_leads_to_where_it_ended(two):
    browser, keep, gone = two
    browser.post(f"/customers/{keep.pk}/merge/?code={gone.code}", said(keep, gone))
    last = factories.customer(keep.owner, name="云岭集团")
    between = Customer.objects.get(pk=keep.pk)
    browser.post(f"/customers/{last.pk}/merge/?code={between.code}", said(last, between))
    for row in (keep, gone):
        assert browser.get(f"/customers/{row.pk}/")["Location"] == f"/customers/{last.pk}/"


def test_a_stale_page_merges_nothing(two):
    browser, keep, gone = two
    actions.change_tax(gone, version=gone.version, tax_title="改过")
    answer = browser.post(f"/customers/{keep.pk}/merge/?code={gone.code}", said(keep, gone))
    assert answer.status_code == 422
    assert "被改过" in answer.content.decode()
    assert not Customer.objects.filter(merged_into__isnull=False).exists()
    assert gone.visits.count() == 1


def test_a_salesperson_does_not_merge(two):
    _browser, keep, gone = two
    browser = factories.signed_in(who=keep.owner)
    assert browser.get(f"/customers/{keep.pk}/merge/?code={gone.code}").status_code == 403
