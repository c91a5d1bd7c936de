"""Readers of orders: whose they are to see, what is owed, what waits in a shop."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import NullIf

from assay.customers.access import departments_led
from assay.customers.models import Customer
from assay.customers.names import name_key
from assay.people.access import Viewer
from assay.sales.models import OWING, Match, Opportunity, Order, PickUp, Receipt, Return

PLACED = ("open", "shipped", "completed")
AGES = ((1, 30), (31, 60), (61, 90), (91, None))  # days overdue, from and to
OWES = F("net_amount") - F("returned_net") - F("collected")
# Sold of the list price in millionths, for sorting: whole, so that a page begins exactly where one ended.
OFF = F("net_amount") * 1_000_000 / NullIf(F("list_amount"), 0)


def orders_seen(who: Viewer) -> QuerySet[Order]:
    """Director and finance: all. A manager: his own, and his departments' while he led them.

    A salesperson: his own. An agent: those placed through him. Nobody else.
    """
    rows = Order.objects.all()
    if who.role in ("general", "director", "finance"):
        return rows
    if who.role == "agent":
        return rows.filter(agent=who.agent_id, number__isnull=False)
    if who.role in ("salesperson", "manager"):
        return rows.filter(Q(seller=who.employee_id) | who.led_on("department", "day"))
    return rows.none()


def orders_kept(who: Viewer) -> QuerySet[Order]:
    """Orders a person may change: as seen, but a manager only his own and those of departments he
    leads today."""
    return _kept(who, orders_seen(who))


def _kept(who: Viewer, rows: QuerySet[Any]) -> QuerySet[Any]:
    if who.role != "manager":
        return rows
    return rows.filter(Q(seller=who.employee_id) | Q(department__in=departments_led(who)))


def listed(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with what a list shows, in one query."""
    return rows.select_related("customer", "seller", "agent", "shop", "department")


def narrowed(rows: QuerySet[Order], state: str) -> QuerySet[Order]:
    """By state; `waiting` is a quotation that needs or awaits an approval, `back` is due_back."""
    if state == "waiting":
        return rows.filter(status="quote", approval__in=["needed", "asked", "refused"])
    return due_back(rows) if state == "back" else rows.filter(status=state)


def due_back(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Orders for which more was received than is due: money that goes back to the customer."""
    return rows.annotate(owes=OWES, over=-OWES).filter(
        Q(owes__lt=0) | Q(status__in=("cancelled", "returned"), collected__gt=0)
    )


def costless(rows: QuerySet[Order], today: date) -> QuerySet[Order]:
    """This year's placed orders whose cost nobody knows: what the company keeps of them cannot be told."""
    year = date(today.year, 1, 1)
    return rows.filter(status__in=PLACED, day__gte=year, cost_amount=None)


def opportunities_seen(who: Viewer) -> QuerySet[Opportunity]:
    """As orders are."""
    rows = Opportunity.objects.select_related("customer", "seller")
    if who.role == "director":
        return rows
    return rows.filter(Q(seller=who.employee_id) | who.led_on("department", "day"))


def opportunities_kept(who: Viewer) -> QuerySet[Opportunity]:
    """Those a person may change, as orders."""
    return _kept(who, opportunities_seen(who))


def overdue(rows: QuerySet[Order], today: date) -> QuerySet[Order]:
    """Placed orders past their day with something owed, longest first."""
    return rows.filter(OWING, due_on__lt=today)


def late_for(since: int, until: int | None, today: date) -> Q:
    """Orders overdue for `since` to `until` days (None: longer)."""
    span = Q(due_on__lte=today - timedelta(since))
    return span if until is None else span & Q(due_on__gte=today - timedelta(until))


def receipts_seen(who: Viewer) -> QuerySet[Receipt]:
    """Finance and director: all. Others: what paid the orders they see."""
    rows = Receipt.objects.select_related("customer")
    if who.role in ("general", "director", "finance"):
        return rows
    paid = Match.objects.filter(order__in=orders_seen(who))
    return rows.filter(pk__in=paid.values("receipt"))


def by_matched(rows: QuerySet[Receipt], said: str) -> QuerySet[Receipt]:
    """Receipts with something left to match, or with nothing."""
    done = Q(matched__gte=F("amount"))
    return rows.filter(done) if said == "done" else rows.exclude(done)


def returns_seen(who: Viewer) -> QuerySet[Return]:
    """Returns of the orders a person sees."""
    rows = Return.objects.select_related("order__customer", "order__seller")
    return rows.filter(order__in=orders_seen(who))


def pickups_seen(who: Viewer) -> QuerySet[PickUp]:
    """A clerk: those of his shops. Others: of the orders they see."""
    rows = PickUp.objects.select_related("order__customer", "shop", "clerk")
    if who.role == "clerk":
        return rows.filter(shop__in=who.shop_ids)
    return rows.filter(order__in=orders_seen(who))


def waiting_in(who: Viewer) -> QuerySet[Order]:
    """Orders whose goods are to be picked up in the clerk's shops."""
    return listed(
        Order.objects.filter(pickup_shop__in=who.shop_ids, status__in=("open", "shipped"))
    )


def proposals(receipt: Receipt, orders: QuerySet[Order]) -> list[Order]:
    """Orders a receipt could pay: the customer's (or the payer's) with something owed.

    Those that owe exactly what is left come first, then the oldest.
    """
    named = Customer.objects.filter(name_key=name_key(receipt.payer)).values_list("pk", flat=True)
    titled = Customer.objects.filter(tax_title=receipt.payer).values_list("pk", flat=True)
    payers = {*named[:20], *titled[:20], receipt.customer_id} - {None}
    owing = orders.filter(OWING, customer__in=payers).select_related("customer", "seller")
    found = list(owing.order_by("day", "id")[:50])
    return sorted(found, key=lambda o: (o.owed != receipt.left, o.day, o.pk))
