"""The list of customers, taken out as Excel and corrected there, comes back in as it is."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from assay.customers.models import Customer
from assay.furniture.models import Job
from tests import factories

pytestmark = pytest.mark.django_db


def sent(browser, body, name="customers.xlsx"):
    file = SimpleUploadedFile(name, body)
    return browser.post("/customers/import/customers/", {"file": file})["Location"]


def test_an_export_comes_back_unchanged_and_corrected(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    team = factories.department()
    seller = factories.employee(place=team, name="赵敏")
    factories.customer(seller, code="K1", name="碧湖酒店", industry="酒店", group="碧湖集团")
    factories.customer(seller, code="K2", name="云岭电力", tier="key")
    factories.customer(None, code="K3", name="锦程物流")
    browser = factories.signed_in(who=factories.employee("manager", team))
    export = browser.get("/customers/").context["export"]
    body = browser.get(f"/customers/{export}").content
    before = list(Customer.objects.order_by("pk").values())
    sent(browser, body)
    told = Job.objects.latest("id").result
    assert (told["rows"], told["same"], told["failed"]) == (3, 3, 0)

    book = load_workbook(io.BytesIO(body))
    heads = {cell.value: cell.column for cell in book.active[1]}
    for row in book.active.iter_rows(min_row=2):
        if row[heads["编号"] - 1].value == "K1":
            row[heads["行业"] - 1].value = "文旅"
            row[heads["客户"] - 1].value = "碧湖大酒店"
    changed = io.BytesIO()
    book.save(changed)
    job = sent(browser, changed.getvalue())
    told = Job.objects.latest("id").result
    assert (told["changed"], told["same"], told["new"]) == (1, 2, 0)
    assert list(Customer.objects.order_by("pk").values()) == before, "only looked at so far"
    browser.post(f"{job}write/")
    row = Customer.objects.get(code="K1")
    assert (row.name, row.industry, row.owner) == ("碧湖大酒店", "文旅", seller)
    assert str(row.group) == "碧湖集团"


def test_an_export_opens_the_archives_in_another_house_on_the_days_they_had(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    boss = factories.employee("manager")
    browser = factories.signed_in(who=boss)
    factories.customer(None, code="K1", name="碧湖酒店", industry="酒店")
    export = browser.get("/customers/").context["export"]
    book = load_workbook(io.BytesIO(browser.get(f"/customers/{export}").content))
    heads = {cell.value: cell.column for cell in book.active[1]}
    row = book.active[2]
    row[heads["编号"] - 1].value, row[heads["客户"] - 1].value = "K2", "云岭电力"
    changed = io.BytesIO()
    book.save(changed)
    browser.post(f"{sent(browser, changed.getvalue())}write/")
    assert Customer.objects.get(code="K2").opened == factories.LONG_AGO


def test_an_export_in_english_comes_back_as_one_in_chinese_does(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    team = factories.department()
    seller = factories.employee(place=team, name="赵敏")
    factories.customer(seller, code="K1", name="碧湖酒店", industry="酒店")
    factories.customer(seller, code="K2", name="云岭电力", tier="key")
    factories.customer(None, code="K3", name="锦程物流")
    browser = factories.signed_in(who=factories.employee("manager", team))
    browser.post("/language/", {"language": "en"})
    book = load_workbook(io.BytesIO(browser.get("/customers/?export=xlsx").content))
    heads = [cell.value for cell in book.active[1]]
    assert heads[:5] == ["Customers", "Group", "Code", "Tier", "Owner"]
    place = heads.index("Industry") + 1
    for row in book.active.iter_rows(min_row=2):
        if row[2].value == "K1":
            row[place - 1].value = "Hotels"
        if row[2].value == "K3":
            row[4].value = "赵敏"
    changed = io.BytesIO()
    book.save(changed)
    for language in ("en", "zh-hans"):
        browser.post("/language/", {"language": language})
        job = sent(browser, changed.getvalue())
        told = Job.objects.latest("id").result
        assert (told["changed"], told["same"], told["failed"]) == (2, 1, 0), told["wrong"]
    browser.post(f"{job}write/")
    assert Customer.objects.get(code="K1").industry == "Hotels"
    assert Customer.objects.get(code="K3").owner == seller


def test_an_owner_is_named_where_nobody_else_bears_the_name(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    team = factories.department()
    seller, *twins = (
        factories.employee(place=team, name=name) for name in ("赵敏", "陈雅琴", "陈雅琴")
    )
    factories.customer(twins[0], code="K1", name="碧湖酒店")
    browser = factories.signed_in(who=factories.employee("manager", team))
    text = (
        "编号,客户名称,负责人\nK1,碧湖酒店,陈雅琴\nK2,云岭电力,赵敏\nK3,锦程物流,陈雅琴\n"
        "K4,南山医院,林远\nK5,江北学校,公海\n"
    )
    job = sent(browser, text.encode(), "a.csv")
    told = Job.objects.latest("id").result
    assert (told["same"], told["new"], told["failed"]) == (1, 2, 2)
    page = browser.get(job).content.decode()
    assert f"有几位叫陈雅琴：写工号 {'、'.join(sorted(t.number for t in twins))}" in page
    assert "没有这个业务员" in page
    lines = text.splitlines()
    job = sent(browser, "\n".join([lines[0], *lines[1:3], lines[5]]).encode(), "a.csv")
    browser.post(f"{job}write/")
    owners = dict(Customer.objects.values_list("code", "owner"))
    assert owners == {"K1": twins[0].pk, "K2": seller.pk, "K5": None}
