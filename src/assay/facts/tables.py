"""Tables of the facts in DuckDB: parsed sheets, Parquet as a view, typed and numbered by row."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from assay.errors import UserError
from assay.facts.cells import Cell, Rejection, read_column, reader
from assay.facts.columns import find_columns, uneven_rows
from assay.facts.files import read_sheet
from assay.facts.schema import KIND_TYPES, ROLES, Spec, Wanted, specs_of

_WHOLE = frozenset({"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER"})
_ARROW = {
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
}


def load_sheet(
    connection: duckdb.DuckDBPyConnection, path: Path, table: str, wanted: Wanted
) -> tuple[list[Rejection], set[str], tuple[str, ...]]:
    """Parse a CSV or xlsx file into `raw_<table>`.

    Returns rejections, optional columns that are there, and columns ignored.
    """
    sheet = read_sheet(path)
    specs = specs_of(table, wanted)
    places, ignored = find_columns(sheet, specs)
    rejected = uneven_rows(sheet)
    columns: dict[str, list[Cell]] = {"row": [number for number, _ in sheet.rows]}
    roles = tuple(dict.fromkeys((*ROLES, *wanted.roles)))
    for spec in specs:
        place = places.get(spec.name)
        if place is None:
            columns[spec.name] = [None] * len(sheet.rows)
            continue
        texts = [cells[place] if place < len(cells) else "" for _, cells in sheet.rows]
        cells, wrong = read_column(texts, reader(spec.kind, roles), spec.cell)
        columns[spec.name] = cells
        for position, reason in wrong:
            number = sheet.rows[position][0]
            rejected.append(
                Rejection(sheet.file, number, spec.name, texts[position].strip(), reason)
            )
    _register(connection, table, specs, columns)
    present = {spec.name for spec in specs if spec.name in places}
    return rejected, present, ignored


def _register(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    specs: tuple[Spec, ...],
    columns: dict[str, list[Cell]],
) -> None:
    fields = [("row", pa.int64()), *((s.name, _ARROW[KIND_TYPES[s.kind]]) for s in specs)]
    arrow = pa.table(
        {name: pa.array(columns[name], type=kind) for name, kind in fields},
        schema=pa.schema(fields),
    )
    connection.register("parsed_sheet", arrow)
    connection.execute(f"CREATE TABLE raw_{table} AS SELECT * FROM parsed_sheet")
    connection.unregister("parsed_sheet")


def load_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, table: str, wanted: Wanted
) -> tuple[list[Rejection], set[str], tuple[str, ...]]:
    """A view `raw_<table>` over a Parquet file; money must be int64 分, nothing is copied."""
    source = f"read_parquet({_literal(path)}, file_row_number = true, hive_partitioning = false)"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error as error:
        raise UserError(
            f"{path.name}: not readable as Parquet ({str(error).splitlines()[0]})"
        ) from None
    types = {str(name): str(kind) for name, kind, *_ in described}
    specs = specs_of(table, wanted)
    picked = ["CAST(file_row_number + 2 AS BIGINT) AS row"]
    present: set[str] = set()
    for spec in specs:
        name = next((n for n in (spec.name, *spec.aliases) if n in types), None)
        if name is None:
            if spec.column:
                have = ", ".join(n for n in types if n != "file_row_number")
                raise UserError(f"{path.name}: no column {spec.name}; the file has: {have}")
            picked.append(f"CAST(NULL AS {KIND_TYPES[spec.kind]}) AS {_quoted(spec.name)}")
            continue
        present.add(spec.name)
        typed = _typed(path.name, spec, name, types[name])
        if types[name] == "VARCHAR" and not spec.cell and spec.kind in ("text", "channel"):
            # An empty text is no value. Asked first, so that a clean column stays a bare column.
            probe = f"SELECT 1 FROM {source} WHERE {_quoted(name)} = '' LIMIT 1"
            if connection.execute(probe).fetchall():
                typed = f"NULLIF({typed}, '')"
        picked.append(f"{typed} AS {_quoted(spec.name)}")
    if table == "orders" and types.get("order_id") in _WHOLE:
        picked.append("CAST(order_id AS BIGINT) AS id_number")
        present.add("id_number")
    connection.execute(f"CREATE VIEW raw_{table} AS SELECT {', '.join(picked)} FROM {source}")
    known = {n for spec in specs for n in (spec.name, *spec.aliases)}
    ignored = tuple(n for n in types if n not in known and n != "file_row_number")
    return [], present, ignored


def _literal(path: Path) -> str:
    """A path as a text of SQL that names this very file: *, ? and [ are no patterns."""
    plain = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))
    return "'" + plain.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _typed(file: str, spec: Spec, name: str, kind: str) -> str:
    """A Parquet column in the type of its kind; what would round or guess is refused."""
    column, wanted = _quoted(name), KIND_TYPES[spec.kind]
    if spec.kind in ("money", "count", "days", "months"):
        if kind not in _WHOLE:
            raise UserError(f"{file}: {name} is {kind}; in Parquet it must be int64 (money in 分)")
        return f"CAST({column} AS BIGINT)"
    if spec.kind == "number" and kind in ("DOUBLE", "FLOAT"):
        raise UserError(f"{file}: {name} is {kind}; in Parquet it must be int64, decimal or text")
    if spec.kind == "channel":
        pairs = "".join(
            f" WHEN '{said}' THEN '{word}'"
            for said, word in {
                "直销": "direct",
                "团购": "group_buy",
                "代理": "agent",
                "代理商": "agent",
                "银楼": "store",
            }.items()
        )
        return f"CASE CAST({column} AS VARCHAR){pairs} ELSE CAST({column} AS VARCHAR) END"
    if wanted == "DATE" and kind == "VARCHAR":
        return f"TRY_CAST({column} AS DATE)"
    if wanted == "BOOLEAN" and kind == "VARCHAR":
        return f"lower({column}) IN ('1', 'true', 'yes', 'y', '是', '退货', '已退货')"
    if spec.kind == "until":
        # Files name the last day; held half-open, as parsed sheets are.
        return f"CAST(CAST({column} AS DATE) + 1 AS DATE)"
    return column if kind == wanted else f"CAST({column} AS {wanted})"
