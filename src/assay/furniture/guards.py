"""Rows that stay: on SQLite what REPLACE would take away is refused, too; guards are taken down again.

SQLite's REPLACE (of INSERT and of UPDATE) deletes the rows in its way, and no trigger on DELETE sees
it. So triggers look first whether a row that stays already has a key of the new one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

MADE = re.compile(
    r"\s*CREATE (?:TRIGGER (?P<guard>\w+)\b.*? ON (?P<table>\w+)|FUNCTION (?P<function>\w+))",
    re.DOTALL,
)


def irreplaceable(connection: Any, table: str, said: str, stays: str = "") -> Iterator[str]:
    """The statements that keep the rows of a table on SQLite from being replaced; they abort with `said`.

    stays: a condition on `held`, the row in the way; empty where every row stays. The keys are the
    table's unique indexes as they stand: a migration that adds one puts these triggers up anew.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA table_info({table})")
        every = [row[1] for row in cursor.fetchall()]
        keys = [(["id"], ""), *_keys(cursor, table)]
    new = "(SELECT " + ", ".join(f'NEW."{name}" AS "{name}"' for name in every) + ")"
    touched = [
        n for n in every if any(n in columns or f'"{n}"' in where for columns, where in keys)
    ]
    changed = ", ".join(f'"{name}"' for name in touched)
    verbs = {"insert": "INSERT", "update": f"UPDATE OF {changed}"}
    for verb, when in verbs.items():
        met = []
        for columns, where in keys:
            alike = [f'held."{name}" = NEW."{name}"' for name in columns]
            alike += [f"({also})" for also in (where, stays) if also]
            alike += ["held.id <> OLD.id"] if verb == "update" else []
            same = f"EXISTS (SELECT 1 FROM {table} held WHERE {' AND '.join(alike)})"
            met.append(f"{same} AND EXISTS (SELECT 1 FROM {new} WHERE {where})" if where else same)
        yield (
            f"CREATE TRIGGER {table}_irreplaceable_{verb} BEFORE {when} ON {table} FOR EACH ROW"
            f" WHEN {' OR '.join(met)} BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )


def taken_down(put_up: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """The way back of a migration whose `put_up` only makes triggers and functions: each is dropped.

    One that is gone already, as with a table that SQLite built anew, is passed over.
    """

    def take_down(apps: Any, editor: Any) -> None:
        said: list[str] = []
        put_up(apps, SimpleNamespace(connection=editor.connection, execute=said.append))
        for statement in reversed(said):
            made = MADE.match(statement)
            if made is None:
                raise ValueError(f"not a guard: {statement}")
            if made["function"]:
                editor.execute(f"DROP FUNCTION IF EXISTS {made['function']}()")
            else:
                place = f" ON {made['table']}" if editor.connection.vendor == "postgresql" else ""
                editor.execute(f"DROP TRIGGER IF EXISTS {made['guard']}{place}")

    return take_down


def _keys(cursor: Any, table: str) -> Iterator[tuple[list[str], str]]:
    """Columns and condition of each unique index of a table."""
    cursor.execute(
        "SELECT l.name, m.sql FROM pragma_index_list(%s) l LEFT JOIN sqlite_master m ON m.name = l.name"
        ' WHERE l."unique" = 1',
        [table],
    )
    for name, sql in cursor.fetchall():
        cursor.execute("SELECT name FROM pragma_index_info(%s) ORDER BY seqno", [name])
        columns = [column for (column,) in cursor.fetchall()]
        yield columns, (sql or "").partition(" WHERE ")[2]
