"""From a program to the facts it reads, and from facts to the book of the reference."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from fractions import Fraction
from pathlib import Path

from assay.errors import UserError
from assay.facts.cells import Rejection
from assay.facts.database import Database, read_database
from assay.facts.facts import Facts, Progress, read_facts
from assay.facts.schema import Wanted
from assay.plan.book import Book, ranked
from assay.plan.program import Program, key_of
from assay.plan.refusing import refused, turns_away
from assay.plan.standing import Holding
from assay.plan.tree import Value
from assay.plan.vocabulary import COLLECTED_ON, FACTS

BY_PAYEE = "coalesce(salesperson_id, agent_id, store_id), order_date, id_rank"
"""The order in which rows that are paid together stand together."""


def wanted_by(program: Program) -> Wanted:
    """What a program asks of the facts beyond the contract."""
    holders: dict[str, tuple[str, ...]] = {}
    for stream in program.streams:
        if stream.who.fact == "order":
            held = holders.get(stream.who.stored, ())
            holders[stream.who.stored] = tuple(dict.fromkeys((*held, *stream.roles)))
    extra = {
        table_of(name): {spec.name: spec.kind for spec in fact.has}
        for name, fact in program.plan.facts.items()
        if fact.has
    }
    above = {table_of(fact): table_of(up) for fact, up in program.parents.items() if up}
    keys: dict[str, tuple[str, ...]] = {}
    for fact, up in program.parents.items():
        own = (key_of(fact),) if fact in program.parents.values() and fact != "order" else ()
        keys[table_of(fact)] = (*own, *((key_of(up),) if up else ()))
    return Wanted(program.roles, holders, extra, keys, above)


def table_of(fact: str) -> str:
    """The table in which a fact's rows stand."""
    return FACTS[fact].table if fact in FACTS else fact


def read_inputs(
    program: Program,
    where: Path | Database,
    progress: Progress | None = None,
    memory: str = "",
    trusted: bool = False,
) -> Facts:
    """The facts a program reads, from a folder or a department's database."""
    if isinstance(where, Database):
        return complete(program, read_database(where, wanted_by(program), progress, memory))
    return complete(program, read_facts(where, wanted_by(program), progress, memory, trusted))


def complete(program: Program, facts: Facts) -> Facts:
    """Facts once a program may read them: a reading whose facts are absent is refused by name."""
    for need in program.needs:
        there = facts.present.get(need.table, set())
        if facts.has(need.table) and (not need.column or need.column in there):
            continue
        missing = (
            f"the file {need.table}.csv"
            if not facts.has(need.table)
            else (f"the column {need.column} in {facts.files[need.table].name}")
        )
        if need.question:
            raise UserError(
                f"the reading {need.question}={need.reading} needs {missing}, which is not there;"
                f" add it, or choose another reading with --question {need.question}=…"
            )
        raise UserError(f"the plan reads {missing}, which is not there")
    _collected(program, facts)
    _refuse(program, facts)
    return facts


def _collected(program: Program, facts: Facts) -> None:
    """The day on which the collections of an order reach its net amount, as a column of orders."""
    asks = any(n.table == "collections" for n in program.needs)
    if not (asks and facts.has("collections")):
        return
    facts.connection.execute(f"""
        CREATE TABLE collected AS
        SELECT order_id, min("on") AS {COLLECTED_ON} FROM (
            SELECT c.order_id, c."on", o.net_amount, sum(c.amount) OVER (
                PARTITION BY c.order_id ORDER BY c."on", c.row
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS got FROM collections c JOIN orders o USING (order_id)
        ) WHERE got >= net_amount GROUP BY order_id""")
    facts.connection.execute(
        "CREATE VIEW dated_orders AS SELECT o.*, c.collected_on FROM orders o LEFT JOIN collected c USING (order_id)"
    )


def orders_view(facts: Facts) -> str:
    """The view orders are read from: with the day of collection where it was asked for."""
    if facts.reads:
        return facts.reads
    query = "SELECT count(*) FROM duckdb_views() WHERE view_name = 'dated_orders'"
    return "dated_orders" if facts.number(query) else "orders"


def held(facts: Facts) -> Facts:
    """The same facts with their orders in memory, beside one another by whom they pay.

    For what is asked payee by payee, again and again: a month of a million orders is read once (1 s,
    150 MB), and each payee's are found in a tenth of the scan.
    """
    view = orders_view(facts)
    facts.connection.execute(
        f"CREATE TABLE held_orders AS SELECT * FROM {view} ORDER BY {BY_PAYEE}"
    )
    facts.reads = "held_orders"
    return facts


def _refuse(program: Program, facts: Facts) -> None:
    """Turn away the rows a plan refuses, with the plan's own reason."""
    if not turns_away(program):
        return
    found: list[Rejection] = []
    for row, why, column in refused(program, load_book(program, facts)):
        number = row.values["row"]
        assert isinstance(number, int)
        file = facts.files[table_of(row.fact)].name
        key = str(row.values.get(key_of(row.fact), ""))
        found.append(Rejection(file, number, column, key, why))
    if found:
        facts.turn_away(found)


def holdings_of(facts: Facts, payees: Collection[str] | None = None) -> list[Holding]:
    """Who holds what when; only some payees and those of their teams if said."""
    query = "SELECT payee_id, name, role, team, start, stop, reports_to FROM holdings"
    values = list[str]()
    if payees is not None:
        one = f"payee_id IN ({_marks(payees)})"
        query += f" WHERE {one} OR team IN (SELECT team FROM holdings WHERE {one})"
        values = sorted(payees) * 2
    rows = facts.connection.execute(f"{query} ORDER BY ALL", values).fetchall()
    return [Holding(*row) for row in rows]


def load_book(
    program: Program,
    facts: Facts,
    payees: Collection[str] | None = None,
    months: tuple[int, int] | None = None,
) -> Book:
    """The rows of the facts for the reference; only some payees' orders and months if said.

    `payees` are matched against every column that credits an order; `months` is a span of months
    of the order's date, both included.
    """
    orders = orders_view(facts)
    where, values = ["valid"], list[object]()
    holdings = holdings_of(facts, payees)
    if payees is not None:
        # Only the columns in which one of these payees can stand, and literals rather than a
        # join: then a Parquet scan skips what it need not read.
        wanted = sorted(payees)
        roles = {h.role for h in holdings if h.payee in payees}
        columns = sorted(
            {s.who.stored for s in program.streams if s.who.fact == "order" and roles & {*s.roles}}
        )
        listed = [f"{column} IN ({_marks(wanted)})" for column in columns]
        where.append("(" + (" OR ".join(listed) or "FALSE") + ")")
        values += wanted * len(columns)
    if months is not None:
        where.append("order_date >= ? AND order_date < ?")
        values += [_first(months[0]), _first(months[1] + 1)]
    query = f"SELECT * FROM {orders} WHERE {' AND '.join(where)} ORDER BY order_date, id_rank"
    rows = {"order": _rows(facts, query, values, _rates(program, "order"))}
    for fact in _facts_below(program):
        table = table_of(fact)
        if facts.has(table):
            query = f"SELECT * FROM {table} ORDER BY ALL"
            rows[fact] = ranked(_rows(facts, query, [], _rates(program, fact)))
    targets = _targets(facts, payees, holdings)
    return Book(
        rows,
        holdings,
        {(payee, month): amount for payee, _, month, amount in targets if payee is not None},
        {(team, month): amount for _, team, month, amount in targets if team is not None},
    )


def _targets(
    facts: Facts, payees: Collection[str] | None, holdings: list[Holding]
) -> list[tuple[str | None, str | None, int, int]]:
    query, values = "SELECT payee_id, team, month, amount FROM targets", list[object]()
    if payees is not None:
        teams = sorted({h.team for h in holdings if h.team})
        query += f" WHERE payee_id IN ({_marks(payees)}) OR team IN ({_marks(teams) or 'NULL'})"
        values = [*sorted(payees), *teams]
    return facts.connection.execute(query, values).fetchall()


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" for _ in values)


def _first(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _facts_below(program: Program) -> list[str]:
    return [fact for fact in program.parents if fact != "order"]


def _rates(program: Program, fact: str) -> list[str]:
    """Columns a plan declares as rates or numbers: they are kept as exact fractions in text."""
    declared = program.plan.facts.get(fact)
    return (
        [spec.name for spec in declared.has if spec.kind in ("rate", "number")] if declared else []
    )


def _rows(
    facts: Facts, query: str, values: list[object], rates: list[str]
) -> list[dict[str, Value]]:
    cursor = facts.connection.execute(query, values)
    names = [column[0] for column in cursor.description or ()]
    rows: list[dict[str, Value]] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows if rates else ():
        for column in rates:
            said = row[column]
            row[column] = Fraction(str(said)) if said is not None else None
    return rows
