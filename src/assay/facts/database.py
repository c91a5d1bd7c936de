"""The facts of a department's database into Arrow, past the web: SQLite or PostgreSQL by ADBC."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import adbc_driver_manager
import adbc_driver_postgresql.dbapi
import adbc_driver_sqlite.dbapi
import pyarrow as pa
from adbc_driver_manager.dbapi import Connection, Cursor

from assay.errors import UserError
from assay.facts.assemble import facts_of, shaped
from assay.facts.facts import Facts, Progress
from assay.facts.schema import Wanted
from assay.facts.selects import OF_ORDERS, SELECTS, written

WORD = "db"
BATCH = {"adbc.sqlite.query.batch_rows": "65536"}
# From here on orders are read in two parts at once; below it a second connection costs more.
LARGE = 200_000


@dataclass(frozen=True)
class Database:
    """Where a department's database is: a file of SQLite, or a URL of PostgreSQL."""

    place: str

    @property
    def sqlite(self) -> bool:
        """Whether it is a file."""
        return "://" not in self.place


def database_at(text: str) -> Database | None:
    """`db`, `db:FILE`, `db:FOLDER` (a data folder) or `db:postgres://…`; None for anything else.

    `db` alone is the database the site itself would open: DATABASE_URL, else the data folder's.
    """
    word, mark, place = text.partition(":")
    if word != WORD:
        return None
    url = place if mark else os.environ.get("DATABASE_URL", "")
    if url.startswith(("postgres://", "postgresql://")):
        return Database(url)
    if "://" in url and not url.startswith("sqlite:///"):
        raise UserError(f"--facts {text}: write db, db:FILE, db:FOLDER or db:postgres://…")
    path = Path(url.removeprefix("sqlite:///") or os.environ.get("ASSAY_DATA", "data"))
    if path.is_dir():
        path /= "assay.sqlite3"
    if not path.is_file():
        raise UserError(
            f"{path}: no such database; name one with --facts db:FILE, or its folder with ASSAY_DATA"
        )
    return Database(str(path.resolve()))


def read_database(
    place: Database, wanted: Wanted, progress: Progress | None = None, memory: str = ""
) -> Facts:
    """The facts of a whole database, all tables of one moment. UserError where it cannot be read."""
    say = progress or (lambda text: None)
    return facts_of(fetch(place, say), wanted, progress, memory)


def fetch(
    place: Database, say: Progress = lambda text: None, orders: str = ""
) -> dict[str, pa.Table]:
    """Every table of the facts as Arrow, as the database was at one moment.

    `orders` is a further condition on the orders `o`, from AND on.
    """
    try:
        with _moment(place) as (first, second):
            found = {}
            for table in SELECTS:
                say(f"reading {table}")
                found[table] = shaped(table, _table(place, first, second, table, orders))
            return found
    except adbc_driver_manager.Error as error:
        raise UserError(_told(place, error)) from None


def _told(place: Database, error: Exception) -> str:
    said = (str(error).splitlines() or ["no reason given"])[0]
    where = place.place if place.sqlite else "the database"
    if "no such table" in said or "does not exist" in said:
        return f"{where}: no department in it, or of an older version; ./assay serve brings it up to date"
    return f"{where}: {said}"


@contextmanager
def _moment(place: Database) -> Iterator[tuple[Connection, Connection]]:
    """Two connections that see the same moment, whoever writes meanwhile."""
    connect = _sqlite if place.sqlite else _postgres
    with connect(place.place) as first, connect(place.place) as second:
        if place.sqlite:
            _still(place.place, first, second)
        else:
            _do(first, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            with first.cursor() as cursor:
                cursor.execute("SELECT pg_export_snapshot()")
                found = cursor.fetchone()
            assert found is not None
            _do(second, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            _do(second, f"SET TRANSACTION SNAPSHOT '{found[0]}'")
        yield first, second
        first.rollback()
        second.rollback()


def _sqlite(place: str) -> Connection:
    made: Connection = adbc_driver_sqlite.dbapi.connect(f"file:{place}?mode=rw")
    return made


def _postgres(place: str) -> Connection:
    made: Connection = adbc_driver_postgresql.dbapi.connect(place)
    return made


def _still(place: str, first: Connection, second: Connection) -> None:
    """Let both begin while a third holds off writers for that moment."""
    with adbc_driver_sqlite.dbapi.connect(f"file:{place}?mode=rw", autocommit=True) as third:
        _do(third, "PRAGMA busy_timeout = 20000")
        _do(third, "BEGIN IMMEDIATE")
        for connection in (first, second):
            _do(connection, "SELECT count(*) FROM sqlite_master")
        _do(third, "ROLLBACK")


def _do(connection: Connection, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        if cursor.description:
            cursor.fetchall()


def _table(
    place: Database, first: Connection, second: Connection, table: str, orders: str
) -> pa.Table:
    if table not in OF_ORDERS:
        return _read(first, written(table, place.sqlite), place.sqlite)
    with first.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM sales_order")
        found = cursor.fetchone()
    last = int(found[0]) if found else 0
    if last < LARGE:
        return _read(first, written(table, place.sqlite, orders), place.sqlite)
    halves = [f"{orders} AND o.id <= {last // 2}", f"{orders} AND o.id > {last // 2}"]
    return _together(place, table, [(first, halves[0]), (second, halves[1])])


def _together(place: Database, table: str, parts: list[tuple[Connection, str]]) -> pa.Table:
    """Parts of a table read at once; the driver waits outside of Python's lock."""
    found: dict[int, pa.Table] = {}
    wrong: list[BaseException] = []

    def read(number: int, connection: Connection, orders: str) -> None:
        try:
            query = written(table, place.sqlite, orders)
            found[number] = _read(connection, query, place.sqlite)
        except BaseException as error:
            wrong.append(error)

    threads = [
        threading.Thread(target=read, args=(number, *part)) for number, part in enumerate(parts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    return pa.concat_tables([shaped(table, found[number]) for number in sorted(found)])


def _read(connection: Connection, query: str, sqlite: bool) -> pa.Table:
    with connection.cursor() as cursor:
        if sqlite:
            _batches(cursor)
        cursor.execute(query)
        return cursor.fetch_arrow_table()


def _batches(cursor: Cursor) -> None:
    cursor.adbc_statement.set_options(**BATCH)


def tables_of(rows: Mapping[str, list[tuple[object, ...]]]) -> dict[str, pa.Table]:
    """The same tables out of rows that another connection read (a page, inside its transaction)."""
    made = {}
    for table, select in SELECTS.items():
        columns = list(zip(*rows.get(table, ()), strict=True)) or [()] * len(select.columns)
        made[table] = shaped(
            table,
            pa.table(
                {
                    name: pa.array([_plain(v, kind) for v in values])
                    if values
                    else pa.array([], pa.string())
                    for (name, kind), values in zip(select.columns.items(), columns, strict=True)
                }
            ),
        )
    return made


def _plain(value: object, kind: str) -> object:
    if kind == "number":
        return value
    return "" if value is None else str(value)
