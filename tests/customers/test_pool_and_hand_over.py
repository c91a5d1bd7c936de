"""The pool: picked by exactly one, given back, recycled; hand-over all or nothing, with its record."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.utils import timezone

from assay.customers import actions
from assay.customers.models import Customer, Turn
from assay.errors import UserError
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_of_two_who_pick_at_once_exactly_one_gets_it():
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("SQLite in memory is one connection: it runs on PostgreSQL and on files")
    row = factories.customer()
    people = [factories.employee() for _ in range(4)]
    ready, won, told = Barrier(4), [], []

    def go(person):
        ready.wait()
        try:
            actions.pick(row, by=person)
            won.append(person.pk)
        except UserError as error:
            told.append(str(error))
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row.refresh_from_db()
    assert (len(won), len(told)) == (1, 3), told
    assert all("领走了" in said for said in told)
    assert row.owner_id == won[0]
    assert row.ownerships.count() == 1
    assert Turn.objects.filter(how="picked").count() == 1


def test_a_customer_is_picked_from_the_list_and_protected():
    row, seller = factories.customer(name="碧湖酒店"), factories.employee()
    browser = factories.signed_in(who=seller)
    assert "碧湖酒店" in browser.get("/customers/pool/").content.decode()
    assert browser.post(f"/customers/{row.pk}/pick/")["Location"] == f"/customers/{row.pk}/"
    row.refresh_from_db()
    assert row.owner == seller
    assert row.protected_until == timezone.localdate() + timedelta(30)
    late = factories.signed_in().post(f"/customers/{row.pk}/pick/", follow=True)
    assert "刚被别人领走" in late.content.decode()


def test_limits_of_picking_are_told():
    seller = factories.employee()
    rows = [factories.customer() for _ in range(3)]
    actions.furnish()
    actions.change_rules(picks_a_day=1)
    actions.pick(rows[0], by=seller)
    with pytest.raises(UserError, match="今天已领取 1 位"):
        actions.pick(rows[1], by=seller)
    actions.change_rules(picks_a_day=9, own_limit=1)
    with pytest.raises(UserError, match="上限 1"):
        actions.pick(rows[1], by=seller)
    actions.change_rules(own_limit=9)
    mine = Customer.objects.get(pk=rows[0].pk)
    factories.signed_in(who=seller).post(
        f"/customers/{mine.pk}/release/", {"version": mine.version, "reason": "联系不上"}
    )
    with pytest.raises(UserError, match="刚放弃过"):
        actions.pick(mine, by=seller)


def test_only_ordinary_customers_past_their_protection_are_recycled():
    team = factories.department()
    seller, boss = factories.employee(place=team), factories.employee("manager", place=team)
    over, fresh, key = (factories.customer(seller) for _ in range(3))
    actions.log_visit(fresh, by=seller, kind="call", said="问候")
    Customer.objects.get(pk=key.pk)
    actions.decide(actions.nominate(key, by=seller, reason="规模大"), by=boss, agreed=True)
    browser = factories.signed_in(who=boss)
    page = browser.get("/customers/pool/recycle/").content.decode()
    assert over.name in page
    assert fresh.name not in page
    assert key.name not in page
    browser.post("/customers/pool/recycle/", {"pick": [over.pk, fresh.pk, key.pk]})
    owners = dict(Customer.objects.values_list("pk", "owner"))
    assert owners == {over.pk: None, fresh.pk: seller.pk, key.pk: seller.pk}


@pytest.fixture
def team():
    place = factories.department()
    return [
        factories.employee("manager", place=place),
        *(factories.employee(place=place) for _ in "ab"),
    ]


def test_a_hand_over_is_all_or_nothing_and_keeps_its_record(team):
    boss, one, other = team
    rows = [factories.customer(one) for _ in range(2)]
    browser = factories.signed_in(who=boss)
    said = {"to": other.pk, "reason": "调岗", "pick": [f"{r.pk}:{r.version}" for r in rows]}
    actions.change_tax(rows[1], version=rows[1].version, tax_title="改过")
    url = f"/customers/hand-over/?from={one.pk}"
    late = browser.post(url, said)
    assert late.status_code == 422
    assert "被改过" in late.content.decode()
    assert set(Customer.objects.values_list("owner", flat=True)) == {one.pk}
    said["pick"] = [f"{r.pk}:{r.version}" for r in Customer.objects.all()]
    assert browser.post(url, said).status_code == 302
    assert set(Customer.objects.values_list("owner", flat=True)) == {other.pk}
    turn = rows[0].turns.order_by("-pk").first()
    assert (turn.how, turn.before, turn.after, turn.reason) == ("handed", one, other, "调岗")
    assert factories.signed_in(who=one).get(f"/customers/{rows[0].pk}/").status_code == 404
    assert factories.signed_in(who=other).get(f"/customers/{rows[0].pk}/").status_code == 200


def test_a_manager_hands_over_only_what_is_his_department_s(team):
    row = factories.customer(team[1])
    stranger = factories.employee("manager")
    browser = factories.signed_in(who=stranger)
    said = {"to": stranger.pk, "reason": "x", "pick": [f"{row.pk}:{row.version}"]}
    assert browser.post("/customers/hand-over/", said).status_code == 422
    row.refresh_from_db()
    assert row.owner == team[1]
