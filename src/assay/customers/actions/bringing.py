"""Files written: archives opened many at a time, as open_customer does one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from assay.customers.actions.archive import open_group
from assay.customers.actions.base import locked, put_keys, put_tier, written
from assay.customers.models import Customer, Group, Ownership, TierSpan, Turn
from assay.customers.names import name_key
from assay.customers.queries.days import rules
from assay.people.models import Employee
from assay.people.queries import team_on

BATCH = 500


@dataclass
class Opening:
    """A customer to be opened: whose, since when, in which group and tier, its profile by field."""

    code: str
    name: str
    day: date
    owner: Employee | None = None
    group: str = ""
    tier: str = "ordinary"
    profile: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def open_customers(
    said: Sequence[Opening], tell: Callable[[int, int], None] = lambda done, total: None,
    ground: str = "opening",
) -> list[Customer]:  # fmt: skip
    """Open archives in few statements. The caller has looked for twins; the database holds codes,
    names and tax numbers once."""
    groups = {name_key(one.group): open_group(one.group) for one in said if one.group}
    keys = {name_key(one.name) for one in said}
    taken = Customer.objects.filter(name_key__in=keys).values("name_key").order_by()
    last = {row["name_key"]: row["last"] for row in taken.annotate(last=Max("twin"))}
    teams: dict[tuple[int, date], int | None] = {}
    protect, made = timedelta(rules().pick_protection), []
    for at, one in enumerate(said, start=1):
        row = _archive(one, groups)
        if row.name_key in last:
            row.twin = last[row.name_key] + 1
        last[row.name_key] = row.twin
        if one.owner is not None:
            key = (one.owner.pk, one.day)
            if key not in teams:
                teams[key] = team_on(*key)
            row.owner, row.department_id = one.owner, teams[key]
            row.protected_until = one.day + protect
        elif row.shop_id is None:
            row.pooled_on = one.day
        made.append(row)
        tell(at // 2, len(said))
    Customer.objects.bulk_create(made, BATCH)
    TierSpan.objects.bulk_create(
        [TierSpan(customer=c, tier=c.tier, ground=ground, start=c.opened) for c in made], BATCH
    )
    Ownership.objects.bulk_create(
        [
            Ownership(customer=c, employee=c.owner, department_id=c.department_id, start=c.opened)
            for c in made if c.owner is not None
        ],
        BATCH,
    )  # fmt: skip
    Turn.objects.bulk_create(
        [Turn(customer=c, day=c.opened, how="created", after=c.owner) for c in made], BATCH
    )
    tell(len(said), len(said))
    return made


def _archive(one: Opening, groups: dict[str, Group]) -> Customer:
    row = Customer(
        code=one.code, name=one.name.strip(), opened=one.day, quiet_since=one.day, tier=one.tier,
        group=groups[name_key(one.group)] if one.group else None, **one.profile,
    )  # fmt: skip
    put_keys(row)
    return row


@transaction.atomic
def bring_tier(customer: Customer, *, tier: str, version: int, day: date) -> Customer:
    """Another tier by a file of those who lead, from a day on; its history says so."""
    now = locked(customer, version)
    if now.tier != tier:
        put_tier(now, tier, ground="brought", day=day)
    return written(now)
