"""Nominations and what is decided, the target list, losses with their reasons, the rules."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.customers.actions.base import locked, put_tier, written
from assay.customers.models import Customer, Loss, Nomination, Rules, TargetAccount
from assay.customers.queries.days import lost_line, rules
from assay.customers.queries.figures import paid_in_year
from assay.errors import UserError
from assay.people.models import Employee


@transaction.atomic
def nominate(
    customer: Customer, *, by: Employee, reason: str, tier: str = "key", day: date | None = None
) -> Nomination:
    """Ask that an ordinary customer be a key account (or a key account ordinary again)."""
    today, now = day or timezone.localdate(), locked(customer)
    if now.tier == tier:
        raise UserError(
            _("“%(name)s”已经是%(tier)s") % {"name": now.name, "tier": now.get_tier_display()}
        )
    asked = Nomination(
        customer=now, tier=tier, reason=reason, asked_by=by, asked_on=today,
        paid_then=paid_in_year([now.pk], today).get(now.pk, 0),
    )  # fmt: skip
    asked.full_clean()
    asked.save()
    return asked


@transaction.atomic
def decide(
    nomination: Nomination, *, by: Employee, agreed: bool, answer: str = "", day: date | None = None
) -> Nomination:
    """Agree to a nomination or turn it down; never one's own, and never twice."""
    today = day or timezone.localdate()
    now = locked(nomination.customer)
    held: Nomination = Nomination.objects.select_for_update().get(pk=nomination.pk)
    if held.state != "waiting":
        raise UserError(_("这份申报%(state)s") % {"state": held.get_state_display()})
    if held.asked_by_id == by.pk:
        raise UserError(_("不能审批自己的申报，请总监来批"))
    if not agreed and not answer.strip():
        raise UserError(_("驳回要写意见"))
    held.state = "approved" if agreed else "refused"
    held.decided_by, held.decided_on, held.answer = by, today, answer
    held.full_clean()
    held.save()
    if agreed and now.tier != held.tier:
        ground = "nomination" if held.tier == "key" else "downgrade"
        put_tier(now, held.tier, ground=ground, day=today)
        written(now)
    return held


@transaction.atomic
def withdraw(nomination: Nomination, *, by: Employee) -> Nomination:
    """Take one's own nomination back while it waits."""
    held: Nomination = Nomination.objects.select_for_update().get(pk=nomination.pk)
    if held.state != "waiting":
        raise UserError(_("这份申报%(state)s") % {"state": held.get_state_display()})
    if held.asked_by_id != by.pk:
        raise UserError(_("只有申报人能撤回"))
    held.state = "withdrawn"
    held.save()
    return held


@transaction.atomic
def aim_at(
    customer: Customer, *, year: int, expected: int = 0, reason: str = "", day: date | None = None
) -> TargetAccount:
    """Put a customer on the target list of a year; said again, it corrects amount and reason."""
    now = locked(customer)
    found = TargetAccount.objects.filter(customer=now, year=year).first()
    target = found or TargetAccount(customer=now, year=year, day=day or timezone.localdate())
    target.expected, target.reason = expected, reason
    target.full_clean()
    target.save()
    return target


def drop_target(target: TargetAccount) -> None:
    """Off the target list; history keeps it."""
    target.delete()


@transaction.atomic
def note_loss(
    customer: Customer,
    *,
    reason: str,
    note: str = "",
    declare: bool = False,
    day: date | None = None,
) -> Loss:
    """Why a customer was lost: silent for 396 days, or declared lost before that."""
    today, held, now = day or timezone.localdate(), rules(), locked(customer)
    silent = now.quiet_since <= lost_line(today, held)
    if not silent and not declare:
        raise UserError(
            _("“%(name)s”沉默还不到 %(days)s 天；确定不会再来，就勾选“宣布流失”")
            % {"name": now.name, "days": held.lost_days}
        )
    on = now.quiet_since + timedelta(held.lost_days) if silent else today
    loss = Loss(
        customer=now, day=on, how="silent" if silent else "declared", reason=reason, note=note
    )
    loss.full_clean()
    try:
        with transaction.atomic():
            loss.save()
    except IntegrityError:
        raise UserError(_("这位客户的流失原因已经记过")) from None
    return loss


def change_rules(**figures: int | bool) -> Rules:
    """Other figures for pool, tiers and churn; they hold from now on."""
    held = rules()
    for name, value in figures.items():
        setattr(held, name, value)
    held.full_clean()
    held.save()
    return held
