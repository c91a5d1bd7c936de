"""Finance's day: receipts to match, what is overdue and for how long, what does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce

from assay.people.access import Viewer
from assay.sales.models import Order, Receipt
from assay.sales.queries.goods import lacking_today
from assay.sales.queries.matching import opened
from assay.sales.queries.orders import (
    AGES,
    OWES,
    by_matched,
    costless,
    due_back,
    late_for,
    orders_seen,
    overdue,
    receipts_seen,
)

MOST = 8


@dataclass(frozen=True)
class Age:
    """Orders overdue for `since` to `until` days (None: longer): how many, how much in 分."""

    since: int
    until: int | None
    count: int
    owed: int


def desk(who: Viewer, today: date) -> dict[str, Any]:
    """What 今日 shows finance, in a dozen queries."""
    orders, receipts = orders_seen(who), receipts_seen(who)
    unmatched = by_matched(receipts, "open").order_by("day", "pk")
    late = overdue(orders, today)
    found = unmatched.aggregate(count=Count("pk"), left=Sum(F("amount") - F("matched"), default=0))
    return {
        "open": opened(list(unmatched[:MOST]), orders, today), "unmatched": found,
        "ages": ages(late, today), "late": list(
            late.select_related("customer", "seller").order_by("due_on", "pk")[:MOST]
        ),
        "today_in": receipts.filter(day=today).aggregate(
            count=Count("pk"), amount=Sum("amount", default=0)
        ),
        "odd": exceptions(orders, receipts, today), "lacking": lacking_today(today),
    }  # fmt: skip


def ages(late: QuerySet[Order], today: date) -> list[Age]:
    """What is overdue by age; one query."""
    asked: dict[str, Any] = {}
    for since, until in AGES:
        span = late_for(since, until, today)
        asked[f"n{since}"] = Count("pk", filter=span)
        asked[f"s{since}"] = Coalesce(Sum(OWES, filter=span), 0)
    found = late.aggregate(**asked)
    return [Age(since, until, found[f"n{since}"], found[f"s{since}"]) for since, until in AGES]


def exceptions(
    orders: QuerySet[Order], receipts: QuerySet[Receipt], today: date
) -> dict[str, Any]:  # fmt: skip
    """What does not fit: money to pay back, receipts that lie, orders whose cost nobody knows."""
    back = due_back(orders)
    return {
        "back": list(back.select_related("customer").order_by("-day", "-pk")[:5]),
        "back_count": back.count(),
        "lying": by_matched(receipts, "open").filter(day__lt=today - timedelta(7)).count(),
        "costless": costless(orders, today).count(),
    }
