"""The head's day: the whole company in 万元, the year against its plan, key accounts won and lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Q, Sum

from assay.customers.queries.kpis import developed, keys_on, lost_keys, upgraded
from assay.desk.drawings import year_elapsed
from assay.desk.queries import board
from assay.desk.queries.finance import Age, ages
from assay.errors import UserError
from assay.furniture.drawn import reach
from assay.people.access import Viewer
from assay.people.models import Department
from assay.period import Month
from assay.sales.models import Order, TargetPlan
from assay.sales.queries.orders import AGES, PLACED, orders_seen, overdue

MOST = 8


@dataclass(frozen=True)
class Year:
    """A department's year: the plan in force, sold so far, sold by the same day a year before (分)."""

    name: str
    pk: int | None
    target: int
    sold: int
    before: int

    @property
    def total(self) -> bool:
        """Whether it is the company's."""
        return self.pk is None

    @property
    def share(self) -> Fraction | None:
        """Sold of the year's target."""
        return Fraction(self.sold, self.target) if self.target else None

    @property
    def growth(self) -> Fraction | None:
        """Against the same days of the year before; None where nothing was sold then."""
        return Fraction(self.sold - self.before, self.before) if self.before else None


def desk(who: Viewer, today: date) -> dict[str, Any]:
    """What 今日 shows a director or the general manager."""
    departments = list(Department.objects.order_by("code"))
    try:
        month: dict[str, Any] = {"board": board.of_company(departments, Month.of(today), today)}
    except UserError as error:
        month = {"fault": str(error)}
    start = date(today.year, 1, 1)
    orders = orders_seen(who)
    told: list[Age] = ages(overdue(orders, today), today)
    sold = years(departments, today)
    return {
        **month, "year_gone": year_elapsed(today), "years": sold,
        "year_reach": reach(year.share for year in sold),
        "top": top(today), "owed": sum(a.owed for a in told), "ages": told, "old": AGES[-1][0],
        "keys": len(keys_on(today)), "lost": len(lost_keys(start, today + timedelta(1), today)),
        "new": len(developed(start, today + timedelta(1))),
        "up": len(upgraded(start, today + timedelta(1))),
    }  # fmt: skip


def years(departments: list[Department], today: date) -> list[Year]:
    """Each department's year and the company's; two queries."""
    plans = dict(
        TargetPlan.objects.filter(year=today.year, state="force").values_list(
            "department", "amount"
        )
    )
    start, before = date(today.year, 1, 1), date(today.year - 1, 1, 1)
    same_day = before + (today - start)
    rows = (
        Order.objects.filter(status__in=PLACED, day__gte=before, department__isnull=False)
        .exclude(channel="store").order_by().values("department")
        .annotate(
            sold=Sum("counted_net", filter=Q(day__gte=start, day__lte=today), default=0),
            before=Sum("counted_net", filter=Q(day__lte=same_day), default=0),
        )
    )  # fmt: skip
    sold = {row["department"]: row for row in rows}
    found = [
        Year(
            d.name, d.pk, plans.get(d.pk, 0), sold.get(d.pk, {}).get("sold", 0),
            sold.get(d.pk, {}).get("before", 0),
        )
        for d in departments
        if d.pk in sold or plans.get(d.pk)
    ]  # fmt: skip
    if len(found) > 1:
        found.append(
            Year("", None, sum(y.target for y in found), sum(y.sold for y in found), sum(y.before for y in found))
        )  # fmt: skip
    return found


def top(today: date) -> list[dict[str, Any]]:
    """The customers that bought most this year, with their share of it; two queries."""
    year = Order.objects.filter(
        status__in=PLACED, day__gte=date(today.year, 1, 1), day__lte=today
    ).exclude(channel="store")  # fmt: skip
    whole = year.aggregate(net=Sum("counted_net", default=0))["net"]
    rows = (
        year.order_by().values("customer", "customer__name", "customer__short")
        .annotate(net=Sum("counted_net")).order_by("-net", "customer")[:MOST]
    )  # fmt: skip
    return [
        {
            "pk": row["customer"], "name": row["customer__short"] or row["customer__name"],
            "net": row["net"], "share": Fraction(row["net"], whole) if whole else None,
        }
        for row in rows
    ]  # fmt: skip
