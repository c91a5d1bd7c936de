"""What moved in a running month since a day that was kept: order by order, to the 分."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from assay.customers.models import Customer
from assay.incentives.models import DayKept
from assay.incentives.queries.opened import Account
from assay.sales.models import Order


@dataclass(frozen=True)
class Moved:
    """An order, or a line that is no order's, that pays otherwise; 分, None where it was not there."""

    number: str
    customer: str
    title: str
    before: int | None
    after: int | None

    @property
    def difference(self) -> int:
        """After less before."""
        return (self.after or 0) - (self.before or 0)


def moved(kept: DayKept, account: Account) -> list[Moved]:
    """Every difference; they add up to that of the totals."""
    was_orders: dict[str, int] = defaultdict(int)
    was_lines = {line: (title, amount) for line, title, amount in kept.told["lines"]}
    for line, number, *_rest, amount in kept.told["orders"]:
        was_orders[number] += amount
        title, left = was_lines.get(line, (line, 0))
        was_lines[line] = (title, left - amount)
    now_orders: dict[str, int] = defaultdict(int)
    now_lines: dict[str, tuple[str, int]] = {}
    names: dict[str, str] = {}
    for opened in account.lines:
        for order in opened.orders:
            now_orders[order.number] += order.amount
            names[order.number] = order.customer
        rest = opened.amount - sum(order.amount for order in opened.orders)
        now_lines[opened.name] = (opened.title, rest)
    gone = was_orders.keys() - names.keys()
    names |= _customers(gone)
    found = [
        Moved(number, names.get(number, ""), "", was_orders.get(number), now_orders.get(number))
        for number in sorted(was_orders.keys() | now_orders.keys())
    ]
    found += [
        Moved(
            "", "", (now_lines.get(name) or was_lines[name])[0],
            was_lines.get(name, ("", None))[1], now_lines.get(name, ("", None))[1],
        )
        for name in dict.fromkeys([*now_lines, *was_lines])
    ]  # fmt: skip
    # A new order that pays nothing yet has moved too; a line of nought has not.
    return [
        m for m in found if m.difference or (m.number and (m.before is None or m.after is None))
    ]


def _customers(numbers: Collection[str]) -> dict[str, str]:
    rows = dict(Order.objects.filter(number__in=numbers).values_list("number", "customer"))
    people = dict(Customer.objects.filter(pk__in=set(rows.values())).values_list("pk", "name"))
    return {str(number): people[pk] for number, pk in rows.items()}
