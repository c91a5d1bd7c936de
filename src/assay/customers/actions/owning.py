"""Who owns a customer: picking from the pool, giving back, recycling, handing over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.customers.actions.base import Turning, locked, turn_over, turn_over_all, written
from assay.customers.models import Customer, Rules, Turn
from assay.customers.queries.days import rules
from assay.errors import UserError
from assay.people.models import Employee


@transaction.atomic
def pick(customer: Customer, *, by: Employee, day: date | None = None) -> Customer:
    """Take a customer out of the pool. Of two at once exactly one gets it, the other is told.

    Rules: at most so many ordinary customers of one's own, so many picks a day, and not soon
    again what one gave back or lost.
    """
    today, held = day or timezone.localdate(), rules()
    # The picker's own row is held too, so that two picks of his at once count each other.
    Employee.objects.select_for_update().get(pk=by.pk)
    now = locked(customer)
    if now.owner_id is not None:
        raise UserError(
            _("“%(name)s”刚被 %(owner)s 领走了") % {"name": now.name, "owner": now.owner}
        )
    if now.pooled_on is None:
        raise UserError(_("“%(name)s”不在公海里") % {"name": now.name})
    if now.tier == "key":
        raise UserError(_("大客户由经理分派，不能自己领取"))
    own = Customer.objects.filter(owner=by, tier="ordinary").count()
    if own >= held.own_limit:
        raise UserError(
            _("你已有 %(own)s 位普通客户，上限 %(limit)s。先退回一些")
            % {"own": own, "limit": held.own_limit}
        )
    if Turn.objects.filter(after=by, how="picked", day=today).count() >= held.picks_a_day:
        raise UserError(_("今天已领取 %(count)s 位，明天再来") % {"count": held.picks_a_day})
    given_up = now.turns.filter(
        before=by, after=None, how__in=["released", "recycled"],
        day__gt=today - timedelta(held.again_after),
    ).order_by("-id").first()  # fmt: skip
    if given_up is not None:
        free = given_up.day + timedelta(held.again_after)
        raise UserError(
            _("你在 %(day)s 刚放弃过“%(name)s”，%(free)s 起才能再领")
            % {"day": given_up.day, "name": now.name, "free": free}
        )
    turn_over(now, by, how="picked", day=today, protect=held.pick_protection)
    return written(now)


@transaction.atomic
def release(customer: Customer, *, version: int, reason: str, day: date | None = None) -> Customer:
    """Give a customer back to the pool."""
    now = locked(customer, version)
    if now.owner_id is None:
        raise UserError(_("“%(name)s”没有负责人") % {"name": now.name})
    if now.tier == "key":
        raise UserError(_("大客户不退回公海，请经理移交给别人"))
    turn_over(now, None, how="released", day=day or timezone.localdate(), reason=reason)
    return written(now)


@transaction.atomic
def recycle(customers: Sequence[Customer], *, day: date | None = None) -> list[Customer]:
    """Ordinary customers whose protection is over go back to the pool; others are left alone."""
    today = day or timezone.localdate()
    done = []
    for customer in sorted(customers, key=lambda row: row.pk):
        now = locked(customer)
        over = now.protected_until is not None and now.protected_until < today
        if now.owner_id is None or now.tier != "ordinary" or not over:
            continue
        turn_over(
            now, None, how="recycled", day=today,
            reason=_("保护期到 %(day)s") % {"day": now.protected_until},
        )  # fmt: skip
        done.append(written(now))
    return done


@transaction.atomic
def hand_over(
    customers: Sequence[tuple[Customer, int]],
    *,
    to: Employee,
    reason: str,
    day: date | None = None,
) -> list[Customer]:
    """Hand customers (each with the version the page showed) to somebody: all of them, or none."""
    today, held = day or timezone.localdate(), rules()
    if not customers:
        raise UserError(_("先勾选要移交的客户"))
    if to.stop is not None and to.stop <= today:
        raise UserError(_("%(name)s 已离职") % {"name": to.name})
    now = []
    for customer, version in sorted(customers, key=lambda pair: pair[0].pk):
        row = locked(customer, version)
        if row.owner_id == to.pk:
            raise UserError(
                _("“%(name)s”本来就由 %(owner)s 负责") % {"name": row.name, "owner": to.name}
            )
        now.append(row)
    turn_over_all([handing(row, to, held, today) for row in now], day=today, reason=reason)
    return [written(row) for row in now]


def handing(customer: Customer, to: Employee, held: Rules, day: date) -> Turning:
    """A customer handed to somebody: protected as after a visit, or as long as its last order does."""
    protect = held.visit_protection
    if customer.last_paid is not None:
        left = (customer.last_paid + timedelta(held.order_protection) - day).days
        protect = max(protect, left)
    how = "handed" if customer.owner_id is not None else "assigned"
    return Turning(customer, to, how, protect)


def protect(customer: Customer, until: date) -> None:
    """Prolong an owner's protection, never shorten it; the caller saves."""
    if customer.owner_id is not None and (customer.protected_until or until) <= until:
        customer.protected_until = until
