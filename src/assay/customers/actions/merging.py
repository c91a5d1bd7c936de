"""Merging two archives of one customer: every differing value chosen, all dealings in one place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.customers.actions.base import PROFILE, TAX, locked, put_keys, put_tier, turn_over
from assay.customers.actions.owning import protect
from assay.customers.actions.trade import settle
from assay.customers.models import (
    Contact,
    Customer,
    Document,
    Enquiry,
    Guest,
    MarketNote,
    Need,
    Occasion,
    Prospect,
    Purchase,
    Satisfaction,
    Service,
    TargetAccount,
    Visit,
)
from assay.errors import UserError

CHOSEN = (*PROFILE, *TAX)
MOVED = (Enquiry, Need, Satisfaction, Document, Service, Occasion, Prospect, MarketNote)


@transaction.atomic
def merge(
    keep: Customer,
    gone: Customer,
    *,
    versions: tuple[int, int],
    choices: Mapping[str, str],
    reason: str,
    day: date | None = None,
) -> Customer:
    """Merge `gone` into `keep`. choices: field -> "gone" where its value is the one to keep.

    All or nothing; refused where either changed since the page was opened. Owner and tier: the
    kept one's, but a key account stays one. The earlier opening day stands. The other's code
    leads to the kept one from now on.
    """
    if keep.pk == gone.pk:
        raise UserError(_("要选两位不同的客户"))
    today = day or timezone.localdate()
    now: dict[int, Customer] = {}
    for customer, version in sorted(
        zip((keep, gone), versions, strict=True), key=lambda pair: pair[0].pk
    ):
        now[customer.pk] = locked(customer, version)
    kept, lost = now[keep.pk], now[gone.pk]
    if lost.protected_until is not None:
        protect(kept, lost.protected_until)
    values = {name: getattr(lost, name) for name in CHOSEN if choices.get(name) == "gone"}
    _close(lost, kept, reason, today)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.opened = min(kept.opened, lost.opened)
    kept.last_met = max((day for day in (kept.last_met, lost.last_met) if day), default=None)
    if lost.tier == "key" and kept.tier == "ordinary":
        put_tier(kept, "key", ground="nomination", day=today)
    _move(kept, lost)
    if kept.owner_id is None and kept.shop_id is not None:
        kept.pooled_on = None
    put_keys(kept)
    if "name" in values:
        kept.twin = lost.twin
    kept.full_clean()
    return settle(kept)


def _close(lost: Customer, kept: Customer, reason: str, day: date) -> None:
    """The absorbed archive: no owner, not in the pool, standing for the kept one."""
    for waiting in lost.nominations.filter(state="waiting"):
        waiting.state = "withdrawn"
        waiting.save()
    turn_over(
        lost, None, how="merged", day=day,
        reason=_("并入 %(code)s %(name)s。%(reason)s")
        % {"code": kept.code, "name": kept.name, "reason": reason},
    )  # fmt: skip
    lost.merged_into = kept
    lost.version += 1
    lost.save()
    # What was absorbed before goes along, so that an archive is never two steps from where it went.
    for earlier in lost.absorbed.all():
        earlier.merged_into = kept
        earlier.save()


def _move(kept: Customer, lost: Customer) -> None:
    """Contacts and dealings; what stands on both sides stays with the absorbed."""
    same = _move_contacts(kept, lost)
    visits = list(Visit.objects.filter(customer=lost))
    for visit in visits:
        visit.customer = kept
        visit.contact_id = same.get(visit.contact_id, visit.contact_id)
    Visit.objects.bulk_update(visits, ["customer", "contact"])
    for model in MOVED:
        _moved(model, list(model.objects.filter(customer=lost)), kept)
    years = set(kept.targets.values_list("year", flat=True))
    _moved(TargetAccount, list(lost.targets.exclude(year__in=years)), kept)
    asked = set(kept.invitations.values_list("campaign", flat=True))
    _moved(Guest, list(lost.invitations.exclude(campaign__in=asked)), kept)
    Purchase.objects.filter(customer=lost).update(customer=kept)
    for loss in lost.losses.all():
        if loss.back is None and kept.losses.filter(back=None).exists():
            continue
        loss.customer = kept
        loss.save()


def _moved(model: Any, rows: list[Any], kept: Customer) -> None:
    for row in rows:
        row.customer = kept
    model.objects.bulk_update(rows, ["customer"])


def _move_contacts(kept: Customer, lost: Customer) -> dict[int | None, int]:
    """Contacts not yet at the kept customer; returns which contact stands for which."""
    by_mark: dict[tuple[str, str], Contact] = {
        (contact.name, contact.phone_mark): contact for contact in kept.contacts.all()
    }
    same: dict[int | None, int] = {}
    moved = []
    for contact in lost.contacts.all():
        alike = by_mark.get((contact.name, contact.phone_mark))
        if alike is not None:
            same[contact.pk] = alike.pk
            continue
        contact.customer = kept
        moved.append(contact)
    Contact.objects.bulk_update(moved, ["customer"])
    return same
