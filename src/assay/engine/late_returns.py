"""Returns after the close that a plan leaves out: such an order goes on standing as it was paid."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from assay.engine.inputs import read_inputs
from assay.errors import UserError
from assay.facts.facts import Facts
from assay.plan.program import Program

POLICY, LEAVE_OUT = "late_returns", "leave_out"
_ORDERS, _LINES = "orders.parquet", "order_lines.parquet"


def leaves_out(program: Program) -> bool:
    """Whether the plan's policy says that returns after the close change nothing (scheme Q16)."""
    if POLICY not in program.plan.policies:
        return False
    return getattr(program.steps[POLICY].node, "value", "") == LEAVE_OUT


def stand_as_paid(program: Program, before: Path, now: Path, facts: Facts) -> list[str]:
    """In the facts kept in the folder `now` (of `facts`) put orders that counted `before` and came
    back since, wholly or in part, back as they were, so that adjusting in turn finds them as paid.
    Returns their ids.

    Wholly: returned or cancelled. In part (scheme Q16): list price and net amount went down in
    proportion, to the 分, of the order or of each of its lines; whatever else changed of the order
    stands. An order that is gone altogether, or whose price alone changed, is no return.
    """
    was = read_inputs(program, before)
    gone = facts.connection.execute("SELECT order_id FROM orders WHERE NOT valid").fetchall()
    whole = _counting(was, [order for (order,) in gone])
    connection = duckdb.connect(":memory:")
    try:
        _views(connection, before, now)
        less = [order for (order,) in connection.execute(_IN_PART).fetchall()]
        late = whole | _counting(was, less) & _counting(facts, less)
        if late:
            _named(connection, "whole", whole)
            _named(connection, "late", late)
            _put_back(connection, now)
    except duckdb.Error as error:
        raise UserError(f"{_ORDERS}: {str(error).splitlines()[0]}") from error
    return sorted(late)


def _counting(facts: Facts, orders: Collection[object]) -> set[str]:
    """Those of some orders that count."""
    query = "SELECT CAST(order_id AS VARCHAR) FROM orders WHERE valid AND CAST(order_id AS VARCHAR) = ANY(?)"
    named = [str(order) for order in orders]
    return {order for (order,) in facts.connection.execute(query, [named]).fetchall()}


# What is left of an amount is the same part of it as of another, each rounded to the 分.
_PROPORTION = "2 * abs({0} * {1} - {2} * {3}) <= abs({1}) + abs({3})"


def _proportion(column: str, beside: str) -> str:
    now, was, now2, was2 = (
        f"CAST({name} AS HUGEINT)"
        for name in (f't."{column}"', f'w."{column}"', f't."{beside}"', f'w."{beside}"')
    )
    return _PROPORTION.format(now, was2, now2, was)


_LESS = "t.list_amount <= w.list_amount AND t.net_amount <= w.net_amount"
_LESS += f" AND {_proportion('net_amount', 'list_amount')}"
# Orders that are less than they were: as a whole in proportion, or each line of them, gone or there.
_IN_PART = f"""
WITH shrunk AS (
    SELECT w.order_id, w.list_amount - t.list_amount AS listed, w.net_amount - t.net_amount AS net,
           {_LESS} AS whole
    FROM was_orders w JOIN now_orders t USING (order_id)
    WHERE t.list_amount < w.list_amount AND t.net_amount <= w.net_amount
), lines AS (
    SELECT coalesce(w.order_id, t.order_id) AS order_id,
           sum(w.list_amount - coalesce(t.list_amount, 0)) AS listed,
           sum(w.net_amount - coalesce(t.net_amount, 0)) AS net,
           bool_and(w.line IS NOT NULL AND (t.line IS NULL OR ({_LESS}))) AS each
    FROM was_lines w FULL JOIN now_lines t ON w.order_id = t.order_id AND w.line = t.line
    WHERE coalesce(w.order_id, t.order_id) IN (SELECT order_id FROM shrunk)
    GROUP BY ALL
)
SELECT s.order_id FROM shrunk s LEFT JOIN lines l USING (order_id)
WHERE s.whole OR (l.each AND l.listed = s.listed AND l.net = s.net) ORDER BY 1"""


def _views(connection: duckdb.DuckDBPyConnection, before: Path, now: Path) -> None:
    """was_orders, now_orders, was_lines, now_lines: ids and lines as texts."""
    for side, folder in (("was", before), ("now", now)):
        connection.read_parquet(_plain(folder / _ORDERS)).create_view(f"{side}_raw")
        connection.sql(_texts(f"{side}_raw", "order_id")).create_view(f"{side}_orders")
        there = (folder / _LINES).is_file()
        if there:
            connection.read_parquet(_plain(folder / _LINES)).create_view(f"{side}_raw_lines")
        query = _texts(f"{side}_raw_lines", "order_id", "line") if there else _NO_LINES
        connection.sql(query).create_view(f"{side}_lines")


_NO_LINES = """SELECT '' AS order_id, '' AS line, CAST(0 AS BIGINT) AS list_amount,
    CAST(0 AS BIGINT) AS net_amount WHERE FALSE"""


def _texts(view: str, *columns: str) -> str:
    texts = ", ".join(f"CAST({column} AS VARCHAR) AS {column}" for column in columns)
    return f"SELECT * REPLACE ({texts}) FROM {view}"


def _named(connection: duckdb.DuckDBPyConnection, table: str, orders: Collection[str]) -> None:
    connection.execute(
        f"CREATE TABLE {table} AS SELECT unnest(CAST(? AS VARCHAR[])) AS id", [sorted(orders)]
    )


def _put_back(connection: duckdb.DuckDBPyConnection, now: Path) -> None:
    """Orders that came back wholly as they were; of the others the amounts; and the lines of both."""
    was, today = (
        {name: str(kind) for name, kind, *_ in connection.execute(f"DESCRIBE {view}").fetchall()}
        for view in ("was_orders", "now_orders")
    )
    names = [f'"{one}"' for one in today if one in was]
    sold = ("list_amount", "net_amount")
    amounts = [n for n in today if n not in sold and today[n] == was.get(n) == "BIGINT"]
    # A column beside list price and net amount that shrank with them (a cost, say) goes back, too.
    back = [f"w.{one} AS {one}" for one in sold]
    back += [
        f'CASE WHEN {_proportion(one, "list_amount")} THEN w."{one}" ELSE t."{one}" END AS "{one}"'
        for one in amounts
    ]
    kept = [f't."{one}" AS "{one}"' for one in today if one not in (*sold, *amounts)]
    _written(
        connection,
        "SELECT * FROM now_orders WHERE order_id NOT IN (SELECT id FROM late)"
        f" UNION ALL BY NAME SELECT {', '.join(names)} FROM was_orders WHERE order_id IN (SELECT id FROM whole)"
        f" UNION ALL BY NAME SELECT {', '.join([*kept, *back])} FROM now_orders t JOIN was_orders w USING (order_id)"
        " WHERE order_id IN (SELECT id FROM late) AND order_id NOT IN (SELECT id FROM whole)"
        " ORDER BY order_id",
        now / _ORDERS,
    )
    if (now / _LINES).is_file():
        _written(
            connection,
            "SELECT * FROM now_lines WHERE order_id NOT IN (SELECT id FROM late)"
            " UNION ALL BY NAME SELECT * FROM was_lines WHERE order_id IN (SELECT id FROM late)"
            " ORDER BY order_id, line",
            now / _LINES,
        )


def _written(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    connection.sql(query).to_parquet(str(part := path.with_suffix(".part")))
    part.replace(path)


def _plain(path: Path) -> str:
    """A path in which *, ? and [ are no patterns."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))
