"""Customers, their contacts, enquiries and agents' registrations as they are found from anywhere."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assay.customers.access import customers_kept, customers_seen, enquiries_seen, prospects_seen
from assay.customers.models import Contact, Customer, Enquiry, Prospect
from assay.customers.views.common import page_of
from assay.furniture.finding import Hit, Sought, numbered
from assay.furniture.links import page_at
from assay.people.access import Viewer


def _customers(who: Viewer) -> QuerySet[Customer]:
    return customers_seen(who).select_related("owner", "shop")


def _customer(row: Any) -> Hit:
    whose = row.owner.name if row.owner else str(row.shop or _("公海"))
    return Hit(row.name, f"{row.code} {whose}", page_of(row))


def _contacts(who: Viewer) -> QuerySet[Contact]:
    known = Contact.objects.filter(customer__in=customers_kept(who), left=False)
    return known.select_related("customer")


def _contact(row: Contact) -> Hit:
    return Hit(row.name, f"{row.title} {row.customer.name}".strip(), page_of(row.customer))


def _prospect(row: Prospect) -> Hit:
    said = f"{row.number} {row.get_state_display()}"
    return Hit(row.name, said, page_at("customers:prospect", row.pk))


def _enquiry(row: Enquiry) -> Hit:
    return Hit(row.number, f"{row.asker} {row.text[:30]}", page_at("customers:enquiry", row.pk))


SOUGHT = [
    Sought(
        _("客户"), "customers.see", _customers, _customer, kind="customer",
        all_at="customers:customers",
    ),
    Sought(_("联系人"), "customers.see", _contacts, _contact, kind="contact"),
    Sought(
        _("报备"), "prospects.see", prospects_seen, _prospect, kind="prospect",
        all_at="customers:prospects",
    ),
    Sought(
        _("询问"), "enquiries.see", enquiries_seen, _enquiry, own=numbered(number="XW"),
        all_at="customers:enquiries",
    ),
]  # fmt: skip
