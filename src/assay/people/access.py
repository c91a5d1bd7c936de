"""Who may see what: the viewer of a request, and how rows are narrowed to what is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from assay.furniture.spans import covering, meeting
from assay.people.models import Agent, Assignment, Department, Employee, Shop, Training, User
from assay.people.roles import FOUNDING, RANK, RIGHTS

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Led:
    """Departments somebody manages or managed, and the days [start, stop) of it."""

    departments: frozenset[int]
    start: date
    stop: date | None


@dataclass(frozen=True)
class Viewer:
    """A person signed in, on a day: one role, and what it is tied to."""

    user_id: int
    name: str
    role: str
    employee_id: int | None = None
    agent_id: int | None = None
    shop_ids: frozenset[int] = frozenset()
    led: tuple[Led, ...] = ()
    founding: bool = False  # the administrator of a house in which nobody is HR today

    def may(self, action: str) -> bool:
        """Whether the role has a right (roles.RIGHTS), or stands in for HR (roles.FOUNDING)."""
        return self.role in RIGHTS[action] or (self.founding and action in FOUNDING)

    @property
    def everything(self) -> bool:
        """Whether the whole company's rows are this person's business."""
        return self.role in ("general", "director", "finance", "hr")

    def led_on(self, department: str, day: str) -> Q:
        """Rows that lay in a department while this person managed it.

        `department` names the foreign key of the rows, `day` their date: for an order
        `led_on("department", "order_date")`.
        """
        found = Q(pk__in=[])
        for led in self.led:
            one = Q(**{f"{department}__in": led.departments, f"{day}__gte": led.start})
            found |= one & Q(**{f"{day}__lt": led.stop}) if led.stop else one
        return found


def viewer_of(user: User, today: date | None = None) -> Viewer | None:
    """What a login is today; None where it is nothing (left, agreement over, switched off)."""
    day = today or timezone.localdate()
    if not user.is_active:
        return None
    if user.admin:
        hr = Assignment.objects.filter(covering(day), role="hr")
        return Viewer(user.pk, user.username, "admin", founding=not hr.exists())
    if user.agent is not None:
        within = user.agent.start <= day and (user.agent.stop is None or day < user.agent.stop)
        return Viewer(user.pk, user.agent.name, "agent", agent_id=user.agent_id) if within else None
    held = Assignment.objects.filter(employee=user.employee_id, start__lte=day)
    posts = list(held.select_related("employee"))
    if user.employee_id is None or not posts:
        return None
    employee = posts[0].employee
    if employee.start > day or (employee.stop and employee.stop <= day):
        return None
    now = [post for post in posts if post.stop is None or post.stop > day]
    role = next((r for r in RANK if any(post.role == r for post in now)), None)
    if role is None:
        return None
    led = tuple(_led(post) for post in posts if post.role == "manager") if role == "manager" else ()
    shops = frozenset(post.shop_id for post in now if post.shop_id and post.role == "clerk")
    return Viewer(user.pk, employee.name, role, employee_id=employee.pk, shop_ids=shops, led=led)


def _led(post: Assignment) -> Led:
    """A manager's department with those under it."""
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    found = {post.department_id}
    grown = True
    while grown:
        under = {pk for pk, parent in parents.items() if parent in found} - found
        grown, found = bool(under), found | under
    return Led(frozenset(pk for pk in found if pk is not None), post.start, post.stop)


def viewer(request: HttpRequest) -> Viewer:
    """The viewer of a request; the gate has put it there."""
    found: Viewer = request.viewer  # type: ignore[attr-defined]
    return found


def one(rows: QuerySet[Row], **named: Any) -> Row:
    """The row named among those a person may see; what is not theirs does not exist (404)."""
    found = rows.filter(**named).first()
    if found is None:
        raise Http404
    return found


def employees_seen(who: Viewer) -> QuerySet[Employee]:
    """Office: all. A manager: those who were in his departments while he led them. Others: self."""
    rows = Employee.objects.all()
    if who.everything or who.role == "admin":
        return rows
    mine = Q(pk=who.employee_id)
    for led in who.led:
        posts = Assignment.objects.filter(
            meeting(led.start, led.stop), employee=OuterRef("pk"), department__in=led.departments
        )
        mine |= Q(Exists(posts))
    return rows.filter(mine)


def departments_seen(who: Viewer) -> QuerySet[Department]:
    """A manager sees those he leads or led; the office and the administrator see all."""
    rows = Department.objects.all()
    if who.everything or who.role == "admin":
        return rows
    return rows.filter(pk__in={pk for led in who.led for pk in led.departments})


def trainings_seen(who: Viewer) -> QuerySet[Training]:
    """HR, managers and the director see all; others those they were asked to."""
    rows = Training.objects.all()
    if who.may("training.change") or who.role in ("director", "general"):
        return rows
    return rows.filter(seats__employee=who.employee_id)


def agents_seen(who: Viewer) -> QuerySet[Agent]:
    """An agent sees himself; those with the right see all."""
    rows = Agent.objects.all()
    return rows if who.may("agents.see") else rows.filter(pk=who.agent_id)


def shops_seen(who: Viewer) -> QuerySet[Shop]:
    """A clerk sees his own shops; other staff see all (goods are picked up in any)."""
    rows = Shop.objects.all()
    if who.role == "clerk":
        return rows.filter(pk__in=who.shop_ids)
    return rows if who.may("shops.see") else rows.none()
