"""The history of every kind of record: on its own page and by itself, for whoever may open the record."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from assay.customers.actions import change_rules, note_market, open_category
from assay.desk.views.history import RECORDED
from assay.furniture.kept import acting, remark
from assay.people.access import viewer_of
from assay.people.models import User
from assay.sales.actions import handing
from assay.sales.models import Order
from tests import factories
from tests.site.rights import ALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(house):
    """Every role's browser and viewer; the kinds the house has none of are made."""
    order = Order.objects.get(pk=house.numbers["sales:"])
    handing.return_goods(order, day=order.day, why="划痕", wanted={order.lines.get().pk: 1})
    assert order.seller
    note_market(by=order.seller, kind="rival", text="降价")
    change_rules(pick_protection=31)
    house.browser("director").post("/notices/settings/", {"email": "a@b.cn", "hour": "8"})
    return {role: (house.browser(role), viewer_of(house.logins[role])) for role in ALL.split()}


def rows_of(recorded, read):
    """A row with a line of history by 周敏, and for each role whether it is his to see."""
    found = [
        one for role in read if _may(recorded, read, role)
        for one in recorded.rows(read[role][1])[:1]
    ]  # fmt: skip
    assert found, f"the house has no {recorded.kind}"
    row = found[0]
    with acting(None, "周敏"):
        remark(row, {})
    return row, {
        role: _may(recorded, read, role) and recorded.rows(read[role][1]).filter(pk=row.pk).exists()
        for role in read
    }  # fmt: skip


def _may(recorded, read, role):
    return role != "agent" and read[role][1].may(recorded.right)


def test_every_kind_of_record_tells_who_changed_it_and_when(read):
    today, wrong = f"{timezone.localdate():%Y-%m-%d}", []
    for recorded in RECORDED:
        row, seen = rows_of(recorded, read)
        sees = [role for role in seen if seen[role]]
        others = [role for role in seen if not seen[role]]
        at = recorded.address(row)
        opens = [role for role in sees if recorded.own_page(read[role][1], row)]
        for role, url in [
            *((role, at) for role in sees[:1]),
            *((role, recorded.own_page(read[role][1], row)) for role in opens[:1]),
        ]:
            text = read[role][0].get(url).content.decode()
            if "周敏" not in text or today not in text:
                wrong.append(f"{role} does not read {url}")
            if raw := re.search(r"\d\d:\d\d:\d\d", text):
                wrong.append(f"{url}: a time as machines write it, {raw[0]}")
        if recorded.page and not opens:
            wrong.append(f"nobody opens {recorded.kind}")
        for role in others[:2]:
            status = read[role][0].get(at).status_code
            if status != (404 if _may(recorded, read, role) else 403):
                wrong.append(f"{role} {at}: {status}")
    assert not wrong


def test_a_customers_history_names_all_that_belongs_to_it():
    seller = factories.employee()
    browser, row = factories.signed_in(who=seller), factories.customer(seller)
    at, year = f"/customers/{row.pk}", timezone.localdate().year
    category = open_category(code="bar", name="纪念条")
    deeds: list[tuple[str, dict[str, Any]]] = [
        ("log", {"kind": "call", "said": "谈了端午礼品"}),
        ("need", {"year": year, "category": category.pk, "text": "人均一条"}),
        ("document", {"kind": "licence", "file": factories.pdf()}),
        ("service", {"title": "刻字", "text": "当天可取"}),
        ("satisfaction", {"score": 4, "note": "送货快"}),
        ("nominate", {"reason": "集团统一采购"}),
        ("loss", {"reason": "price", "declare": "on"}),
        ("target", {"year": year, "reason": "厂庆"}),
    ]
    for path, said in deeds:
        assert browser.post(f"{at}/{path}/", said).status_code == 302, path
    browser.post(f"/customers/targets/{row.targets.get().pk}/drop/")
    page, _mark, part = browser.get(f"{at}/").content.decode().partition('id="history"')
    assert f'href="/history/category/{category.pk}/"' in page, "in the table of what is bought"
    for words in (
        "往来", "谈了端午礼品", "需求", "人均一条", "文件", "营业执照.pdf", "特色服务", "刻字", "满意度", "送货快",
        "升级申报", "集团统一采购", "流失", "价格", "删除 目标客户", "厂庆",
    ):  # fmt: skip
        assert words in part, words
    assert part.count(User.objects.get(employee=seller).username) >= 9


def test_who_may_not_see_cost_pay_or_others_results_does_not_read_them_in_a_history():
    team = factories.department()
    seller = factories.employee("salesperson", team, base_wage=180_000)
    boss = factories.employee("manager", team)
    order = factories.order(seller, of=factories.good(cost=61_234))
    training = factories.training(seller, boss)
    at = f"/history/order/{order.pk}/"
    sold, led = factories.signed_in(who=seller), factories.signed_in(who=boss)
    assert "6,123.40" not in sold.get(at).content.decode()
    assert "6,123.40" in led.get(at).content.decode()
    staff = f"/history/employee/{seller.pk}/"
    assert "任职" in led.get(staff).content.decode()
    assert "1,800.00" not in led.get(staff).content.decode()
    assert "1,800.00" in factories.signed_in("hr").get(staff).content.decode()
    own = f"/history/training/{training.pk}/"
    assert "培训名单" in led.get(own).content.decode()
    assert "培训名单" not in sold.get(own).content.decode()
