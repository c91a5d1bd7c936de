"""An order changed on its page: what nobody touches stays, and what follows from it follows."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.utils import timezone

from assay.customers.models import Customer, Purchase
from assay.sales.actions import goods, money
from assay.sales.actions.orders import LineSaid
from assay.sales.models import Order, OrderLine, OrderShare
from tests import factories

pytestmark = pytest.mark.django_db


def day_before(months: int) -> date:
    """The last day of an earlier month, by the day it is asked."""
    day = timezone.localdate()
    for _month in range(months):
        day = day.replace(day=1) - timedelta(1)
    return day


@pytest.fixture
def desk():
    """A salesperson of a department with a manager; his browser."""
    team = factories.department(code="KA")
    factories.employee("manager", team)
    seller = factories.employee(place=team)
    return seller, factories.signed_in(who=seller)


def as_shown(browser, order) -> dict[str, Any]:
    """What a browser posts where nobody touched anything."""
    page = browser.get(f"/sales/orders/{order.pk}/change/")
    boxes = [box for form in page.context["sheet"].parts_of for box in form]
    for box in boxes:
        assert f'name="{box.html_name}"' in page.content.decode() or box.name == "good"
    said = {box.html_name: box.value() for box in boxes if box.value() is not None}
    return {"order": order.pk, **said}


def saved(browser, order, **said):
    answer = browser.post(f"/sales/orders/{order.pk}/change/", {**as_shown(browser, order), **said})
    return answer.status_code, answer.content.decode()


def lines_of(order):
    rows = order.lines.order_by("number")
    amounts = ("list_amount", "net_amount", "cost_amount")
    return list(rows.values("good", "name", "quantity", "weight", "gold_price", *amounts))


def test_a_placed_order_keeps_the_prices_it_was_placed_at(desk):
    seller, browser = desk
    gold = factories.gold_price(price=90_000, cost=85_000)
    ring = factories.good(way="weight", metal="gold999", labour=3_000, labour_cost=1_000)
    pendant = factories.good(price=100_000, cost=60_000)
    chance = factories.opportunity(seller)
    order = factories.order(
        seller, placed=True, opportunity=chance,
        lines=[LineSaid(ring, weight=12_345, ratio=Fraction("0.95")), LineSaid(pendant, quantity=10)],
    )  # fmt: skip
    before = lines_of(order)
    goods.write_gold_price(gold, day=gold.day, metal=gold.metal, price=99_000, cost=97_000)
    goods.write_good(ring, labour=9_000)
    goods.write_good(pendant, list_price=150_000, cost=90_000, on_sale=False)

    assert saved(browser, order, **{"head-note": "送到工会"})[0] == 302
    after = Order.objects.get(pk=order.pk)
    assert (after.note, after.status, after.opportunity) == ("送到工会", "open", chance)
    assert lines_of(order) == before
    sums = (after.list_amount, after.net_amount, after.cost_amount)
    assert sums == (order.list_amount, order.net_amount, order.cost_amount)

    saved(browser, order, **{"line1-quantity": "12", "line0-weight": "24.69"})
    weighed, pieces = lines_of(order)
    assert (weighed["gold_price"], weighed["cost_amount"]) == (90_000, 2 * before[0]["cost_amount"])
    assert abs(weighed["list_amount"] - 2 * before[0]["list_amount"]) <= 1
    assert (pieces["list_amount"], pieces["cost_amount"]) == (1_200_000, 720_000)


def test_a_quotation_is_priced_anew(desk):
    seller, browser = desk
    pendant = factories.good(price=100_000, cost=60_000)
    order = factories.order(seller, of=pendant, ratio="1")
    goods.write_good(pendant, list_price=150_000, cost=90_000)
    saved(browser, order)
    (line,) = lines_of(order)
    assert (line["list_amount"], line["cost_amount"]) == (1_500_000, 900_000)


def test_lines_without_a_good_and_amounts_no_discount_tells_stay(desk):
    seller, browser = desk
    order = factories.order(seller, placed=True, pieces=3)
    line = order.lines.get()
    line.good, line.name, line.net_amount = None, "定制纪念章", 287_653
    line.save()
    OrderLine(order=order, number=2, name="礼盒", list_amount=100_000, net_amount=98_765).save()
    order.list_amount, order.net_amount, order.cost_amount = 400_000, 386_418, None
    order.save()
    before = lines_of(order)
    assert saved(browser, order, **{"head-note": "改备注"})[0] == 302
    assert lines_of(order) == before
    order.refresh_from_db()
    assert (order.net_amount, order.note, order.status) == (386_418, "改备注", "open")
    saved(browser, order, **{"line0-name": ""})
    assert [x["name"] for x in lines_of(order)] == ["礼盒"]


def test_shares_of_others_stay_however_many(desk):
    seller, browser = desk
    others = [factories.employee() for _ in range(3)]
    order = factories.order(seller, placed=True)
    for one, part in zip([seller, *others], (4_000, 3_000, 2_000, 1_000), strict=True):
        OrderShare(order=order, employee=one, part=part).save()
    held = set(order.shares.values_list("employee", "part"))
    assert saved(browser, order, **{"head-note": "四个人"})[0] == 302
    order.refresh_from_db()
    assert (order.note, set(order.shares.values_list("employee", "part"))) == ("四个人", held)


def test_the_day_of_a_placed_order_stays_in_its_month_but_for_the_director(desk):
    seller, browser = desk
    today, before, earlier = day_before(0), day_before(1), day_before(2)
    order = factories.order(seller, placed=True, day=before)
    for browser_of, day, status in (
        (browser, today + timedelta(1), 422), (browser, today, 422), (browser, earlier, 422),
        (browser, before.replace(day=1), 302), (factories.signed_in("director"), earlier, 302),
    ):  # fmt: skip
        answer, page = saved(browser_of, order, **{"head-day": day.isoformat()})
        assert answer == status, page
    order.refresh_from_db()
    assert order.day == earlier
    quote = factories.order(seller)
    ahead = {"head-day": (today + timedelta(1)).isoformat()}
    assert "日期不能在今天之后" in saved(browser, quote, **ahead)[1]


def paid_order(seller, **said):
    """An order of 11,400 yuan, of which 10,000 are paid."""
    order = factories.order(seller, placed=True, pieces=12, **said)
    receipt = money.record_receipt(day=timezone.localdate(), amount=1_000_000, payer="付款方")
    match = money.match(receipt, order=order, amount=1_000_000)
    return Order.objects.get(pk=order.pk), match


def test_what_a_customer_paid_follows_an_order_to_another_customer_and_day(desk):
    seller, browser = desk
    before = day_before(1)
    order, _match = paid_order(seller, day=before)
    first, second = order.customer, factories.customer(seller)
    saved(browser, order, **{"head-customer": second.code, "head-day": before.replace(day=1)})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.last_paid, second.last_paid) == (None, before.replace(day=1))
    (bought,) = Purchase.objects.all()
    assert (bought.customer, bought.amount) == (second, 1_000_000)


def test_what_was_paid_for_a_cancelled_order_no_longer_counts(desk):
    seller, browser = desk
    order, match = paid_order(seller)
    browser.post(f"/sales/orders/{order.pk}/cancel/", {"why": "客户改主意"})
    whose = Customer.objects.get(pk=order.customer_id)
    assert (whose.last_paid, Purchase.objects.exists()) == (None, False)
    money.unmatch(match)
    assert not Purchase.objects.exists()
