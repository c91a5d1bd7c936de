"""read_facts(): a folder of files to normalised tables in DuckDB, with what was turned away."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from assay.errors import UserError
from assay.facts.cells import Rejection
from assay.facts.checks import (
    check_below,
    check_doubled,
    check_key,
    check_orders,
    check_people,
    check_targets,
    left_out,
)
from assay.facts.files import digest, find
from assay.facts.schema import Wanted, specs_of
from assay.facts.tables import load_parquet, load_sheet

Progress = Callable[[str], None]
BELOW = ("collections", "order_lines")


@dataclass
class Facts:
    """The facts of a run: tables orders, holdings, targets, … in `connection`.

    present: table -> columns that are there. rejected: rows turned away, not in the tables.
    reads: another relation of the same columns that orders are read from, as for "what if".
    """

    connection: duckdb.DuckDBPyConnection
    present: dict[str, set[str]] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    ignored: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    numbered: bool = False
    reads: str = ""

    def has(self, table: str) -> bool:
        """Whether a table's file was there."""
        return table in self.present

    def number(self, query: str, values: Sequence[object] = ()) -> int:
        """The one number a query yields."""
        found = self.connection.execute(query, list(values)).fetchall()
        return int(found[0][0]) if found and found[0][0] is not None else 0

    def turn_away(self, rejected: Sequence[Rejection]) -> None:
        """Reject further rows after reading (what a plan itself refuses)."""
        self.rejected.extend(rejected)
        for table, path in self.files.items():
            rows = [(rejection.row,) for rejection in rejected if rejection.file == path.name]
            if not rows:
                continue
            if table == "orders":
                self.connection.executemany("INSERT INTO rejected_orders VALUES (?)", rows)
                _publish_orders(self, any_rejected=True)
            else:
                self.connection.executemany(f"DELETE FROM {table} WHERE row = ?", rows)


def read_facts(
    folder: Path,
    wanted: Wanted,
    progress: Progress | None = None,
    memory: str = "",
    trusted: bool = False,
) -> Facts:
    """Read every file of a folder that a plan can use. Raises UserError for what cannot be read.

    Rows that break a rule of the contract are not in the tables but in `rejected`. `trusted`
    leaves out the checks of orders: for facts that were checked before and kept as Parquet.
    """
    if not folder.is_dir():
        raise UserError(
            f"{folder}: no such folder; --facts names a folder with orders.csv, people.csv"
        )
    config: dict[str, str | bool | int | float | list[str]] = (
        {"memory_limit": memory} if memory else {}
    )
    facts = Facts(duckdb.connect(":memory:", config=config))
    facts.connection.execute("SET preserve_insertion_order = false")
    say = progress or (lambda text: None)
    try:
        for table in ("people", "orders", "targets", *BELOW, *_declared(wanted)):
            say(f"reading {table}")
            _load(facts, folder, table, wanted)
        normalise(facts, wanted, say, trusted)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        _damaged(facts, error)
    return facts


def _damaged(facts: Facts, error: duckdb.Error) -> None:
    """Name the Parquet files a query broke on; without any, the error is not the files'."""
    names = [path.name for path in facts.files.values() if path.suffix == ".parquet"]
    if not names:
        raise error
    said = (str(error).splitlines() or ["no reason given"])[0]
    raise UserError(f"{', '.join(names)}: damaged, or not as its header says ({said})") from error


def _declared(wanted: Wanted) -> list[str]:
    known = ("orders", "people", "targets", *BELOW)
    return [table for table in wanted.extra if table not in known]


def _load(facts: Facts, folder: Path, table: str, wanted: Wanted) -> None:
    path = find(folder, table)
    if path is None:
        if table in ("orders", "people"):
            raise UserError(f"{folder}: no {table}.csv, {table}.xlsx or {table}.parquet")
        if table == "targets":
            _empty(facts, table, wanted)
        return
    load = load_parquet if path.suffix == ".parquet" else load_sheet
    facts.files[table] = path
    rejected, present, ignored = load(facts.connection, path, table, wanted)
    facts.rejected += rejected
    facts.present[table] = present
    facts.inputs[path.name] = digest(path)
    if ignored:
        facts.ignored[path.name] = ignored
    facts.counts[table] = facts.number(f"SELECT count(*) FROM raw_{table}")


def _empty(facts: Facts, table: str, wanted: Wanted) -> None:
    columns = ", ".join(f'"{spec.name}" {_type(spec.kind)}' for spec in specs_of(table, wanted))
    facts.connection.execute(f"CREATE TABLE raw_{table} (row BIGINT, {columns})")


def _type(kind: str) -> str:
    return {"money": "BIGINT", "month": "INTEGER"}.get(kind, "VARCHAR")


def normalise(facts: Facts, wanted: Wanted, say: Progress, trusted: bool) -> None:
    """From raw tables to checked ones: holdings, targets, orders, what lies below them."""
    connection = facts.connection
    connection.execute("CREATE TABLE rejected_orders (row BIGINT)")
    say("checking people and targets")
    people = facts.files["people"].name
    facts.rejected += _once(facts.rejected, check_people(connection, people))
    connection.execute(
        "CREATE TABLE holdings AS SELECT payee_id, coalesce(name, payee_id) AS name, role, team, reports_to,"
        " coalesce(\"from\", DATE '0001-01-01') AS start, coalesce(\"to\", DATE '9999-12-31') AS stop"
        " FROM raw_people WHERE row NOT IN (SELECT unnest(CAST(? AS BIGINT[])))",
        [_rows(facts, people)],
    )
    if "targets" in facts.files:
        name = facts.files["targets"].name
        facts.rejected += _once(facts.rejected, check_targets(connection, name))
        rejected = _rows(facts, name)
    else:
        rejected = []
    connection.execute(
        "CREATE TABLE targets AS SELECT payee_id, team, month, target AS amount FROM raw_targets"
        " WHERE target > 0 AND row NOT IN (SELECT unnest(CAST(? AS BIGINT[])))",
        [rejected],
    )
    say("checking orders")
    orders = facts.files["orders"].name
    if not trusted:
        facts.rejected += _once(facts.rejected, check_orders(connection, orders, wanted))
    rejected_orders = _rows(facts, orders)
    if rejected_orders:
        connection.executemany(
            "INSERT INTO rejected_orders VALUES (?)", [(r,) for r in rejected_orders]
        )
    for table in (*BELOW, *_declared(wanted)):
        if table in facts.files:
            _below(facts, table, wanted)
    _rank(facts)
    _publish_orders(facts, bool(rejected_orders))
    facts.rejected.sort()
    facts.counts["left_out"] = facts.number("SELECT count(*) FROM orders WHERE NOT valid")


def _once(found: list[Rejection], more: Iterable[Rejection]) -> list[Rejection]:
    """Further rejections, without a second one for the same cell."""
    seen = {(r.file, r.row, r.column) for r in found}
    return [r for r in more if (r.file, r.row, r.column) not in seen]


def _rows(facts: Facts, file: str) -> list[int]:
    return sorted({rejection.row for rejection in facts.rejected if rejection.file == file})


def _below(facts: Facts, table: str, wanted: Wanted) -> None:
    name = facts.files[table].name
    columns = facts.present[table]
    if table in BELOW or "order_id" in columns:
        facts.rejected += _once(facts.rejected, check_below(facts.connection, table, name))
    above = wanted.above.get(table, "orders")
    if above != "orders":
        key = f"{above}_id"
        facts.rejected += _once(
            facts.rejected, check_key(facts.connection, table, key, above, name)
        )
    if f"{table}_id" in wanted.keys.get(table, ()):
        found = check_doubled(facts.connection, table, f"{table}_id", name)
        facts.rejected += _once(facts.rejected, found)
    facts.connection.execute(
        f"CREATE TABLE {table} AS SELECT * FROM raw_{table}"
        " WHERE row NOT IN (SELECT unnest(CAST(? AS BIGINT[])))",
        [_rows(facts, name)],
    )


def _rank(facts: Facts) -> None:
    """The order of ids (scheme Q11): digits only by number and first, others by code point."""
    connection = facts.connection
    if "id_number" in facts.present["orders"]:
        connection.execute("CREATE VIEW ranked AS SELECT *, id_number AS id_rank FROM raw_orders")
        facts.present["orders"].remove("id_number")
        facts.numbered = True
        return
    plain = facts.number(
        "SELECT count(*) FROM raw_orders WHERE order_id IS NOT NULL AND"
        " NOT regexp_full_match(order_id, '0|[1-9][0-9]{0,17}')"
    )
    if not plain:
        connection.execute(
            "CREATE VIEW ranked AS SELECT *, CAST(order_id AS BIGINT) AS id_rank FROM raw_orders"
        )
        return
    connection.execute("""
        CREATE TABLE ranked AS SELECT *, row_number() OVER (
            ORDER BY NOT digits, CASE WHEN digits THEN length(number) END,
              CASE WHEN digits THEN number END, order_id, row
        ) AS id_rank FROM (
            SELECT *, regexp_full_match(order_id, '[0-9]+') AS digits, ltrim(order_id, '0') AS number FROM raw_orders
        )""")


def _publish_orders(facts: Facts, any_rejected: bool) -> None:
    """The view `orders`: what was not rejected, with month and validity."""
    columns = [
        "row",
        "order_id",
        "id_rank",
        "order_date",
        "CAST(year(order_date) * 12 + month(order_date) - 1 AS INTEGER) AS month",
        "salesperson_id",
        "customer_id",
        "coalesce(channel, 'direct') AS channel",
        "agent_id",
        "store_id",
        "list_amount",
        "net_amount",
        f"NOT {left_out()} AS valid",
    ]
    columns += [f'"{c}"' for c in sorted(facts.present["orders"] - _CORE)]
    where = " WHERE row NOT IN (SELECT row FROM rejected_orders)" if any_rejected else ""
    facts.connection.execute(
        f"CREATE OR REPLACE VIEW orders AS SELECT {', '.join(columns)} FROM ranked{where}"
    )


_CORE = {
    "order_id",
    "order_date",
    "salesperson_id",
    "customer_id",
    "channel",
    "agent_id",
    "store_id",
    "list_amount",
    "net_amount",
    "status",
    "returned",
}


def write_rejected(path: Path, rejected: Sequence[Rejection]) -> None:
    """rejected.csv: file, row, column, value, reason; UTF-8 with BOM, LF."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["file", "row", "column", "value", "reason"])
        writer.writerows([r.file, r.row, r.column, r.value, r.reason] for r in sorted(rejected))


def summary(ignored: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Lines that name ignored columns."""
    return [
        f"{file}: ignored columns {', '.join(names)}" for file, names in sorted(ignored.items())
    ]
