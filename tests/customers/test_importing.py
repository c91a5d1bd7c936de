"""Customers and contacts by Excel: previewed, written all or nothing, failed rows given back."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assay.customers.models import Contact, Customer
from tests import factories

pytestmark = pytest.mark.django_db
HEAD = ["编号", "客户名称", "城市", "负责人工号", "税号"]


@pytest.fixture
def team(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    place = factories.department()
    boss, seller = factories.employee("manager", place=place), factories.employee(place=place)
    return factories.signed_in(who=boss), seller


def send(browser, kind, head, *rows):
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    file = SimpleUploadedFile("a.csv", text.getvalue().encode("utf-8-sig"))
    return browser.post(f"/customers/import/{kind}/", {"file": file})["Location"]


def test_customers_come_in_and_are_updated_by_code(team):
    browser, seller = team
    factories.customer(seller, code="K1", name="碧湖酒店", city="苏州")
    job = send(browser, "customers", HEAD, ["K1", "碧湖酒店", "无锡", "", ""],
               ["K2", "云岭电力", "上海", seller.number, "91350100M000100Y43"])  # fmt: skip
    assert Customer.objects.count() == 1
    browser.post(f"{job}write/")
    found = {c.code: (c.name, c.city, c.owner_id) for c in Customer.objects.all()}
    assert found == {"K1": ("碧湖酒店", "无锡", seller.pk), "K2": ("云岭电力", "上海", seller.pk)}
    job = send(
        browser, "contacts", ["编号", "姓名", "角色", "电话"], ["K2", "段丽", "财务", "13812345678"]
    )
    browser.post(f"{job}write/")
    assert (Contact.objects.get().part, Contact.objects.get().phone.masked) == (
        "finance",
        "138****5678",
    )


def test_one_wrong_row_keeps_all_out_and_comes_back_with_its_reason(team):
    browser, seller = team
    factories.customer(seller, code="K1", name="碧湖酒店")
    factories.customer(factories.employee(), code="K8", name="别部门的客户")
    job = send(browser, "customers", HEAD, ["K5", "碧湖酒店有限公司", "", "", ""],
               ["K6", "好的一家", "", "", ""], ["K7", "税号错的", "", "", "123"],
               ["K8", "别部门的客户", "", "", ""], ["K9", "没人负责", "", "X99", ""])  # fmt: skip
    page = browser.get(job).content.decode()
    for said in ("已有同名客户 K1", "统一社会信用代码不对", "这位客户不归你管", "没有这个业务员"):
        assert said in page
    browser.post(f"{job}write/")
    assert Customer.objects.count() == 2
    assert browser.get(f"{job}failed/").status_code == 200
