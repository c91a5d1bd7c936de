"""Readers of targets: sums that must agree, the board of plan against actual."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth

from assay.customers.access import departments_led
from assay.people.access import Viewer
from assay.people.models import Department, Employee
from assay.period import Month
from assay.sales.models import Order, Target, TargetPlan
from assay.sales.queries.facts import team_of


@dataclass(frozen=True)
class Difference:
    """A sum that does not agree: month None is the year. want: of the department; have: the parts'."""

    month: Month | None
    want: int
    have: int

    @property
    def gap(self) -> int:
        """What the parts are over (+) or under (−), in 分."""
        return self.have - self.want


def differences(plan: TargetPlan) -> list[Difference]:
    """The year against its months, and each month against its people (where any has a target)."""
    targets = list(plan.targets.all())
    months = {t.month: t.amount for t in targets if t.employee_id is None}
    parts: dict[Month, int] = defaultdict(int)
    for target in targets:
        if target.employee_id is not None:
            parts[target.month] += target.amount
    found = []
    if sum(months.values()) != plan.amount:
        found.append(Difference(None, plan.amount, sum(months.values())))
    for month in sorted({*months, *parts}, key=lambda m: m.index):
        if parts[month] != months.get(month, 0):
            found.append(Difference(month, months.get(month, 0), parts[month]))
    return found


def departments_seen(who: Viewer) -> QuerySet[Department]:
    """The office sees every department that has or had people; others their own."""
    rows = Department.objects.order_by("code")
    if who.everything:
        return rows
    if who.led:
        return rows.filter(pk__in={pk for led in who.led for pk in led.departments})
    return rows.filter(assignment__employee=who.employee_id).distinct()


def plans_seen(who: Viewer) -> QuerySet[TargetPlan]:
    """Plans of the departments a person sees; a manager's, of the years in which he led them."""
    rows = TargetPlan.objects.select_related("department")
    if who.everything or not who.led:
        return rows.filter(department__in=departments_seen(who))
    found = Q(pk__in=[])
    for led in who.led:
        one = Q(department__in=led.departments, year__gte=led.start.year)
        found |= one & Q(year__lte=(led.stop - timedelta(1)).year) if led.stop else one
    return rows.filter(found)


def departments_kept(who: Viewer) -> QuerySet[Department]:
    """Departments whose targets a person sets: those he leads today, for a director all."""
    return Department.objects.filter(pk__in=departments_led(who)).order_by("code")


def plans_kept(who: Viewer) -> QuerySet[TargetPlan]:
    """Plans a person may change."""
    return plans_seen(who).filter(department__in=departments_kept(who))


@dataclass(frozen=True)
class Row:
    """A line of the board: a person (or the department itself) over twelve months."""

    who: Employee | None
    cells: list[dict[str, Any]]
    target: int
    actual: int


def board(plan: TargetPlan, only: int | None = None) -> list[Row]:
    """The department and its people: target and sales of each month; one person only if said."""
    months = [Month.parse(f"{plan.year}-01").next(n) for n in range(12)]
    targets: dict[tuple[int | None, int], int] = {
        (t.employee_id, t.month.index): t.amount for t in plan.targets.all()
    }
    sold = sales_by_month(plan.department_id, plan.year)
    people = {pk for pk, _m in targets if pk} | {pk for pk, _m in sold if pk}
    people |= set(team_of(plan.department_id, months[0], months[-1]))
    named = Employee.objects.in_bulk(people)
    ordered = sorted(named.values(), key=lambda e: (e.pinyin, e.pk))
    rows = [None, *ordered] if only is None else [e for e in ordered if e.pk == only]
    return [_row(who, months, targets, sold) for who in rows]


def _row(
    who: Employee | None,
    months: list[Month],
    targets: dict[tuple[int | None, int], int],
    sold: dict[tuple[int | None, int], int],
) -> Row:
    pk = who.pk if who else None
    cells: list[dict[str, Any]] = [
        {"month": m, "target": targets.get((pk, m.index)), "actual": sold.get((pk, m.index), 0)}
        for m in months
    ]
    return Row(who, cells, sum(c["target"] or 0 for c in cells), sum(c["actual"] for c in cells))


def sales_by_month(department: int, year: int) -> dict[tuple[int | None, int], int]:
    """Counted net by (employee, month); None sums the department. Shops' own orders are not in it."""
    rows = (
        Order.objects.filter(
            department=department, day__year=year, status__in=["open", "shipped", "completed"]
        )
        .exclude(channel="store")
        .annotate(at=ExtractMonth("day"))
        .values("seller_id", "at")
        .annotate(net=Sum("counted_net"))
        .order_by()
    )
    found: dict[tuple[int | None, int], int] = defaultdict(int)
    for row in rows:
        index = year * 12 + row["at"] - 1
        found[(row["seller_id"], index)] += row["net"]
        found[(None, index)] += row["net"]
    return dict(found)


def target_of(employee: int, month: Month) -> Target | None:
    """A person's target of a month, in the plan in force."""
    return Target.objects.filter(plan__state="force", employee=employee, month=month.index).first()
