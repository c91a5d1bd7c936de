"""Whose customers a person sees and may change: owner, department over the time led, shop, office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from assay.customers.models import Customer, Enquiry, Group, Ownership, Prospect
from assay.furniture.spans import covering, meeting
from assay.people.access import Led, Viewer
from assay.people.models import Assignment, Department


def customers_seen(who: Viewer) -> QuerySet[Customer]:
    """Customers whose page a person may open; those merged into others are not among them.

    Director and finance: all. A manager: those owned in his departments while he led them, and the
    pool. A salesperson: his own. A clerk: those his shops developed. An agent: none.
    """
    rows = Customer.objects.filter(merged_into=None)
    if who.role in ("general", "director", "finance"):
        return rows
    if who.role == "clerk":
        return rows.filter(shop__in=who.shop_ids)
    if who.role == "manager":
        return rows.filter(_led(who) | Q(owner=who.employee_id) | Q(pooled_on__isnull=False))
    if who.role == "salesperson":
        return rows.filter(owner=who.employee_id)
    return rows.none()


def _led(who: Viewer) -> Q:
    found = Q(pk__in=[])
    for led in who.led:
        held = Ownership.objects.filter(
            meeting(led.start, led.stop), customer=OuterRef("pk"), department__in=led.departments
        )
        found |= Q(Exists(held))
    return found


def customers_kept(who: Viewer) -> QuerySet[Customer]:
    """Customers a person may change: as seen, but a manager only those his department has now."""
    rows = customers_seen(who)
    if who.role != "manager":
        return rows
    return rows.filter(
        Q(department__in=departments_led(who)) | Q(owner=who.employee_id)
        | Q(pooled_on__isnull=False)
    )  # fmt: skip


def departments_led(who: Viewer) -> frozenset[int]:
    """Departments a manager leads today; the whole house for a director."""
    today = timezone.localdate()
    if who.role == "director":
        return frozenset(Department.objects.values_list("pk", flat=True))
    return frozenset(
        pk for led in who.led if led.stop is None or led.stop > today for pk in led.departments
    )


def days_seen(who: Viewer, customer: Customer, field: str = "day") -> Q:
    """Which days of a customer's dealings a person may read, as a condition on their `field`.

    A manager who no longer leads the department reads only what lay in the days he led it.
    """
    then = _then(who, customer)
    return Q() if then is None else _any(_within(field, led) for led in then)


def years_seen(who: Viewer, customer: Customer) -> Q:
    """The same for rows that have a `year` instead of a day."""
    then = _then(who, customer)
    return Q() if then is None else _any(_years(led) for led in then)


def _then(who: Viewer, customer: Customer) -> list[Led] | None:
    """When a manager led the department of a customer it no longer has; None: all may be read."""
    if who.role != "manager" or customer.pooled_on or customer.owner_id == who.employee_id:
        return None
    if customer.department_id in departments_led(who):
        return None
    held = {span.department_id for span in customer.ownerships.all()}
    return [led for led in who.led if held & led.departments]


def _any(conditions: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


def _within(field: str, led: Led) -> Q:
    """Days on which somebody led."""
    found = Q(**{f"{field}__gte": led.start})
    return found & Q(**{f"{field}__lt": led.stop}) if led.stop else found


def _years(led: Led) -> Q:
    """Years of which somebody led a day."""
    found = Q(year__gte=led.start.year)
    return found & Q(year__lte=(led.stop - timedelta(1)).year) if led.stop else found


def groups_seen(who: Viewer) -> QuerySet[Group]:
    """Corporate groups of which a person sees a customer."""
    if who.role in ("general", "director", "finance"):
        return Group.objects.all()
    return Group.objects.filter(Exists(customers_seen(who).filter(group=OuterRef("pk"))))


def enquiries_seen(who: Viewer) -> QuerySet[Enquiry]:
    """The director all; others those they answer, and of the customers they may change.

    A manager also those nobody answers yet, those his people of today answer whose asker is nobody's
    customer, and what was asked, while he led a department, by customers that were its own then.
    """
    return _enquiries(who, dealings_seen(who, "at__date"))


def enquiries_kept(who: Viewer) -> QuerySet[Enquiry]:
    """Enquiries a person may answer or give to somebody: as seen, but none of former customers."""
    return _enquiries(who, Q(customer__in=customers_kept(who)))


def _enquiries(who: Viewer, theirs: Q) -> QuerySet[Enquiry]:
    """Those one answers or one's people do, of customers (`theirs`), those nobody answers yet."""
    rows = Enquiry.objects.select_related("customer", "employee")
    if who.role == "director":
        return rows
    mine = Q(employee=who.employee_id) | theirs
    if departments := departments_led(who):
        posts = Assignment.objects.filter(
            covering(timezone.localdate()), department__in=departments
        )
        mine |= Q(employee=None) | Q(employee__in=posts.values("employee"), customer=None)
    return rows.filter(mine)


def dealings_seen(who: Viewer, field: str = "day") -> Q:
    """Rows of customers that a person may read, by the customer and the row's `field`.

    Those of the customers he may change; for a manager also what lay, while he led a department, with
    customers that were its own then.
    """
    found = Q(customer__in=customers_kept(who))
    for led in who.led:
        held = Ownership.objects.filter(
            meeting(led.start, led.stop), department__in=led.departments
        )
        found |= Q(customer__in=held.values("customer")) & _within(field, led)
    return found


def prospects_seen(who: Viewer) -> QuerySet[Prospect]:
    """An agent sees his own registrations, those who decide see all."""
    rows = Prospect.objects.select_related("agent")
    if who.role == "agent":
        return rows.filter(agent=who.agent_id)
    return rows if who.may("prospects.decide") else rows.none()
