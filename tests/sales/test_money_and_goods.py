"""Money matched, goods picked up and returned: nothing is counted twice, nothing beyond what was sold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assay.customers.actions import furnish
from assay.customers.models import Category, Purchase
from assay.money import grouped as yuan
from assay.sales.actions import handing, money
from assay.sales.models import GoldPrice, Good, Match, Order, PickUp, Receipt
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold():
    team, shop = factories.department(code="KA"), factories.shop()
    seller = factories.employee("salesperson", team)
    order = factories.order(seller, pieces=10, placed=True, pickup_shop=shop)
    return order, shop, factories.signed_in("finance"), team


def received(browser, amount, payer):
    said = {
        "day": timezone.localdate().isoformat(), "amount": amount, "payer": payer,
        "method": "transfer",
    }  # fmt: skip
    browser.post("/sales/receipts/new/", said)
    return Receipt.objects.latest("pk")


def test_a_receipt_is_matched_to_the_payers_order_and_back(sold):
    order, _shop, finance, _team = sold
    receipt = received(finance, "9500", order.customer.name)
    page = finance.get(f"/sales/receipts/{receipt.pk}/").content.decode()
    assert "正好相等" in page
    said = {"order": order.number, "amount": "9500"}
    finance.post(f"/sales/receipts/{receipt.pk}/match/", said)
    order.refresh_from_db()
    assert (order.collected, order.owed) == (950_000, 0)
    assert order.customer.purchases.get().amount == 950_000
    finance.post(f"/sales/matches/{Match.objects.get().pk}/undo/")
    order.refresh_from_db()
    receipt.refresh_from_db()
    assert (order.collected, receipt.matched) == (0, 0)
    assert not order.customer.purchases.exists()


def test_more_than_is_owed_is_refused_unless_it_is_said_why(sold):
    order, _shop, finance, _team = sold
    receipt = received(finance, "1万", order.customer.name)
    url, said = f"/sales/receipts/{receipt.pk}/match/", {"order": order.number, "amount": "10000"}
    refused = finance.post(url, said)
    assert refused.status_code == 422
    assert "只欠 9,500.00" in refused.content.decode()
    assert finance.post(url, said | {"over": "下一单预付"}).status_code == 302
    order.refresh_from_db()
    assert order.collected == 1_000_000
    more = finance.post(url, {"order": order.number, "amount": "0.01", "over": "再多"})
    assert "只剩 0.00" in more.content.decode()


def test_the_paper_of_a_receipt_adds_up_and_names_no_colleagues_orders(sold):
    """Money for two orders, a part of it for neither yet."""
    order, _shop, finance, team = sold
    other = factories.order(factories.employee("salesperson", team), pieces=1, placed=True)
    receipt = received(finance, "11000", "同一家付款")
    for one, amount in ((order, 950_000), (other, other.net_amount)):
        money.match(receipt, order=one, amount=amount)
    receipt.refresh_from_db()
    seller = factories.signed_in(who=order.seller)
    texts = [
        b.get(f"/sales/receipts/{receipt.pk}/paper/").content.decode() for b in (finance, seller)
    ]
    for text in texts:
        assert "壹万壹仟元整" in text
        assert order.number in text
        assert yuan(receipt.left) in text
    assert [other.number in text for text in texts] == [True, False]
    assert ["其他订单" in text for text in texts] == [False, True]
    assert yuan(other.net_amount) in texts[1]


def test_overdue_orders_stand_in_the_list_until_they_are_paid(sold):
    order, _shop, finance, _team = sold
    order.due_on = timezone.localdate() - timedelta(1)
    order.save()
    assert order.number in finance.get("/sales/overdue/").content.decode()
    receipt = received(finance, "9500", order.customer.name)
    said = {"order": order.number, "amount": "9500"}
    finance.post(f"/sales/receipts/{receipt.pk}/match/", said)
    assert order.number not in finance.get("/sales/overdue/").content.decode()


def test_goods_are_picked_up_in_their_shop_by_its_clerk_and_the_last_completes_the_order(sold):
    order, shop, _finance, _team = sold
    line = order.lines.get()
    other = factories.signed_in(who=factories.employee("clerk"))
    url = f"/sales/waiting/{order.pk}/"
    assert other.get(url).status_code == 404
    clerk = factories.signed_in(who=factories.employee("clerk", shop))
    too_many = clerk.post(url, {f"q{line.pk}": "11", "person": "周敏"})
    assert too_many.status_code == 422
    clerk.post(url, {f"q{line.pk}": "4", "person": "周敏"})
    slip = clerk.get(f"/sales/pickups/{PickUp.objects.get().pk}/").content.decode()
    assert "× 4" in slip
    order.refresh_from_db()
    assert order.status == "shipped"
    clerk.post(url, {f"q{line.pk}": "6", "person": "周敏"})
    order.refresh_from_db()
    assert (order.status, order.delivered_on) == ("completed", timezone.localdate())


def test_a_return_takes_its_part_and_never_more_than_was_sold(sold):
    order, _shop, finance, _team = sold
    line = order.lines.get()
    url = f"/sales/orders/{order.pk}/return/"
    said = {"day": timezone.localdate().isoformat(), "why": "刻字有误"}
    finance.post(url, said | {f"q{line.pk}": "3"})
    order.refresh_from_db()
    assert (order.counted_list, order.counted_net) == (700_000, 665_000)
    assert finance.post(url, said | {f"q{line.pk}": "8"}).status_code == 422
    finance.post(url, said | {f"q{line.pk}": "7"})
    order.refresh_from_db()
    assert (order.status, order.returned_net) == ("returned", order.net_amount)
    assert Order.objects.get(pk=order.pk).owed == 0


def test_the_receipt_is_printed_58_mm_wide_where_the_printer_is(sold):
    order, shop, _finance, _team = sold
    clerk = factories.signed_in(who=factories.employee("clerk", shop))
    said = {f"q{order.lines.get().pk}": "4", "person": "周敏", "proof": "尾号 1234"}
    clerk.post(f"/sales/waiting/{order.pk}/", said)
    slip = f"/sales/pickups/{PickUp.objects.get().pk}/"
    wide, narrow = (clerk.get(slip + more).content.decode() for more in ("", "?mm=58"))
    assert 'class="slip"' in wide
    assert 'class="slip mm58"' in narrow
    for page in (wide, narrow):
        assert "尾号 1234" in page
        assert order.number in page


def test_an_order_that_has_arrived_is_completed_and_one_that_came_to_nothing_cancelled(sold):
    order, _shop, _finance, team = sold
    browser = factories.signed_in(who=order.seller)
    url, today = f"/sales/orders/{order.pk}", timezone.localdate()
    early = {"day": (today - timedelta(1)).isoformat(), "version": order.version}
    assert "不能早于下单日期" in browser.post(f"{url}/complete/", early).content.decode()
    said = {"day": today.isoformat(), "version": order.version}
    assert browser.post(f"{url}/complete/", said).status_code == 302
    order.refresh_from_db()
    assert (order.status, order.delivered_on) == ("completed", today)
    assert "办退货" in browser.post(f"{url}/cancel/", {"why": "x"}).content.decode()
    other = factories.order(order.seller, placed=True)
    url = f"/sales/orders/{other.pk}/cancel/"
    assert browser.post(url, {"version": other.version}).status_code == 422, "why is to be said"
    assert browser.post(url, {"why": "预算取消", "version": other.version}).status_code == 302
    other.refresh_from_db()
    assert (other.status, other.note) == ("cancelled", "预算取消")
    boss = factories.signed_in(who=factories.employee("manager", team))
    assert "预算取消" in boss.get(f"/sales/orders/{other.pk}/").content.decode()


def test_goods_and_gold_prices_are_written_by_who_leads_and_priced_by_them():
    boss, day = factories.signed_in("manager"), timezone.localdate().isoformat()
    piece = {
        "number": "G-001",
        "name": "福牌",
        "way": "piece",
        "list_price": "1,280",
        "on_sale": "on",
    }
    assert boss.post("/sales/goods/new/", piece).status_code == 302
    again = boss.post("/sales/goods/new/", piece)
    assert again.status_code == 422
    weighed = {"number": "G-002", "name": "金条", "way": "weight", "metal": "gold999"}
    assert "要有成色和工费" in boss.post("/sales/goods/new/", weighed).content.decode()
    assert boss.post("/sales/goods/new/", {**weighed, "labour": "15"}).status_code == 302
    good = Good.objects.get(number="G-002")
    assert (good.labour, Good.objects.get(number="G-001").list_price) == (1_500, 128_000)
    price = {"day": day, "metal": "gold999", "price": "905.5", "cost": "850"}
    assert "今天还没有填" in boss.get("/sales/gold/").content.decode()
    assert boss.post("/sales/gold/new/", price).status_code == 302
    assert boss.post("/sales/gold/new/", price).status_code == 422
    assert GoldPrice.objects.get().price == 90_550
    assert "905.50" in factories.signed_in("clerk").get("/sales/gold/").content.decode()


def test_an_opportunity_is_lost_for_a_reason_that_its_list_and_history_tell():
    chance = factories.opportunity(factories.employee())
    browser, url = factories.signed_in(who=chance.seller), f"/sales/opportunities/{chance.pk}/"
    said = {
        "customer": chance.customer.code, "title": chance.title, "seller": chance.seller_id,
        "day": chance.day.isoformat(), "stage": "lost", "expected": "10万",
        "expected_on": chance.expected_on.isoformat(),
    }  # fmt: skip
    assert "丢单要写原因" in browser.post(url, said).content.decode()
    assert browser.post(url, said | {"why_lost": "改买银条"}).status_code == 302
    chance.refresh_from_db()
    assert (chance.stage, chance.why_lost) == ("lost", "改买银条")
    assert "改买银条" in browser.get("/sales/opportunities/?stage=lost").content.decode()
    assert "改买银条" in browser.get(url).content.decode().partition('id="history"')[2]


def test_what_was_paid_fills_the_category_of_each_good(sold):
    order, _shop, finance, _team = sold
    seller, director = order.seller, factories.signed_in("director")
    furnish()
    codes = {"银条": "silver", "定制金章": "medal"}
    for name, code in codes.items():
        said = {"number": name, "name": name, "way": "piece", "list_price": "1000", "on_sale": "on",
                "category": Category.objects.get(code=code).pk}  # fmt: skip
        assert director.post("/sales/goods/new/", said).status_code == 302
    assert "定制金章" in director.get("/sales/goods/").content.decode()
    customer = factories.customer(seller)
    said = {
        "head-channel": "direct", "head-day": timezone.localdate(), "head-seller": seller.pk,
        "head-customer": customer.code, "all-overall": "10折",
        "line0-good": "银条", "line0-quantity": "3", "line1-good": "定制金章", "line1-quantity": "1",
    }  # fmt: skip
    browser = factories.signed_in(who=seller)
    where = browser.post("/sales/orders/new/", said)["Location"]
    browser.post(f"{where}place/")
    order = Order.objects.latest("pk")
    receipt = money.record_receipt(day=order.day, amount=200_001, payer="付款方")
    finance.post(
        f"/sales/receipts/{receipt.pk}/match/", {"order": order.number, "amount": "2000.01"}
    )
    bought = Purchase.objects.values_list("category__code", "amount")
    assert dict(bought) == {"silver": 150_001, "medal": 50_000}
    line = order.lines.get(number=1)
    handing.return_goods(order, day=order.day, why="包装", wanted={line.pk: 3})
    assert dict(bought.all()) == {"medal": 100_000}
