"""The archive by its pages: satisfaction, the tax profile, contacts with their part, what came of a need."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assay.customers import actions
from assay.customers.models import Category, Contact, Need
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine():
    actions.furnish()
    seller = factories.employee()
    return factories.signed_in(who=seller), factories.customer(seller, name="碧湖酒店")


def shown(browser, row):
    return browser.get(f"/customers/{row.pk}/").content.decode()


def test_satisfaction_is_recorded_and_shown(mine):
    browser, row = mine
    said = {"score": "4", "note": "刻字要再快一天"}
    answer = browser.post(f"/customers/{row.pk}/satisfaction/", said)
    assert answer["Location"] == f"/customers/{row.pk}/"
    kept = row.satisfactions.get()
    assert (kept.score, kept.note, kept.day) == (4, "刻字要再快一天", timezone.localdate())
    page = shown(browser, row)
    assert "4 / 5" in page
    assert "刻字要再快一天" in page
    assert browser.post(f"/customers/{row.pk}/satisfaction/", {"score": "6"}).status_code == 422
    assert row.satisfactions.count() == 1


def test_the_tax_profile_is_kept_with_its_account_sealed(mine):
    browser, row = mine
    said = {
        "version": row.version, "tax_title": "碧湖酒店有限公司", "tax_number": "91350100M000100Y43",
        "tax_bank": "滇池银行科技路支行", "tax_account": "6222021234567890123",
        "tax_address": "人民路 1 号", "tax_phone": "02512345678",
    }  # fmt: skip
    assert browser.post(f"/customers/{row.pk}/tax/", said)["Location"] == f"/customers/{row.pk}/"
    page = shown(browser, row)
    for words in ("碧湖酒店有限公司", "91350100M000100Y43", "滇池银行科技路支行"):
        assert words in page
    assert "6222021234567890123" not in page
    late = browser.post(f"/customers/{row.pk}/tax/", {**said, "tax_bank": "别的银行"})
    assert late.status_code == 422, "the version is an older one"
    row.refresh_from_db()
    assert row.tax_bank == "滇池银行科技路支行"
    wrong = browser.post(
        f"/customers/{row.pk}/tax/", {**said, "version": row.version, "tax_number": "1"}
    )
    assert "统一社会信用代码不对" in wrong.content.decode()


def test_finance_keeps_the_tax_profile_of_every_customer_and_another_seller_of_none(mine):
    _browser, row = mine
    said = {"version": row.version, "tax_title": "碧湖酒店有限公司"}
    stranger = factories.signed_in()
    assert stranger.post(f"/customers/{row.pk}/tax/", said).status_code == 404
    factories.signed_in("finance").post(f"/customers/{row.pk}/tax/", said)
    row.refresh_from_db()
    assert row.tax_title == "碧湖酒店有限公司"


def test_a_contact_is_added_and_changed_with_the_part_in_the_decision(mine):
    browser, row = mine
    said = {
        "name": "杨慧敏", "title": "工会主席", "part": "decide", "stance": "for",
        "phone": "13812345678",
    }  # fmt: skip
    browser.post(f"/customers/{row.pk}/contact/", said)
    contact = Contact.objects.get()
    page = shown(browser, row)
    for words in ("杨慧敏", "工会主席", "决策", "支持", "138****5678"):
        assert words in page, words
    for words in ("13812345678", "影响", "反对"):
        assert words not in page, words
    changed = {**said, "part": "influence", "stance": "against", "phone": ""}
    assert browser.post(f"/customers/contacts/{contact.pk}/", changed).status_code == 302
    contact.refresh_from_db()
    assert (contact.part, contact.stance) == ("influence", "against")
    assert contact.phone.masked == "138****5678", "left empty it stays"
    page = shown(browser, row)
    assert "影响" in page
    assert "反对" in page
    wrong = browser.post(f"/customers/contacts/{contact.pk}/", {**said, "part": "老板"})
    assert wrong.status_code == 422
    other = factories.signed_in().post(f"/customers/contacts/{contact.pk}/", said)
    assert other.status_code == 404


@pytest.mark.parametrize(("state", "words"), [("won", "已成交"), ("lost", "未争取到")])
def test_what_came_of_a_need_is_noted_and_shown(mine, state, words):
    browser, row = mine
    said = {
        "year": timezone.localdate().year, "category": Category.objects.order_by("pk")[0].pk,
        "text": "中秋福利银条", "amount": "120,000",
    }  # fmt: skip
    browser.post(f"/customers/{row.pk}/need/", said)
    need = Need.objects.get()
    assert (need.state, need.amount) == ("open", 12_000_000)
    page = shown(browser, row)
    assert "中秋福利银条" in page
    assert words not in page
    answer = browser.post(f"/customers/needs/{need.pk}/", {**said, "state": state})
    assert answer["Location"] == f"/customers/{row.pk}/"
    need.refresh_from_db()
    assert need.state == state
    assert words in shown(browser, row)
