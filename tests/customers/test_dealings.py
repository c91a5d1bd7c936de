"""Dealings: the two-field log, documents checked and guarded, enquiries, needs, own days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assay.customers import actions
from assay.customers.models import Document, Enquiry, Visit
from assay.customers.names import next_day
from assay.furniture.models import AccessEntry
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine():
    actions.furnish()
    seller = factories.employee()
    return factories.signed_in(who=seller), factories.customer(seller, name="碧湖酒店")


def test_a_visit_is_logged_in_two_fields_from_list_and_page(mine):
    browser, row = mine
    assert f"/customers/{row.pk}/log/" in browser.get("/customers/").content.decode()
    assert browser.post(
        f"/customers/{row.pk}/log/", {"kind": "call", "said": "谈中秋，下一步 12-31 带报价"}
    )["Location"] == f"/customers/{row.pk}/"  # fmt: skip
    visit, today = Visit.objects.get(), timezone.localdate()
    assert (visit.day, visit.next_on) == (today, date(today.year, 12, 31))
    row.refresh_from_db()
    assert row.last_met == today
    assert row.protected_until == today + timedelta(60)
    assert "谈中秋" in browser.get(f"/customers/{row.pk}/").content.decode()


@pytest.mark.parametrize(
    ("said", "day"),
    [("下一步 11-25 给回复", "2026-11-25"), ("下次12月3日见", "2026-12-03"), ("下一步 1/5", "2027-01-05"),
     ("谈了 11-25 的事", None), ("下一步 2-30", None)],
)  # fmt: skip
def test_the_day_of_the_next_step_is_read_out_of_what_was_said(said, day):
    found = next_day(said, date(2026, 11, 20))
    assert (found and found.isoformat()) == day


def test_a_visit_of_tomorrow_is_refused_in_words(mine):
    browser, row = mine
    later = (timezone.localdate() + timedelta(1)).isoformat()
    said = {"kind": "call", "said": "x", "day": later}
    assert "日期在今天之后" in browser.post(f"/customers/{row.pk}/log/", said).content.decode()


def test_a_document_is_kept_apart_and_handed_out_to_those_who_see_the_customer(
    mine, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "files"
    browser, row = mine
    url = f"/customers/{row.pk}/document/"
    assert browser.post(url, {"kind": "licence", "file": factories.pdf()}).status_code == 302
    document = Document.objects.get()
    assert "营业执照" not in document.path
    answer = browser.get(f"/customers/documents/{document.pk}/")
    assert answer.content == b"%PDF-1.7 a licence"
    assert answer["Content-Disposition"].startswith("attachment")
    assert AccessEntry.objects.get().kind == "file"
    assert factories.signed_in().get(f"/customers/documents/{document.pk}/").status_code == 404
    browser.post(f"/customers/documents/{document.pk}/withdraw/")
    assert browser.get(f"/customers/documents/{document.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("a.exe", b"MZ", "只收这些文件"),
        ("a.pdf", b"<script>", "文件内容不是 pdf"),
        ("a.xlsx", b"PK\x03\x04 no zip", "文件内容不是 xlsx"),
        ("a.pdf", b"", "文件是空的"),
        ("a.pdf", b"%PDF-" + b"0" * 10_000_000, "文件超过 10 MB"),
    ],
)
def test_what_is_no_such_file_is_refused(mine, name, body, why):
    browser, row = mine
    said = {"kind": "other", "file": factories.pdf(name, body)}
    answer = browser.post(f"/customers/{row.pk}/document/", said)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not Document.objects.exists()


def test_an_enquiry_is_taken_given_and_answered(mine):
    browser, row = mine
    said = {
        "asker": "李工",
        "channel": "phone",
        "text": "能否刻字",
        "phone": "13812345678",
        "code": row.code,
    }
    answer = browser.post("/customers/enquiries/take/", said)
    enquiry = Enquiry.objects.get()
    assert (enquiry.customer, enquiry.employee) == (row, row.owner)
    browser.post(answer["Location"], {"answer": "可以，三天"})
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.answer) == ("answered", "可以，三天")
    assert factories.signed_in().get(answer["Location"]).status_code == 404


def test_needs_fill_the_white_space(mine):
    browser, row = mine
    year = timezone.localdate().year
    actions.record_purchase_day(
        row, source="HT-1", day=date(year - 1, 5, 1), amount=880_000, category="medal"
    )
    silver = actions.open_category(code="bar", name="纪念条")
    said = {"year": year, "category": silver.pk, "text": "人均一条", "amount": "12.5万"}
    assert browser.post(f"/customers/{row.pk}/need/", said).status_code == 302
    page = browser.get(f"/customers/{row.pk}/").content.decode()
    assert "8,800.00" in page
    assert "想要 125,000.00" in page
    assert "空白" in page


def test_a_day_there_is_not_is_refused(mine):
    browser, row = mine
    said = {"name": "院庆", "month": 2, "day": 30, "lead": 20}
    assert "没有这一天" in browser.post(f"/customers/{row.pk}/occasion/", said).content.decode()
