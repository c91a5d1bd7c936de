"""Facts to a folder of CSV files as the contract names them: what was read can be read again."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from assay.errors import UserError
from assay.facts.facts import Facts
from assay.facts.schema import TABLES
from assay.money import rate, yuan
from assay.period import Month

_KINDS = {"percent": "rate"}
# How the files name a column that facts hold under another name.
_NAMES = {("collections", "on"): "date"}


# Which rows belong to a range of months: those of the orders placed in them, and their targets.
_PLACED = "year(order_date) * 12 + month(order_date) - 1 BETWEEN {0} AND {1}"
_WITHIN = {
    "orders": _PLACED,
    "targets": "month BETWEEN {0} AND {1}",
    "people": "TRUE",
}
_BELOW = f"order_id IN (SELECT order_id FROM raw_orders WHERE {_PLACED})"


def write_folder(facts: Facts, folder: Path, months: range | None = None) -> dict[str, int]:
    """Write every table that was read, or what belongs to orders placed in some months (Month
    indexes) and their targets; rows in their order. Returns table -> rows."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder}: {error.strerror}") from None
    counts = {}
    for table in sorted(facts.files):
        specs = [s for s in TABLES.get(table, ()) if s.name in facts.present[table]]
        names = [s.name for s in specs] or sorted(facts.present[table])
        kinds = {s.name: s.kind for s in specs} | _KINDS
        listed = ", ".join(f'"{name}"' for name in names)
        within = _WITHIN.get(table, _BELOW) if months is not None else "TRUE"
        if months is not None:
            within = within.format(months.start, months.stop - 1)
        rows = facts.connection.execute(
            f"SELECT {listed} FROM raw_{table} WHERE {within} ORDER BY row"
        ).fetchall()
        with (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow([_NAMES.get((table, name), name) for name in names])
            for row in rows:
                writer.writerow(
                    [_cell(v, kinds.get(n, "")) for n, v in zip(names, row, strict=True)]
                )
        counts[table] = len(rows)
    return counts


def _cell(value: object, kind: str) -> str:
    """A value as people write it: yuan, ISO days, the last day of a span."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if kind == "money" and isinstance(value, int):
        return yuan(value)
    if kind == "rate":
        return rate(Fraction(str(value)))
    if kind == "month" and isinstance(value, int):
        return str(Month(value))
    if kind == "until" and isinstance(value, date):
        return (value - timedelta(days=1)).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
