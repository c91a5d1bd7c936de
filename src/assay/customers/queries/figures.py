"""Figures of customers: paid in twelve months, silence and its pace, white space, churn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from assay.customers.models import Category, Customer, Loss, Need, Purchase, Rules
from assay.customers.queries.days import lost_line, months_back, warn_line, year_before
from assay.furniture.reader import series


def paid_in_year(customers: Iterable[int], day: date) -> dict[int, int]:
    """分 paid in the twelve months up to a day, by the customer's number."""
    rows = (
        Purchase.objects.filter(
            customer__in=list(customers), day__gt=year_before(day), day__lte=day
        )
        .order_by()
        .values("customer")
        .annotate(paid=Sum("amount"))
    )
    return {row["customer"]: row["paid"] for row in rows}


def with_paid(rows: QuerySet[Customer], day: date) -> QuerySet[Any]:
    """Customers with `paid`: 分 of the twelve months up to a day."""
    paid = (
        Purchase.objects.filter(customer=OuterRef("pk"), day__gt=year_before(day), day__lte=day)
        .order_by()
        .values("customer")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    return rows.annotate(paid=Coalesce(Subquery(paid, output_field=IntegerField()), Value(0)))


def silent(state: str, today: date, held: Rules) -> Q:
    """Customers by silence: lost (396 days, or declared), warned (10 months), fresh."""
    declared = Exists(Loss.objects.filter(customer=OuterRef("pk"), back=None))
    lost = Q(quiet_since__lte=lost_line(today, held)) | Q(declared)
    warned = Q(quiet_since__lte=warn_line(today, held))
    if state == "lost":
        return lost
    return (warned & ~lost) if state == "warned" else ~warned & ~lost


@dataclass(frozen=True)
class Silence:
    """How long a customer has been silent, against its own pace and the line of 396 days."""

    days: int
    since: date
    pace: tuple[int, ...]
    lost_days: int
    warn_day: date
    lost_day: date
    left: int

    @property
    def state(self) -> str:
        """fresh, warned or lost."""
        if self.left <= 0:
            return "lost"
        return "warned" if self.days >= (self.warn_day - self.since).days else "fresh"

    @property
    def usual(self) -> int:
        """The mean of the last gaps, in days; 0 where there are none."""
        return sum(self.pace) // len(self.pace) if self.pace else 0

    @property
    def times(self) -> str:
        """How many times the usual gap this silence is, with one decimal."""
        return f"{self.days / self.usual:.1f}" if self.usual else ""

    @property
    def gaps(self) -> str:
        """The last gaps, in words of figures."""
        return series(self.pace)

    @property
    def mark(self) -> str:
        """Where the gaps are named."""
        return self.at(self.usual)

    @property
    def anchor(self) -> str:
        """Which way the name of the gaps stands from there."""
        share = min(self.usual, self.reach) / self.reach
        return "start" if share < 0.25 else "end" if share > 0.75 else "middle"

    @property
    def marks(self) -> list[tuple[str, str]]:
        """Positions on the drawn ruler (% of 450 days) of the gaps, and what they are."""
        return [(self.at(gap), str(gap)) for gap in self.pace]

    def at(self, days: int) -> str:
        """A position on the ruler."""
        return f"{min(days, self.reach) * 100 / self.reach:.2f}%"

    @property
    def reach(self) -> int:
        """How many days the ruler holds."""
        return max(self.lost_days * 9 // 8, 1)

    @property
    def today(self) -> str:
        """Where today stands."""
        return self.at(self.days)

    @property
    def line(self) -> str:
        """Where the line of churn stands."""
        return self.at(self.lost_days)


def silence_of(customer: Customer, days: Sequence[date], today: date, held: Rules) -> Silence:
    """`days`: the days of paid orders, in order."""
    apart = sorted(set(days))
    gaps = [(b - a).days for a, b in pairwise(apart)]
    quiet = customer.quiet_since
    lost = quiet + timedelta(held.lost_days)
    return Silence(
        max((today - quiet).days, 0), quiet, tuple(gaps[-3:]), held.lost_days,
        _months_on(quiet, held.warn_months), lost, (lost - today).days,
    )  # fmt: skip


def _months_on(day: date, months: int) -> date:
    """The first day whose `months` before is that day or later (warn_line turned round)."""
    found = day + timedelta(28 * months)
    while months_back(found, months) < day:
        found += timedelta(1)
    return found


@dataclass(frozen=True)
class Cell:
    """A square of the white space: what was paid and what is needed in a category and year."""

    year: int
    paid: int
    needed: int

    @property
    def white(self) -> bool:
        """Nothing bought."""
        return self.paid <= 0


@dataclass(frozen=True)
class Space:
    """The white space: years, and a row of cells for each category."""

    years: tuple[int, ...]
    rows: list[tuple[Category, list[Cell]]]


def white_space(
    purchases: Sequence[Purchase], needs: Sequence[Need], named: Sequence[Category], today: date
) -> Space:
    """Category × year, the last three years: what was bought, what is needed, what is white."""
    years = tuple(range(today.year - 2, today.year + 1))
    if any(need.year == today.year + 1 and need.state == "open" for need in needs):
        years = (*years[1:], today.year + 1)
    paid: dict[tuple[int, int], int] = {}
    for row in purchases:
        key = (row.category_id, row.day.year)
        paid[key] = paid.get(key, 0) + row.amount
    needed: dict[tuple[int, int], int] = {}
    for need in needs:
        if need.state == "open":
            at = (need.category_id, need.year)
            needed[at] = needed.get(at, 0) + need.amount
    met = {key[0] for key in (*paid, *needed)}
    shown = [c for c in named if c.active or c.pk in met]
    return Space(
        years,
        [
            (c, [Cell(y, paid.get((c.pk, y), 0), needed.get((c.pk, y), 0)) for y in years])
            for c in shown
        ],
    )
