"""The facts of a day as the day left them: what the history says was written since is undone, row by row.

Only kinds that pay rests on, and of orders only those that something was written of. The rows as they
were are put into a database of their own, in memory, and read by the very queries a run reads by.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast, Substr

from assay.facts.database import tables_of
from assay.facts.selects import OF_ORDERS, written
from assay.furniture.kept import Kept
from assay.furniture.models import Change
from assay.people.models import Agent, Assignment, Department, Employee, Shop
from assay.sales.models import Match, Order, OrderLine, OrderShare, Receipt, Target, TargetPlan

Row = dict[str, Any]
ORDER = "sales.order "
OVERLAP = 100_000  # lines of a long writer that stand behind those of others
# What the queries read of each kind (attnames); of orders their own amounts, too, for what counts of them.
ORDERS: Mapping[type[Kept], tuple[str, ...]] = {
    Order: (
        "number", "day", "seller_id", "customer_id", "channel", "agent_id", "shop_id", "counted_list",
        "counted_net", "status", "delivered_on", "list_amount", "net_amount", "returned_net",
    ),
    OrderLine: (
        "order_id", "number", "list_amount", "net_amount", "returned_list", "returned_net", "returned",
        "quantity",
    ),
    OrderShare: ("order_id", "employee_id", "part"),
    Match: ("receipt_id", "order_id", "amount"),
    Receipt: ("day",),
}  # fmt: skip
# Table of the facts -> the kinds its query reads.
AROUND: Mapping[str, tuple[tuple[type[Kept], tuple[str, ...]], ...]] = {
    "employees": ((Employee, ("number", "name")),),
    "agents": ((Agent, ("code", "name", "start", "stop")),),
    "shops": ((Shop, ("code", "name", "start", "stop")),),
    "departments": ((Department, ("code",)),),
    "posts": ((Assignment, ("employee_id", "role", "department_id", "start", "stop")),),
    "targets": (
        (Target, ("employee_id", "plan_id", "month", "amount")),
        (TargetPlan, ("department_id", "state")),
    ),
}


def _since(moment: datetime) -> QuerySet[Change]:
    """The history from a moment on. Moments have no index, numbers do: they go up alike, but for what
    was written long and all at once.
    """
    before = (
        Change.objects.filter(at__lt=moment).order_by("-pk").values_list("pk", flat=True).first()
    )
    rows = Change.objects.filter(at__gte=moment)
    return rows if before is None else rows.filter(pk__gt=before - OVERLAP)


def orders_since(moment: datetime) -> set[int]:
    """The orders of which anything was written from a moment on: themselves, their lines, parts, receipts."""
    since = _since(moment)
    own = since.filter(whole__startswith=ORDER)
    found = set(
        own.annotate(order=Cast(Substr("whole", len(ORDER) + 1), BigIntegerField()))
        .values_list("order", flat=True).distinct()
    )  # fmt: skip
    matches = since.filter(label="sales.match")
    receipts = since.filter(label="sales.receipt").values("key")
    now = Match.objects.filter(Q(pk__in=matches.values("key")) | Q(receipt__in=receipts))
    found |= set(now.values_list("order", flat=True))
    for what in matches.values_list("what", flat=True):
        found |= {int(value) for value in what.get("order_id", ()) if value is not None}
    return found


def as_of(moment: datetime, orders: Collection[int], meant: str) -> dict[str, pa.Table]:
    """Tables of the facts as they stood at a moment: of some orders, by the condition `meant` on `o`,
    and whole those around orders of which anything was written since.
    """
    found: dict[str, pa.Table] = {}
    with closing(sqlite3.connect(":memory:")) as beside:
        _put_orders(beside, moment, orders)
        around = [name for name, kinds in AROUND.items() if _touched(kinds, moment)]
        for name in around:
            for kind, columns in AROUND[name]:
                _put(beside, kind, columns, _were(kind, columns, kind.objects.all(), moment))
        names = (*OF_ORDERS, *around)
        rows = {name: beside.execute(written(name, True, meant)).fetchall() for name in names}
    tables = tables_of(rows)
    found |= {name: tables[name] for name in names}
    return found


def _touched(kinds: tuple[tuple[type[Kept], tuple[str, ...]], ...], moment: datetime) -> bool:
    labels = [kind._meta.label_lower for kind, _columns in kinds]
    return _since(moment).filter(label__in=labels).exists()


def _put_orders(beside: sqlite3.Connection, moment: datetime, orders: Collection[int]) -> None:
    keys = {
        Order: Q(pk__among=orders), OrderLine: Q(order__among=orders), OrderShare: Q(order__among=orders),
        Match: Q(order__among=orders), Receipt: Q(matches__order__among=orders),
    }  # fmt: skip
    were = {
        kind: _were(kind, columns, kind.objects.filter(keys[kind]), moment)
        for kind, columns in ORDERS.items()
    }
    _counted(were[Order], were[OrderLine])
    for kind, columns in ORDERS.items():
        _put(beside, kind, columns, were[kind])


def _counted(orders: Mapping[int, Row], lines: Mapping[int, Row]) -> None:
    """What counts of each order, which is worked out whenever goods come back and has no history."""
    back: dict[int, int] = defaultdict(int)
    for line in lines.values():
        back[line["order_id"]] += line["returned_list"] or 0
    for key, row in orders.items():
        whole = row["status"] == "returned"
        row["counted_list"] = row["list_amount"] - (0 if whole else back[key])
        row["counted_net"] = row["net_amount"] - (0 if whole else row["returned_net"] or 0)


def _were(
    kind: type[Kept], columns: tuple[str, ...], now: QuerySet[Any], moment: datetime
) -> dict[int, Row]:
    """Rows of a kind as they were at a moment. The rows are read before the history: what is written in
    between stands in the history alone, and undoing it changes nothing.
    """
    held = {row["id"]: row for row in now.values("id", *columns)}
    since = _since(moment).filter(label=kind._meta.label_lower).order_by("-pk")
    for key, verb, what in since.values_list("key", "verb", "what"):
        if verb == "add":
            held.pop(key, None)
        elif verb == "delete":
            held[key] = {"id": key} | {name: what.get(name, (None, None))[1] for name in columns}
        elif key in held:
            held[key] |= {name: what[name][0] for name in columns if name in what}
    return {key: _plain(kind, row) for key, row in held.items()}


def _plain(kind: type[Kept], row: Row) -> Row:
    """A row with its values as the database has them; the history says days and months as texts."""
    return {"id": row["id"]} | {
        name: _value(kind, name, value) for name, value in row.items() if name != "id"
    }


def _value(kind: type[Kept], name: str, value: Any) -> Any:
    field: Any = kind._meta.get_field(name)
    if value is None:
        return None if field.null else ""
    plain = field.get_prep_value(field.to_python(value))
    return plain.isoformat() if isinstance(plain, date) else plain


def _put(
    beside: sqlite3.Connection, kind: type[Kept], columns: tuple[str, ...], rows: Mapping[int, Row]
) -> None:
    names = ("id", *columns)
    told = ", ".join(f'"{name}"' for name in names)
    beside.execute(f"CREATE TABLE {kind._meta.db_table} ({told})")
    marks = ", ".join("?" * len(names))
    beside.executemany(
        f"INSERT INTO {kind._meta.db_table} VALUES ({marks})",
        ([row[name] for name in names] for row in rows.values()),
    )


def joined(
    now: Mapping[str, pa.Table], then: Mapping[str, pa.Table]
) -> Iterator[tuple[str, pa.Table]]:
    """Tables of now without some orders, and of then: these orders beside them, the rest in their place."""
    for name, table in now.items():
        if name in OF_ORDERS:
            yield name, pa.concat_tables([table, then[name].cast(table.schema)])
        else:
            yield name, then.get(name, table)
