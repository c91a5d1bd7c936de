"""Returns after the close that a plan leaves out: such an order goes on standing as it was paid."""

from __future__ import annotations

from pathlib import Path

import duckdb

from assay.engine.inputs import read_inputs
from assay.errors import UserError
from assay.facts.facts import Facts
from assay.plan.program import Program

POLICY, LEAVE_OUT = "late_returns", "leave_out"
_ORDERS = "orders.parquet"


def leaves_out(program: Program) -> bool:
    """Whether the plan's policy says that returns after the close change nothing (scheme Q16)."""
    if POLICY not in program.plan.policies:
        return False
    return getattr(program.steps[POLICY].node, "value", "") == LEAVE_OUT


def stand_as_paid(program: Program, before: Path, now: Path, facts: Facts) -> list[str]:
    """In the facts kept `now` (of `facts`) put orders that counted `before` and are returned or
    cancelled since back as they were, so that adjusting in turn finds them as paid. Returns their ids.

    An order that is gone altogether, or was changed and still counts, is no return.
    """
    was = read_inputs(program, before)
    counted = was.connection.execute("SELECT order_id FROM orders WHERE valid").fetchall()
    left = facts.connection.execute("SELECT order_id FROM orders WHERE NOT valid").fetchall()
    late = sorted({order for (order,) in counted} & {order for (order,) in left})
    if late:
        _put_back(before / _ORDERS, now / _ORDERS, late)
    return late


def _put_back(before: Path, now: Path, late: list[str]) -> None:
    connection = duckdb.connect(":memory:")
    try:
        for name, path in (("was", before), ("today", now)):
            connection.read_parquet(_plain(path)).create_view(name)
        columns = set(connection.view("was").columns)
        both = ", ".join(f'"{one}"' for one in connection.view("today").columns if one in columns)
        connection.execute("CREATE TABLE late AS SELECT unnest(CAST(? AS VARCHAR[])) AS id", [late])
        there = "IN (SELECT id FROM late)"
        connection.sql(
            f"SELECT * FROM today WHERE CAST(order_id AS VARCHAR) NOT {there}"
            f" UNION ALL BY NAME SELECT {both} FROM was WHERE CAST(order_id AS VARCHAR) {there}"
            " ORDER BY order_id"
        ).to_parquet(str(part := now.with_suffix(".part")))
    except duckdb.Error as error:
        raise UserError(f"{_ORDERS}: {str(error).splitlines()[0]}") from error
    part.replace(now)


def _plain(path: Path) -> str:
    """A path in which *, ? and [ are no patterns."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))
