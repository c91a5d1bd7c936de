"""The fast road: a program's queries on DuckDB, beside the facts."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

import duckdb
import pyarrow as pa

from assay.engine.inputs import holdings_of, orders_view
from assay.facts.facts import Facts
from assay.period import Month
from assay.plan.book import Book, Shelf
from assay.plan.program import Program
from assay.plan.sql.query import Queries
from assay.plan.sql.terms import UNIT
from assay.plan.standing import Holding, Standing

INT64 = 2**62
INT128 = 2**126


def prepare(program: Program, facts: Facts, months: range) -> None:
    """The small tables the queries join: who may be credited when, who is in charge, who is active."""
    holdings = holdings_of(facts)
    connection = facts.connection
    connection.execute(
        f"CREATE OR REPLACE VIEW order_rows AS SELECT * FROM {orders_view(facts)}{_span(program, months)}"
    )
    who = {pair: n for n, pair in enumerate(sorted({(h.payee, h.role) for h in holdings}))}
    teams = {team: n for n, team in enumerate(sorted({h.team for h in holdings if h.team}))}
    since: dict[tuple[str, str], int] = {}
    for h in holdings:
        first = Month.of(h.start).index
        since[(h.payee, h.role)] = min(first, since.get((h.payee, h.role), first))
    payees = [(number, *pair, since[pair]) for pair, number in who.items()]
    _table(connection, "payees", "who INTEGER, payee VARCHAR, role VARCHAR, since INTEGER", payees)
    # The month before, too: what is settled to date is held against it.
    reached = range(months.start - 1, months.stop)
    spans = [(month, Month(month).first, Month(month).after) for month in reached]
    _table(connection, "run_months", "month INTEGER, first DATE, after DATE", spans)
    named = [(number, team) for team, number in teams.items()]
    _table(connection, "teams", "number INTEGER, team VARCHAR", named)
    credited = [
        (stream, payee, who[(payee, role)], teams.get(team or ""), start, stop)
        for stream, payee, role, team, start, stop in _credited(program, holdings)
    ]
    columns = "stream INTEGER, payee VARCHAR, who INTEGER, team INTEGER, start DATE, stop DATE"
    _table(connection, "credit_holdings", columns, credited)
    charged = [
        (role, teams[team], who[(payee, role)], start, stop)
        for role, team, payee, start, stop in _charged(program, holdings, months)
    ]
    columns = "role VARCHAR, team INTEGER, who INTEGER, start DATE, stop DATE"
    _table(connection, "charge", columns, charged)
    standing = Standing(holdings)
    active = {((h.payee, h.role), month) for h in holdings for month in _held(h, reached)}
    rows = [
        (who[pair], month, teams.get(standing.team_of(*pair, month) or ""))
        for pair, month in sorted(active)
    ]
    _table(connection, "active_months", "who INTEGER, month INTEGER, team INTEGER", rows)


def _span(program: Program, months: range) -> str:
    """Only the months paid are read, and those before where a month looks back, where orders
    belong to the month of their own date."""
    if not program.by_order_date:
        return ""
    first, after = Month(months.start).first, Month(months.stop).first
    until = f" WHERE order_date < DATE '{after}'"
    return until if program.looks_back else f"{until} AND order_date >= DATE '{first}'"


_ARROW = {"INTEGER": pa.int32(), "VARCHAR": pa.string(), "DATE": pa.date32()}


def _table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: str,
    rows: Sequence[tuple[object, ...]],
) -> None:
    """A table of plain rows; `columns` as SQL says them."""
    pairs = [column.split() for column in columns.split(", ")]
    fields = [(title, _ARROW[kind]) for title, kind in pairs]
    cells = list(zip(*rows, strict=True)) or [()] * len(fields)
    arrays = [pa.array(c, type=kind) for c, (_, kind) in zip(cells, fields, strict=True)]
    connection.register("plain_rows", pa.table(arrays, schema=pa.schema(fields)))
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM plain_rows")
    connection.unregister("plain_rows")


def _held(holding: Holding, months: range) -> range:
    first = max(months.start, Month.of(holding.start).index)
    last_day = holding.stop.toordinal() - 1
    last = min(months.stop - 1, Month.of(date.fromordinal(last_day)).index)
    return range(first, last + 1)


def _credited(
    program: Program, holdings: list[Holding]
) -> Iterator[tuple[int, str, str, str | None, date, date]]:
    """For each stream who is credited in which role when: the first of its roles that holds."""
    streams = [s for s in program.streams if s.fact == "order"]
    by_payee: dict[str, list[Holding]] = {}
    for holding in holdings:
        by_payee.setdefault(holding.payee, []).append(holding)
    for index, stream in enumerate(streams):
        for payee, held in sorted(by_payee.items()):
            fitting = [h for h in held if h.role in stream.roles]
            edges = sorted({edge for h in fitting for edge in (h.start, h.stop)})
            for start, stop in itertools.pairwise(edges):
                found = next(
                    (h for role in stream.roles for h in fitting if h.role == role and h.on(start)),
                    None,
                )
                if found is not None:
                    yield (index, payee, found.role, found.team, start, stop)


def _charged(
    program: Program, holdings: list[Holding], months: range
) -> Iterator[tuple[str, str, str, date, date]]:
    """Who is in charge of each team on which days of each month, gaps filled within the month."""
    shelf = Shelf(program, Book({}, holdings), lambda node, row: None)
    roles = sorted({role for rule in program.rules if rule.of_team for role in rule.roles})
    for role in roles:
        by_team: dict[str, list[Holding]] = defaultdict(list)
        for holding in holdings:
            if holding.role == role and holding.team is not None:
                by_team[holding.team].append(holding)
        for team, held in sorted(by_team.items()):
            if len(held) == 1 and held[0].start == date.min and held[0].stop == date.max:
                yield (role, team, held[0].payee, date.min, date.max)
                continue
            yield from _by_month(shelf, role, team, held, months)


def _by_month(
    shelf: Shelf, role: str, team: str, held: list[Holding], months: range
) -> Iterator[tuple[str, str, str, date, date]]:
    for index in months:
        month = Month(index)
        edges = {month.first, month.after}
        edges |= {e for h in held for e in (h.start, h.stop) if month.first < e < month.after}
        ordered = sorted(edges)
        for start, stop in itertools.pairwise(ordered):
            payee = shelf.in_charge(role, team, start)
            if payee is not None:
                yield (role, team, payee, start, stop)


def fits(program: Program, facts: Facts, queries: Queries) -> bool:
    """Whether every number of the queries stays within the whole-number types.

    The most a payee or a team (where people are summed, the house) can reach in a month bounds each
    sum; 2n + d of the rounding and the factors of the plan come on top. Products of two
    amounts are worked out in 128 bit.
    """
    whose = "" if queries.people else "coalesce(h.team, -h.who - 1), "
    sums = [
        "SELECT sum(CAST(r.list_amount AS HUGEINT) + r.net_amount) AS total FROM order_rows r"
        f" JOIN credit_holdings h ON h.stream = {index} AND h.payee = r.{stream.who.stored}"
        f" WHERE r.valid GROUP BY {whose}r.month"
        for index, stream in enumerate(s for s in program.streams if s.fact == "order")
    ]
    single = "SELECT max(CAST(list_amount AS HUGEINT) + net_amount) FROM order_rows"
    most = facts.number(f"SELECT max(total) FROM ({' UNION ALL '.join([*sums, single])})")
    most = 2 * max(most, UNIT)
    return all(
        scale * most**power < (INT64 if power < 2 else INT128)
        for power, scale in queries.bounds.items()
    )
