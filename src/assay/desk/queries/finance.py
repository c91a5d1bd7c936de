"""Finance's day: receipts to match, what is overdue and for how long, what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from assay.people.access import Viewer
from assay.sales.models import Order, Receipt
from assay.sales.queries.goods import lacking_today
from assay.sales.queries.orders import PLACED, by_matched, orders_seen, overdue, receipts_seen

MOST = 8
AGES = ((1, 30), (31, 60), (61, 90), (91, None))
OWED = F("net_amount") - F("returned_net") - F("collected")


@dataclass(frozen=True)
class Open:
    """A receipt with something left, and the one order it surely pays (None: look).

    That is the only one that owes exactly this, or the payer's only one, which owes more.
    """

    row: Receipt
    order: Order | None
    could: int
    days: int


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
        "open": _opened(list(unmatched[:MOST]), orders, today), "unmatched": found,
        "ages": ages(late, today), "late": list(
            late.select_related("customer", "seller").order_by("due_on", "pk")[:MOST]
        ),
        "today_in": receipts.filter(day=today).aggregate(
            count=Count("pk"), amount=Sum("amount", default=0)
        ),
        "odd": exceptions(orders, receipts, today), "lacking": lacking_today(today),
    }  # fmt: skip


def _opened(rows: Sequence[Receipt], orders: QuerySet[Order], today: date) -> list[Open]:
    """Each with the orders it could pay: those of its customer or its payer; one query for all."""
    payers = [r.payer for r in rows]
    whose = Q(customer__in=[r.customer_id for r in rows if r.customer_id])
    whose |= Q(customer__name__in=payers) | Q(customer__tax_title__in=payers)
    owing = orders.filter(whose, status__in=PLACED).annotate(owes=OWED).filter(owes__gt=0)
    held = list(owing.select_related("customer").order_by("day", "pk")[:400]) if rows else []
    found = []
    for row in rows:
        could = [
            o for o in held
            if o.customer_id == row.customer_id or row.payer in (o.customer.name, o.customer.tax_title)
        ]  # fmt: skip
        sure = [o for o in could if o.owed == row.left] or [o for o in could if o.owed > row.left]
        only = sure[0] if len(sure) == 1 and (len(could) == 1 or sure[0].owed == row.left) else None
        found.append(Open(row, only, len(could), (today - row.day).days))
    return found


def ages(late: QuerySet[Order], today: date) -> list[Age]:
    """What is overdue by age; one query."""
    asked: dict[str, Any] = {}
    for since, until in AGES:
        span = Q(due_on__lte=today - timedelta(since))
        if until is not None:
            span &= Q(due_on__gte=today - timedelta(until))
        asked[f"n{since}"] = Count("pk", filter=span)
        asked[f"s{since}"] = Coalesce(Sum(OWED, filter=span), 0)
    found = late.aggregate(**asked)
    return [Age(since, until, found[f"n{since}"], found[f"s{since}"]) for since, until in AGES]


def exceptions(
    orders: QuerySet[Order], receipts: QuerySet[Receipt], today: date
) -> dict[str, Any]:  # fmt: skip
    """What does not fit: money to pay back, receipts that lie, orders whose cost nobody knows."""
    back = orders.annotate(owes=OWED, over=-OWED).filter(
        Q(owes__lt=0) | Q(status__in=("cancelled", "returned"), collected__gt=0)
    )
    this_year = orders.filter(status__in=PLACED, day__gte=date(today.year, 1, 1))
    return {
        "back": list(back.select_related("customer").order_by("-day", "-pk")[:5]),
        "back_count": back.count(),
        "lying": by_matched(receipts, "open").filter(day__lt=today - timedelta(7)).count(),
        "costless": this_year.filter(cost_amount=None).count(),
    }
