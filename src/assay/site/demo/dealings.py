"""What goes on in the sample department today: quotations, approvals in every state, hand-overs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.utils import timezone

from assay.customers.models import Customer
from assay.people.models import Employee
from assay.sales.actions import approvals, handing, money, orders
from assay.sales.actions.goods import write_gold_price
from assay.sales.actions.opportunities import write_opportunity
from assay.sales.models import Good, Order, Request
from assay.site.demo.people import House

GOLD = {"gold999": (93_600, 88_900), "gold750": (71_200, 66_400), "platinum950": (31_800, 29_500)}


class _Desk:
    """Who and what the dealings are about."""

    def __init__(self, house: House, today: date) -> None:
        self.house, self.today = house, today
        self.goods = {good.number: good for good in Good.objects.all()}
        self.customers = list(Customer.objects.filter(pooled_on=None).order_by("code")[:120])
        self.taken = 0

    def who(self, code: str) -> Employee:
        return self.house.employees[code]

    def customer(self, seller: str) -> Customer:
        """One of the seller's own where he has some left, else the next."""
        own = [c for c in self.customers if c.owner_id == self.who(seller).pk]
        found: Customer = (own or self.customers)[self.taken % len(own or self.customers)]
        self.taken += 1
        return found

    def quote(
        self, seller: str, said: Sequence[tuple[str, int, int | None]], ratio: Fraction,
        customer: Customer | None = None, **head: Any,
    ) -> Order:  # fmt: skip
        """A quotation: goods as (number, pieces, milligrams), all at one discount."""
        lines = [
            orders.LineSaid(
                good=self.goods[number], quantity=quantity, weight=weight, ratio=ratio,
                price=98_000 if self.goods[number].list_price is None and not weight else None,
                discount_on="labour" if weight else "all",
            )
            for number, quantity, weight in said
        ]  # fmt: skip
        given = {
            "customer": customer or self.customer(seller), "seller": self.who(seller),
            "channel": "direct", "day": self.today, **head,
        }  # fmt: skip
        return orders.write_order(None, given, lines)

    def place(self, order: Order, day: date | None = None) -> Order:
        return orders.place_order(Order.objects.get(pk=order.pk), day=day or self.today)

    def ask(self, order: Order, why: str) -> Request:
        assert order.seller is not None
        return approvals.ask(Order.objects.get(pk=order.pk), by=order.seller, why=why)


def go_on(house: House, today: date | None = None) -> None:
    """Everything that a person finds on opening the demo."""
    desk = _Desk(house, today or timezone.localdate())
    for metal, (price, cost) in GOLD.items():
        for back in range(8):
            day = desk.today - timedelta(back)
            step = (back * 37 % 11 - 5) * 100
            write_gold_price(day=day, metal=metal, price=price + step, cost=cost + step)
    _opportunities(desk)
    _sold(desk)
    _asked(desk)


# seller, title, stage, amount, days until it is expected
SIGHT = (
    ("S04", "春节福利银条 400 份", "needs", 268_000_00, 5), ("S04", "年会抽奖金条", "lead", 96_000_00, 34),
    ("S04", "厂庆纪念章 600 枚", "quoted", 182_000_00, -3), ("S04", "退休纪念章", "quoted", 58_000_00, 2),
    ("S01", "三八节员工礼盒", "quoted", 154_000_00, 47), ("S01", "经销商大会金条", "needs", 420_000_00, 3),
    ("S02", "司庆纪念章", "lead", 320_000_00, 65), ("S02", "元旦福利礼盒", "quoted", 136_000_00, 6),
    ("S03", "年度优秀员工金章", "needs", 88_000_00, 12), ("S05", "中秋客户答谢", "lost", 87_000_00, -40),
    ("S05", "春节慰问品", "needs", 203_000_00, 20), ("S06", "新楼启用礼品", "lead", 64_000_00, 28),
    ("S08", "供应商大会礼品", "won", 210_000_00, -6), ("S08", "春节团购金饰", "quoted", 510_000_00, 8),
    ("M01", "集团年度集中采购", "needs", 1_260_000_00, 25),
)  # fmt: skip


def _opportunities(desk: _Desk) -> None:
    for at, (seller, title, stage, amount, ahead) in enumerate(SIGHT):
        write_opportunity(
            customer=desk.customer(seller), title=title, seller=desk.who(seller),
            day=desk.today - timedelta(12 + 3 * at), stage=stage, expected=amount,
            expected_on=desk.today + timedelta(ahead),
            why_lost="价格：竞品报 6.9折" if stage == "lost" else "",
        )  # fmt: skip


def _sold(desk: _Desk) -> None:
    """Orders of this month: one picked up in part, one collected in part, one long overdue."""
    shop = desk.house.shops["Y01"]
    gold = desk.quote("S04", [("HJ-0401", 1, 25_680)], Fraction(9, 10), pickup_shop=shop)
    desk.place(gold)
    charms = desk.quote("S04", [("HJ-0101", 40, None)], Fraction(92, 100), pickup_shop=shop)
    placed = desk.place(charms)
    line = placed.lines.get()
    handing.pick_up(
        placed, shop=shop, clerk=desk.who("C01"), person="周敏", proof="尾号 2271",
        wanted={line.pk: 15},
    )  # fmt: skip
    for shop_code, goods in (("Y02", [("HJ-0202", 20, None)]), ("Y03", [("HJ-0102", 8, None)])):
        other = desk.house.shops[shop_code]
        desk.place(desk.quote("S01", goods, Fraction(95, 100), pickup_shop=other))
    receipt = money.record_receipt(
        day=desk.today, amount=5_000_000, payer=placed.customer.name, customer=placed.customer,
        reference=f"{desk.today:%Y%m%d}900001",
    )  # fmt: skip
    money.match(receipt, order=placed, amount=3_000_000)
    money.record_receipt(
        day=desk.today, amount=1_234_500, payer="未留户名", reference=f"{desk.today:%Y%m%d}900002"
    )
    late = desk.quote(
        "S01", [("HJ-0103", 12, None)], Fraction(85, 100),
        day=desk.today - timedelta(3), due_on=desk.today - timedelta(1),
    )  # fmt: skip
    desk.place(late, desk.today - timedelta(3))


def _asked(desk: _Desk) -> None:
    """Approvals: two waiting, one agreed at another price, one agreed, refused, withdrawn, one to ask."""
    manager, director = desk.who("M01"), desk.who("D01")
    waiting = desk.quote("S04", [("HJ-0102", 120, None), ("HJ-0202", 60, None)], Fraction(7, 10))
    desk.ask(waiting, "工会定价 470 一份，竞品报 6.9折")
    desk.ask(
        desk.quote("S02", [("HJ-0301", 200, None)], Fraction(95, 100)), "客户定制，没有标准原价"
    )
    desk.ask(
        desk.quote("S05", [("HJ-0203", 80, None)], Fraction(58, 100)), "清库存，总监口头同意过"
    )
    agreed = desk.ask(desk.quote("S01", [("HJ-0201", 30, None)], Fraction(72, 100)), "老客户续单")
    approvals.agree(agreed.signs.get(), by=manager, comment="同意，下不为例")
    other = desk.ask(desk.quote("S08", [("HJ-0202", 90, None)], Fraction(71, 100)), "量大")
    approvals.agree_at(other.signs.get(), by=manager, ratio=Fraction(76, 100), comment="改 7.6折")
    refused = desk.ask(desk.quote("S03", [("HJ-0101", 25, None)], Fraction(68, 100)), "新客户试单")
    sign = refused.signs.get()
    approvals.pass_on(sign, by=manager, who=director, comment="请总监定")
    approvals.refuse(
        refused.signs.get(said="waiting"), by=director, comment="新客户不从 7折 以下开始"
    )
    back = desk.ask(desk.quote("S06", [("HJ-0102", 18, None)], Fraction(70, 100)), "先问问")
    approvals.withdraw(back, by=desk.who("S06"))
    desk.quote("S04", [("HJ-0203", 6, None)], Fraction(74, 100))
