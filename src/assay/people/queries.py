"""Readers of people: posts on a day, payees as facts name them, presence, training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    When,
)
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.furniture.spans import covering, last_day
from assay.people.models import (
    Agent,
    Assignment,
    Company,
    Department,
    Employee,
    Shop,
    Training,
    TrainingSeat,
    User,
)
from assay.period import Month

PAYEES = ("salesperson", "manager")


def company() -> Company | None:
    """The company, where it has been written down."""
    return Company.objects.first()


def with_posts(rows: QuerySet[Employee], day: date | None = None) -> QuerySet[Employee]:
    """Employees with `now`: the posts they hold on a day (today)."""
    held = Assignment.objects.filter(covering(day or timezone.localdate())).select_related(
        "department", "shop"
    )
    return rows.prefetch_related(Prefetch("assignments", held, to_attr="now"))


def in_role_today(rows: QuerySet[Any], role: str) -> QuerySet[Any]:
    """Those who hold a role today."""
    held = Assignment.objects.filter(
        covering(timezone.localdate()), employee=OuterRef("pk"), role=role
    )
    return rows.filter(Exists(held))


def in_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Those employed today, or no longer."""
    here = covering(timezone.localdate())
    return rows.filter(here) if state == "here" else rows.exclude(here)


def standing(row: Any) -> str:
    """In words: whether a person, agent or shop is there today."""
    today = timezone.localdate()
    if row.start > today:
        return _("%(day)s 起") % {"day": row.start}
    if row.stop is None or row.stop > today:
        return _("是")
    return _("到 %(day)s") % {"day": last_day(row.stop)}


def with_clerks(rows: QuerySet[Shop]) -> QuerySet[Shop]:
    """Shops with `now`: the posts of their clerks today."""
    held = Assignment.objects.filter(covering(timezone.localdate()), role="clerk")
    return rows.prefetch_related(
        Prefetch("assignment_set", held.select_related("employee"), to_attr="now")
    )


def with_heads(rows: QuerySet[Department]) -> QuerySet[Department]:
    """Departments with `led` (their manager's post today) and `heads` (people with a post today)."""
    today = covering(timezone.localdate())
    managers = Assignment.objects.filter(today, role="manager").select_related("employee")
    here = covering(timezone.localdate(), "assignment__")
    return (
        rows.select_related("parent")
        .annotate(heads=Count("assignment__employee", filter=here, distinct=True))
        .prefetch_related(Prefetch("assignment_set", managers, to_attr="led"))
    )


def posts_in(department: Department) -> QuerySet[Assignment]:
    """Posts of a department, those that stand first, managers before the others."""
    return department.assignment_set.select_related("employee").order_by(
        F("stop").desc(nulls_first=True), Case(When(role="manager", then=0), default=1), "-start"
    )


def clerks_of(shop: Shop) -> QuerySet[Assignment]:
    """Who served in a shop, newest first."""
    return shop.assignment_set.select_related("employee").order_by("-start", "-pk")


def open_posts(employee: Employee) -> QuerySet[Assignment]:
    """Posts without an end."""
    return employee.assignments.filter(stop=None).select_related("department", "shop")


@dataclass(frozen=True)
class Post:
    """A span of somebody's life in the house, and who managed him then."""

    post: Assignment
    managers: tuple[str, ...]
    now: bool


def posts_of(employee: Employee, today: date) -> list[Post]:
    """Posts, newest first, with the managers over each of them."""
    posts = list(
        employee.assignments.select_related("department", "shop").order_by("-start", "-pk")
    )
    departments = {post.department_id for post in posts if post.department_id}
    bosses = list(
        Assignment.objects.filter(role="manager", department__in=departments)
        .exclude(employee=employee)
        .select_related("employee")
        .order_by("start")
    )
    return [
        Post(
            post,
            tuple(
                dict.fromkeys(
                    boss.employee.name
                    for boss in bosses
                    if boss.department_id == post.department_id and _meet(boss, post)
                )
            ),
            post.start <= today and (post.stop is None or today < post.stop),
        )
        for post in posts
    ]


def _meet(a: Assignment, b: Assignment) -> bool:
    return (a.stop is None or b.start < a.stop) and (b.stop is None or a.start < b.stop)


def manager_on(department_id: int, day: date) -> Employee | None:
    """Who managed a department on a day."""
    post = (
        Assignment.objects.filter(covering(day), role="manager", department=department_id)
        .select_related("employee")
        .first()
    )
    return post.employee if post else None


def team_on(employee_id: int, day: date) -> int | None:
    """The department somebody sold or managed in on a day; None where in none."""
    post = (
        Assignment.objects.filter(covering(day), employee=employee_id, role__in=PAYEES)
        .order_by("-role")
        .first()
    )
    return post.department_id if post else None


@dataclass(frozen=True)
class Teams:
    """Spans of selling and managing of some people: employee -> [(start, stop, department)]."""

    spans: dict[int, list[tuple[date, date | None, int | None]]]

    def on(self, employee: int, day: date) -> int | None:
        """The department on a day, as team_on tells it for one."""
        for start, stop, department in self.spans.get(employee, ()):
            if start <= day and (stop is None or day < stop):
                return department
        return None

    def within(self, employee: int, month: Month, department: int) -> bool:
        """Whether somebody sold or managed in a department on some day of a month."""
        return any(
            place == department and start < month.after and (stop is None or stop > month.first)
            for start, stop, place in self.spans.get(employee, ())
        )


def teams_of(people: Iterable[Employee | int]) -> Teams:
    """Where some people (or their keys) sold and managed, a salesperson's posts before a manager's."""
    found: dict[int, list[tuple[date, date | None, int | None]]] = {}
    keys = {one if isinstance(one, int) else one.pk for one in people}
    rows = Assignment.objects.filter(employee__in=keys, role__in=PAYEES)
    for post in rows.order_by("-role", "pk"):
        span = (post.start, post.stop, post.department_id)
        found.setdefault(post.employee_id, []).append(span)
    return Teams(found)


def payees() -> Iterator[tuple[str, str, str, str, date | None, date | None]]:
    """Rows of the contract's `people`: payee_id, name, role, team, first day, day after the last."""
    posts = Assignment.objects.filter(role__in=PAYEES).select_related("employee", "department")
    for post in posts.order_by("employee__number", "role", "start"):
        person = post.employee
        team = post.department.code if post.department else ""
        yield person.number, person.name, post.role, team, post.start, post.stop
    for agent in Agent.objects.order_by("code"):
        yield agent.code, agent.name, "agent", "", agent.start, agent.stop
    for shop in Shop.objects.order_by("code"):
        yield shop.code, shop.name, "store", "", shop.start, shop.stop


@dataclass(frozen=True)
class Presence:
    """An employee's month: working days noted, late days, absent days, minutes late."""

    month: date
    days: int
    late: int
    early: int
    absent: int
    leave: int
    minutes: int


def presence_by_month(employee: Employee, since: date | None = None) -> list[Presence]:
    """Attendance by month, newest first."""
    rows = employee.attendance.all()
    if since is not None:
        rows = rows.filter(day__gte=since)
    counted = (
        rows.annotate(month=TruncMonth("day"))
        .values("month")
        .annotate(
            days=Count("id"),
            minutes_late=Sum("minutes"),
            **{
                state: Count("id", filter=Q(state=state))
                for state in ("late", "early", "absent", "leave")
            },
        )
        .order_by("-month")
    )
    return [
        Presence(
            row["month"], row["days"], row["late"], row["early"], row["absent"], row["leave"],
            row["minutes_late"] or 0,
        )
        for row in counted
    ]  # fmt: skip


@dataclass(frozen=True)
class MonthLine:
    """An employee's attendance in one month."""

    pk: int
    number: str
    name: str
    days: int
    late: int
    early: int
    absent: int
    leave: int
    minutes: int


def presence_in_month(rows: QuerySet[Employee], month: Month) -> list[MonthLine]:
    """Everybody with a day noted in a month, by name; one query."""
    within = Q(attendance__day__gte=month.first, attendance__day__lt=month.after)

    def days(state: str) -> Count:
        return Count("attendance", filter=within & Q(attendance__state=state))

    found = rows.annotate(
        days=Count("attendance", filter=within),
        minutes=Sum("attendance__minutes", filter=within),
        late=days("late"),
        early=days("early"),
        absent=days("absent"),
        leave=days("leave"),
    ).filter(days__gt=0)
    return [
        MonthLine(
            row.pk, row.number, row.name, row.days, row.late, row.early, row.absent, row.leave,
            row.minutes or 0,
        )
        for row in found.order_by("pinyin", "pk")
    ]  # fmt: skip


def here_today(rows: QuerySet[Employee]) -> QuerySet[Employee]:
    """Those employed today."""
    return rows.filter(covering(timezone.localdate()))


def with_turnout(rows: QuerySet[Training]) -> QuerySet[Training]:
    """Trainings with how many were asked, came and passed."""
    return rows.annotate(
        asked=Count("seats", distinct=True),
        came=Count("seats", filter=Q(seats__attended=True), distinct=True),
        passed=Count("seats", filter=Q(seats__result="passed"), distinct=True),
    )


def seats_of(training: Training, only: int | None) -> QuerySet[TrainingSeat]:
    """The list of a training by name; only one employee's line where he may see no other."""
    rows = training.seats.select_related("employee").order_by("employee__pinyin", "pk")
    return rows.filter(employee=only) if only else rows


def trainings_of(employee: Employee) -> QuerySet[TrainingSeat]:
    """Somebody's trainings, newest first."""
    return employee.trainings.select_related("training").order_by("-training__day")


def logins() -> QuerySet[User]:
    """All logins, with whom they belong to."""
    rows: QuerySet[User] = User.objects.select_related("employee", "agent")
    return rows


def without_login() -> tuple[QuerySet[Employee], QuerySet[Agent]]:
    """Employees and agents of today who have no login yet."""
    here = covering(timezone.localdate())
    return (
        Employee.objects.filter(here, login=None).order_by("pinyin"),
        Agent.objects.filter(here, login=None).order_by("pinyin"),
    )
