"""Tables of a database to the raw tables of the facts: ids become codes, days and words typed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from assay.errors import UserError
from assay.facts.facts import Facts, Progress, normalise
from assay.facts.schema import KIND_TYPES, Wanted, specs_of
from assay.facts.selects import OF_ORDERS, SELECTS

_TYPES = {"number": pa.int64(), "text": pa.string(), "day": pa.string()}
_DAY = "CAST(nullif({0}, '') AS DATE)"
_PEOPLE = f"""
SELECT e.code AS payee_id, e.name AS name, p.role, nullif(d.code, '') AS team,
       {_DAY.format("p.start")} AS start, {_DAY.format("p.stop")} AS stop, 1 AS kind, p.id
FROM db_posts p JOIN db_employees e ON e.id = p.employee LEFT JOIN db_departments d ON d.id = p.department
UNION ALL SELECT code, name, 'agent', NULL, {_DAY.format("start")}, {_DAY.format("stop")}, 2, id FROM db_agents
UNION ALL SELECT code, name, 'store', NULL, {_DAY.format("start")}, {_DAY.format("stop")}, 3, id FROM db_shops"""
# Raw table -> the query that makes it out of the tables read; columns in any order.
RAW: Mapping[str, str] = {
    "people": f"""
SELECT row_number() OVER (ORDER BY kind, id) + 1 AS row, payee_id, name, role, team,
       CAST(NULL AS VARCHAR) AS reports_to, start AS "from", stop AS "to" FROM ({_PEOPLE})""",
    "targets": """
SELECT t.id AS row, e.code AS payee_id, CASE WHEN t.employee = 0 THEN d.code END AS team,
       CAST(t.month AS INTEGER) AS month, t.amount AS target
FROM db_targets t LEFT JOIN db_employees e ON e.id = t.employee
LEFT JOIN db_departments d ON d.id = t.department""",
    "orders": f"""
SELECT o.id AS row, o.order_id, {_DAY.format("o.order_date")} AS order_date,
       e.code AS salesperson_id, c.code AS customer_id, o.channel,
       a.code AS agent_id, s.code AS store_id, o.list_amount, o.net_amount, o.status,
       o.status = 'returned' AS returned, {_DAY.format("o.delivered_on")} AS delivered_on
FROM db_orders o LEFT JOIN db_employees e ON e.id = o.seller LEFT JOIN db_customers c ON c.id = o.customer
LEFT JOIN db_agents a ON a.id = o.agent LEFT JOIN db_shops s ON s.id = o.shop""",
    "collections": f"""
SELECT id AS row, order_id, {_DAY.format('"on"')} AS "on", amount FROM db_collections""",
    "order_lines": """
SELECT id AS row, order_id, CAST(line AS VARCHAR) AS line, list_amount, net_amount
FROM db_order_lines""",
    # An order that nobody shares is its seller's whole.
    "split": """
SELECT row_number() OVER (ORDER BY s.of_order, s.id) AS row, s.order_id, e.code AS payee,
       s.part || '/10000' AS percent
FROM (SELECT o.id AS of_order, s.id, s.order_id, s.employee, s.part
      FROM db_split s JOIN db_orders o ON o.order_id = s.order_id
      UNION ALL SELECT o.id, 0, o.order_id, o.seller, 10000 FROM db_orders o
      WHERE o.seller <> 0 AND o.order_id NOT IN (SELECT order_id FROM db_split)) s
JOIN db_employees e ON e.id = s.employee""",
}
# Splits as a plan declares them: `split: {of: order, has: {payee: text, percent: rate}}`.
SPLITS = Wanted(
    extra={"split": {"payee": "text", "percent": "rate"}}, keys={"split": ("order_id",)}
)


def shaped(table: str, found: pa.Table) -> pa.Table:
    """A table as its query names it: columns by place, numbers whole, days as ISO texts."""
    columns = SELECTS[table].columns
    return pa.table(
        [found.column(at).cast(_TYPES[kind]) for at, kind in enumerate(columns.values())],
        names=list(columns),
    )


def facts_of(
    tables: Mapping[str, pa.Table],
    wanted: Wanted,
    progress: Progress | None = None,
    memory: str = "",
    trusted: bool = False,
) -> Facts:
    """Facts out of the tables of a database, held to the same checks as files.

    `trusted` leaves out the checks of orders and the digests: for pages that ask again and again.
    """
    say = progress or (lambda text: None)
    config: dict[str, str | bool | int | float | list[str]] = (
        {"memory_limit": memory} if memory else {}
    )
    facts = Facts(duckdb.connect(":memory:", config=config))
    connection = facts.connection
    connection.execute("SET preserve_insertion_order = false")
    for name, table in tables.items():
        connection.register(f"db_{name}", table)
    for table, query in RAW.items():
        if table in OF_ORDERS or table in ("people", "targets"):
            if table == "split" and table not in wanted.extra:
                continue
            _raw(facts, table, query, wanted)
            facts.counts[table] = facts.number(f"SELECT count(*) FROM raw_{table}")
            if not trusted:
                facts.inputs[f"db:{table}"] = _digest(connection, table)
    for name in tables:
        connection.unregister(f"db_{name}")
    normalise(facts, wanted, say, trusted)
    return facts


def _raw(facts: Facts, table: str, query: str, wanted: Wanted) -> None:
    """`raw_<table>` with every column the plan may ask for; those the house has not are empty."""
    made = facts.connection.sql(query)
    have = set(made.columns)
    specs = specs_of(table, wanted)
    lacking = [spec for spec in specs if spec.name not in have]
    for spec in lacking:
        if spec.column:
            raise UserError(
                f"the plan reads {spec.name} of {table}, which this database does not keep"
            )
    empty = "".join(f', CAST(NULL AS {KIND_TYPES[s.kind]}) AS "{s.name}"' for s in lacking)
    facts.connection.execute(f"CREATE TABLE raw_{table} AS SELECT *{empty} FROM ({query})")
    facts.files[table] = Path(f"db:{table}")
    facts.present[table] = {spec.name for spec in specs} & have


def _digest(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """SHA-256 of a raw table's values, row by row in order."""
    found = connection.sql(f"SELECT * FROM raw_{table} ORDER BY row").to_arrow_table()
    seen = hashlib.sha256()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, found.schema) as stream:
        stream.write_table(found.combine_chunks())
    seen.update(sink.getvalue())
    return seen.hexdigest()
