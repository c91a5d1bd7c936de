"""What another plan or reading would have paid: two runs over the same facts, joined to the 分."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from assay.engine.inputs import read_inputs
from assay.engine.results import credit_row
from assay.engine.run import Outcome, months_of, run_program
from assay.errors import UserError
from assay.facts.cells import Rejection
from assay.facts.facts import Facts, Progress
from assay.period import Month
from assay.plan.program import Program

Key = tuple[str, str, int, str]
"""payee, role, month, line."""

By = TypeVar("By")
MOST_ORDERS = 100_000
SHOWN = ("band", "rate", "quota_part", "commissionable", "added_point")
_MONEY_SHOWN = frozenset({"quota_part", "commissionable"})


@dataclass(frozen=True)
class Pair:
    """An amount in 分 on both sides; None where a side has no such line or person."""

    before: int | None = None
    after: int | None = None

    @property
    def difference(self) -> int:
        """after − before, what is absent counted as nothing."""
        return (self.after or 0) - (self.before or 0)

    def plus(self, other: Pair) -> Pair:
        """Both added up; what is absent on both stays absent."""
        return Pair(_plus(self.before, other.before), _plus(self.after, other.after))


def _plus(one: int | None, other: int | None) -> int | None:
    return None if one is None and other is None else (one or 0) + (other or 0)


@dataclass(frozen=True)
class Side:
    """One of the two: a plan under its readings, what it read and what it paid."""

    label: str
    program: Program
    facts: Facts
    outcome: Outcome


@dataclass(frozen=True)
class Part:
    """What an order comes to on one line of one payee, with what the rules show of it."""

    payee: str
    role: str
    month: int
    line: str
    pair: Pair
    shown: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class OrderDifference:
    """An order that is paid otherwise, over all its payees and lines."""

    order: str
    day: date | None
    listed: int | None
    net: int | None
    pair: Pair
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Comparison:
    """Two runs joined. cells: every line of every payee's month on either side.

    orders: those paid otherwise, largest difference first, at most MOST_ORDERS of `changed`;
    by_month: what differs on lines that are paid by the month rather than by orders.
    """

    labels: tuple[str, str]
    currency: str
    months: range
    cells: dict[Key, Pair]
    titles: dict[str, str]
    names: dict[str, str]
    orders: tuple[OrderDifference, ...]
    changed: int
    orders_total: int
    by_month: dict[Key, int]
    refused: tuple[tuple[Rejection, ...], tuple[Rejection, ...]]

    def total(self) -> Pair:
        """Everything."""
        return summed(self.cells, lambda key: None).get(None, Pair(0, 0))

    def lines(self) -> dict[str, Pair]:
        """By line, in plan order: the first plan's lines, then those only the second has."""
        found = summed(self.cells, lambda key: key[3])
        return {name: found[name] for name in self.titles if name in found}

    def by_months(self) -> dict[int, Pair]:
        """By month."""
        return dict(sorted(summed(self.cells, lambda key: key[2]).items()))

    def people(self) -> dict[str, Pair]:
        """By payee over all roles and months, greatest gain first."""
        found = summed(self.cells, lambda key: key[0])
        return dict(sorted(found.items(), key=lambda item: (-item[1].difference, item[0])))


def summed(cells: dict[Key, Pair], by: Callable[[Key], By]) -> dict[By, Pair]:
    """Cells added up by something of their key."""
    found: dict[By, Pair] = {}
    for key, pair in cells.items():
        name = by(key)
        found[name] = found[name].plus(pair) if name in found else pair
    return found


def label_of(program: Program) -> str:
    """A plan with the readings that are not its own."""
    other = [
        f"{name}={reading}"
        for name, reading in program.readings.items()
        if reading != program.plan.questions[name].read
    ]
    title = program.plan.title.text("zh", program.plan.name)
    return f"{title} · {', '.join(other)}" if other else title


def compare(
    programs: tuple[Program, Program],
    folders: tuple[Path, Path],
    span: tuple[Month | None, Month | None] = (None, None),
    engine: str = "duckdb",
    skip_rejected: bool = False,
    progress: Progress | None = None,
) -> Comparison:
    """Pay the months of a folder by both and join the two. Raises UserError where it cannot be.

    folders: the facts of each side, as a rule the same.
    An order that only one of the plans refuses is left out there and told of; rows that neither
    can read stop the comparison unless `skip_rejected`.
    """
    currencies = tuple(program.plan.currency for program in programs)
    if currencies[0] != currencies[1]:
        raise UserError(f"one plan pays in {currencies[0]}, the other in {currencies[1]}")
    labels = tuple(label_of(program) for program in programs)
    if labels[0] == labels[1]:
        labels = (f"{labels[0]} (甲)", f"{labels[1]} (乙)")
    facts = tuple(
        read_inputs(program, folder, progress)
        for program, folder in zip(programs, folders, strict=True)
    )
    refused = _refused(facts[0], facts[1], skip_rejected)
    for label, there in zip(labels, facts, strict=True):
        if there.rejected and not there.number("SELECT count(*) FROM orders WHERE valid"):
            raise UserError(f"{label} can use no row of orders: {there.rejected[0].reason}")
    spans = [
        months_of(program, there, *span) for program, there in zip(programs, facts, strict=True)
    ]
    months = range(min(s.start for s in spans), max(s.stop for s in spans))
    sides = [
        Side(label, program, there, run_program(program, there, months, engine, progress))
        for label, program, there in zip(labels, programs, facts, strict=True)
    ]
    return joined(sides[0], sides[1], months, refused)


def _refused(
    before: Facts, after: Facts, skip: bool
) -> tuple[tuple[Rejection, ...], tuple[Rejection, ...]]:
    """Rows only one side turns away. Raises UserError for rows that neither can use."""
    one, other = set(before.rejected), set(after.rejected)
    both = sorted(one & other)
    if both and not skip:
        first = both[0]
        raise UserError(
            f"{first.file}:{first.row}: {first.column} “{first.value}”: {first.reason}\n"
            f"{len({(r.file, r.row) for r in both})} rows rejected; see ./assay run, mend them, or"
            " compare without them: --skip-rejected"
        )
    return tuple(sorted(one - other)), tuple(sorted(other - one))


def joined(
    before: Side,
    after: Side,
    months: range,
    refused: tuple[tuple[Rejection, ...], tuple[Rejection, ...]] = ((), ()),
) -> Comparison:
    """Two runs of the same months as a comparison."""
    cells = paired(before, after)
    titles = {**_titles(after.program), **_titles(before.program)}
    order = [*_titles(before.program), *_titles(after.program)]
    names = {r.payee: r.name for side in (after, before) for r in side.outcome.statements}
    by_cell, orders, changed = _orders(before, after)
    by_month = {
        key: rest
        for key, pair in sorted(cells.items())
        if (rest := pair.difference - by_cell.get(key, 0))
    }
    return Comparison(
        (before.label, after.label),
        before.program.plan.currency,
        months,
        dict(sorted(cells.items())),
        {name: titles[name] for name in dict.fromkeys(order)},
        names,
        orders,
        changed,
        sum(by_cell.values()),
        by_month,
        refused,
    )


def paired(before: Side, after: Side) -> dict[Key, Pair]:
    """Every line of every payee's month on either side; amounts in 分."""
    cells: dict[Key, Pair] = {}
    for key, amount in _statements(before).items():
        cells[key] = Pair(amount, None)
    for key, amount in _statements(after).items():
        cells[key] = Pair(cells[key].before if key in cells else None, amount)
    return cells


def _titles(program: Program) -> dict[str, str]:
    return {rule.name: rule.title.text("zh", rule.name) for rule in program.rules}


def _statements(side: Side) -> dict[Key, int]:
    found: dict[Key, int] = defaultdict(int)
    for row in side.outcome.statements:
        found[(row.payee, row.role, row.month, side.program.rules[row.rule].name)] += row.amount
    return dict(found)


# -- orders -------------------------------------------------------------------------------------

_TEXTS = ("payee_id", "role", "month", "line", "order_id", *SHOWN)
_FIELDS = pa.schema(
    [
        *((name, pa.string()) for name in _TEXTS),
        ("order_date", pa.date32()),
        *((name, pa.int64()) for name in ("list_amount", "net_amount", "amount")),
    ]
)


def _credits(side: Side) -> pa.Table:
    """Every credit of a run, from both engines, in the columns that are compared."""
    tables = [_of_reference(side)]
    if side.outcome.queries is not None and side.outcome.queries.credits:
        shown = ", ".join(
            f"CAST({name} AS {'BIGINT' if name in _MONEY_SHOWN else 'VARCHAR'})::VARCHAR AS {name}"
            for name in SHOWN
        )
        query = (
            f"SELECT payee_id, role, month, line, CAST(order_id AS VARCHAR) AS order_id, {shown},"
            " order_date, list_amount, net_amount, CAST(amount AS BIGINT) AS amount FROM credit_out"
        )
        tables.append(side.facts.connection.sql(query).to_arrow_table().cast(_FIELDS))
    return pa.concat_tables(tables)


def _of_reference(side: Side) -> pa.Table:
    columns: dict[str, list[object]] = {name: [] for name in _FIELDS.names}
    for line in side.outcome.lines:
        for credit in line.credits:
            row = credit_row(line, credit)
            values = credit.row.root.values
            columns["payee_id"].append(line.payee)
            columns["role"].append(line.role)
            columns["month"].append(str(Month(line.month)))
            columns["line"].append(line.rule.name)
            columns["order_id"].append(str(values.get("order_id") or ""))
            for name, value in zip(SHOWN, row[8:13], strict=True):
                money = name in _MONEY_SHOWN and value != ""
                columns[name].append(str(value).replace(".", "") if money else str(value))
            columns["order_date"].append(values.get("order_date"))
            columns["list_amount"].append(values.get("list_amount"))
            columns["net_amount"].append(values.get("net_amount"))
            columns["amount"].append(credit.amount)
    return pa.table(columns, schema=_FIELDS)


_JOIN = """
CREATE OR REPLACE TEMP TABLE order_parts AS
SELECT * FROM (
  SELECT payee_id, role, month, line, order_id, a.amount AS before, b.amount AS after,
    coalesce(b.amount, 0) - coalesce(a.amount, 0) AS difference,
    coalesce(a.order_date, b.order_date) AS day, coalesce(a.listed, b.listed) AS listed,
    coalesce(a.net, b.net) AS net, {shown}
  FROM ({before}) a FULL JOIN ({after}) b USING (payee_id, role, month, line, order_id)
) WHERE difference <> 0"""


def _side_query(table: str) -> str:
    shown = ", ".join(f"max({name}) AS {name}" for name in SHOWN)
    return (
        "SELECT payee_id, role, month, line, order_id, CAST(sum(amount) AS BIGINT) AS amount,"
        f" min(order_date) AS order_date, min(list_amount) AS listed, min(net_amount) AS net, {shown}"
        f" FROM {table} WHERE order_id <> '' GROUP BY ALL"
    )


def _orders(before: Side, after: Side) -> tuple[dict[Key, int], tuple[OrderDifference, ...], int]:
    """What orders make differ: by line of a payee's month, order by order, and how many do."""
    connection = before.facts.connection
    for name, side in (("credits_before", before), ("credits_after", after)):
        connection.register(name, _credits(side))
    shown = ", ".join(f"a.{name} AS a_{name}, b.{name} AS b_{name}" for name in SHOWN)
    sides = {name: _side_query(f"credits_{name}") for name in ("before", "after")}
    connection.execute(_JOIN.format(shown=shown, **sides))
    for name in ("credits_before", "credits_after"):
        connection.unregister(name)
    cells: dict[Key, int] = {
        (payee, role, Month.parse(month).index, line): difference
        for payee, role, month, line, difference in connection.execute(
            "SELECT payee_id, role, month, line, CAST(sum(difference) AS BIGINT) FROM order_parts"
            " GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    }
    changed = before.facts.number("SELECT count(DISTINCT order_id) FROM order_parts")
    return cells, tuple(_largest(before.facts)), changed


def _largest(facts: Facts) -> Iterator[OrderDifference]:
    shown = ", ".join(f"a_{name}, b_{name}" for name in SHOWN)
    found = facts.connection.execute(f"""
        SELECT order_id, day, listed, net, payee_id, role, month, line, before, after, {shown}
        FROM order_parts JOIN (
          SELECT order_id, abs(sum(difference)) AS size, sum(abs(difference)) AS moved
          FROM order_parts GROUP BY order_id ORDER BY size DESC, moved DESC, order_id
          LIMIT {MOST_ORDERS}
        ) USING (order_id)
        ORDER BY size DESC, moved DESC, order_id, payee_id, role, month, line""").fetchall()
    rows: dict[str, list[tuple[object, ...]]] = {}
    for row in found:
        rows.setdefault(row[0], []).append(row)
    for order, its in rows.items():
        parts = tuple(_part(row) for row in its)
        pair = Pair()
        for part in parts:
            pair = pair.plus(part.pair)
        _, day, listed, net, *_ = its[0]
        yield OrderDifference(
            order,
            day if isinstance(day, date) else None,
            listed if isinstance(listed, int) else None,
            net if isinstance(net, int) else None,
            pair,
            parts,
        )


def _part(row: tuple[object, ...]) -> Part:
    payee, role, month, line, before, after, *shown = row[4:]
    pairs = zip(SHOWN, shown[::2], shown[1::2], strict=True)
    return Part(
        str(payee),
        str(role),
        Month.parse(str(month)).index,
        str(line),
        Pair(
            before if isinstance(before, int) else None, after if isinstance(after, int) else None
        ),
        tuple((name, str(a or ""), str(b or "")) for name, a, b in pairs if (a or "") != (b or "")),
    )


def winners(people: Iterable[Pair]) -> tuple[int, int, int]:
    """How many gain, keep and lose."""
    signs = [pair.difference for pair in people]
    return sum(s > 0 for s in signs), sum(s == 0 for s in signs), sum(s < 0 for s in signs)
