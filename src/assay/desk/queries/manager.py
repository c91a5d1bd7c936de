"""What waits for a department manager beside approvals: upgrades, services, registrations, questions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from assay.customers.access import customers_kept, departments_led, enquiries_kept
from assay.customers.models import Prospect
from assay.customers.queries.boards import services_waiting, waiting
from assay.customers.queries.owning import protection_over
from assay.desk.drawings import HIGH, LOW
from assay.desk.queries import board
from assay.errors import UserError
from assay.people.access import Viewer
from assay.people.models import Department
from assay.period import Month
from assay.sales.queries.orders import orders_seen, overdue

LATE = timedelta(hours=20)


def desk(who: Viewer, today: date) -> dict[str, Any]:
    """Upgrades with what they weigh, the board of the month, and what needs an eye."""
    kept = customers_kept(who)
    asked, services = waiting(kept, today), services_waiting(kept)
    return {
        "asked": asked, "services": services, "waits": len(asked) + len(services),
        "prospects": list(
            Prospect.objects.filter(state="held").select_related("agent").order_by("day", "pk")[:5]
        ),
        "eyes": eyes(who, today), "low": LOW, "high": HIGH, **boards(who, today),
    }  # fmt: skip


def boards(who: Viewer, today: date) -> dict[str, Any]:
    """The month of the departments led: people where it is one, departments where it is several."""
    led = list(Department.objects.filter(pk__in=departments_led(who)).order_by("code"))
    month = Month.of(today)
    try:
        if len(led) == 1:
            return {"board": board.of_department(led[0], month, today), "department": led[0]}
        return {"board": board.of_company(led, month, today)} if led else {}
    except UserError as error:
        return {"fault": str(error)}


def eyes(who: Viewer, today: date) -> dict[str, int]:
    """Counts of what to look at: each opens its list. Three queries."""
    late = timezone.now() - LATE
    found = (
        enquiries_kept(who)
        .filter(state="open")
        .aggregate(unanswered=Count("pk"), late=Count("pk", filter=Q(at__lt=late)))
    )
    return {
        "enquiries": found["unanswered"], "late": found["late"],
        "loose": protection_over(customers_kept(who), today).count(),
        "overdue": overdue(orders_seen(who), today).count(),
    }  # fmt: skip
