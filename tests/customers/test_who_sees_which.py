"""Whose customers and enquiries are seen: a manager who moved department, a clerk of one shop."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from assay.customers import actions
from assay.customers.models import Category, Customer
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


def test_of_a_former_customer_nothing_later_is_read_and_no_phone_is_shown():
    actions.furnish()
    old, new = factories.department(name="一部"), factories.department(name="二部")
    boss, seller = factories.employee("manager", old), factories.employee(place=old)
    moved(boss, new)
    row = factories.customer(seller, name="碧湖酒店", day=BEFORE)
    silver = Category.objects.get(code="silver")
    for day, text in ((BEFORE, "当年"), (AFTER, "后来")):
        year = day.year
        actions.note_need(row, year=year, category=silver, text=f"{text}的需求", amount=1)
        actions.add_service(row, by=seller, title=f"{text}的服务", text="刻字", day=day)
        actions.aim_at(row, year=year, reason=f"{text}的目标", expected=1, day=day)
    person = factories.contact(row, name="王后来")
    actions.nominate(row, by=seller, reason="后来的申报", day=AFTER)
    actions.note_loss(row, reason="price", note="后来的流失")
    row = actions.hand_over(
        [(row, Customer.objects.get(pk=row.pk).version)],
        to=factories.employee(place=old),
        reason="后来的移交",
    )[0]
    row = actions.change_tax(row, version=row.version, tax_account="6222000011112222")
    where, reveals = f"/customers/{row.pk}/", (
        f"/customers/contacts/{person.pk}/phone/", f"/customers/{row.pk}/account/"
    )  # fmt: skip
    browser, owner = factories.signed_in(who=boss), factories.signed_in(who=row.owner)
    former, own = listed(browser, where), listed(owner, where)
    for words in ("当年的服务", "当年的目标"):
        assert words in former, words
    for words in ("后来的服务", "后来的目标", "王后来", "后来的流失", "后来的移交"):
        assert words not in former, words
        assert words in own, words
    view = browser.get(where).context["view"]
    assert [need.text for need in view.needs] == ["当年的需求"]
    assert view.waiting is None
    for address in reveals:
        assert browser.post(address, {"why": "contact"}).status_code == 404, address
        assert owner.post(address, {"why": "contact"}).status_code == 200, address


def test_of_a_group_one_sees_the_customers_that_are_ones_own():
    first, second = factories.employee(), factories.employee()
    one = factories.customer(first, name="碧湖酒店", group="碧湖集团")
    factories.customer(first, name="碧湖餐饮", group="碧湖集团")
    factories.customer(second, name="碧湖地产", group="碧湖集团")
    page = listed(factories.signed_in(who=first), f"/customers/{one.pk}/")
    assert "碧湖餐饮" in page
    assert "碧湖地产" not in page
    assert "碧湖地产" in listed(factories.signed_in("director"), f"/customers/{one.pk}/")


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


def test_a_manager_sees_what_his_people_answer_though_the_asker_is_nobodys_customer():
    one, other = factories.department(name="一部"), factories.department(name="二部")
    browser = factories.signed_in(who=factories.employee("manager", one))
    gone = factories.employee(place=one)
    people.move(
        gone, post=gone.assignments.get(), role="salesperson", department=other, start=MOVED
    )
    mine, strange = factories.employee(place=one), factories.employee(place=other)
    asked = [
        (True, "问福牌款式", mine),
        (False, "问换款办法", strange),
        (False, "问戒指尺寸", gone),
    ]
    rows = [
        (
            seen,
            actions.take_enquiry(
                asker="杨慧敏", phone="", channel="phone", text=text, employee=who
            ),
        )
        for seen, text, who in asked
    ]
    whose = factories.customer(strange)  # a colleague's of another department, though mine answers
    asked_by = actions.take_enquiry(
        asker="杨慧敏", phone="", channel="phone", text="问开票资料", customer=whose, employee=mine
    )
    rows.append((False, asked_by))
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
    former, now = (f"/customers/enquiries/{rows[n][1].pk}/" for n in (0, 2))
    for path in (former, f"{former}give/"):
        assert browser.post(path, {"answer": "有现货", "employee": seller.pk}).status_code == 404
    assert '<button class="btn main">答复' not in listed(browser, former)
    assert browser.post(now, {"answer": "有现货"}).status_code == 302
    assert "问福牌款式" in own
    assert "问换款办法" not in own
    assert "问换款办法" in listed(factories.signed_in(who=seller), f"/customers/{row.pk}/")
