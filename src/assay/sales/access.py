"""What of sales a person may touch, beyond the table of rights: goods, customers, who sells."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from assay.customers.access import customers_seen
from assay.customers.models import Customer
from assay.furniture.spans import covering
from assay.people.access import Viewer
from assay.people.models import Assignment, Employee


def employee_of(who: Viewer) -> Employee:
    """The person signed in, as an employee; only staff reach the views that ask."""
    found: Employee = Employee.objects.get(pk=who.employee_id or 0)
    return found


def sellers_for(who: Viewer) -> QuerySet[Employee]:
    """For whom somebody may write an order: a salesperson himself; a manager those he leads today."""
    today = timezone.localdate()
    posts = Assignment.objects.filter(
        covering(today), employee=OuterRef("pk"), role__in=("salesperson", "manager")
    )
    rows = Employee.objects.filter(Exists(posts)).order_by("pinyin", "id")
    if who.everything:
        return rows
    led = {pk for one in who.led if one.stop is None or one.stop > today for pk in one.departments}
    mine = Q(Exists(posts.filter(department__in=led))) if led else Q(pk__in=[])
    return rows.filter(mine | Q(pk=who.employee_id))


def buyers_for(who: Viewer) -> QuerySet[Customer]:
    """To whom somebody may sell: the customers he sees."""
    return customers_seen(who)
