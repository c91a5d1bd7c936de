"""Many rows at once: looked up by many values, poured into a table, rewritten, in few statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

PART = 5_000  # values named in one statement: SQLite as it is commonly built takes 32,766


def parts(values: Iterable[Any], size: int = PART) -> Iterator[list[Any]]:
    """The values, so many at a time."""
    left = iter(values)
    while part := list(islice(left, size)):
        yield part


def among(rows: models.QuerySet[Any], field: str, values: Iterable[Any]) -> Iterator[Any]:
    """The rows whose field is one of the values, however many those are."""
    for part in parts(values):
        yield from rows.filter(**{f"{field}__in": part})


def new_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """Keys for so many rows to come, that nobody else is given."""
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')::regclass)"
                " FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), count],
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if not cursor.rowcount:
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count]
            )
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = int(cursor.fetchone()[0])
        return range(last - count + 1, last + 1)


def pour(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]],
    ready: bool = False,
) -> None:  # fmt: skip
    """Add rows: COPY on PostgreSQL, one prepared statement on SQLite.

    names: the attributes the values belong to, in their order; what is not named (the key) the
    database gives. ready: texts and whole numbers, which need no turning.
    """
    fields, quote = _fields(model, names), connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    told = rows if ready else _prepared(fields, rows)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copying = f"COPY {table} ({columns}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(copying) as copy:
                for row in told:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(fields))
        for part in parts(told):
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", part)


def rewrite(model: type[models.Model], names: Sequence[str], rows: Sequence[models.Model]) -> None:
    """Write these attributes of rows that stand."""
    fields, quote = _fields(model, names), connection.ops.quote_name
    key = model._meta.pk
    setting = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {setting} WHERE {quote(str(key.column))} = %s"
    values = ([*(field.pre_save(row, False) for field in fields), row.pk] for row in rows)
    with transaction.atomic(), connection.cursor() as cursor:
        for part in parts(_prepared([*fields, key], values)):
            cursor.executemany(sql, part)


def _fields(model: type[models.Model], names: Sequence[str]) -> list[Any]:
    held = {field.attname: field for field in model._meta.concrete_fields}
    named = {field.name: field for field in model._meta.concrete_fields}
    return [held.get(name) or named[name] for name in names]


def _prepared(fields: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """As the database takes them."""
    turns, held = [field.get_db_prep_save for field in fields], connections[DEFAULT_DB_ALIAS]
    for row in rows:
        yield [turn(value, held) for turn, value in zip(turns, row, strict=True)]
