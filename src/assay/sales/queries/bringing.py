"""What files name, read in a few queries: orders with their lines, and receipts, that stand."""

from __future__ import annotations

from collections.abc import Iterable

from assay.furniture.many import among
from assay.sales.models import Order, OrderLine, Receipt


def standing_orders(numbers: Iterable[str]) -> dict[str, Order]:
    """Orders of these numbers with all that a file could change in them, by number."""
    rows = Order.objects.select_related("customer", "seller", "agent", "shop", "pickup_shop")
    rows = rows.prefetch_related("lines__good", "shares__employee", "pickups", "returns")
    return {row.number: row for row in among(rows, "number", numbers)}


def standing_receipts(references: Iterable[str]) -> dict[str, Receipt]:
    """Receipts of these bank references with what they pay, by reference."""
    rows = Receipt.objects.select_related("customer").prefetch_related("matches__order")
    return {row.reference: row for row in among(rows, "reference", references)}


def lines_of(orders: Iterable[Order]) -> dict[int, list[OrderLine]]:
    """Lines of each order, by its key, with goods and their categories."""
    found: dict[int, list[OrderLine]] = {order.pk: [] for order in orders}
    rows = OrderLine.objects.select_related("good__category").order_by("order_id", "number")
    for line in among(rows, "order", sorted(found)):
        found[line.order_id].append(line)
    return found
