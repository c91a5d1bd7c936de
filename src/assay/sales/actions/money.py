"""Collections: money received, matched to orders, and taken off them again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.customers.actions.trade import OTHER, Paid, record_purchase_days
from assay.errors import UserError
from assay.furniture.numbering import next_number
from assay.money import allocate, grouped
from assay.sales.models import Match, Order, Receipt
from assay.sales.queries.bringing import lines_of
from assay.sales.queries.matching import opened


def record_receipt(*, day: date, amount: int, payer: str, **said: Any) -> Receipt:
    """Money came in. It pays no order yet."""
    row = Receipt(number=next_number("SK", day), day=day, amount=amount, payer=payer, **said)
    row.reference = row.reference or None
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def match(receipt: Receipt, *, order: Order, amount: int, over: str = "") -> Match:
    """A part of a receipt pays an order; more than is owed only where `over` says why."""
    paid = Order.objects.select_for_update().get(pk=order.pk)
    money = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if paid.status in ("quote", "cancelled", "returned"):
        raise UserError(_("%(state)s的单不收款") % {"state": paid.get_status_display()})
    if amount > money.left:
        raise UserError(_("这笔收款只剩 %(left)s 没有核销") % {"left": grouped(money.left)})
    if money.day < paid.day and not over:
        raise UserError(_("收款早于下单日期 %(day)s：预收要写说明") % {"day": paid.day})
    if amount > paid.owed and not over:
        raise UserError(
            _("%(order)s 只欠 %(owed)s：多收要写说明")
            % {"order": paid, "owed": grouped(max(paid.owed, 0))}
        )
    made = Match(receipt=money, order=paid, amount=amount)
    made.full_clean()
    made.save()
    money.matched += amount
    money.save()
    paid.collected += amount
    if over:
        paid.over_said = over
    paid.full_clean()
    paid.save()
    tell_customer(paid)
    return made


def match_sure(receipt: Receipt, orders: QuerySet[Order]) -> Match:
    """Match a receipt to the only one of these orders that it surely pays; UserError where none is."""
    found = opened([receipt], orders, timezone.localdate())[0]
    if found.order is None:
        raise UserError(_("没有唯一对得上的单，打开来选"))
    return match(receipt, order=found.order, amount=receipt.left)


@transaction.atomic
def unmatch(row: Match) -> Receipt:
    """Take a match back; the money waits again."""
    paid = Order.objects.select_for_update().get(pk=row.order_id)
    money: Receipt = Receipt.objects.select_for_update().get(pk=row.receipt_id)
    kept = Match.objects.filter(pk=row.pk).first()
    if kept is None:
        raise UserError(_("这笔核销已经撤销"))
    kept.delete()
    money.matched -= kept.amount
    money.save()
    paid.collected -= kept.amount
    if paid.collected <= paid.net_amount:
        paid.over_said = ""
    paid.save()
    tell_customer(paid)
    return money


def tell_customer(order: Order) -> None:
    """What an order has paid, to whom the customer's standing follows it."""
    record_purchase_days(paid_by([order]))


def paid_by(orders: Sequence[Order]) -> Iterator[Paid]:
    """What each order has paid, net of what came back, by category of goods as its lines have part in
    it; nothing where it does not stand."""
    lines = lines_of(orders)
    for order in orders:
        kept = min(order.collected, order.net_amount - order.returned_net) if order.placed else 0
        parts: dict[str, int] = {}
        for line in lines[order.pk]:
            category = line.good.category if line.good else None
            code = category.code if category else OTHER
            parts[code] = parts.get(code, 0) + line.net_amount - line.returned_net
        whole = sum(parts.values())
        if kept <= 0 or whole <= 0:
            yield Paid(order.customer, str(order), order.day, 0)
            continue
        amounts = allocate(kept, [Fraction(kept * part, whole) for part in parts.values()])
        for code, amount in zip(parts, amounts, strict=True):
            yield Paid(order.customer, str(order), order.day, amount, code)
