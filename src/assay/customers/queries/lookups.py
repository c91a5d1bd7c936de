"""Finding customers: by what is typed, by code, and twins before one is created."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from assay.customers.models import Category, Contact, Customer, Group, Prospect
from assay.customers.names import name_key, tax_key
from assay.furniture.finding import Way
from assay.furniture.identity import phone_key
from assay.furniture.seal import fingerprint


def by_customer(path: str = "pk") -> list[Way]:
    """Ways to find rows by the customer they lead to: his names, numbers, phones, contacts."""
    return [
        Way("customer", path),
        Way("contact", path, via=Contact.objects.all, at="customer_id"),
    ]


def customer_by_code(code: str) -> Customer | None:
    """The customer of a code; the one it was merged into where it was."""
    found: Customer | None = (
        Customer.objects.select_related("merged_into").filter(code=code.strip()).first()
    )
    while found is not None and found.merged_into is not None:
        found = found.merged_into
    return found


def family(customer: Customer) -> list[int]:
    """Numbers of a customer and of all that were merged into it, for rows of other rooms."""
    found, new = [customer.pk], [customer.pk]
    while new:
        new = list(Customer.objects.filter(merged_into__in=new).values_list("pk", flat=True))
        found += new
    return found


def categories() -> QuerySet[Category]:
    """Categories in use."""
    return Category.objects.filter(active=True)


def group_named(name: str) -> Group | None:
    """The corporate group of a name, however it is written."""
    return Group.objects.filter(name_key=name_key(name)).first()


@dataclass(frozen=True)
class Twin:
    """A customer there is already, and what it has in common: name, tax, phone, like."""

    customer: Customer
    why: str

    @property
    def said(self) -> str:
        """In words."""
        return {
            "name": _("同名"), "tax": _("税号相同"), "phone": _("联系电话相同"), "like": _("名称相近"),
        }[self.why]  # fmt: skip

    @property
    def whose(self) -> str:
        """Who has it."""
        if self.customer.owner is not None:
            return _("%(name)s 负责") % {"name": self.customer.owner.name}
        return str(self.customer.shop) if self.customer.shop else _("在公海")


def twins(
    name: str = "", tax_number: str = "", phones: Iterable[str] = (), beyond: int | None = None
) -> list[Twin]:
    """Customers that may be the same one, the surest first; three queries."""
    rows = Customer.objects.filter(merged_into=None).select_related("owner", "shop")
    if beyond is not None:
        rows = rows.exclude(pk=beyond)
    found: dict[int, Twin] = {}
    key, tax = name_key(name) if name.strip() else "", tax_key(tax_number)
    if tax:
        for row in rows.filter(tax_number=tax)[:3]:
            found.setdefault(row.pk, Twin(row, "tax"))
    marks = [fingerprint(phone_key(phone)) for phone in phones if phone_key(phone)]
    if marks:
        met = Contact.objects.filter(customer=OuterRef("pk"), phone_mark__in=marks)
        for row in rows.filter(Exists(met))[:3]:
            found.setdefault(row.pk, Twin(row, "phone"))
    if key:
        near = Q(name_key=key) | Q(name_key__startswith=key) if len(key) > 2 else Q(name_key=key)
        if len(key) >= 4:
            near |= Q(name_key__contains=key)
        for row in rows.filter(near).order_by("name_key", "twin")[:6]:
            why = "name" if row.name_key == key else "like"
            if why == "name" or row.pk not in found:
                found[row.pk] = Twin(row, why)
    order = {"tax": 0, "name": 1, "phone": 2, "like": 3}
    return sorted(found.values(), key=lambda twin: order[twin.why])


def held_prospects(name: str, tax_number: str = "", phone: str = "") -> QuerySet[Prospect]:
    """Registrations by agents, in their days of protection, of the same company."""
    same = Q(name_key=name_key(name))
    if tax_key(tax_number):
        same |= Q(tax_number=tax_key(tax_number))
    if phone_key(phone):
        same |= Q(phone_mark=fingerprint(phone_key(phone)))
    return Prospect.objects.filter(same, state="held")
