"""What files name, read in a few queries: orders and receipts that stand."""

from __future__ import annotations

from collections.abc import Iterable

from assay.furniture.many import among
from assay.sales.models import Order, Receipt


def standing_orders(numbers: Iterable[str]) -> dict[str, Order]:
    """Orders of these numbers with all that a file could change in them, by number."""
    rows = Order.objects.select_related("customer", "seller", "agent", "shop", "pickup_shop")
    rows = rows.prefetch_related("lines__good", "shares__employee", "pickups", "returns")
    return {row.number: row for row in among(rows, "number", numbers)}


def standing_receipts(references: Iterable[str]) -> dict[str, Receipt]:
    """Receipts of these bank references with what they pay, by reference."""
    rows = Receipt.objects.select_related("customer").prefetch_related("matches__order")
    return {row.reference: row for row in among(rows, "reference", references)}
