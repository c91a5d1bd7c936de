"""Approvals: who decides, each verb, one outcome of two, and what an order's change does to them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from assay.errors import UserError
from assay.furniture.templatetags.figures import money
from assay.sales.actions import approvals
from assay.sales.actions.orders import LineSaid
from assay.sales.models import Order, Request
from tests import factories
from tests.factories import good_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    team = factories.department(code="KA")
    people: dict[str, Any] = {
        role: factories.employee(role, team, name=name)
        for role, name in (
            ("salesperson", "赵敏"), ("manager", "沈国栋"), ("director", "顾明远"), ("finance", "钱淑华"),
        )
    }  # fmt: skip
    people["browsers"] = {role: factories.signed_in(who=who) for role, who in people.items()}
    return people


def asked(house, ratio="0.74"):
    order = factories.order(house["salesperson"], ratio=ratio)
    browser = house["browsers"]["salesperson"]
    answer = browser.post(f"/sales/orders/{order.pk}/ask/", {"why": "老客户续单"})
    assert answer.status_code == 302
    return Request.objects.get(order=order)


def press(house, role, sign, verb, **said):
    url = f"/sales/approvals/sign/{sign.pk}/{verb}/"
    return house["browsers"][role].post(url, said, follow=True).content.decode()


def test_the_card_shows_what_the_order_pays_and_what_the_company_keeps(house):
    request = asked(house)
    card = house["browsers"]["manager"].get("/sales/approvals/").content.decode()
    assert "老客户续单" in card
    assert "低于折扣底线" in card
    effects = request.effects
    assert effects["keeps"] == request.net_amount - effects["cost"] - effects["paid"]
    assert {"销售提成", "管理提成"} >= {
        line["title"] for line in effects["lines"] if line["amount"]
    }


def test_the_card_names_the_clause_and_says_the_month_before_and_after(house):
    seller, browser = house["salesperson"], house["browsers"]["salesperson"]
    factories.order(seller, ratio="0.9", pieces=100, placed=True)
    order = factories.order(seller, ratio="0.74", pieces=100)
    browser.post(f"/sales/orders/{order.pk}/ask/", {"why": "老客户续单"})
    request = Request.objects.get(order=order)
    card = house["browsers"]["manager"].get("/sales/approvals/").content.decode()
    why = card[card.index("低于折扣底线") :]
    assert 'href="/help/clauses/#c-六.1.2"' in why[: why.index("</div>")]
    assert card.count("9.00折 → 8.20折") == 2, "his own average and the department's"
    rates = [line["rate"] for line in request.effects["lines"] if line["title"] == "销售提成"]
    assert rates == ["2%"]
    assert '销售提成 <span class="nums">2%</span>' in card


def test_what_the_company_loses_is_a_word_before_it_is_a_sign(house):
    good = factories.good(price=1_000_000, cost=900_000)
    order = factories.order(house["salesperson"], ratio="0.74", of=good)
    house["browsers"]["salesperson"].post(f"/sales/orders/{order.pk}/ask/", {"why": "清库"})
    keeps = Request.objects.get(order=order).effects["keeps"]
    assert keeps < 0
    card = house["browsers"]["manager"].get("/sales/approvals/").content.decode()
    assert f'<span class="red">亏</span> {money(keeps)}' in card


def test_agreeing_lets_the_order_be_placed_and_a_changed_price_asks_again(house):
    request = asked(house)
    press(house, "manager", request.signs.get(), "agree")
    order = Order.objects.get(pk=request.order_id)
    assert order.approval == "granted"
    said = {
        "order": order.pk, "all-version": order.version, "all-overall": "7.2折",
        "head-channel": "direct", "head-day": order.day.isoformat(),
        "head-seller": house["salesperson"].pk, "head-customer": order.customer.code,
        "line0-good": good_of(order), "line0-quantity": "10",
    }  # fmt: skip
    house["browsers"]["salesperson"].post(f"/sales/orders/{order.pk}/change/", said)
    order.refresh_from_db()
    request.refresh_from_db()
    assert (order.approval, request.state) == ("needed", "agreed")
    again = house["browsers"]["salesperson"].post(f"/sales/orders/{order.pk}/place/", follow=True)
    assert "先审批" in again.content.decode()


def test_a_price_granted_for_one_customer_is_not_granted_for_another(house):
    request = asked(house)
    press(house, "manager", request.signs.get(), "agree")
    order, other = request.order, factories.customer(house["salesperson"])
    said = {
        "order": order.pk, "all-overall": "7.4折", "head-channel": "direct",
        "head-day": order.day.isoformat(), "head-seller": house["salesperson"].pk,
        "head-customer": order.customer.code, "line0-good": good_of(order), "line0-quantity": "10",
    }  # fmt: skip
    granted = {}
    for customer in (order.customer, other):
        said["head-customer"] = customer.code
        house["browsers"]["salesperson"].post(f"/sales/orders/{order.pk}/change/", said)
        granted[customer] = Order.objects.get(pk=order.pk).approval
    assert granted == {order.customer: "granted", other: "needed"}
    page = house["browsers"]["salesperson"].post(f"/sales/orders/{order.pk}/place/", follow=True)
    assert "先审批" in page.content.decode()


def test_the_lowest_prices_go_to_the_director(house):
    assert asked(house, "0.74").signs.get().who == house["manager"]
    assert asked(house, "0.6").signs.get().who == house["director"]


def test_nobody_approves_his_own_request(house):
    order = factories.order(house["manager"], ratio="0.7")
    request = approvals.ask(order, by=house["manager"], why="自己的客户")
    sign = request.signs.get()
    assert sign.who == house["director"]
    with pytest.raises(UserError, match="自己的单"):
        approvals.agree(sign, by=house["manager"])
    with pytest.raises(UserError, match="自己的单"):
        approvals.pass_on(sign, by=house["director"], who=house["manager"])


def test_of_two_decisions_one_holds_and_the_other_is_told(house):
    request = asked(house)
    sign = request.signs.get()
    approvals.refuse(sign, by=house["manager"], comment="太低")
    page = press(house, "manager", sign, "agree")
    assert "已经办过了" in page
    request.refresh_from_db()
    assert request.state == "refused"


def test_refusing_needs_a_reason(house):
    request = asked(house)
    assert "驳回要写原因" in press(house, "manager", request.signs.get(), "refuse")
    request.refresh_from_db()
    assert request.state == "open"


def test_agreeing_at_another_discount_brings_the_lines_to_it(house):
    request = asked(house)
    press(house, "manager", request.signs.get(), "agree-at", ratio="7.6折")
    order = Order.objects.get(pk=request.order_id)
    assert order.net_amount * 100 == order.list_amount * 76
    assert sum(line.net_amount for line in order.lines.all()) == order.net_amount
    assert order.approval == "granted"


def test_gold_that_no_discount_reaches_stays_whole_at_another_discount(house):
    factories.gold_price(price=90_000)
    ring = factories.good(way="weight", metal="gold999", labour=30_000)
    said = [
        LineSaid(good=ring, weight=10_000, discount_on="labour"),
        LineSaid(good=factories.good(), quantity=10, ratio=Fraction("0.3")),
    ]
    order = factories.order(house["salesperson"], lines=said)
    request = approvals.ask(order, by=house["salesperson"], why="老客户续单")
    press(house, "manager", request.signs.get(), "agree-at", ratio="7折")
    order.refresh_from_db()
    # 原价 9,000 金料 + 3,000 工费 + 10,000 按件；7折是 15,400，减的 6,600 由 13,000 分担
    assert [x.net_amount for x in order.lines.all()] == [900_000 + 147_692, 492_308]
    assert (order.net_amount, order.approval) == (1_540_000, "granted")

    said = [replace(said[0], ratio=Fraction("0.1")), replace(said[1], quantity=1)]
    low = factories.order(house["salesperson"], lines=said)
    request = approvals.ask(low, by=house["salesperson"], why="老客户续单")
    page = press(house, "manager", request.signs.get(), "agree-at", ratio="6.5折")
    assert "金料共 9,000.00 不打折" in page


@pytest.mark.parametrize("verb", ["pass", "add"])
def test_a_price_for_the_director_stays_his_whoever_was_asked_instead(house, verb):
    request = asked(house)
    press(house, "manager", request.signs.get(), verb, who=house["finance"].pk)
    other = request.signs.get(who=house["finance"])
    assert "更高一级" in press(house, "finance", other, "agree-at", ratio="5折")
    assert "更高一级" not in press(house, "finance", other, "agree-at", ratio="7.2折")


def test_whom_the_director_asks_decides_in_his_place(house):
    request = asked(house, "0.55")
    press(house, "director", request.signs.get(), "pass", who=house["finance"].pk)
    press(house, "finance", request.signs.get(who=house["finance"]), "agree-at", ratio="5.8折")
    request.refresh_from_db()
    assert request.state == "agreed"


def test_the_director_may_raise_a_price_to_one_the_manager_could_decide(house):
    request = asked(house, "0.55")
    press(house, "director", request.signs.get(), "agree-at", ratio="7.4折")
    request.refresh_from_db()
    assert request.state == "agreed"


def test_a_further_signature_is_waited_for_and_passing_on_hands_it_over(house):
    request = asked(house)
    sign = request.signs.get()
    press(house, "manager", sign, "add", who=house["finance"].pk)
    press(house, "manager", sign, "agree")
    request.refresh_from_db()
    assert request.state == "open"
    other = request.signs.get(who=house["finance"])
    press(house, "finance", other, "pass", who=house["director"].pk)
    press(house, "director", request.signs.get(who=house["director"]), "agree")
    request.refresh_from_db()
    assert request.state == "agreed"


def test_who_asked_can_withdraw_and_nobody_else(house):
    request = asked(house)
    url = f"/sales/approvals/{request.pk}/withdraw/"
    assert "只有申请人" in house["browsers"]["manager"].post(url, follow=True).content.decode()
    house["browsers"]["salesperson"].post(url)
    request.refresh_from_db()
    assert request.state == "withdrawn"
