"""The facts of a month, pulled from the database: one query a table, all of one moment, into Arrow."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from django.db import connection
from django.utils import timezone

from assay.engine.inputs import complete, wanted_by
from assay.facts.assemble import facts_of
from assay.facts.database import Database, fetch, tables_of
from assay.facts.facts import Facts
from assay.facts.selects import SELECTS, written
from assay.incentives.queries.rewound import as_of, joined, orders_since
from assay.period import Month
from assay.plan.program import Program
from assay.sales.models import Order

TRIES = 3


def facts_of_month(program: Program, month: Month) -> Facts:
    """The facts a month is paid by, held to the same checks as files."""
    return facts_out_of(pulled(program, month, month), program)


def facts_of_day(program: Program, day: date) -> Facts:
    """The facts of a day's month as the day left them: what was written since is undone by the history.

    Orders and collections of later days are left out, and whatever was put down later.
    """
    return facts_out_of(tables_of_day(program, day), program)


def tables_of_day(program: Program, day: date) -> Mapping[str, pa.Table]:
    """The tables those facts are made of."""
    month, ended = Month.of(day), timezone.make_aware(datetime.combine(day + timedelta(1), time()))
    dated = f" AND o.day <= '{day}'"
    for _ in range(TRIES):
        touched = orders_since(ended)
        # Only what the day itself does not keep out is named: of a day long gone nearly all is later.
        known = Order.objects.filter(day__lte=day, pk__among=touched)
        named = ", ".join(str(key) for key in known.values_list("pk", flat=True))
        then = as_of(ended, touched, _of_months(program, month, month, dated))
        now = pulled(
            program, month, month, dated + (f" AND o.id NOT IN ({named})" if named else "")
        )
        if orders_since(ended) <= touched:  # nothing new was written of meanwhile
            break
    tables = dict(joined(now, then))
    paid = tables["collections"]
    on = [str(said) <= str(day) for said in paid["on"].to_pylist()]
    tables["collections"] = paid.filter(pa.array(on, pa.bool_()))
    return tables


def facts_out_of(tables: Mapping[str, pa.Table], program: Program) -> Facts:
    """Facts as a program reads them. UserError where a reading's facts are not there."""
    return complete(program, facts_of(tables, wanted_by(program)))


def looks_about(program: Program) -> bool:
    """Whether a program looks at orders of other months than those it pays."""
    return program.looks_back or not program.by_order_date


def pulled(
    program: Program, first: Month, last: Month, meant: str = ""
) -> Mapping[str, pa.Table]:  # fmt: skip
    """The tables some months are paid by, of one moment; `meant`: a further condition on orders `o`.

    Only the months' own orders where the plan looks no further. On PostgreSQL past the ORM by ADBC.
    Inside a transaction by Django's own connection, which alone sees what was written in it.
    """
    orders = _of_months(program, first, last, meant)
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            return _read(cursor, orders)
    if connection.vendor == "sqlite":
        return _beside(orders)
    return fetch(_place(), orders=orders)


def _of_months(program: Program, first: Month, last: Month, meant: str) -> str:
    if looks_about(program):
        return meant
    return f"{meant} AND o.day >= '{first.first}' AND o.day < '{last.after}'"


def _read(cursor: Any, orders: str) -> dict[str, pa.Table]:
    rows = {}
    for table in SELECTS:
        cursor.execute(written(table, connection.vendor == "sqlite", orders))
        rows[table] = list(cursor.fetchall())
    return tables_of(rows)


def _beside(orders: str) -> dict[str, pa.Table]:
    """One moment of the SQLite file, by a connection that holds no writer up.

    By Python's own SQLite: a second copy of the library in one process (ADBC brings one) would let
    go of the locks of the first whenever it closes the file.
    """
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(f"file:{quote(name)}?mode=ro", uri=True, timeout=20)) as beside:
        beside.isolation_level = None
        beside.execute("BEGIN")
        return _read(beside.cursor(), orders)


def _place() -> Database:
    """The PostgreSQL database of this site as ADBC opens it."""
    said = connection.settings_dict
    user = f"{said['USER']}:{said['PASSWORD']}@" if said["PASSWORD"] else f"{said['USER']}@"
    host, port = said["HOST"] or "localhost", said["PORT"] or 5432
    return Database(f"postgresql://{user}{host}:{port}/{said['NAME']}")
