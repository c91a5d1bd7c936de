"""A corporate group adds up its customers: this year's net, what is still to come, as each person sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assay.customers import actions as customers
from assay.customers.actions import open_group
from assay.sales.actions import money
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    """Two customers of one group: a colleague's with 9,500.00, one's own with 19,000.00 and 1,900.00 last year."""
    place = factories.department()
    mine, other = (factories.employee(place=place) for _ in range(2))
    whole = open_group("云岭集团")
    first = factories.customer(mine, name="云岭实业集团电力公司", group=whole)
    second = factories.customer(other, name="云岭实业集团酒店", group=whole)
    factories.customer(mine, name="不在集团里的一家")
    factories.order(mine, customer=first, pieces=20, placed=True)
    factories.order(
        mine, customer=first, pieces=2, placed=True, day=timezone.localdate() - timedelta(370)
    )
    factories.order(other, customer=second, pieces=10, placed=True)
    factories.order(other, customer=second, pieces=50)  # a quotation: sold to nobody yet
    return whole, mine


def shown(browser, group):
    page = browser.get(f"/sales/groups/{group.pk}/")
    return page.content.decode() if page.status_code == 200 else page.status_code


def test_who_sees_all_sees_the_groups_sums(group):
    row, _mine = group
    said = shown(factories.signed_in("director"), row)
    assert "云岭实业集团电力公司" in said
    assert "云岭实业集团酒店" in said
    assert '<div class="v">28,500.00</div>' in said, "19,000.00 and 9,500.00 of this year"
    assert '<div class="v">30,400.00</div>' in said, "nothing was collected, of last year neither"


def test_a_collection_lowers_what_is_still_to_come(group):
    row, mine = group
    order = mine.orders.order_by("day").last()
    paid = money.record_receipt(
        day=timezone.localdate(), amount=500_000, payer="云岭实业集团电力公司"
    )
    money.match(paid, order=order, amount=500_000)
    assert '<div class="v">25,400.00</div>' in shown(factories.signed_in("director"), row)


def test_a_salesperson_sees_his_part_of_it(group):
    row, mine = group
    said = shown(factories.signed_in(who=mine), row)
    assert "云岭实业集团酒店" not in said
    assert '<div class="v">19,000.00</div>' in said
    assert '<div class="v">20,900.00</div>' in said


def test_a_stranger_finds_no_such_group(group):
    assert shown(factories.signed_in(), group[0]) == 404


def test_the_list_adds_up_and_leads_to_the_customers_of_a_group(group):
    row, _mine = group
    browser = factories.signed_in("director")
    assert "28,500.00" in browser.get("/sales/groups/").content.decode()
    listed = browser.get(f"/customers/?group={row.pk}").content.decode()
    assert "云岭实业集团电力公司" in listed
    assert "不在集团里的一家" not in listed


def sums(browser, group):
    """(this year's net, what is owed) in the list, and on the group's page."""
    (row,) = browser.get("/sales/groups/").context["window"].rows
    assert row.pk == group.pk
    told = browser.get(f"/sales/groups/{group.pk}/").context["totals"]
    return (row.net, row.owed), (told.net, told.owed)


def test_the_list_and_the_page_tell_the_same_of_archives_merged_and_handed_over(group):
    row, mine = group
    first, second = row.customers.order_by("pk")
    third = factories.customer(mine, name="云岭实业集团物业", group=row)
    factories.order(mine, customer=third, pieces=1, placed=True)
    twin, older = (factories.customer(mine, name=name) for name in ("南山机电", "江北物流"))
    for customer in (twin, older):
        factories.order(mine, customer=customer, pieces=1, placed=True)
    for gone, keep in ((older, twin), (twin, first)):
        gone.refresh_from_db()
        keep.refresh_from_db()
        versions = keep.version, gone.version
        customers.merge(keep, gone, versions=versions, choices={}, reason="同一家")
    whole = (31_350_00, 33_250_00)
    assert sums(factories.signed_in("director"), row) == (whole, whole)
    first.refresh_from_db()
    customers.hand_over([(first, first.version)], to=second.owner, reason="调岗")
    own = (950_00, 950_00)
    assert sums(factories.signed_in(who=mine), row) == (own, own)
