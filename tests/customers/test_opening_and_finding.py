"""Opening customers with the twin check, finding them by character, sound, initials, phone, number."""

from __future__ import annotations

import pytest

from assay.customers.models import Customer
from assay.furniture.models import AccessEntry
from tests import factories

pytestmark = pytest.mark.django_db
OPEN = {"source": "own", "contact_part": "decide"}


@pytest.fixture
def seller():
    return factories.employee("salesperson")


def test_a_salesperson_opens_a_customer_of_his_own(seller):
    browser = factories.signed_in(who=seller)
    said = {**OPEN, "name": "云岭电力设计院有限公司", "group": "云岭集团", "contact_name": "杨慧敏",
            "contact_phone": "138 1234 5678"}  # fmt: skip
    answer = browser.post("/customers/open/", said)
    row = Customer.objects.get()
    assert answer["Location"] == f"/customers/{row.pk}/"
    assert (row.owner, str(row.group), row.code) == (seller, "云岭集团", "K0001")
    page = browser.get(answer["Location"]).content.decode()
    assert "杨慧敏" in page
    assert "138****5678" in page
    assert "13812345678" not in page


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "云岭电力设计院 股份有限公司"}, "同名"),
        ({"name": "另一家", "contact_name": "李", "contact_phone": "13812345678"}, "联系电话相同"),
        ({"name": "又一家", "tax_number": "91350100M000100Y43"}, "税号已是"),
    ],
)
def test_twins_are_told_while_typing_and_refused_on_saving(seller, said, why):
    other = factories.customer(
        factories.employee(name="林志远"),
        name="云岭电力设计院有限公司",
        tax_number="91350100M000100Y43",
    )
    factories.contact(other)
    browser = factories.signed_in(who=seller)
    live = browser.get("/customers/twins/", said).content.decode()
    assert "云岭电力设计院有限公司" in live
    assert "林志远 负责" in live
    answer = browser.post("/customers/open/", {**OPEN, **said})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert Customer.objects.count() == 1


def test_another_of_the_same_name_can_be_meant_but_a_tax_number_never(seller):
    factories.customer(name="云岭酒店", tax_number="91350100M000100Y43")
    browser = factories.signed_in(who=seller)
    again = {**OPEN, "name": "云岭酒店", "anyway": "on"}
    assert browser.post("/customers/open/", again).status_code == 302
    tax = {**again, "tax_number": "91350100M000100Y43"}
    assert browser.post("/customers/open/", tax).status_code == 422


@pytest.mark.parametrize(
    "typed", ["单氏", "shanshi", "danshi", "ssjz", "K0001", "5678", "13812345678", "yhm", "杨慧"]
)
def test_a_customer_is_found_by_whatever_is_typed(seller, typed):
    row = factories.customer(seller, name="单氏建筑有限公司")
    factories.contact(row)
    factories.customer(seller, name="碧湖酒店")
    page = factories.signed_in(who=seller).get("/customers/", {"q": typed}).content.decode()
    assert "单氏建筑" in page
    assert "碧湖酒店" not in page


def test_each_sees_his_own_and_the_list_is_exported_as_shown(seller):
    mine = factories.customer(seller, name="碧湖酒店")
    theirs = factories.customer(factories.employee(), name="澜桥物业")
    browser = factories.signed_in(who=seller)
    page = browser.get("/customers/").content.decode()
    assert mine.name in page
    assert theirs.name not in page
    assert browser.get(f"/customers/{theirs.pk}/").status_code == 404
    assert browser.get("/customers/?export=xlsx").status_code == 200
    assert AccessEntry.objects.get(kind="export").rows == 1
    clerk = factories.signed_in("clerk")
    assert clerk.get("/customers/?export=xlsx").status_code == 403


def test_the_list_and_the_page_cost_the_same_queries_for_few_and_for_many(
    seller, django_assert_max_num_queries
):
    rows = [factories.customer(seller) for _ in range(12)]
    for row in rows[:3]:
        factories.contact(row)
    browser = factories.signed_in(who=seller)
    browser.get("/customers/")
    # One of them names the groups that the list can be narrowed to.
    with django_assert_max_num_queries(10):
        browser.get("/customers/")
    with django_assert_max_num_queries(10):
        browser.get("/customers/?q=yunling")
    with django_assert_max_num_queries(32):
        browser.get(f"/customers/{rows[0].pk}/")


def test_a_phone_is_shown_for_a_reason_and_noted(seller):
    contact = factories.contact(factories.customer(seller))
    browser = factories.signed_in(who=seller)
    url = f"/customers/contacts/{contact.pk}/phone/"
    assert browser.post(url).status_code == 400
    assert "13812345678" in browser.post(url, {"why": "contact"}).content.decode()
    entry = AccessEntry.objects.get()
    assert (entry.kind, entry.key) == ("reveal", contact.pk)
    other = factories.signed_in("salesperson")
    assert other.post(url, {"why": "contact"}).status_code == 404


def test_a_page_opened_before_somebody_else_saved_is_refused(seller):
    row = factories.customer(seller, name="碧湖酒店")
    browser = factories.signed_in(who=seller)
    said = {"name": "碧湖大酒店", "source": "own", "version": row.version}
    assert browser.post(f"/customers/{row.pk}/change/", said).status_code == 302
    late = browser.post(f"/customers/{row.pk}/change/", {**said, "name": "碧湖宾馆"})
    assert late.status_code == 422
    assert "被改过" in late.content.decode()
    assert "碧湖大酒店" in browser.get(f"/customers/{row.pk}/").content.decode()
