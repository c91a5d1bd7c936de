"""Masked data shown for a reason, workbooks handed out: each leaves its entry."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from openpyxl import load_workbook

from assay.furniture.models import AccessEntry
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_phone_is_shown_for_a_reason_and_noted():
    person = factories.employee(phone="13800001234")
    clerk = factories.employee("hr", name="苏宁")
    browser = factories.signed_in("hr", clerk)
    url = f"/people/employees/{person.pk}/reveal/phone/"
    assert browser.post(url).status_code == 400
    assert not AccessEntry.objects.exists()
    answer = browser.post(url, {"why": "contact"}, headers={"HX-Request": "true"})
    assert "13800001234" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    entry = AccessEntry.objects.get()
    assert (entry.kind, entry.why, entry.who) == ("reveal", "联系本人", clerk.login.username)
    assert person.name in entry.what
    assert browser.post(url.replace("phone", "stop"), {"why": "contact"}).status_code == 400


def test_sealed_texts_are_not_in_the_database():
    person = factories.employee(phone="13800001234", id_number="11010519491231002X")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT phone, id_number, id_mark FROM people_employee WHERE id = %s", [person.pk]
        )
        kept = "".join(cursor.fetchone())
    assert "1380000" not in kept
    assert "19491231" not in kept


def test_an_export_holds_what_the_list_shows_and_is_noted():
    factories.employee(name="=1+1", number="S01")
    browser = factories.signed_in("director")
    answer = browser.get("/people/employees/", {"export": "xlsx", "q": "S01"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:2] == ("姓名", "工号")
    assert rows[1][0] == "=1+1"
    assert sheet.cell(2, 1).data_type == "s"
    assert AccessEntry.objects.get(kind="export").rows == 1


def test_who_may_look_but_not_export_is_refused_on_the_server():
    browser = factories.signed_in("admin")
    page = browser.get("/people/employees/")
    assert "导出" not in page.content.decode()
    assert browser.get("/people/employees/?export=xlsx").status_code == 403
    assert not AccessEntry.objects.exists()


@pytest.mark.parametrize(("proxied", "address"), [(False, "127.0.0.1"), (True, "10.1.2.3")])
def test_the_log_holds_the_address_a_proxy_passes_on_and_believes_nobody_else(
    settings, proxied, address
):
    settings.PROXIED = proxied
    person = factories.employee(phone="13812345678")
    browser = factories.signed_in("hr")
    browser.post(
        f"/people/employees/{person.pk}/reveal/phone/", {"why": "contact"},
        headers={"x-forwarded-for": "6.6.6.6, 10.1.2.3"},
    )  # fmt: skip
    assert AccessEntry.objects.get(kind="reveal").address == address


@pytest.mark.parametrize("whose", ["agent", "customer"])
def test_an_account_is_shown_for_a_reason_and_noted(whose):
    if whose == "agent":
        row = factories.agent(account="6222020012345678")
        url, browser = f"/people/agents/{row.pk}/reveal/account/", factories.signed_in("finance")
    else:
        row = factories.customer(factories.employee())
        row.tax_account = "6222020012345678"
        row.save()
        url, browser = f"/customers/{row.pk}/account/", factories.signed_in(who=row.owner)
    assert browser.post(url).status_code == 400
    assert not AccessEntry.objects.exists()
    answer = browser.post(url, {"why": "contact"}, headers={"HX-Request": "true"})
    assert "6222020012345678" in answer.content.decode()
    entry = AccessEntry.objects.get()
    assert (entry.kind, entry.label, entry.key) == ("reveal", row._meta.label_lower, row.pk)
    assert row.name in entry.what
    assert entry.what in factories.signed_in("director").get("/access-log/").content.decode()
