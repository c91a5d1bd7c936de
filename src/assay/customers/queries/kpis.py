"""The department's counts of key accounts: held, lost, upgraded, developed (scheme 四.4 to 四.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Sum, Window
from django.db.models.functions import Lead

from assay.customers.models import Customer, Loss, Purchase, Service, TargetAccount, TierSpan
from assay.customers.queries.days import rules
from assay.furniture.spans import covering


@dataclass(frozen=True)
class Event:
    """Something that happened to a customer on a day."""

    customer: int
    day: date


def paid_orders(customers: Iterable[int] | QuerySet[Customer]) -> dict[int, list[date]]:
    """Days of paid orders (net of refunds above 0), by customer, in order; one query."""
    rows = (
        Purchase.objects.filter(customer__in=customers)
        .values("customer", "day", "source")
        .annotate(paid=Sum("amount"))
        .filter(paid__gt=0)
        .order_by("day")
    )
    found: dict[int, list[date]] = {}
    for row in rows:
        found.setdefault(row["customer"], []).append(row["day"])
    return found


def keys_on(day: date) -> set[int]:
    """Customers that were key accounts on a day."""
    return set(_key_spans().filter(covering(day)).values_list("customer", flat=True))


def _key_spans() -> QuerySet[TierSpan]:
    """Spans of key accounts; the few merged away are named, so that no other customer is read."""
    merged = Customer.objects.filter(merged_into__isnull=False)
    return TierSpan.objects.filter(tier="key").exclude(customer__in=merged)


def lost_keys(start: date, stop: date, today: date) -> list[Event]:
    """Key accounts lost in [start, stop): 396 days without a paid order, or declared.

    Once each in the period, on the earliest day; those won back later stay counted (win-backs are
    told apart). What has not come to pass by today is not counted.
    """
    spans = _key_spans().filter(start__lt=stop)
    found: dict[int, date] = {}
    for pk, lost in _silences(spans.values("customer"), start, min(stop, today + timedelta(1))):
        found[pk] = min(found.get(pk, lost), lost)
    held_as_key: dict[int, list[tuple[date, date | None]]] = {}
    of_these = spans.filter(customer__in=found)
    for pk, begin, end in of_these.values_list("customer", "start", "stop"):
        held_as_key.setdefault(pk, []).append((begin, end))
    for pk, lost in list(found.items()):
        if not any(begin <= lost and (end is None or lost < end) for begin, end in held_as_key[pk]):
            del found[pk]
    declared = Loss.objects.filter(
        day__gte=start, day__lt=stop, customer__in=spans.values("customer"), how="declared"
    )
    for pk, day in declared.values_list("customer", "day"):
        found[pk] = min(found.get(pk, day), day)
    return sorted((Event(pk, day) for pk, day in found.items()), key=lambda e: (e.day, e.customer))


def _silences(customers: Any, start: date, stop: date) -> Iterator[tuple[int, date]]:
    """Days in [start, stop) on which a silence after a paid order, or since opening, came to 396 days.

    The database holds each order against the next: only silences come back.
    """
    lost_days = timedelta(rules().lost_days)
    paid = Purchase.objects.filter(customer__in=customers, amount__gt=0)
    following = Window(Lead("day", default=stop), partition_by="customer", order_by="day")
    orders = paid.filter(day__gte=start - lost_days).annotate(following=following)
    for pk, day in orders.filter(following__gt=F("day") + lost_days).values_list("customer", "day"):
        if day + lost_days < stop:
            yield pk, day + lost_days
    never = Customer.objects.filter(
        ~Exists(paid.filter(customer=OuterRef("pk"))), pk__in=customers,
        opened__gte=start - lost_days, opened__lt=stop - lost_days,
    )  # fmt: skip
    for pk, opened in never.values_list("pk", "opened"):
        yield pk, opened + lost_days


@dataclass(frozen=True)
class Churn:
    """Key accounts lost in a period, and those on its first day."""

    lost: int
    held: int

    @property
    def rate(self) -> Fraction | None:
        """The lost over the held; None where there were none."""
        return Fraction(self.lost, self.held) if self.held else None


def churn(start: date, stop: date, today: date) -> Churn:
    """The churn of a period."""
    held = _key_spans().filter(covering(start)).values("customer").distinct().count()
    return Churn(len(lost_keys(start, stop, today)), held)


def developed(start: date, stop: date) -> list[Event]:
    """First paid order of a target account after it was listed, once per corporate group.

    An order refunded within 30 days does not stand among the paid ones: the room of orders tells
    its amount again, net. A later refund is told as a row of its own and undoes nothing.
    """
    listed: dict[int, date] = {}
    groups: dict[int, int | None] = {}
    rows = TargetAccount.objects.filter(day__lt=stop, customer__merged_into=None)
    for pk, day, group in rows.values_list("customer", "day", "customer__group"):
        listed[pk] = min(listed.get(pk, day), day)
        groups[pk] = group
    kin = dict(
        Customer.objects.filter(group__in={g for g in groups.values() if g}).values_list(
            "pk", "group"
        )
    )
    orders = paid_orders({*listed, *kin})
    first: dict[tuple[str, int], Event] = {}
    for pk in {*listed, *kin}:
        if orders.get(pk):
            group = groups.get(pk) or kin.get(pk)
            key = ("group", group) if group else ("customer", pk)
            event = Event(pk, orders[pk][0])
            if key not in first or event.day < first[key].day:
                first[key] = event
    found = [
        event for event in first.values()
        if event.customer in listed and listed[event.customer] <= event.day and start <= event.day < stop
    ]  # fmt: skip
    return sorted(found, key=lambda e: (e.day, e.customer))


def upgraded(start: date, stop: date) -> list[Event]:
    """Ordinary to key in [start, stop), on file for at least 90 days; never one also developed."""
    held = rules()
    new = {event.customer for event in developed(date.min, stop)}
    spans = TierSpan.objects.filter(
        tier="key", start__gte=start, start__lt=stop, ground__in=("amount", "nomination"),
        customer__merged_into=None,
    ).values_list("customer", "start", "customer__opened")  # fmt: skip
    found = [
        Event(pk, day) for pk, day, opened in spans
        if pk not in new and (day - opened).days >= held.upgrade_days
    ]  # fmt: skip
    return sorted(found, key=lambda e: (e.day, e.customer))


def services_approved(start: date, stop: date, employee: int) -> int:
    """Special services of somebody's that were added in [start, stop) and approved."""
    return Service.objects.filter(
        employee=employee, state="approved", day__gte=start, day__lt=stop
    ).count()
