"""What the actions share: locking what a page was opened on, keys to search by, changing hands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from assay.customers.models import Customer, Ownership, TierSpan, Turn
from assay.customers.names import name_key
from assay.errors import UserError
from assay.furniture.pinyin import sort_key
from assay.people.models import Employee
from assay.people.queries import team_on

PROFILE = (
    "name", "short", "group", "industry", "city", "address", "headcount", "source", "agent", "shop",
    "remark",
)  # fmt: skip
TAX = ("tax_title", "tax_number", "tax_bank", "tax_account", "tax_address", "tax_phone")


def locked(customer: Customer, version: int | None = None) -> Customer:
    """The customer as it stands now, held until the transaction ends.

    UserError where it has been merged away, or changed since a page (of `version`) was opened.
    """
    now: Customer = Customer.objects.select_for_update().get(pk=customer.pk)
    if now.merged_into_id is not None:
        raise UserError(_("“%(name)s”已并入另一位客户，请打开那一位") % {"name": now.name})
    if version is not None and now.version != version:
        raise UserError(
            _("“%(name)s”在你打开这一页之后被改过。刷新，看过现在的内容再提交") % {"name": now.name}
        )
    return now


def put_keys(customer: Customer) -> None:
    """Keys by sound and by name."""
    customer.name_key = name_key(customer.name)
    customer.pinyin = sort_key(customer.name)


def changed(customer: Customer, values: Mapping[str, Any]) -> Customer:
    """Write values, keys and the next version."""
    for name, value in values.items():
        setattr(customer, name, value)
    put_keys(customer)
    return written(customer)


def written(customer: Customer) -> Customer:
    """Checked and saved as the next version."""
    customer.version += 1
    customer.full_clean()
    customer.save()
    return customer


def turn_over(
    customer: Customer, to: Employee | None, *, how: str, day: date, reason: str = "",
    protect: int = 0,
) -> Customer:  # fmt: skip
    """From one owner to another (None: the pool), with its span of ownership and its record.

    The caller holds the customer's lock and saves nothing of it before.
    """
    before = customer.owner
    span = customer.ownerships.filter(stop=None).first()
    if span is not None:
        if span.start >= day:
            span.delete()
        else:
            span.stop = day
            span.save()
    customer.owner = to
    customer.department_id = team_on(to.pk, day) if to is not None else None
    if to is None:
        customer.protected_until = None
        customer.pooled_on = None if customer.shop_id or how == "merged" else day
    else:
        customer.pooled_on = None
        customer.protected_until = day + timedelta(protect)
        Ownership.objects.create(
            customer=customer, employee=to, department_id=customer.department_id, start=day
        )
    Turn.objects.create(
        customer=customer, day=day, how=how, before=before, after=to, reason=reason[:200]
    )
    return customer


def put_tier(customer: Customer, tier: str, *, ground: str, day: date) -> None:
    """Another tier from a day on; the caller saves the customer."""
    span = customer.tiers.filter(stop=None).first()
    if span is not None:
        if span.start >= day:
            day = span.start
            span.delete()
        else:
            span.stop = day
            span.save()
    TierSpan.objects.create(customer=customer, tier=tier, ground=ground, start=day)
    customer.tier = tier
