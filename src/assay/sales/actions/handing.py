"""Goods handed over in a shop, and goods that come back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.numbering import next_number
from assay.people.models import Employee, Shop
from assay.sales import rules
from assay.sales.actions.money import tell_customer
from assay.sales.models import Order, OrderLine, PickUp, PickUpLine, Return, ReturnLine


def _lines(order: Order, wanted: Mapping[int, int]) -> list[tuple[OrderLine, int]]:
    """Lines of the order with the pieces meant, in their order."""
    lines = {line.pk: line for line in order.lines.select_for_update()}
    if not wanted or any(pk not in lines for pk in wanted):
        raise UserError(_("至少选一行商品"))
    return [(lines[pk], wanted[pk]) for pk in sorted(wanted)]


@transaction.atomic
def pick_up(
    order: Order, *, shop: Shop, clerk: Employee | None, person: str, wanted: Mapping[int, int],
    proof: str = "",
) -> PickUp:  # fmt: skip
    """Some or all goods of an order leave a shop; with the last of them the order is completed.

    wanted: line -> pieces. Never more than was bought and is not back or gone.
    """
    row = Order.objects.select_for_update().get(pk=order.pk)
    if not row.placed:
        raise UserError(_("%(state)s的单不能提货") % {"state": row.get_status_display()})
    if row.pickup_shop_id != shop.pk:
        raise UserError(_("这一单不在本店提货"))
    now = timezone.localtime()
    made = PickUp(
        number=next_number("TJ", now.date()), order=row, shop=shop, clerk=clerk, at=now,
        day=now.date(), person=person, proof=proof,
    )  # fmt: skip
    made.full_clean()
    made.save()
    for line, quantity in _lines(row, wanted):
        left = line.quantity - line.picked - line.returned
        if not 0 < quantity <= left:
            raise UserError(_("%(name)s 只剩 %(left)s 件可提") % {"name": line.name, "left": left})
        PickUpLine(pickup=made, line=line, quantity=quantity).save()
        line.picked += quantity
        line.save()
    if all(x.picked + x.returned >= x.quantity for x in row.lines.all()):
        row.status, row.delivered_on = "completed", now.date()
    elif row.status == "open":
        row.status = "shipped"
    row.version += 1
    row.save()
    return made


@transaction.atomic
def return_goods(order: Order, *, day: date, why: str, wanted: Mapping[int, int]) -> Return:
    """Goods come back: their part of list price and net amount no longer counts (Q16).

    wanted: line -> pieces. Never more than was sold.
    """
    row = Order.objects.select_for_update().get(pk=order.pk)
    if not row.placed:
        raise UserError(_("%(state)s的单不能退货") % {"state": row.get_status_display()})
    if day < row.day:
        raise UserError(_("退货日期不能早于下单日期 %(day)s") % {"day": row.day})
    made = Return(
        number=next_number("TH", day), order=row, day=day, why=why, list_amount=0, net_amount=0
    )
    made.full_clean()
    made.save()
    for line, quantity in _lines(row, wanted):
        left = line.quantity - line.returned
        if not 0 < quantity <= left:
            raise UserError(
                _("%(name)s 卖出后只剩 %(left)s 件可退") % {"name": line.name, "left": left}
            )
        listed = rules.part_of(line.list_amount, quantity, line.quantity, line.returned)
        net = rules.part_of(line.net_amount, quantity, line.quantity, line.returned)
        ReturnLine(
            parent=made, line=line, quantity=quantity, list_amount=listed, net_amount=net
        ).save()
        line.returned += quantity
        line.picked = min(line.picked, line.quantity - line.returned)
        line.returned_list += listed
        line.returned_net += net
        line.full_clean()
        line.save()
        made.list_amount += listed
        made.net_amount += net
    made.save()
    row.returned_net += made.net_amount
    if all(x.returned == x.quantity for x in row.lines.all()):
        row.status = "returned"
        row.counted_list, row.counted_net = row.list_amount, row.net_amount
    else:
        row.counted_list -= made.list_amount
        row.counted_net -= made.net_amount
    row.version += 1
    row.full_clean()
    row.save()
    if row.collected:
        tell_customer(row)
    return made
