"""Files written: archives opened and changed many at a time, as the pages do one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from assay.customers.actions.base import hold, put_keys, put_tiers, turn_over_all
from assay.customers.actions.owning import handing
from assay.customers.models import Contact, Customer, Group, Ownership, TierSpan, Turn
from assay.customers.names import name_key, tax_key
from assay.customers.queries.days import rules
from assay.furniture.identity import phone_key
from assay.furniture.many import among, parts
from assay.furniture.pinyin import sort_key
from assay.furniture.seal import fingerprint, seal
from assay.people.models import Employee
from assay.people.queries import teams_of

BATCH = 2000
Tell = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    """Nobody waits to hear how far it is."""


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


@dataclass
class Changing:
    """A customer as it was compared, and what is to be other: fields, `group` (by name), `tier`."""

    customer: Customer
    values: dict[str, Any]
    owner: Employee | None = None


@transaction.atomic
def open_customers(
    said: Sequence[Opening], tell: Tell = _silent, ground: str = "opening"
) -> list[Customer]:
    """Open archives in few statements. The caller has looked for twins; the database holds codes,
    names and tax numbers once."""
    groups = _groups(one.group for one in said)
    last = _last_twins(one.name for one in said)
    teams = teams_of(one.owner for one in said if one.owner is not None)
    protect, made = timedelta(rules().pick_protection), []
    for part in parts(said, BATCH):
        rows = []
        for one in part:
            row = _archive(one, groups)
            _count_twin(row, last)
            if one.owner is not None:
                row.owner = one.owner
                row.department_id = teams.on(one.owner.pk, one.day)
                row.protected_until = one.day + protect
            elif row.shop_id is None:
                row.pooled_on = one.day
            rows.append(row)
        _open(rows, ground)
        made += rows
        tell(len(made), len(said))
    return made


def _open(rows: list[Customer], ground: str) -> None:
    Customer.objects.bulk_create(rows)
    TierSpan.objects.bulk_create(
        [TierSpan(customer=c, tier=c.tier, ground=ground, start=c.opened) for c in rows]
    )
    Ownership.objects.bulk_create(
        [
            Ownership(customer=c, employee=c.owner, department_id=c.department_id, start=c.opened)
            for c in rows if c.owner is not None
        ]
    )  # fmt: skip
    Turn.objects.bulk_create(
        [Turn(customer=c, day=c.opened, how="created", after=c.owner) for c in rows]
    )


def _groups(names: Iterable[str]) -> dict[str, Group]:
    """Groups by the key of their names: found, or written down."""
    wanted = {name_key(name): name.strip() for name in names if name}
    found = {group.name_key: group for group in among(Group.objects.all(), "name_key", wanted)}
    new = [
        Group(name=name, name_key=key, pinyin=sort_key(name))
        for key, name in wanted.items() if key not in found
    ]  # fmt: skip
    return found | {group.name_key: group for group in Group.objects.bulk_create(new)}


def _last_twins(names: Iterable[str]) -> dict[str, int]:
    """The last number that customers of a name have, those merged away among them."""
    held = Customer.objects.values("name_key").order_by().annotate(last=Max("twin"))
    keys = {name_key(name) for name in names}
    return {row["name_key"]: row["last"] for row in among(held, "name_key", keys)}


def _count_twin(row: Customer, last: dict[str, int]) -> None:
    row.twin = last.get(row.name_key, -1) + 1
    last[row.name_key] = row.twin


def _archive(one: Opening, groups: dict[str, Group]) -> Customer:
    row = Customer(
        code=one.code, name=one.name.strip(), opened=one.day, quiet_since=one.day, tier=one.tier,
        group=groups[name_key(one.group)] if one.group else None, **one.profile,
    )  # fmt: skip
    put_keys(row)
    return row


@transaction.atomic
def change_customers(
    said: Sequence[Changing], *, day: date, reason: str, tell: Tell = _silent
) -> None:
    """Change archives in few statements: profile, tier and owner, each with its history.

    UserError where one was changed since it was compared. The caller has looked for twins.
    """
    figures = rules()
    groups = _groups(one.values.get("group", "") for one in said)
    last = _last_twins(one.values["name"] for one in said if "name" in one.values)
    done = 0
    for part in parts(said, BATCH):
        now = hold({one.customer.pk: one.customer.version for one in part})
        for one in part:
            _put(now[one.customer.pk], one.values, groups, last)
        tiers = [(now[one.customer.pk], one.values["tier"]) for one in part if "tier" in one.values]
        put_tiers(tiers, ground="brought", day=day)
        turns = [
            handing(now[one.customer.pk], one.owner, figures, day)
            for one in part if one.owner is not None
        ]  # fmt: skip
        turn_over_all(turns, day=day, reason=reason)
        fields = {name for one in part for name in one.values} | set(_FOLLOWING)
        Customer.objects.bulk_update(now.values(), sorted(fields))
        done += len(part)
        tell(done, len(said))


_FOLLOWING = (
    "name_key", "pinyin", "twin", "version", "owner", "department", "pooled_on", "protected_until",
)  # fmt: skip


def _put(
    now: Customer, values: dict[str, Any], groups: dict[str, Group], last: dict[str, int]
) -> None:
    before = now.name_key
    for name, value in values.items():
        if name == "group":
            now.group = groups[name_key(value)]
        elif name != "tier":  # put_tiers does
            setattr(now, name, tax_key(value) if name == "tax_number" else value)
    if "name" in values:
        now.name = now.name.strip()
        put_keys(now)
        if now.name_key != before:
            _count_twin(now, last)
    now.version += 1


@dataclass
class Introducing:
    """A contact as a file says it, new (of a customer) or as it stands with what is to change."""

    contact: Contact
    fresh: bool
    values: dict[str, Any]
    phone: str = ""


@transaction.atomic
def bring_contacts(said: Sequence[Introducing], tell: Tell = _silent) -> None:
    """Write contacts in few statements; their customers go one version on."""
    now = hold({one.contact.customer_id: one.contact.customer.version for one in said})
    done = 0
    for part in parts(said, BATCH):
        for one in part:
            for name, value in one.values.items():
                setattr(one.contact, name, value)
            if one.phone:
                one.contact.phone = seal(phone_key(one.phone))
                one.contact.phone_mark = fingerprint(phone_key(one.phone))
        Contact.objects.bulk_create([one.contact for one in part if one.fresh])
        standing = [one.contact for one in part if not one.fresh]
        Contact.objects.bulk_update(standing, [*_SAID, "phone", "phone_mark"])
        done += len(part)
        tell(done, len(said))
    for customer in now.values():
        customer.version += 1
    Customer.objects.bulk_update(now.values(), ["version"])


_SAID = ("title", "part", "remark")
