"""What files name, read in a few queries: orders that stand, and who was in which department when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assay.people.models import Assignment, Employee
from assay.people.queries import PAYEES
from assay.sales.models import Order, Receipt


@dataclass(frozen=True)
class Posts:
    """Spans of selling and managing of some people: employee -> [(start, stop, department)]."""

    spans: dict[int, list[tuple[date, date | None, int | None]]]

    def on(self, employee: int, day: date) -> int | None:
        """The department on a day, as people.queries.team_on tells it for one."""
        for start, stop, department in self.spans.get(employee, ()):
            if start <= day and (stop is None or day < stop):
                return department
        return None


def posts_of(people: Iterable[Employee]) -> Posts:
    """The posts of some people, a salesperson's before a manager's."""
    found: dict[int, list[tuple[date, date | None, int | None]]] = defaultdict(list)
    rows = Assignment.objects.filter(employee__in=list(people), role__in=PAYEES)
    for post in rows.order_by("-role", "pk"):
        found[post.employee_id].append((post.start, post.stop, post.department_id))
    return Posts(dict(found))


def standing_orders(numbers: Iterable[str]) -> dict[str, Order]:
    """Orders of these numbers with all that a file could change in them, by number."""
    rows = Order.objects.filter(number__in=list(numbers)).select_related(
        "customer", "seller", "agent", "shop", "pickup_shop"
    )
    found = rows.prefetch_related("lines__good", "shares__employee", "pickups", "returns")
    return {row.number or "": row for row in found}


def standing_receipts(references: Iterable[str]) -> dict[str, Receipt]:
    """Receipts of these bank references with what they pay, by reference."""
    rows = Receipt.objects.filter(reference__in=list(references)).select_related("customer")
    return {row.reference or "": row for row in rows.prefetch_related("matches__order")}
