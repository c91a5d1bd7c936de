"""What the actions share: locking what a page was opened on, keys to search by, changing hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from assay.customers.models import Customer, Ownership, TierSpan, Turn
from assay.customers.names import name_key
from assay.errors import UserError
from assay.furniture.many import among
from assay.furniture.pinyin import sort_key
from assay.people.models import Employee
from assay.people.queries import teams_of

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


def hold(said: Mapping[int, int]) -> dict[int, Customer]:
    """Customers (key -> the version they were compared in) as they stand, held till the end.

    UserError where one has been merged away or changed in the meantime.
    """
    rows = Customer.objects.select_for_update(of=("self",)).select_related("group")
    found = {row.pk: row for row in among(rows.order_by("pk"), "pk", sorted(said))}
    for pk, version in said.items():
        now = found[pk]
        if now.merged_into_id is not None or now.version != version:
            raise UserError(_("“%(name)s”刚被别人改过；没有写入任何一行") % {"name": now.name})
    return found


@dataclass(frozen=True)
class Turning:
    """A customer going over to somebody (None: the pool), how, protected for how many days."""

    customer: Customer
    to: Employee | None
    how: str
    protect: int = 0


def turn_over(
    customer: Customer, to: Employee | None, *, how: str, day: date, reason: str = "",
    protect: int = 0,
) -> Customer:  # fmt: skip
    """From one owner to another (None: the pool), with its span of ownership and its record.

    The caller holds the customer's lock and saves nothing of it before.
    """
    turn_over_all([Turning(customer, to, how, protect)], day=day, reason=reason)
    return customer


def turn_over_all(turnings: Sequence[Turning], *, day: date, reason: str = "") -> None:
    """Many at once, each as turn_over does it."""
    _close(Ownership, [one.customer for one in turnings], day)
    teams = teams_of(one.to for one in turnings if one.to is not None)
    spans, turns = [], []
    for one in turnings:
        customer, to, before = one.customer, one.to, one.customer.owner_id
        customer.owner = to
        customer.department_id = teams.on(to.pk, day) if to is not None else None
        if to is None:
            customer.protected_until = None
            customer.pooled_on = None if customer.shop_id or one.how == "merged" else day
        else:
            customer.pooled_on = None
            customer.protected_until = day + timedelta(one.protect)
            spans.append(
                Ownership(
                    customer=customer, employee=to, department_id=customer.department_id, start=day
                )
            )
        turns.append(
            Turn(
                customer=customer, day=day, how=one.how, before_id=before, after=to,
                reason=reason[:200],
            )
        )  # fmt: skip
    Ownership.objects.bulk_create(spans)
    Turn.objects.bulk_create(turns)


def _close(
    model: type[Ownership | TierSpan], customers: Sequence[Customer], day: date
) -> dict[int, date]:
    """End the open spans of customers on a day; one that began later goes, and its first day is told."""
    open_ = among(model.objects.filter(stop=None), "customer", [one.pk for one in customers])
    ended, gone = [], {}
    for span in open_:
        if span.start >= day:
            gone[span.customer_id] = span.start
            span.delete()
        else:
            span.stop = day
            ended.append(span)
    model.objects.bulk_update(ended, ["stop"])
    return gone


def put_tier(customer: Customer, tier: str, *, ground: str, day: date) -> None:
    """Another tier from a day on; the caller saves the customer."""
    put_tiers([(customer, tier)], ground=ground, day=day)


def put_tiers(said: Sequence[tuple[Customer, str]], *, ground: str, day: date) -> None:
    """Many at once, each as put_tier does it."""
    gone = _close(TierSpan, [customer for customer, _tier in said], day)
    spans = []
    for customer, tier in said:
        start = gone.get(customer.pk, day)
        spans.append(TierSpan(customer=customer, tier=tier, ground=ground, start=start))
        customer.tier = tier
    TierSpan.objects.bulk_create(spans)
