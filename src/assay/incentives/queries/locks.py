"""The order in which months were locked: in it their payroll files went out, whatever months they are of."""

from __future__ import annotations

from assay.incentives.models import PayMonth, Step

Turn = tuple[int, int]
"""A month's lock among all locks; months that were locked before locks were noted, by month."""


def turns() -> dict[int, Turn]:
    """Number of a month -> its turn, of every month that is locked."""
    steps = dict(
        Step.objects.filter(kind="lock", undone_at__isnull=True).values_list("pay_month", "pk")
    )
    rows = PayMonth.objects.filter(state__in=PayMonth.SHUT).only("month")
    return {row.month.index: (steps.get(row.pk, 0), row.month.index) for row in rows}


def last_locked() -> PayMonth | None:
    """The month that was locked last."""
    held = turns()
    if not held:
        return None
    found: PayMonth = PayMonth.objects.get(month=max(held, key=lambda month: held[month]))
    return found
