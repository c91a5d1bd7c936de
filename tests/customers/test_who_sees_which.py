"""Whose customers and enquiries are seen: a manager who moved department, a clerk of one shop."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from assay.customers import actions
from assay.people import actions as people
from tests import factories

pytestmark = pytest.mark.django_db
BEFORE, MOVED, AFTER = date(2024, 5, 6), date(2025, 1, 1), date(2025, 3, 4)


def listed(browser, address="/customers/"):
    return browser.get(address).content.decode()


def moved(boss, department):
    post = boss.assignments.get()
    people.move(boss, post=post, role="manager", department=department, start=MOVED)


def test_a_manager_who_moved_sees_what_he_led_then_and_what_he_leads_now():
    old, new, third = (factories.department(name=name) for name in ("一部", "二部", "三部"))
    boss = factories.employee("manager", old)
    before, now = factories.employee(place=old), factories.employee(place=new)
    moved(boss, new)
    then = factories.customer(before, name="碧湖酒店", day=BEFORE)
    later = factories.customer(before, name="云岭电力", day=AFTER)
    led = factories.customer(now, name="锦程物流", day=AFTER)
    past = factories.customer(now, name="江北学校", day=BEFORE)
    strange = factories.customer(factories.employee(place=third), name="南山医院", day=BEFORE)
    browser = factories.signed_in(who=boss)
    page = listed(browser)
    for row, seen, kept in (
        (then, True, False), (later, False, False), (led, True, True), (past, True, True),
        (strange, False, False),
    ):  # fmt: skip
        assert (row.name in page) is seen, row.name
        status = 200 if seen else 404
        assert browser.get(f"/customers/{row.pk}/").status_code == status, row.name
        status = 200 if kept else 404
        assert browser.get(f"/customers/{row.pk}/change/").status_code == status, row.name


def test_a_manager_who_moved_reads_of_his_former_customer_what_lay_in_his_days():
    old, new = factories.department(name="一部"), factories.department(name="二部")
    boss, seller = factories.employee("manager", old), factories.employee(place=old)
    moved(boss, new)
    row = factories.customer(seller, name="碧湖酒店")
    actions.log_visit(row, by=seller, kind="call", said="谈了端午礼品", day=BEFORE)
    actions.log_visit(row, by=seller, kind="call", said="谈了新年金条", day=AFTER)
    page = listed(factories.signed_in(who=boss), f"/customers/{row.pk}/")
    assert "谈了端午礼品" in page
    assert "谈了新年金条" not in page


def test_a_clerk_sees_customers_of_his_own_shop_alone():
    mine, other = factories.shop(name="南京路银楼"), factories.shop(name="淮海路银楼")
    browser = factories.signed_in(who=factories.employee("clerk", mine))
    own = factories.customer(name="碧湖酒店", shop=mine, source="store")
    theirs = factories.customer(name="云岭电力", shop=other, source="store")
    owned = factories.customer(factories.employee(), name="锦程物流")
    page = listed(browser)
    for row, seen in ((own, True), (theirs, False), (owned, False)):
        assert (row.name in page) is seen, row.name
        found = browser.get(f"/customers/{row.pk}/").status_code
        assert found == (200 if seen else 404), row.name


def test_a_clerk_sees_enquiries_he_answers_and_those_of_his_shops_customers():
    mine, other = factories.shop(name="南京路银楼"), factories.shop(name="淮海路银楼")
    clerk = factories.employee("clerk", mine)
    browser = factories.signed_in(who=clerk)
    own = factories.customer(name="碧湖酒店", shop=mine, source="store")
    theirs = factories.customer(name="云岭电力", shop=other, source="store")
    colleague = factories.employee("clerk", other)
    asked = [
        (True, "问福牌款式", own, None), (True, "问换款办法", None, clerk),
        (False, "问金条价格", theirs, None), (False, "问戒指尺寸", None, colleague),
        (False, "问开票资料", None, None),
    ]  # fmt: skip
    rows = [
        (seen, actions.take_enquiry(
            asker="杨慧敏", phone="", channel="phone", text=text, customer=customer, employee=who
        ))
        for seen, text, customer, who in asked
    ]  # fmt: skip
    page = listed(browser, "/customers/enquiries/")
    for seen, row in rows:
        assert (row.text in page) is seen, row.text
        found = browser.get(f"/customers/enquiries/{row.pk}/").status_code
        assert found == (200 if seen else 404), row.text


def test_a_manager_who_moved_reads_the_enquiries_of_the_days_he_led():
    old, new = factories.department(name="一部"), factories.department(name="二部")
    boss, seller = factories.employee("manager", old), factories.employee(place=old)
    moved(boss, new)
    row = factories.customer(seller, name="碧湖酒店")
    led = factories.customer(factories.employee(place=new), name="锦程物流")
    asked = [
        (True, "问福牌款式", row, BEFORE), (False, "问换款办法", row, AFTER),
        (True, "问金条价格", led, AFTER),
    ]  # fmt: skip
    rows = [
        (seen, actions.take_enquiry(
            asker="杨慧敏", channel="phone", text=text, customer=customer,
            at=datetime.combine(day, time(10), UTC),
        ))
        for seen, text, customer, day in asked
    ]  # fmt: skip
    browser = factories.signed_in(who=boss)
    page, own = listed(browser, "/customers/enquiries/"), listed(browser, f"/customers/{row.pk}/")
    for seen, one in rows:
        assert (one.text in page) is seen, one.text
        found = browser.get(f"/customers/enquiries/{one.pk}/").status_code
        assert found == (200 if seen else 404), one.text
    assert "问福牌款式" in own
    assert "问换款办法" not in own
    assert "问换款办法" in listed(factories.signed_in(who=seller), f"/customers/{row.pk}/")
