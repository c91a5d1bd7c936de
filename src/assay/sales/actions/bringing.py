"""Files written: orders with their lines and shares, receipts with what they pay, many at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from assay.customers.actions import record_purchase_days
from assay.errors import UserError
from assay.furniture.many import among, parts
from assay.furniture.numbering import next_count, next_numbers
from assay.people.models import Employee
from assay.sales.actions.money import paid_by
from assay.sales.actions.orders import TERM, totals
from assay.sales.models import Match, Order, OrderLine, OrderShare, Receipt

BATCH = 2000
Tell = Callable[[int, int], None]
_NUMBER = re.compile(r"^(HT-\d{8})-(\d{1,9})$")


@dataclass
class Brought:
    """An order (new, or as it stands with what is to change), its lines, its shares.

    shares: an employee's number -> parts of OrderShare.WHOLE; None leaves them as they are.
    """

    order: Order
    fresh: bool
    lines: Sequence[OrderLine]
    shares: Mapping[str, int] | None


@transaction.atomic
def bring_orders(said: Sequence[Brought], tell: Tell) -> None:
    """Write orders of a file: checked by the one who compared them, in few statements.

    UserError where somebody changed one of them in the meantime.
    """
    _unchanged([one.order for one in said if one.order.pk])
    for one in said:
        order = one.order
        totals(order, one.lines)
        order.due_on = order.due_on or order.day + timedelta(days=TERM)
        order.version += 1 if order.pk else 0
    done = 0
    for part in parts(said, BATCH):
        _written(part)
        done += len(part)
        tell(done, len(said))
    _shares([one for one in said if one.shares is not None])
    _numbers([one.order for one in said if one.fresh])
    record_purchase_days(paid_by([one.order for one in said if one.order.collected]))


def _written(said: Sequence[Brought]) -> None:
    """The orders and their lines, new ones and those that stand."""
    lines = [(line, line.pk is None) for one in said for line in one.lines]
    Order.objects.bulk_create([one.order for one in said if one.fresh])
    Order.objects.bulk_update([one.order for one in said if not one.fresh], _CHANGED)
    for one in said:
        for line in one.lines:
            line.order = one.order
    OrderLine.objects.bulk_create([line for line, fresh in lines if fresh])
    OrderLine.objects.bulk_update([line for line, fresh in lines if not fresh], _LINE)


_CHANGED = [
    "day", "status", "customer", "seller", "department", "channel", "agent", "shop", "pickup_shop",
    "list_amount", "net_amount", "cost_amount", "counted_list", "counted_net", "due_on",
    "delivered_on", "note", "version",
]  # fmt: skip
_LINE = [
    "good", "name", "quantity", "list_amount", "net_amount", "cost_amount", "weight", "gold_price",
    "gold_day", "labour", "discount_on",
]  # fmt: skip


def _unchanged(orders: Sequence[Order]) -> None:
    """Held until the transaction ends, and still of the version that was compared."""
    rows = Order.objects.select_for_update().order_by("pk")
    held = {row.pk: row for row in among(rows, "pk", sorted(order.pk for order in orders))}
    for order in orders:
        if held[order.pk].version != order.version:
            raise UserError(_("订单 %(order)s 刚被别人改过；没有写入任何一行") % {"order": order})


def _shares(said: Sequence[Brought]) -> None:
    numbers = {number for one in said for number in one.shares or ()}
    people = {e.number: e for e in Employee.objects.filter(number__in=numbers)}
    new = []
    for one in said:
        wanted = {people[number].pk: part for number, part in (one.shares or {}).items()}
        shares = () if one.fresh else one.order.shares.all()
        held = {share.employee_id: share for share in shares}
        if {pk: share.part for pk, share in held.items()} == wanted:
            continue
        for share in held.values():
            share.delete()
        new += [OrderShare(order=one.order, employee_id=pk, part=p) for pk, p in wanted.items()]
    OrderShare.objects.bulk_create(new)


def _numbers(orders: Sequence[Order]) -> None:
    """Numbers given from now on come after those brought along."""
    last: dict[str, int] = {}
    for order in orders:
        found = _NUMBER.match(order.number or "")
        if found:
            last[found[1]] = max(last.get(found[1], 0), int(found[2]))
    for key, count in sorted(last.items()):
        next_count(key, count)


@dataclass
class Money:
    """A receipt (new, or as it stands with what is to change) and the further orders it pays."""

    receipt: Receipt
    pays: list[tuple[Order, int]] = field(default_factory=list)


@transaction.atomic
def bring_receipts(said: Sequence[Money], tell: Tell) -> None:
    """Write receipts of a file and match them; all is held against what orders owe by now.

    UserError where an order owes less than when the file was compared, or a receipt changed.
    """
    named = {order.pk for one in said for order, _amount in one.pays}
    orders = Order.objects.select_for_update(of=("self",)).select_related("customer")
    owing = {row.pk: row for row in among(orders.order_by("pk"), "pk", sorted(named))}
    standing = sorted(one.receipt.pk for one in said if one.receipt.pk)
    rows = Receipt.objects.select_for_update().order_by("pk")
    held = {row.pk: row for row in among(rows, "pk", standing)}
    for one in said:
        row = one.receipt
        if row.pk and held[row.pk].matched != row.matched:
            raise UserError(_("收款 %(number)s 刚被别人改过；没有写入任何一行") % {"number": row})
        for order, amount in one.pays:
            now = owing[order.pk]
            if amount > now.owed:
                raise UserError(
                    _("订单 %(order)s 刚被别人核销过；没有写入任何一行") % {"order": now}
                )
            now.collected += amount
            row.matched += amount
    new = [one.receipt for one in said if not one.receipt.pk]
    old = [one.receipt for one in said if one.receipt.pk]
    for row, number in zip(new, next_numbers("SK", [row.day for row in new]), strict=True):
        row.number = number
    Receipt.objects.bulk_create(new)
    tell(len(said) // 3, len(said))
    Receipt.objects.bulk_update(old, _MONEY)
    Match.objects.bulk_create(
        [Match(receipt=one.receipt, order=owing[o.pk], amount=a) for one in said for o, a in one.pays],
    )  # fmt: skip
    Order.objects.bulk_update(list(owing.values()), ["collected"])
    tell(len(said) * 2 // 3, len(said))
    record_purchase_days(paid_by(list(owing.values())))
    tell(len(said), len(said))


_MONEY = ["day", "payer", "customer", "amount", "matched", "method", "note"]
