"""An agent's day: what is held for him and for how long, his deals, what he has earned this month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum

from assay.customers.access import prospects_seen
from assay.customers.models import Prospect
from assay.customers.queries.days import rules
from assay.desk.queries.pay import papers
from assay.desk.queries.salesperson import month
from assay.people.access import Viewer
from assay.sales.queries.orders import PLACED, orders_seen

MOST = 8


@dataclass(frozen=True)
class Held:
    """A company held for him: days of protection left, and the part of them that has gone."""

    row: Prospect
    left: int
    gone: str

    @property
    def soon(self) -> bool:
        """Within two weeks."""
        return self.left <= 14


def desk(who: Viewer, today: date) -> dict[str, Any]:
    """What 今日 shows an agent; nothing of anybody else's."""
    rows = prospects_seen(who)
    held = rows.filter(state="held", protected_until__gte=today).order_by("protected_until", "pk")
    orders = orders_seen(who)
    year = orders.filter(day__year=today.year, status__in=PLACED)
    return {
        **month(who, today), **papers(who), "days": rules().prospect_protection,
        "held": [_held(row, today) for row in held[:MOST]],
        "others": list(rows.exclude(state="held").order_by("-pk")[:4]),
        "orders": list(orders.select_related("customer").order_by("-day", "-pk")[:MOST]),
        "year": year.aggregate(count=Count("pk"), net=Sum("counted_net", default=0)),
    }  # fmt: skip


def _held(row: Prospect, today: date) -> Held:
    whole = max((row.protected_until - row.day).days, 1)
    left = (row.protected_until - today).days
    return Held(row, left, f"{min(max(whole - left, 0), whole) * 100 / whole:.1f}%")
