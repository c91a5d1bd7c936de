"""Opening and changing customers, their groups, contacts and tax profile."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.customers.actions.base import TAX, changed, locked, put_keys, turn_over
from assay.customers.models import Category, Contact, Customer, Group, TierSpan
from assay.customers.names import name_key, tax_key
from assay.customers.queries.days import rules
from assay.customers.queries.lookups import group_named, twins
from assay.errors import UserError
from assay.furniture.identity import phone_key
from assay.furniture.numbering import next_count
from assay.furniture.pinyin import sort_key
from assay.furniture.seal import Sealed, fingerprint, seal
from assay.people.models import Employee


class TwinError(UserError):
    """A customer alike stands already; `anyway` opens another one."""


def open_group(name: str) -> Group:
    """The corporate group of a name: found, or written down."""
    found = group_named(name)
    if found is not None:
        return found
    group = Group(name=name.strip(), name_key=name_key(name), pinyin=sort_key(name))
    group.full_clean()
    group.save()
    return group


def open_category(*, code: str, name: str, place: int = 100) -> Category:
    """A category of goods."""
    category = Category(code=code, name=name, place=place)
    category.full_clean()
    category.save()
    return category


@transaction.atomic
def open_customer(
    *,
    name: str,
    day: date | None = None,
    code: str = "",
    owner: Employee | None = None,
    contact: dict[str, Any] | None = None,
    group: Group | str | None = None,
    anyway: bool = False,
    tier: str = "ordinary",
    ground: str = "opening",
    **profile: Any,
) -> Customer:
    """Open the archive of a customer: owner's, a shop's (`shop`), else in the pool.

    `contact` holds a first contact's fields (add_contact). TwinError where name or a contact's
    phone are another customer's already, unless `anyway`; a tax number never stands twice.
    """
    today = day or timezone.localdate()
    tax_number = tax_key(profile.get("tax_number", ""))
    phones = [contact.get("phone", "")] if contact else []
    same = [twin for twin in twins(name, tax_number, phones) if twin.why != "like"]
    taken = next((twin for twin in same if twin.why == "tax"), None)
    if taken:
        raise UserError(_("这个税号已是“%(name)s”的（%(whose)s）") % _said(taken))
    if same and not anyway:
        raise TwinError(
            _("已有客户“%(name)s”（%(why)s，%(whose)s）。确实是另一位，勾选“仍要新建”")
            % _said(same[0])
        )
    customer = Customer(name=name.strip(), opened=today, quiet_since=today, tier=tier)
    customer.code = code or f"K{_next_code():04d}"
    customer.group = open_group(group) if isinstance(group, str) and group else group or None
    profile = {**profile, "tax_number": tax_number}
    for field, value in profile.items():
        setattr(customer, field, value)
    put_keys(customer)
    last = Customer.objects.filter(name_key=customer.name_key).aggregate(last=Max("twin"))["last"]
    customer.twin = 0 if last is None else last + 1
    customer.full_clean()
    _saved(customer)
    TierSpan.objects.create(customer=customer, tier=tier, ground=ground, start=today)
    protect = rules().pick_protection
    turn_over(customer, owner, how="created", day=today, protect=protect)
    customer.save()
    if contact and contact.get("name"):
        add_contact(customer, **contact)
    return customer


def _said(twin: Any) -> dict[str, str]:
    return {"name": twin.customer.name, "why": twin.said, "whose": twin.whose}


def _next_code() -> int:
    """A number no customer has; codes brought along may lie ahead of the counter."""
    number = next_count("customer")
    while Customer.objects.filter(code=f"K{number:04d}").exists():
        number = next_count("customer")
    return number


def _saved(customer: Customer) -> None:
    """Two people opened the same company at once: the second is told."""
    try:
        with transaction.atomic():
            customer.save()
    except IntegrityError:
        raise TwinError(_("刚才有人建了同名或同税号的客户，再查一次")) from None


@transaction.atomic
def change_customer(customer: Customer, *, version: int, **profile: Any) -> Customer:
    """Change the profile; refused where it changed since the page was opened."""
    now = locked(customer, version)
    if isinstance(profile.get("group"), str):
        profile["group"] = open_group(profile["group"]) if profile["group"] else None
    name = profile.get("name", now.name)
    if name_key(name) != now.name_key:
        same = Customer.objects.filter(name_key=name_key(name)).exclude(pk=now.pk)
        if same.filter(merged_into=None).exists():
            raise ValidationError({"name": _("已有同名客户；是同一位就合并")})
        now.twin = (same.aggregate(last=Max("twin"))["last"] or 0) + 1 if same.exists() else 0
    return changed(now, profile)


@transaction.atomic
def change_tax(customer: Customer, *, version: int, **profile: Any) -> Customer:
    """Change the tax profile; an account left empty stays as it is."""
    now = locked(customer, version)
    said = {name: value for name, value in profile.items() if name in TAX}
    said["tax_number"] = tax_key(said.get("tax_number", now.tax_number))
    account = said.get("tax_account", "")
    if not account or (isinstance(account, str) and "*" in account):
        said.pop("tax_account", None)
    else:
        said["tax_account"] = seal(account) if isinstance(account, str) else account
    return changed(now, said)


@transaction.atomic
def add_contact(customer: Customer, *, name: str, part: str, **said: Any) -> Contact:
    """A further contact."""
    now = locked(customer)
    contact = Contact(customer=now, name=name, part=part)
    _write_contact(contact, said)
    changed(now, {})
    return contact


@transaction.atomic
def change_contact(contact: Contact, **said: Any) -> Contact:
    """Correct a contact, or note that somebody has left; a phone left empty stays."""
    now = locked(contact.customer)
    held: Contact = Contact.objects.get(pk=contact.pk)
    _write_contact(held, said)
    changed(now, {})
    return held


def _write_contact(contact: Contact, said: dict[str, Any]) -> None:
    phone = said.pop("phone", "")
    if phone and not isinstance(phone, Sealed):
        contact.phone = seal(phone_key(phone))
        contact.phone_mark = fingerprint(phone_key(phone))
    for name, value in said.items():
        setattr(contact, name, value)
    contact.full_clean()
    contact.save()
