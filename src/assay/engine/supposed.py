"""Orders that nobody wrote: rows as the facts would hold them, for a month asked “what if”."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assay.engine.inputs import orders_view
from assay.facts.facts import Facts
from assay.plan.tree import Value

MARK = "+"
"""Numbers of supposed orders begin with this; no order of the facts is called so."""


@dataclass(frozen=True)
class Supposed:
    """An order somebody imagines; amounts in 分. Whose it is stands in one of the three codes."""

    day: date
    listed: int
    net: int
    channel: str
    seller: str | None = None
    agent: str | None = None
    shop: str | None = None


def rows_of(facts: Facts, orders: Sequence[Supposed]) -> list[Mapping[str, Value]]:
    """The orders as rows of the facts, after all that are there on the same day.

    A delivery or collection on the order's own day is supposed too, so that every reading of the
    month has them in it.
    """
    view = orders_view(facts)
    query = f"SELECT * FROM {view} LIMIT 0"
    columns = [c[0] for c in facts.connection.execute(query).description or ()]
    place = facts.number(f"SELECT max(row) FROM {view}")
    rank = facts.number(f"SELECT max(id_rank) FROM {view}")
    return [
        {
            **dict.fromkeys(columns),
            "row": place + at,
            "id_rank": rank + at,
            "order_id": f"{MARK}{at}",
            "order_date": one.day,
            "month": one.day.year * 12 + one.day.month - 1,
            "channel": one.channel,
            "salesperson_id": one.seller,
            "agent_id": one.agent,
            "store_id": one.shop,
            "list_amount": one.listed,
            "net_amount": one.net,
            "valid": True,
            **{name: one.day for name in ("delivered_on", "collected_on") if name in columns},
        }
        for at, one in enumerate(orders, start=1)
    ]
