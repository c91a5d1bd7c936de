"""Approvals: asked, agreed, refused, agreed at another price, further signatures, passed on, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.numbering import next_number
from assay.money import allocate, grouped, half_up
from assay.people.models import Employee
from assay.sales.actions.orders import fresh, totals
from assay.sales.models import Order, OrderLine, Request, Sign
from assay.sales.queries.approvals import approver_for, entitled, may_sign
from assay.sales.queries.pricing import Appraisal, appraise, decided_by, reasons_of


@transaction.atomic
def ask(order: Order, *, by: Employee, why: str, version: int | None = None) -> Request:
    """Ask for the approval an order's price needs; who decides follows from the reasons."""
    row = fresh(order, version)
    if row.status != "quote":
        raise UserError(_("已下单的单不用再申请"))
    if row.requests.filter(state="open").exists():
        raise UserError(_("这一单已在审批中"))
    found = appraise(row)
    reasons = reasons_of(found)
    if not reasons:
        raise UserError(_("这个价不需要审批，可以直接下单"))
    decider = approver_for(row, reasons, by)
    made = Request(
        number=next_number("SP", timezone.localdate()), order=row, order_version=row.version,
        asked_by=by, why=why, reasons=reasons, list_amount=row.list_amount,
        net_amount=row.net_amount, effects=told(found),
    )  # fmt: skip
    made.full_clean()
    made.save()
    _put(made, decider, None)
    row.approval = "asked"
    row.save()
    return made


def told(found: Appraisal) -> dict[str, object]:
    """What a request keeps of the effects: each line, what the company keeps, the month before and after.

    clauses: for each reason that needs it, what makes the price need an approval.
    """
    return {
        "lines": [
            {
                "name": x.name,
                "title": x.title,
                "amount": x.amount,
                "cite": list(x.cite),
                "rate": "" if x.rate is None else str(x.rate),
            }
            for x in found.effects
        ],
        "clauses": {code: decided_by(found, code) for code in reasons_of(found)},
        "own_before": _ratio(found.own_before),
        "team_before": _ratio(found.team_before),
        "attained": [_ratio(found.attained_before), _ratio(found.attained_after)],
        "paid": sum(x.amount for x in found.effects),
        "cost": found.cost,
        "keeps": found.keeps,
        "own": _ratio(found.own_after),
        "team": _ratio(found.team_after),
    }


def _ratio(value: Fraction | None) -> list[int] | None:
    return None if value is None else [value.numerator, value.denominator]


def _put(request: Request, who: Employee, by: Employee | None) -> Sign:
    if who.pk in (request.asked_by_id, request.order.seller_id):
        raise UserError(_("自己的单不能由自己批"))
    if not may_sign(who):
        raise UserError(_("%(who)s 今天没有审批的角色") % {"who": who})
    sign = Sign(request=request, who=who, added_by=by)
    sign.full_clean()
    sign.save()
    return sign


def _taken(sign: Sign, by: Employee) -> tuple[Sign, Request, Order]:
    """The signature, its request and order under locks, if it still waits for this very person."""
    order = Order.objects.select_for_update().get(pk=sign.request.order_id)
    request = Request.objects.select_for_update().get(pk=sign.request_id)
    row = Sign.objects.select_for_update().get(pk=sign.pk)
    if by.pk in (request.asked_by_id, order.seller_id):
        raise UserError(_("自己的单不能由自己批"))
    if row.who_id != by.pk:
        raise UserError(_("这一步不是等你批"))
    if request.state != "open" or row.said != "waiting":
        raise UserError(
            _("已经办过了：%(number)s %(state)s")
            % {"number": request.number, "state": request.get_state_display()}
        )
    return row, request, order


def _say(sign: Sign, said: str, comment: str) -> None:
    sign.said, sign.comment, sign.at = said, comment, timezone.now()
    sign.full_clean()
    sign.save()


def _close(request: Request, state: str, order: Order, approval: str) -> None:
    request.state, request.closed_at = state, timezone.now()
    request.save()
    for left in request.signs.filter(said="waiting"):
        left.said = "void"
        left.save()
    order.approval = approval
    order.save()


@transaction.atomic
def agree(sign: Sign, *, by: Employee, comment: str = "") -> Request:
    """Agree; the request is agreed once nobody else is waited for."""
    row, request, order = _taken(sign, by)
    _say(row, "agreed", comment)
    if not request.signs.filter(said="waiting").exists():
        _close(request, "agreed", order, "granted")
    return request


@transaction.atomic
def refuse(sign: Sign, *, by: Employee, comment: str) -> Request:
    """Refuse, with a reason; one refusal ends it."""
    if not comment.strip():
        raise UserError(_("驳回要写原因"))
    row, request, order = _taken(sign, by)
    _say(row, "refused", comment)
    _close(request, "refused", order, "refused")
    return request


@transaction.atomic
def add_signer(sign: Sign, *, by: Employee, who: Employee, comment: str = "") -> Sign:
    """加签: somebody else must agree too; one's own decision is still waited for."""
    _row, request, _order = _taken(sign, by)
    made = _put(request, who, by)
    made.comment = comment
    made.save()
    return made


@transaction.atomic
def pass_on(sign: Sign, *, by: Employee, who: Employee, comment: str = "") -> Sign:
    """转审: somebody else decides in one's place."""
    row, request, _order = _taken(sign, by)
    _say(row, "passed", comment)
    return _put(request, who, by)


@transaction.atomic
def withdraw(request: Request, *, by: Employee) -> Request:
    """撤回: who asked takes it back while it is open."""
    order = Order.objects.select_for_update().get(pk=request.order_id)
    row: Request = Request.objects.select_for_update().get(pk=request.pk)
    if row.asked_by_id != by.pk:
        raise UserError(_("只有申请人能撤回"))
    if row.state != "open":
        raise UserError(
            _("已经办过了：%(number)s %(state)s")
            % {"number": row.number, "state": row.get_state_display()}
        )
    _close(row, "withdrawn", order, "needed")
    return row


@transaction.atomic
def agree_at(sign: Sign, *, by: Employee, ratio: Fraction, comment: str = "") -> Request:
    """改为: agree, but at another discount; the lines are brought to it to the 分.

    The request keeps the price that was asked for; history keeps both. Where the other price needs
    somebody higher, it is refused, whoever passed the request on.
    """
    row, request, order = _taken(sign, by)
    lines = list(order.lines.all())
    for line, amount in zip(
        lines, _brought_to(half_up(order.list_amount * ratio), lines), strict=True
    ):
        line.net_amount = amount
        line.full_clean()
        line.save()
    totals(order, lines)
    order.version += 1
    order.full_clean()
    found = appraise(order)
    needed = reasons_of(found)
    if needed and by.pk not in entitled(request, needed):
        raise UserError(_("这个价还要更高一级批：转审或加签"))
    request.order_version, request.net_amount = order.version, order.net_amount
    request.effects = told(found)
    request.reasons = sorted({*request.reasons, *needed})
    _say(row, "agreed", comment)
    if request.signs.filter(said="waiting").exists():
        request.save()
        order.save()
        return request
    _close(request, "agreed", order, "granted")
    return request


def _brought_to(net: int, lines: Sequence[OrderLine]) -> list[int]:
    """Each line's part (分) of another net amount, by what of its list price a discount reaches.

    UserError where it lies under the gold that no discount reaches.
    """
    firm = [line.firm for line in lines]
    open_to = [line.list_amount - gold for line, gold in zip(lines, firm, strict=True)]
    rest, whole = net - sum(firm), sum(open_to)
    if rest < 0 or (rest and not whole):
        told = {"sum": grouped(sum(firm))}
        raise UserError(_("只打工费的行金料共 %(sum)s 不打折，改不到这个价") % told)
    parts = allocate(rest, [Fraction(rest * part, whole or 1) for part in open_to])
    return [gold + part for gold, part in zip(firm, parts, strict=True)]
