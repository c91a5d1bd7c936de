"""What customers paid, told by the room that keeps orders; tier, silence and win-backs follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from assay.customers.actions.base import put_tier
from assay.customers.actions.owning import protect
from assay.customers.models import Category, Customer, Loss, Purchase, Rules, TierSpan
from assay.customers.queries.days import rules, year_before
from assay.customers.seeds import CATEGORIES
from assay.errors import UserError
from assay.furniture.many import among, parts

OTHER = "other"


@dataclass(frozen=True)
class Paid:
    """A paid order's amount (分, net of refunds; 0: nothing, or no longer) in one category."""

    customer: Customer
    source: str
    day: date
    amount: int
    category: str = OTHER


def record_purchase_day(
    customer: Customer, *, source: str, day: date, amount: int, category: str = OTHER
) -> Customer:
    """What an order paid in one category; said again, it replaces all that was said of the order.

    source: the order's number. day: the day that counts it (the order's). amount: 分 paid so far,
    net of refunds; 0 takes it back. category: a code of Category. Returns the customer with
    last_paid, quiet_since, tier and protection as they are now.
    """
    touched = record_purchase_days([Paid(customer, source, day, amount, category)])
    whose = _standing([customer])[customer.pk].pk
    return next(row for row in touched if row.pk == whose)


@transaction.atomic
def record_purchase_days(rows: Iterable[Paid]) -> list[Customer]:
    """Many at once (record_purchase_day), an order in several categories as several rows.

    Returns the customers touched, by number: also those to whom an order was told before.
    """
    told = list(rows)
    codes = {row.category or OTHER for row in told}
    named = {category.code: category for category in Category.objects.filter(code__in=codes)}
    for code in sorted(codes - set(named)):
        if code != OTHER:
            raise UserError(_("没有品类 %(code)s") % {"code": code})
        named[OTHER] = Category.objects.create(code=OTHER, name=CATEGORIES[OTHER], place=999)
    whom = _standing([row.customer for row in told])
    with_amount = [row for row in told if row.amount]
    wanted = {(row.source, named[row.category or OTHER].pk) for row in with_amount}
    before = list(among(Purchase.objects.all(), "source", sorted({row.source for row in told})))
    keys = sorted({c.pk for c in whom.values()} | {row.customer_id for row in before})
    rows = Customer.objects.select_for_update()
    locked = {row.pk: row for row in among(rows.order_by("pk"), "pk", keys)}
    held = rules()
    Purchase.objects.bulk_create(
        [
            Purchase(
                source=row.source, customer=locked[whom[row.customer.pk].pk], day=row.day,
                category=named[row.category or OTHER], amount=row.amount,
            )
            for row in with_amount
        ],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["source", "category"],
        update_fields=["customer", "day", "amount"],
    )  # fmt: skip
    gone = [row.pk for row in before if (row.source, row.category_id) not in wanted]
    for part in parts(gone, 1000):
        Purchase.objects.filter(pk__in=part).delete()
    found = list(locked.values())
    _follow(found, held)
    Customer.objects.bulk_update(found, _FOLLOWING)
    return found


def _standing(customers: Sequence[Customer]) -> dict[int, Customer]:
    """Each customer as it stands: the one it was merged into, where it was."""
    found = {}
    for customer in customers:
        now = customer
        while now.merged_into is not None:
            now = now.merged_into
        found[customer.pk] = now
    return found


def settle(customer: Customer) -> Customer:
    """Work out again what follows from a customer's purchases, and save it. The caller locks."""
    _follow([customer], rules())
    customer.save()
    return customer


def _follow(customers: Sequence[Customer], held: Rules) -> None:
    """What follows from the purchases of customers, for the caller to write."""
    keys = [customer.pk for customer in customers]
    bought, back = _by_day(keys), []
    tiers = {
        span.customer_id: span
        for span in among(TierSpan.objects.filter(stop=None), "customer", keys)
    }
    lost: dict[int, list[Loss]] = {}
    for loss in among(Loss.objects.filter(back=None), "customer", keys):
        lost.setdefault(loss.customer_id, []).append(loss)
    for customer in customers:
        paid = bought.get(customer.pk, [])
        days = [day for day, amount in paid if amount > 0]
        customer.first_paid = days[0] if days else None
        customer.last_paid = days[-1] if days else None
        customer.quiet_since = customer.last_paid or customer.opened
        if days:
            protect(customer, days[-1] + timedelta(held.order_protection))
            for loss in lost.get(customer.pk, ()):
                loss.back = next((day for day in days if day > loss.day), None)
                back += [loss] if loss.back else []
        _put_by_amount(customer, paid, held, tiers.get(customer.pk))
        customer.version += 1
    Loss.objects.bulk_update(back, ["back"])


_FOLLOWING = ("first_paid", "last_paid", "quiet_since", "protected_until", "tier", "version")


def _by_day(customers: Sequence[int]) -> dict[int, list[tuple[date, int]]]:
    """What each customer paid, order by order, by day."""
    sums: dict[int, dict[tuple[date, str], int]] = {}
    bought = Purchase.objects.values_list("customer_id", "day", "source", "amount")
    for customer, day, source, amount in among(bought, "customer", customers):
        of_one = sums.setdefault(customer, {})
        of_one[day, source] = of_one.get((day, source), 0) + amount
    return {
        customer: sorted((day, amount) for (day, _source), amount in of_one.items())
        for customer, of_one in sums.items()
    }


def _put_by_amount(
    customer: Customer, paid: list[tuple[date, int]], held: Rules, span: TierSpan | None
) -> None:
    """Key from the first day on which twelve months' receipts reach the threshold.

    span: the one that stands. One of key that began by amount, and would not any more, is taken
    back (a refund). Nobody is lowered for buying less later: that is decided by people.
    """
    if span is not None and span.tier == "key" and span.ground == "amount":
        if _rolling(paid, span.start) >= held.key_threshold:
            return
        start = span.start
        span.delete()
        before = customer.tiers.filter(stop=start).first()
        if before is not None:
            before.stop = None
            before.save()
            customer.tier = before.tier
        else:
            put_tier(customer, "ordinary", ground="opening", day=start)
        span = before
    if span is None or span.tier != "ordinary":
        return
    reached = next(
        (
            day for day, amount in paid
            if day >= span.start and amount > 0 and _rolling(paid, day) >= held.key_threshold
        ),
        None,
    )  # fmt: skip
    if reached is not None:
        put_tier(customer, "key", ground="amount", day=reached)


def _rolling(paid: list[tuple[date, int]], day: date) -> int:
    since = year_before(day)
    return sum(amount for at, amount in paid if since < at <= day)
