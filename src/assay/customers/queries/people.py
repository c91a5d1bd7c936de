"""Whom customers can be given to."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from assay.customers.access import departments_led
from assay.furniture.spans import covering
from assay.people.access import Viewer
from assay.people.models import Assignment, Employee


def sellers(who: Viewer) -> QuerySet[Employee]:
    """Those who sell today in the departments a manager leads (a director: in all)."""
    posts = Assignment.objects.filter(
        covering(timezone.localdate()), employee=OuterRef("pk"), role__in=("salesperson", "manager"),
        department__in=departments_led(who),
    )  # fmt: skip
    return Employee.objects.filter(Exists(posts)).order_by("pinyin")


def employee_of(who: Viewer) -> Employee:
    """The person signed in, as an employee; only staff reach the views that ask."""
    found: Employee = Employee.objects.get(pk=who.employee_id or 0)
    return found


def answerers(who: Viewer) -> QuerySet[Employee]:
    """Who may be asked to answer: one's department's sellers; for others, oneself."""
    if who.may("customers.lead"):
        return sellers(who)
    return Employee.objects.filter(pk=who.employee_id or 0)
