"""Files of many rows: a bigger one takes no more statements, and none is written by halves."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assay.customers.models import Contact, Customer, Group, Ownership, TierSpan, Turn
from assay.furniture.models import Change, Clue, Job
from assay.sales.models import Match, Order, OrderLine, Receipt
from tests import factories

pytestmark = pytest.mark.django_db
FEW, MANY = 150, 300


@pytest.fixture
def house(settings, tmp_path):
    """A director's browser, finance's, and two who sell."""
    settings.MEDIA_ROOT = tmp_path / "files"
    place = factories.department()
    for number in ("S01", "S02"):
        factories.employee(place=place, number=number)
    director = factories.signed_in(who=factories.employee("director", place=place))
    return director, factories.signed_in("finance")


def queries(browser, address, head, rows) -> int:
    """A file sent, looked at, written: the statements of its writing."""
    text = io.StringIO()
    csv.writer(text).writerows([head.split(), *rows])
    file = SimpleUploadedFile("a.csv", text.getvalue().encode("utf-8-sig"))
    job = browser.post(f"/{address}/", {"file": file})["Location"]
    with CaptureQueriesContext(connection) as held:
        browser.post(f"{job}write/")
    found = Job.objects.latest("pk")
    assert found.state == "done", (found.error, found.result)
    return len(held)


def customers(start, count, city="上海", owner="S01"):
    return [
        [f"K{start}-{n}", f"客户{start}之{n}有限公司", city, owner if n % 3 else "", f"集团{start}{n % 7}",
         "大客户" if n % 2 else "普通客户", f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}"]
        for n in range(count)
    ]  # fmt: skip


def test_twice_the_rows_take_hardly_more_statements(house):
    director, finance = house
    head = "编号 客户名称 城市 负责人工号 集团 级别 建档日期"
    kinds = {
        "new": (director, "customers/import/customers", head, customers),
        "changed": (director, "customers/import/customers", head,
                    lambda start, count: customers(start, count, "苏州", "S02")),
        "contacts": (director, "customers/import/contacts", "编号 姓名 角色 电话", lambda start, count: [
            [f"K{start}-{n}", "段丽", "财务", f"138{n:08d}"] for n in range(count)]),
        "orders": (director, "sales/import/orders",
                   "订单号 下单日期 客户编号 业务员工号 行号 品名 原价金额 成交金额 状态 分成", lambda start, count: [
            [f"旧-{start}-{n // 2}", "2025-03-05", f"K{start}-{n // 2}", "S01", str(n % 2 + 1), "银条",
             "1000", "900", "已完成", "S01:60%；S02:40%"] for n in range(count)]),
        "collections": (finance, "sales/import/collections", "流水号 日期 付款方 金额 订单号", lambda start, count: [
            [f"B{start}-{n}", "2025-04-05", "某", "500", f"旧-{start}-{n // 2}"] for n in range(count)]),
    }  # fmt: skip
    for name, (browser, address, words, rows) in kinds.items():
        few = queries(browser, address, words, rows(1, FEW))
        many = queries(browser, address, words, rows(2, MANY))
        assert many <= few + 4, name
    assert (
        Customer.objects.filter(city="苏州", owner__number="S02").count() == 2 * (FEW + MANY) // 3
    )
    assert (Contact.objects.count(), Order.objects.count()) == (FEW + MANY, (FEW + MANY) // 2)
    assert (
        OrderLine.objects.count() == Receipt.objects.count() == Match.objects.count() == FEW + MANY
    )
    assert sorted(Receipt.objects.values_list("number", flat=True)) == [
        f"SK-20250405-{n:03d}" for n in range(1, FEW + MANY + 1)
    ]
    assert Group.objects.count() == 14


def test_rows_poured_in_have_history_clues_and_keys_as_if_saved_one_by_one(house):
    director, _finance = house
    head = "编号 客户名称 城市 负责人工号 集团 级别 建档日期"
    queries(director, "customers/import/customers", head, customers(1, FEW))
    row = Customer.objects.get(code="K1-1")
    assert row.owner
    assert row.department_id == row.owner.assignments.get().department_id
    for model, key in ((Customer, row.pk), (TierSpan, row.tiers.get().pk),
                       (Ownership, row.ownerships.get().pk), (Turn, row.turns.get().pk)):  # fmt: skip
        told = Change.objects.get(label=model._meta.label_lower, key=key)
        assert told.verb == "add"
        assert told.who
        assert told.user_id
    said = Change.objects.get(label="customers.customer", key=row.pk).what
    assert said["name"] == [None, "客户1之1有限公司"]
    kept = set(Clue.objects.filter(kind="customer", key=row.pk).values_list("place", "text"))
    row.name += "x"
    row.save()
    row.name = row.name[:-1]
    row.save()
    assert (
        set(Clue.objects.filter(kind="customer", key=row.pk).values_list("place", "text")) == kept
    )
    assert "K1-1" in director.get("/customers/?q=kehu1zhi1").content.decode()
    later = factories.customer(code="K-later", name="后来的")
    assert later.pk == max(Customer.objects.values_list("pk", flat=True))


def test_a_row_that_the_database_refuses_leaves_nothing_behind(house, monkeypatch):
    director, _finance = house
    head = "编号 客户名称 城市 负责人工号 集团 级别 建档日期"
    rows = customers(1, FEW)
    text = io.StringIO()
    csv.writer(text).writerows([head.split(), *rows])
    file = SimpleUploadedFile("a.csv", text.getvalue().encode("utf-8-sig"))
    job = director.post("/customers/import/customers/", {"file": file})["Location"]
    monkeypatch.setattr("assay.customers.imports._refuse_twins", lambda rows: None)
    factories.customer(code="K-x", name=rows[-1][1])
    counts = [model.objects.count() for model in (Customer, TierSpan, Change, Clue)]
    monkeypatch.setattr("assay.customers.actions.bringing._last_twins", lambda names: {})
    director.post(f"{job}write/")
    found = Job.objects.get()
    assert (found.state, "没有写入任何一行" in found.error) == ("failed", True)
    assert [model.objects.count() for model in (Customer, TierSpan, Change, Clue)] == counts
