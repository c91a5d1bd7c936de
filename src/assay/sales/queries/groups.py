"""Corporate groups: their customers, what these bought this year and what is still to be collected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from assay.customers.access import customers_seen, groups_seen
from assay.customers.models import Group
from assay.people.access import Viewer
from assay.sales.models import OWING, Order
from assay.sales.queries.orders import PLACED, orders_seen


@dataclass(frozen=True)
class Totals:
    """A group as somebody sees it; net: of this year's placed orders, owed: still to come, in 分."""

    customers: int
    keys: int
    net: int
    owed: int


# Whose an order is: orders of an absorbed archive count for the customer it is part of.
WHOSE = ("customer", "customer__merged_into")


def _sum(orders: QuerySet[Order], who: Viewer, within: str, what: Any) -> Any:
    """Of the orders of each row (a customer; `within`: what holds customers); 0 where there are none."""
    found: Any = Value(0)
    for whose in WHOSE:
        by = f"{whose}{within}"
        mine = orders.filter(**{by: OuterRef("pk"), f"{whose}__in": customers_seen(who)})
        told = mine.order_by().values(by).annotate(told=Sum(what)).values("told")
        found += Coalesce(Subquery(told, output_field=BigIntegerField()), Value(0))
    return found


def _figures(who: Viewer, today: date, within: str = "") -> dict[str, Any]:
    """This year's net and what is owed, of the orders and the customers somebody sees."""
    orders = orders_seen(who)
    year = orders.filter(status__in=PLACED, day__year=today.year)
    left = F("net_amount") - F("returned_net") - F("collected")
    return {
        "net": _sum(year, who, within, F("counted_net")),
        "owed": _sum(orders.filter(OWING), who, within, left),
    }


def groups_listed(who: Viewer, today: date) -> QuerySet[Any]:
    """Groups with `count` and `keys` (customers this person sees, key accounts), `net`, `owed`."""
    seen = customers_seen(who).filter(group=OuterRef("pk")).order_by().values("group")

    def counted(rows: QuerySet[Any, Any]) -> Coalesce:
        return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), Value(0))

    return groups_seen(who).annotate(
        count=counted(seen), keys=counted(seen.filter(tier="key")),
        **_figures(who, today, "__group"),
    )  # fmt: skip


def members(group: Group, who: Viewer, today: date) -> QuerySet[Any]:
    """The group's customers this person sees, with `net` and `owed`, by name."""
    rows = customers_seen(who).filter(group=group).select_related("owner", "shop")
    return rows.annotate(**_figures(who, today)).order_by("pinyin", "pk")


def totals(rows: list[Any]) -> Totals:
    """What the members come to."""
    return Totals(
        len(rows), sum(row.tier == "key" for row in rows), sum(row.net for row in rows),
        sum(row.owed for row in rows),
    )  # fmt: skip
