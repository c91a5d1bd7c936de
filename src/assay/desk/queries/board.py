"""The board: company, department, person, customer; what is sold of what was set, as the plan measures it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Q, QuerySet, Sum

from assay.customers.models import Customer, TargetAccount
from assay.desk.drawings import Strip, elapsed, strip
from assay.furniture.drawn import reach
from assay.people.access import Viewer
from assay.people.models import Department, Employee
from assay.period import Month
from assay.sales.models import Order
from assay.sales.queries.facts import teams_of
from assay.sales.queries.orders import PLACED
from assay.sales.queries.running import EVERYBODY, Running, Standing, running


@dataclass(frozen=True)
class Row:
    """A line of the board. pk: of the department or the employee it opens; None: a total.

    gap: 分 still to be sold for the plan's next threshold of the month, as the engine finds it.
    """

    name: str
    pk: int | None
    standing: Standing
    strip: Strip | None
    over: bool
    gap: int | None
    total: bool = False


@dataclass(frozen=True)
class Board:
    """Rows of one level in one month, the total last, and what all of them are drawn against."""

    month: Month
    gone: Fraction
    running: Running
    rows: list[Row]
    department: Department | None = None

    @property
    def reach(self) -> Fraction:
        """How far the one scale of its bars goes."""
        return reach(row.standing.attained for row in self.rows)


def seen_in(who: Viewer, month: Month) -> QuerySet[Department]:
    """Departments whose month somebody sees: all for the office, those he led in it for a manager."""
    rows = Department.objects.order_by("code")
    if who.everything:
        return rows
    led = [x for x in who.led if x.start < month.after and (x.stop is None or x.stop > month.first)]
    return rows.filter(pk__in={pk for one in led for pk in one.departments})


def months(today: date, count: int = 6) -> list[Month]:
    """The running month and those before it, newest first."""
    return [Month(Month.of(today).index - n) for n in range(count)]


def _day(month: Month, today: date) -> date:
    return today if Month.of(today) == month else month.after - timedelta(1)


def _gone(month: Month, today: date) -> Fraction:
    return elapsed(today) if Month.of(today) == month else Fraction(1)


def of_department(department: Department, month: Month, today: date) -> Board:
    """The people of a department and their total. UserError where no plan is in force."""
    found = running(_day(month, today), [department.pk], look_ahead=EVERYBODY)
    people = Employee.objects.filter(pk__in=teams_of([department.pk], month))
    mine = {e.number: e for e in people}
    standings = [
        one for one in found.payees.values()
        if one.payee in mine and ("salesperson" in one.roles or one.sales)
    ]  # fmt: skip
    standings.sort(key=lambda s: (-(s.attained or Fraction(-1)), -(s.sales or 0), s.payee))
    team = found.teams.get(department.code)
    rows = [_row(found, s.name, mine[s.payee].pk, s) for s in standings]
    if team is not None:
        boss = next((s for s in found.payees.values() if "manager" in s.roles), None)
        rows.append(_row(found, department.name, None, team, boss, total=True))
    return Board(month, _gone(month, today), found, rows, department)


def of_company(departments: Sequence[Department], month: Month, today: date) -> Board:
    """Departments that sell, and the company's total. UserError where no plan is in force."""
    found = running(_day(month, today), [d.pk for d in departments], look_ahead=EVERYBODY)
    bosses = {s.team: s for s in found.payees.values() if "manager" in s.roles}
    rows = []
    for department in departments:
        team = found.teams.get(department.code)
        if team is not None and (team.sales or team.target):
            boss = bosses.get(department.code)
            rows.append(_row(found, department.name, department.pk, team, boss))
    if len(rows) > 1:
        whole = Standing(
            "", "", (), "", sum(r.standing.sales or 0 for r in rows), None,
            sum(r.standing.target or 0 for r in rows) or None,
        )  # fmt: skip
        rows.append(_row(found, "", None, whole, total=True))
    return Board(month, _gone(month, today), found, rows)


def _row(
    found: Running, name: str, pk: int | None, standing: Standing,
    boss: Standing | None = None, total: bool = False,
) -> Row:  # fmt: skip
    """A line; a department's threshold is the one its manager is paid by."""
    over = bool(found.over and standing.attained and standing.attained > found.over)
    step = (boss or standing).nearest if standing.target else None
    return Row(
        name, pk, standing, strip(standing.average, found.floor), over,
        step.gap if step else None, total,
    )  # fmt: skip


@dataclass(frozen=True)
class Share:
    """A customer's part of somebody's month, and of the year against the last one. Amounts in 分."""

    customer: Customer
    net: int
    listed: int
    year: int
    before: int
    expected: int

    @property
    def average(self) -> Fraction | None:
        """The month's discount."""
        return Fraction(self.net, self.listed) if self.listed else None


def of_person(employee: Employee, departments: Sequence[int], month: Month) -> list[Share]:
    """The customers of somebody's orders in some departments this year and the year before.

    Those of the month first, the largest first. In three queries.
    """
    first, after = month.first, month.after
    year = date(first.year, 1, 1)
    last_year, last_after = date(first.year - 1, 1, 1), _year_before(after)
    orders = Order.objects.filter(
        seller=employee, department__in=departments, status__in=PLACED, day__gte=last_year,
        day__lt=after,
    ).exclude(channel="store")  # fmt: skip
    rows = (
        orders.order_by()
        .values("customer")
        .annotate(
            net=Sum("counted_net", filter=Q(day__gte=first), default=0),
            listed=Sum("counted_list", filter=Q(day__gte=first), default=0),
            year=Sum("counted_net", filter=Q(day__gte=year), default=0),
            before=Sum("counted_net", filter=Q(day__lt=last_after), default=0),
        )
    )
    told = {row["customer"]: row for row in rows if row["year"] or row["before"]}
    named = Customer.objects.in_bulk(list(told))
    expected = dict(
        TargetAccount.objects.filter(customer__in=list(told), year=first.year).values_list(
            "customer", "expected"
        )
    )
    found = [
        Share(named[pk], row["net"], row["listed"], row["year"], row["before"], expected.get(pk, 0))
        for pk, row in told.items()
    ]
    return sorted(found, key=lambda s: (-s.net, -s.year, s.customer.pinyin))


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1)
