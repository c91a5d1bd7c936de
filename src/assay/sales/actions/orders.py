"""Quotations and orders: written, changed, placed, shipped, completed, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.history import history
from assay.furniture.numbering import next_number
from assay.furniture.reader import series
from assay.money import half_up
from assay.people.models import Employee
from assay.people.queries import team_on
from assay.sales import rules
from assay.sales.actions.money import tell_customer
from assay.sales.actions.opportunities import move_on
from assay.sales.models import REASONS, Good, Order, OrderLine, OrderShare, Request
from assay.sales.queries.goods import gold_price
from assay.sales.queries.pricing import reasons_for

HEAD = (
    "customer", "opportunity", "seller", "channel", "agent", "shop", "pickup_shop", "due_on",
    "note", "day",
)  # fmt: skip


@dataclass(frozen=True)
class LineSaid:
    """A line as a person writes it. price: 分 a piece, for goods without a list price (参考价).

    weight: milligrams. ratio: of its list price; net: the amount itself, where it is said instead.
    keeps: the number of the line it goes on from, 0 where it is new.
    """

    good: Good | None
    name: str = ""
    quantity: int = 1
    weight: int | None = None
    price: int | None = None
    ratio: Fraction = Fraction(1)
    net: int | None = None
    discount_on: str = "all"
    keeps: int = 0


def written(said: Sequence[LineSaid], order: Order | None, day: date) -> list[OrderLine]:
    """Lines with their prices: of the day, but of an order that was placed those it was placed at.

    A line whose list price and discount are what they were keeps its net amount to the 分. UserError
    says what is missing.
    """
    stood = {x.number: x for x in order.lines.select_related("good")} if order and order.pk else {}
    found = []
    for number, one in enumerate(said, start=1):
        old = stood.get(one.keeps)
        snapshot = old if order and order.number and old and _goes_on(one, old) else None
        line = priced(one, number, day) if snapshot is None else _as_placed(one, number, snapshot)
        if old and one.net is None and one.ratio == old.ratio and _same_price(line, old):
            line.net_amount = old.net_amount
        found.append(line)
    return found


def _goes_on(said: LineSaid, old: OrderLine) -> bool:
    """Whether it is the same good, at the reference price that stands where it has no list price."""
    good = said.good.pk if said.good else None
    price = old.list_amount // old.quantity
    return good == old.good_id and (not old.reference or said.price in (None, price))


def _same_price(line: OrderLine, old: OrderLine) -> bool:
    told = [(x.good_id, x.list_amount, x.firm, x.quantity, x.weight) for x in (line, old)]
    return told[0] == told[1]


def _as_placed(said: LineSaid, number: int, old: OrderLine) -> OrderLine:
    """A line of an order that was placed, in another amount or at another discount."""
    line = OrderLine(
        number=number, good=old.good, name=said.name or old.name, quantity=said.quantity,
        reference=old.reference, gold_price=old.gold_price, gold_day=old.gold_day, labour=old.labour,
    )  # fmt: skip
    if old.weight is not None and old.gold_price is not None:
        if not said.weight:
            raise UserError(_("第 %(n)s 行 %(name)s 按克重卖，要填克重") % _at(line))
        line.weight, line.discount_on = said.weight, said.discount_on
        part = Fraction(said.weight, old.weight)
        prices = old.gold_price, old.labour or 0
        found = rules.by_weight(said.weight, *prices, said.ratio, said.discount_on)
        line.list_amount, line.net_amount = found.listed, found.net
    else:
        part = Fraction(said.quantity, old.quantity)
        line.list_amount = half_up(old.list_amount * part)
        line.net_amount = half_up(line.list_amount * said.ratio)
    if old.cost_amount is not None:
        line.cost_amount = half_up(old.cost_amount * part)
    if said.net is not None:
        line.net_amount = said.net
    return line


def priced(said: LineSaid, number: int, day: date) -> OrderLine:
    """A line with its prices of a day; UserError says what is missing."""
    good = said.good
    line = OrderLine(
        number=number, good=good, name=said.name or (good.name if good else ""),
        quantity=said.quantity, discount_on="all",
    )  # fmt: skip
    if good is not None and good.way == "weight":
        if not said.weight:
            raise UserError(_("第 %(n)s 行 %(name)s 按克重卖，要填克重") % _at(line))
        kept = gold_price(good.metal, day)
        line.weight, line.labour = said.weight, good.labour
        line.gold_price, line.gold_day = kept.price, kept.day
        line.discount_on = said.discount_on
        labour = good.labour or 0
        found = rules.by_weight(said.weight, kept.price, labour, said.ratio, said.discount_on)
        if kept.cost is not None:
            cost = kept.cost, good.labour_cost or 0
            line.cost_amount = rules.by_weight(said.weight, *cost, Fraction(1), "all").listed
    else:
        price = good.list_price if good is not None and good.list_price else said.price
        if not price:
            raise UserError(
                _("第 %(n)s 行 %(name)s 没有原价：填一个参考价，这一单要审批") % _at(line)
            )
        line.reference = good is None or good.list_price is None
        found = rules.by_piece(price, said.quantity, said.ratio)
        if good is not None and good.cost is not None:
            line.cost_amount = good.cost * said.quantity
    line.list_amount = found.listed
    line.net_amount = found.net if said.net is None else said.net
    return line


def _at(line: OrderLine) -> dict[str, Any]:
    return {"n": line.number, "name": line.name}


def totals(order: Order, lines: Sequence[OrderLine]) -> None:
    """An order's amounts out of its lines; the cost only where every line has one."""
    order.list_amount = sum(line.list_amount for line in lines)
    order.net_amount = sum(line.net_amount for line in lines)
    costs = [line.cost_amount for line in lines]
    order.cost_amount = sum(c for c in costs if c is not None) if None not in costs else None
    order.counted_list, order.counted_net = order.list_amount, order.net_amount


def headed(order: Order, head: dict[str, Any]) -> Order:
    """What stands in an order's head, and the department the seller was in on that day."""
    for name in HEAD:
        if name in head:
            setattr(order, name, head[name])
    order.department_id = team_on(order.seller_id, order.day) if order.seller_id else None
    if order.seller_id and order.department_id is None:
        raise UserError(
            _("%(who)s 在 %(day)s 不在任何部门，不能算他的单")
            % {"who": order.seller, "day": order.day}
        )
    if order.channel == "agent" and order.agent and not _within(order.agent, order.day):
        raise UserError(_("代理商的协议在 %(day)s 不在有效期内") % {"day": order.day})
    return order


def _within(row: Any, day: date) -> bool:
    return row.start <= day and (row.stop is None or day < row.stop)


def fresh(order: Order, version: int | None) -> Order:
    """The order under a lock; UserError where somebody changed it since the page was opened."""
    row: Order = Order.objects.select_for_update().get(pk=order.pk)
    if version is not None and row.version != version:
        last = next(iter(history(row, limit=1)), None)
        who = last.who if last else ""
        raise UserError(
            _("这张单刚被 %(who)s 改过，你的修改没有保存：打开最新的一版再改") % {"who": who}
        )
    return row


@transaction.atomic
def write_order(
    order: Order | None,
    head: dict[str, Any],
    said: Sequence[LineSaid],
    *,
    version: int | None = None,
    shares: Sequence[tuple[Employee, int]] = (),
) -> Order:
    """A new quotation, or one (or a placed order) changed; says anew whether it needs an approval.

    What was approved or is being approved stops holding when price, lines, or whose it is change:
    the request is closed as changed, and a placed order waits again as a quotation under its number.
    """
    row = Order() if order is None else fresh(order, version)
    if order is not None:
        _changeable(row)
    whose = _whose(row)
    headed(row, head)
    lines = written(said, row, row.day)
    if not lines:
        raise UserError(_("至少要有一行商品"))
    stood = list(row.lines.all()) if order is not None else []
    same = _told(stood) == _told(lines)
    lines = stood if same else lines
    totals(row, lines)
    if row.collected > row.net_amount and not row.over_said:
        raise UserError(_("已回款超过新的成交金额：先撤销多出的核销"))
    if order is None:
        row.quote_number = next_number("BJ", row.day)
    else:
        row.version += 1
    row.full_clean()
    row.save()
    if not same:
        for old in row.lines.all():
            old.delete()
        for line in lines:
            line.order = row
            line.full_clean()
            line.save()
    _share(row, shares)
    _judge(row, kept=same and whose == _whose(row))
    if row.collected:
        tell_customer(row)
    if row.status == "quote":
        move_on(row.opportunity, "quoted")
    return row


def _changeable(row: Order) -> None:
    if row.status not in ("quote", "open"):
        raise UserError(
            _("%(state)s的单不能再改；要退就办退货") % {"state": row.get_status_display()}
        )
    if row.pickups.exists() or row.returns.exists():
        raise UserError(_("已提货或退货的单不能再改"))


def _told(lines: Any) -> list[tuple[Any, ...]]:
    return [
        (
            x.number,
            x.good_id,
            x.name,
            x.quantity,
            x.weight,
            x.list_amount,
            x.net_amount,
            x.discount_on,
        )
        for x in lines
    ]


def check_shares(shares: Sequence[tuple[Employee, int]]) -> None:
    """UserError unless everybody stands once and all parts together are 100 %, or nobody shares."""
    if shares and sum(part for _employee, part in shares) != OrderShare.WHOLE:
        raise UserError(_("各人的分成合起来要是 100%"))
    if len({employee.pk for employee, _part in shares}) != len(shares):
        raise UserError(_("一个人只写一行分成"))


def _share(row: Order, shares: Sequence[tuple[Employee, int]]) -> None:
    """Parts of the credit; all of them together 100 %."""
    wanted = {employee.pk: part for employee, part in shares}
    held = {share.employee_id: share.part for share in row.shares.all()}
    if wanted == held and len(wanted) == len(shares):
        return
    check_shares(shares)
    for share in row.shares.all():
        share.delete()
    for employee, part in shares:
        share = OrderShare(order=row, employee=employee, part=part)
        share.full_clean()
        share.save()


def _whose(row: Order) -> tuple[object, ...]:
    """To whom an order goes, who sells it and how: what an approval is given for, beside the price."""
    return row.customer_id, row.seller_id, row.channel, row.agent_id, row.shop_id


def _judge(row: Order, kept: bool) -> None:
    """Whether the price needs an approval now. `kept`: neither lines nor prices nor whose it is have
    changed; then what is placed stays so, however its price was let through."""
    if kept and row.status == "open":
        return
    reasons = reasons_for(row)
    held = row.requests.filter(state__in=["open", "agreed"]).order_by("-id").first()
    if kept and held is not None and _covers(held, row, reasons):
        row.approval = "asked" if held.state == "open" else "granted"
    else:
        _void(row)
        row.approval = "needed" if reasons else "none"
        if reasons and row.status == "open":
            row.status = "quote"
    row.save()


def _covers(held: Request, row: Order, reasons: Sequence[str]) -> bool:
    same = (held.list_amount, held.net_amount) == (row.list_amount, row.net_amount)
    return same and set(reasons) <= set(held.reasons)


def _void(row: Order) -> None:
    """Requests that are open stop, as changed; those closed stay what they were."""
    for held in row.requests.select_for_update().filter(state="open"):
        held.state, held.closed_at = "changed", timezone.now()
        held.save()
        for sign in held.signs.filter(said="waiting"):
            sign.said = "void"
            sign.save()


@transaction.atomic
def place_order(order: Order, *, day: date, version: int | None = None) -> Order:
    """The quotation becomes an order on a day, with its number; never without the approval it needs."""
    row = fresh(order, version)
    if row.status != "quote":
        raise UserError(_("这张单已经下过了"))
    row.day = day
    headed(row, {})
    needed = reasons_for(row)
    if row.approval == "granted" and needed:
        held = row.requests.filter(state="agreed").order_by("-id").first()
        row.approval = "granted" if held is not None and _covers(held, row, needed) else "needed"
    elif row.approval == "none" and needed:
        row.approval = "needed"
    if row.approval == "asked":
        raise UserError(_("还在审批中，同意后才能下单"))
    if row.approval in ("needed", "refused"):
        raise UserError(_("这个价要先审批：%(why)s") % {"why": series(said_reasons(needed))})
    row.status = "open"
    row.number = row.number or next_number("HT", day)
    row.due_on = row.due_on or day + timedelta(days=TERM)
    row.version += 1
    row.full_clean()
    row.save()
    if row.collected:
        tell_customer(row)
    move_on(row.opportunity, "won")
    return row


TERM = 30
"""Days until an order is due for payment where nobody said otherwise."""


def said_reasons(codes: Sequence[str]) -> list[str]:
    """Reasons in words."""
    titles = dict(REASONS)
    return [str(titles[code]) for code in codes]


@transaction.atomic
def ship(order: Order, *, version: int | None = None) -> Order:
    """The goods are on their way."""
    row = fresh(order, version)
    if row.status != "open":
        raise UserError(_("只有已下单的单才能发货"))
    row.status = "shipped"
    row.version += 1
    row.save()
    return row


@transaction.atomic
def urge(order: Order, *, day: date | None = None) -> Order:
    """Have the seller of an overdue order told that its money is asked for; once a day."""
    today, row = day or timezone.localdate(), fresh(order, None)
    if row.due_on is None or row.due_on >= today or row.owed <= 0:
        raise UserError(_("没有逾期未收"))
    if row.seller_id is None:
        raise UserError(_("没有业务员可催"))
    if row.urged_on == today:
        raise UserError(_("今天已经催过"))
    row.urged_on = today
    row.version += 1
    row.save()
    return row


@transaction.atomic
def complete(order: Order, *, day: date, version: int | None = None) -> Order:
    """The goods have arrived."""
    row = fresh(order, version)
    if row.status not in ("open", "shipped"):
        raise UserError(_("%(state)s的单不能交货") % {"state": row.get_status_display()})
    if day < row.day:
        raise UserError(_("交货日期不能早于下单日期 %(day)s") % {"day": row.day})
    row.status, row.delivered_on = "completed", day
    row.version += 1
    row.save()
    return row


@transaction.atomic
def cancel(order: Order, *, why: str, version: int | None = None) -> Order:
    """A quotation or an order that comes to nothing; what was collected is still to be paid back."""
    row = fresh(order, version)
    if row.status not in ("quote", "open", "shipped"):
        raise UserError(_("%(state)s的单不能取消；办退货") % {"state": row.get_status_display()})
    if row.pickups.exists():
        raise UserError(_("已提过货的单不能取消；办退货"))
    _void(row)
    row.status = "cancelled"
    row.note = f"{row.note} {why}".strip()[:200]
    row.version += 1
    row.save()
    if row.collected:
        tell_customer(row)
    return row
