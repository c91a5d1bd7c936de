"""Readers of approvals: who decides, whose desk it lies on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.spans import covering
from assay.people.access import Viewer
from assay.people.models import Assignment, Employee
from assay.people.queries import manager_on
from assay.sales.models import Order, Request, Sign

SIGNERS = ("manager", "director", "finance")
# Reasons that a department's manager cannot decide alone.
HIGH = frozenset({"lowest"})


def signers(day: date | None = None) -> QuerySet[Employee]:
    """Who can be asked to sign on a day (today)."""
    posts = Assignment.objects.filter(covering(day or timezone.localdate()), role__in=SIGNERS)
    return Employee.objects.filter(pk__in=posts.values("employee_id")).order_by("pinyin", "id")


def may_sign(who: Employee) -> bool:
    """Whether somebody can be asked to sign today."""
    return bool(signers().filter(pk=who.pk).exists())


def approver_for(order: Order, reasons: Sequence[str], asked_by: Employee) -> Employee:
    """Who is asked to decide: the first who may. UserError where nobody is left."""
    found = next(iter(deciders(order, reasons, asked_by)), None)
    if found is None:
        raise UserError(_("没有人可以批这一单：要有一位不是申请人的总监"))
    return found


def deciders(order: Order, reasons: Sequence[str], asked_by: Employee) -> list[Employee]:
    """Who may decide: the manager of the department, then directors; these alone what is beyond him.

    Never who asks or sells.
    """
    own = {asked_by.pk, order.seller_id}
    today = timezone.localdate()
    posts = Assignment.objects.filter(covering(today), role="director").exclude(employee__in=own)
    found = [post.employee for post in posts.select_related("employee").order_by("start", "pk")]
    if not HIGH & set(reasons) and order.department_id:
        manager = manager_on(order.department_id, today)
        if manager is not None and manager.pk not in own:
            return [manager, *found]
    return found


def entitled(request: Request, reasons: Sequence[str]) -> set[int]:
    """Employees who may decide a request for these reasons: by their post, or asked by one such."""
    found = {who.pk for who in deciders(request.order, reasons, request.asked_by)}
    for sign in request.signs.order_by("id"):
        if sign.added_by_id in found:
            found.add(sign.who_id)
    return found


def requests_seen(who: Viewer) -> QuerySet[Request]:
    """Director and finance: all. Others: those they asked, sign, sell, or led on the day."""
    rows = Request.objects.select_related(
        "order__customer", "order__seller", "order__department", "asked_by"
    )
    if who.role in ("director", "finance"):
        return rows
    mine = Q(asked_by=who.employee_id) | Q(order__seller=who.employee_id)
    mine |= Q(pk__in=Sign.objects.filter(who=who.employee_id).values("request_id"))
    if who.led:
        mine |= who.led_on("order__department", "order__day")
    return rows.filter(mine)


def with_signs(rows: QuerySet[Request]) -> QuerySet[Request]:
    """Requests with their signatures and lines, in three queries."""
    signs = Sign.objects.select_related("who", "added_by").order_by("id")
    return rows.prefetch_related(Prefetch("signs", signs), "order__lines")


def waiting_for(who: Viewer) -> QuerySet[Request]:
    """Requests that wait for this very person, oldest first."""
    mine = Sign.objects.filter(who=who.employee_id, said="waiting").values("request_id")
    return with_signs(requests_seen(who)).filter(state="open", pk__in=mine).order_by("id")
