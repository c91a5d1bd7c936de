"""Records of customers with their history: who reads it, and what of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse

from assay.customers.access import (
    customers_seen,
    days_seen,
    enquiries_seen,
    prospects_seen,
)
from assay.customers.models import (
    Campaign,
    Category,
    Customer,
    Enquiry,
    Festival,
    Guest,
    MarketNote,
    Prospect,
    Rules,
)
from assay.customers.queries.lookups import family
from assay.furniture.history import Recorded
from assay.furniture.links import page_at
from assay.people.access import Viewer


def _days(who: Viewer, row: Customer) -> Q:
    """As on the page: who no longer leads the department reads what was done while he led it."""
    return days_seen(who, row, "at__date")


def _absorbed(row: Customer) -> Iterable[Customer]:
    return [Customer(pk=pk) for pk in family(row)[1:]]


def _guests(who: Viewer, row: Campaign) -> Q:
    """Of the guests, those whose customers one sees."""
    seen = row.guests.filter(customer__in=customers_seen(who)).values_list("pk", flat=True)
    return ~Q(label=Guest._meta.label_lower) | Q(key__in=list(seen))


CUSTOMER = Recorded(
    Customer, "customers.see", customers_seen, lambda row: page_at("customers:customer", row.pk),
    when=_days, also=_absorbed,
)  # fmt: skip
# Its code is the program's own name for it, which no page shows.
CATEGORY = Recorded(
    Category, "customers.see", lambda who: Category.objects.all(), hidden=lambda who: {"code"}
)
ENQUIRY = Recorded(
    Enquiry, "enquiries.see", enquiries_seen, lambda row: page_at("customers:enquiry", row.pk)
)
FESTIVAL = Recorded(
    Festival, "festivals.see", lambda who: Festival.objects.all(),
    lambda row: page_at("customers:festival_change", row.pk), opens="festivals.change",
)  # fmt: skip
PROSPECT = Recorded(
    Prospect, "prospects.see", prospects_seen, lambda row: page_at("customers:prospect", row.pk)
)
NOTE = Recorded(MarketNote, "market.see", lambda who: MarketNote.objects.all())
CAMPAIGN = Recorded(
    Campaign, "market.see", lambda who: Campaign.objects.all(),
    lambda row: page_at("customers:campaign", row.pk), when=_guests,
)  # fmt: skip
RULES = Recorded(
    Rules, "customers.lead", lambda who: Rules.objects.all(), lambda row: reverse("customers:rules")
)
RECORDED = [CUSTOMER, CATEGORY, ENQUIRY, FESTIVAL, PROSPECT, NOTE, CAMPAIGN, RULES]
