"""What was recorded since a run and changes the facts its months are paid by. Pure but for the folders."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from pathlib import Path

from assay.engine.changes import Change, changes_between, left_out
from assay.period import Month
from assay.plan.program import Program
from assay.plan.tree import Attribute

Row = Mapping[str, object]


def overtaken(
    program: Program, months: range, old: Path, new: Path, orders: Collection[str]
) -> list[Change]:
    """Rows of the facts kept with a run (`old`) that stand otherwise in `new` and can change its pay.

    orders: those written since; of all others `new` says nothing. An order on its way from the shop to
    the customer, a name, a post that ends after the months change no pay and are left out.
    """
    changes = changes_between(old, new, orders)
    return [one for one in changes if _bearing(program, months, one)]


def _bearing(program: Program, months: range, change: Change) -> bool:
    before, after = (
        _read(program, months, change.table, row) for row in (change.before, change.after)
    )
    return before != after


def _read(program: Program, months: range, table: str, row: Row) -> dict[str, object]:
    """Of a row what the plan can read of it for some months; empty where it is none of theirs."""
    if not row:
        return {}
    if table == "orders":
        return _order(program, row)
    if table == "people":
        return _post(program, months, row)
    if table == "targets":
        month = row["month"]
        assert isinstance(month, int)
        near = month < months.stop if program.looks_back else month in months
        return dict(row) if near else {}
    return dict(row) if table in _tables(program) else {}


def _tables(program: Program) -> set[str]:
    """The tables below orders that the plan reads."""
    declared = {name for name, fact in program.plan.facts.items() if fact.has}
    return declared | {need.table for need in program.needs}


def _order(program: Program, row: Row) -> dict[str, object]:
    if left_out(row):
        return {}
    asked = {need.column for need in program.needs if need.table == "orders"}
    unread = {"status", "returned", *({"delivered_on"} - asked)}
    return {name: value for name, value in row.items() if name not in unread}


def _post(program: Program, months: range, row: Row) -> dict[str, object]:
    """A post as far as it reaches into the months: its last day is read where it lies within them."""
    start, last = row.get("from"), row.get("to")
    end = Month(months.stop).first
    if isinstance(start, date) and start >= end:
        return {}
    beyond = isinstance(last, date) and last >= end - timedelta(1) and not _asks_leaving(program)
    told = {name: value for name, value in row.items() if name != "name"}
    return told | ({"to": None} if beyond else {})


def _asks_leaving(program: Program) -> bool:
    nodes = (node for rule in program.rules for top in rule.nodes() for node in program.deep(top))
    return any(isinstance(node, Attribute) and node.name == "left_on" for node in nodes)
