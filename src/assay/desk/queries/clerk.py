"""A shop clerk's day: what is to be picked up, what was handed over today, who asked something."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Sum

from assay.customers.access import customers_seen
from assay.customers.models import Enquiry
from assay.people.access import Viewer, shops_seen
from assay.sales.queries.goods import lacking_today
from assay.sales.queries.orders import pickups_seen, waiting_in

MOST = 12


def desk(who: Viewer, today: date) -> dict[str, Any]:
    """What 今日 shows a clerk: his own shops only."""
    waiting = waiting_in(who)
    rows = list(
        waiting.annotate(
            gone=Sum("lines__picked"),
            left_pieces=Sum(F("lines__quantity") - F("lines__picked") - F("lines__returned")),
        )
        .order_by("day", "pk")[:MOST]
    )  # fmt: skip
    return {
        "shops": list(shops_seen(who)), "rows": rows,
        "count": len(rows) if len(rows) < MOST else waiting.count(),
        "handed": list(pickups_seen(who).filter(day=today).order_by("-pk")[:10]),
        "enquiries": list(
            Enquiry.objects.filter(employee=who.employee_id, state="open")
            .select_related("customer").order_by("at")[:5]
        ),
        "own": customers_seen(who).count(), "lacking": lacking_today(today),
    }  # fmt: skip
