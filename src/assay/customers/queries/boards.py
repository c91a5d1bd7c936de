"""Boards: who waits for a decision, what an approval weighs, who goes silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from assay.customers.models import (
    REASONS,
    Campaign,
    Customer,
    Loss,
    Nomination,
    Purchase,
    Service,
    TargetAccount,
)
from assay.customers.queries.days import lost_line, rules
from assay.customers.queries.figures import paid_in_year, silent


@dataclass(frozen=True)
class Asked:
    """A nomination with what it weighs."""

    nomination: Nomination
    paid: int
    threshold: int
    days_on_file: int
    needed_days: int
    waiting_days: int

    @property
    def counts(self) -> bool:
        """Whether it would count as an upgrade (on file long enough)."""
        return self.days_on_file >= self.needed_days


def waiting(rows: QuerySet[Customer], today: date) -> list[Asked]:
    """Nominations of `rows` that wait, oldest first, with what they weigh."""
    held = rules()
    asked = list(
        Nomination.objects.filter(state="waiting", customer__in=rows)
        .select_related("customer__owner", "asked_by").order_by("asked_on", "pk")
    )  # fmt: skip
    paid = paid_in_year([row.customer_id for row in asked], today)
    return [
        Asked(
            row, paid.get(row.customer_id, 0), held.key_threshold,
            (today - row.customer.opened).days, held.upgrade_days, (today - row.asked_on).days,
        )
        for row in asked
    ]  # fmt: skip


def decided(rows: QuerySet[Customer]) -> list[Nomination]:
    """The last nominations that were decided or withdrawn."""
    found = Nomination.objects.exclude(state="waiting").filter(customer__in=rows)
    return list(found.select_related("customer", "asked_by", "decided_by").order_by("-pk")[:30])


def services_waiting(rows: QuerySet[Customer]) -> list[Service]:
    """Special services that wait for approval."""
    found = Service.objects.filter(state="waiting", customer__in=rows)
    return list(found.select_related("customer", "employee").order_by("day", "pk"))


def going(rows: QuerySet[Customer], today: date) -> QuerySet[Any]:
    """Customers warned or lost, with the reason where one is written down."""
    held = rules()
    why = Loss.objects.filter(customer=OuterRef("pk"), back=None).values("reason")[:1]
    found = rows.filter(silent("warned", today, held) | silent("lost", today, held))
    lost_by = Value(lost_line(today, held), output_field=DateField())
    return found.annotate(why=Subquery(why), lost_by=lost_by)


@dataclass(frozen=True)
class Reason:
    """Why customers were lost in a year: how many, key accounts among them, and won back since."""

    code: str
    title: str
    count: int
    keys: int
    back: int


def reasons_lost(seen: Q, year: int) -> list[Reason]:
    """Losses written down of a year by their reason, the commonest first; `seen`: which ones."""
    rows = Loss.objects.filter(seen, day__year=year, customer__merged_into=None).order_by()
    told = rows.values("reason").annotate(
        count=Count("pk"), keys=Count("pk", filter=Q(customer__tier="key")),
        back=Count("pk", filter=Q(back__isnull=False)),
    )  # fmt: skip
    titles = dict(REASONS)
    found = [
        Reason(r["reason"], str(titles[r["reason"]]), r["count"], r["keys"], r["back"])
        for r in told
    ]
    return sorted(found, key=lambda reason: (-reason.count, reason.code))


def with_trade(rows: QuerySet[TargetAccount]) -> QuerySet[Any]:
    """Target accounts with `paid`: 分 of their year."""
    paid = (
        Purchase.objects.filter(customer=OuterRef("customer"), day__year=OuterRef("year"))
        .order_by().values("customer").annotate(total=Sum("amount")).values("total")
    )  # fmt: skip
    return rows.annotate(paid=Coalesce(Subquery(paid), 0))


@dataclass(frozen=True)
class Followed:
    """What came of a campaign: guests, who came, and what they bought after it."""

    guests: int
    came: int
    orders: int
    amount: int


def followed(campaign: Campaign, seen: QuerySet[Customer]) -> Followed:
    """Of the guests among `seen`: orders of those who came, from its first day to so many days after
    its last."""
    guests = list(campaign.guests.filter(customer__in=seen).values_list("customer", "came"))
    came = [pk for pk, here in guests if here]
    bought = Purchase.objects.filter(
        customer__in=came, day__gte=campaign.start, day__lte=_end(campaign), amount__gt=0
    )
    rows = list(bought.values_list("source", "amount"))
    return Followed(
        len(guests), len(came), len({source for source, _a in rows}), sum(a for _s, a in rows)
    )


def _end(campaign: Campaign) -> date:
    return date.fromordinal(campaign.stop.toordinal() + campaign.follow_days)
