"""Which order a receipt surely pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from assay.sales.models import Order, Receipt
from assay.sales.queries.orders import OWES, PLACED


@dataclass(frozen=True)
class Open:
    """A receipt with something left, and the one order it surely pays (None: look).

    That is the only one that owes exactly this, or the payer's only one, which owes more.
    """

    row: Receipt
    order: Order | None
    could: int
    days: int


def opened(rows: Sequence[Receipt], orders: QuerySet[Order], today: date) -> list[Open]:
    """Each with the orders it could pay: those of its customer or its payer; one query for all."""
    payers = [r.payer for r in rows]
    whose = Q(customer__in=[r.customer_id for r in rows if r.customer_id])
    whose |= Q(customer__name__in=payers) | Q(customer__tax_title__in=payers)
    owing = orders.filter(whose, status__in=PLACED).annotate(owes=OWES).filter(owes__gt=0)
    held = list(owing.select_related("customer").order_by("day", "pk")[:400]) if rows else []
    found = []
    for row in rows:
        could = [
            o for o in held
            if o.customer_id == row.customer_id or row.payer in (o.customer.name, o.customer.tax_title)
        ]  # fmt: skip
        sure = [o for o in could if o.owed == row.left] or [o for o in could if o.owed > row.left]
        only = sure[0] if len(sure) == 1 and (len(could) == 1 or sure[0].owed == row.left) else None
        found.append(Open(row, only, len(could), (today - row.day).days))
    return found
