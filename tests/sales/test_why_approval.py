"""Why a price needs an approval, and what its card tells whom: averages, no list price, what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from assay.money import grouped
from assay.sales.models import Order, Request
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    team = factories.department(code="KA")
    manager = factories.employee("manager", team, name="沈国栋")
    factories.employee("director", team, name="顾明远")
    seller = factories.employee("salesperson", team, name="赵敏")
    return seller, factories.signed_in(who=seller), factories.signed_in(who=manager)


def ask(browser, order):
    browser.post(f"/sales/orders/{order.pk}/ask/", {"why": "老客户续单"})
    return Request.objects.get(order=order)


def test_an_order_that_takes_the_average_under_the_floor_needs_approval_for_that(house):
    seller, browser, boss = house
    factories.order(seller, ratio="0.76", placed=True)
    order = factories.order(seller, ratio="0.73")
    page = browser.post(f"/sales/orders/{order.pk}/place/", follow=True).content.decode()
    assert "先审批" in page
    request = ask(browser, order)
    assert request.reasons == ["below", "average"]
    card = boss.get("/sales/approvals/").content.decode()
    assert "拉低平均折扣到底线以下" in card
    assert request.effects["own"] == [149, 200], "(7.6折 + 7.3折) / 2"


def test_an_average_that_stays_above_the_floor_or_lay_under_it_is_no_reason(house):
    seller, browser, _boss = house
    factories.order(seller, ratio="0.95", placed=True)
    order = factories.order(seller, ratio="0.73")
    assert ask(browser, order).reasons == ["below"]
    fair = factories.order(seller, ratio="0.75")
    assert fair.approval == "none"


def test_a_good_without_list_price_needs_a_reference_price_and_an_approval(house):
    seller, browser, boss = house
    good, customer = factories.good(price=None, name="定制金樽"), factories.customer(seller)
    said: dict[str, Any] = {
        "head-channel": "direct", "head-day": timezone.localdate().isoformat(),
        "head-seller": seller.pk, "head-customer": customer.code, "all-overall": "9.5折",
        "line0-good": good.number, "line0-quantity": "2",
    }  # fmt: skip
    page = browser.post("/sales/orders/new/", said)
    assert page.status_code == 422
    assert "定制金樽 没有原价：填一个参考价，这一单要审批" in page.content.decode()
    assert not Order.objects.exists()
    browser.post("/sales/orders/new/", said | {"line0-price": "5,000.00"})
    order = Order.objects.get()
    assert (order.list_amount, order.net_amount, order.approval) == (1_000_000, 950_000, "needed")
    assert (
        "先审批" in browser.post(f"/sales/orders/{order.pk}/place/", follow=True).content.decode()
    )
    assert ask(browser, order).reasons == ["no_list"]
    card = boss.get("/sales/approvals/").content.decode()
    assert "商品没有原价" in card
    assert "参考价 10,000.00" in card
    assert "原价 10,000.00" not in card


def test_the_card_tells_the_manager_the_parts_and_the_seller_no_cost(house):
    seller, browser, boss = house
    good = factories.good(price=1_000_000, cost=612_345)
    order = factories.order(seller, ratio="0.73", of=good)
    request = ask(browser, order)
    told = request.effects
    assert (order.net_amount, told["cost"]) == (7_300_000, 6_123_450)
    paid: dict[str, int] = {}
    for line in told["lines"]:
        paid[line["title"]] = paid.get(line["title"], 0) + line["amount"]
    assert told["keeps"] == 7_300_000 - 6_123_450 - sum(paid.values())
    for address in ("/sales/approvals/", f"/sales/approvals/{request.pk}/"):
        card = strip_tags(boss.get(address).content.decode())
        for title, amount in paid.items():
            assert not amount or (f"− {title}" in card and grouped(amount) in card), title
        for words in ("73,000.00", "− 成本", "61,234.50", "= 公司留下", grouped(told["keeps"])):
            assert words in card, words
        own = strip_tags(browser.get(address).content.decode())
        assert "老客户续单" in own
        for words in ("− 成本", "61,234.50", "公司留下", grouped(told["keeps"])):
            assert words not in own, words
    where = f"/sales/orders/{order.pk}/"
    assert "成本 61,234.50" in strip_tags(boss.get(where).content.decode()), "in its history"
    page = strip_tags(browser.get(where).content.decode())
    assert "73,000.00" in page
    for words in ("61,234.50", "公司留下", grouped(told["keeps"])):
        assert words not in page, words


def test_what_gold_costs_is_not_told_to_who_sells(house):
    _seller, browser, boss = house
    factories.gold_price(price=90_000, cost=85_321)
    page = boss.get("/sales/gold/").content.decode()
    assert "成本/克" in page
    assert "853.21" in page
    page = browser.get("/sales/gold/").content.decode()
    assert "900.00" in page
    for words in ("成本/克", "853.21"):
        assert words not in page, words


def test_the_card_of_an_agents_order_takes_his_part_off_what_the_company_keeps(house):
    seller, browser, boss = house
    order = factories.order(
        seller, factories.agent(), ratio="0.73", of=factories.good(1_000_000, 612_345)
    )
    told = ask(browser, order).effects
    agents = [line["amount"] for line in told["lines"] if line["title"] == "代理提成"]
    assert agents == [73_000], "1 % of 73,000.00"
    assert told["paid"] == sum(line["amount"] for line in told["lines"])
    assert told["keeps"] == 7_300_000 - 6_123_450 - told["paid"]
    card = strip_tags(boss.get("/sales/approvals/").content.decode())
    assert "− 代理提成 1%730.00" in card
    assert f"= 公司留下{grouped(told['keeps'])}" in card
