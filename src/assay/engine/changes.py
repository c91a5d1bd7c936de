"""What differs between the facts of a run and the facts of today: rows that came, went or changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assay.errors import UserError
from assay.facts.schema import LEFT_OUT
from assay.period import Month

CAME, WENT, CHANGED = "came", "went", "changed"
ONLY = "looked_at"


@dataclass(frozen=True)
class Change:
    """A row that came, went or changed: its table and key, and the columns before and after."""

    table: str
    kind: str
    key: str
    before: dict[str, object]
    after: dict[str, object]

    @property
    def row(self) -> dict[str, object]:
        """The row as it is now, or as it was when it went."""
        return self.after or self.before

    def values(self, column: str) -> set[str]:
        """What stands in a column before and after, empty cells left out."""
        found = {self.before.get(column), self.after.get(column)}
        return {str(value) for value in found if value not in (None, "")}

    @property
    def returned(self) -> bool:
        """Whether an order that counted is now cancelled or returned, and nothing else changed."""
        if self.table != "orders" or self.kind != CHANGED:
            return False
        same = all(
            self.before.get(column) == self.after.get(column)
            for column in {*self.before, *self.after} - {"status", "returned"}
        )
        return same and not left_out(self.before) and left_out(self.after)


def telling(changes: Sequence[Change]) -> list[Change]:
    """Those worth naming, the gravest first: lines of an order are left out where the order is named."""
    orders = {change.key for change in changes if change.table == "orders"}
    lines = [c for c in changes if c.table == "order_lines" and not c.values("order_id") & orders]
    others = [c for c in changes if c.table != "order_lines"]
    return [*sorted(others, key=lambda change: change.table != "orders"), *lines]


def left_out(row: Mapping[str, object]) -> bool:
    """Whether an order does not count: cancelled or returned."""
    return str(row.get("status") or "").lower() in LEFT_OUT or bool(row.get("returned"))


# What names a row of each table; a table not here is named by all its columns.
KEYS = {
    "orders": ("order_id",),
    "order_lines": ("order_id", "line"),
    "targets": ("payee_id", "team", "month"),
    "people": ("payee_id", "role", "from"),
}


def changes_between(old: Path, new: Path, orders: Collection[str] | None = None) -> list[Change]:
    """Every row that differs between two folders of kept facts (Parquet), in table and key order.

    orders: of orders and of what belongs to them only these are looked at, as if there were no others.
    """
    tables = sorted({path.stem for folder in (old, new) for path in folder.glob("*.parquet")})
    connection = duckdb.connect(":memory:")
    if orders is not None:
        connection.execute(
            f"CREATE TABLE {ONLY} AS SELECT unnest(CAST(? AS VARCHAR[])) AS order_id",
            [sorted(orders)],
        )
    found: list[Change] = []
    for table in tables:
        try:
            found += _of_table(connection, table, old, new, only=orders is not None)
        except duckdb.Error as error:
            raise UserError(f"{table}.parquet: {str(error).splitlines()[0]}") from error
    return found


def _of_table(
    connection: duckdb.DuckDBPyConnection, table: str, old: Path, new: Path, *, only: bool
) -> Iterator[Change]:
    columns = {folder: _columns(connection, folder / f"{table}.parquet") for folder in (old, new)}
    every = sorted({*columns[old], *columns[new]})
    if not every:
        return
    kinds = {**columns[old], **columns[new]}
    sides = [
        _side(folder / f"{table}.parquet", columns[folder], kinds, every) for folder in (old, new)
    ]
    if only and "order_id" in every:
        sides = [
            f"SELECT * FROM ({side}) WHERE order_id IN (SELECT order_id FROM {ONLY})"
            for side in sides
        ]
    before = connection.execute(f"{sides[0]} EXCEPT ALL {sides[1]} ORDER BY ALL").fetchall()
    after = connection.execute(f"{sides[1]} EXCEPT ALL {sides[0]} ORDER BY ALL").fetchall()
    keys = KEYS.get(table, tuple(every))
    was = {_key(row, every, keys): dict(zip(every, row, strict=True)) for row in before}
    now = {_key(row, every, keys): dict(zip(every, row, strict=True)) for row in after}
    for key in sorted(was.keys() | now.keys()):
        kind = CHANGED if key in was and key in now else WENT if key in was else CAME
        before_row, after_row = was.get(key, {}), now.get(key, {})
        name = " ".join(part for part in key if part)
        yield Change(table, kind, name, before_row, after_row)


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    rows = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({_literal(path)})").fetchall()
    return {str(name): str(kind) for name, kind, *_ in rows}


def _side(path: Path, columns: dict[str, str], kinds: dict[str, str], every: list[str]) -> str:
    if not columns:
        picked = ", ".join(f'CAST(NULL AS {kinds[c]}) AS "{c}"' for c in every)
        return f"SELECT {picked} WHERE FALSE"
    picked = ", ".join(
        f'"{c}"' if c in columns else f'CAST(NULL AS {kinds[c]}) AS "{c}"' for c in every
    )
    return f"SELECT {picked} FROM read_parquet({_literal(path)})"


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _key(row: tuple[object, ...], columns: list[str], keys: tuple[str, ...]) -> tuple[str, ...]:
    values = dict(zip(columns, row, strict=True))
    return tuple(
        str(Month(value)) if key == "month" and isinstance(value, int) else str(value or "")
        for key, value in ((key, values.get(key)) for key in keys)
    )
