"""The facts of a month, pulled from the database: one query a table, all of one moment, into Arrow."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from django.conf import settings
from django.db import connection

from assay.engine.in_force import plan_in_force
from assay.engine.inputs import complete, wanted_by
from assay.facts.assemble import facts_of
from assay.facts.database import Database, fetch, tables_of
from assay.facts.facts import Facts
from assay.facts.selects import SELECTS, written
from assay.period import Month
from assay.plan.program import Program


def plan_of(month: Month) -> tuple[Program, str]:
    """The plan in force in a month: its program and its text. UserError where there is none."""
    program, text, _path = plan_in_force(settings.PLANS, month)
    return program, text


def facts_of_month(program: Program, month: Month) -> Facts:
    """The facts a month is paid by, held to the same checks as files.

    Only the month's own orders where the plan looks no further. On PostgreSQL past the ORM by ADBC.
    Inside a transaction by Django's own connection, which alone sees what was written in it.
    """
    orders = ""
    if program.by_order_date and not program.looks_back:
        orders = f" AND o.day >= '{month.first}' AND o.day < '{month.after}'"
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            tables = _read(cursor, orders)
    elif connection.vendor == "sqlite":
        tables = _beside(orders)
    else:
        tables = fetch(_place(), orders=orders)
    return complete(program, facts_of(tables, wanted_by(program)))


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
