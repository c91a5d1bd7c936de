"""A run: months paid by a program on DuckDB or the reference, every line accounted for."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from assay.engine.duck import fits, prepare
from assay.engine.inputs import load_book, orders_view
from assay.engine.results import CREDIT_COLUMNS, credit_row
from assay.errors import UserError
from assay.facts.facts import Facts, Progress
from assay.money import yuan
from assay.period import Month
from assay.plan.program import Program
from assay.plan.run import Line, Runner
from assay.plan.sql.query import Queries, compile_sql

ENGINES = ("duckdb", "reference")
Key = tuple[str, str, int, int]
_TYPES = {"order_date": "DATE", "line_no": "INTEGER", "day": "DATE", "id_rank": "BIGINT"}
_TYPES |= dict.fromkeys(
    ("list_amount", "net_amount", "quota_part", "commissionable", "amount"), "BIGINT"
)
_NO_CREDITS = (
    "SELECT "
    + ", ".join(
        f"CAST(NULL AS {_TYPES.get(column, 'VARCHAR')}) AS {column}"
        for column in (*CREDIT_COLUMNS, "line_no", "day", "id_rank")
    )
    + " WHERE FALSE"
)


class StatementRow(NamedTuple):
    """A line of a statement: amount in 分; `rule` is the place of its rule in the plan."""

    payee: str
    name: str
    role: str
    month: int
    rule: int
    amount: int
    award: str = ""


@dataclass
class Outcome:
    """What a run came to: statement rows in order, where each rule ran, and counts."""

    statements: list[StatementRow]
    where: dict[int, str]
    reasons: dict[int, str]
    counts: dict[str, int]
    queries: Queries | None
    lines: list[Line] = field(default_factory=list)


def months_of(
    program: Program, facts: Facts, first: Month | None = None, last: Month | None = None
) -> range:
    """The months to pay: those asked for, else from the first order to the last.

    An order stands in the month of its date under the plan's reading.
    """
    dated = program.order_date
    column = dated.stored if dated is not None else "order_date"
    found = facts.connection.execute(
        f"SELECT min(year(d) * 12 + month(d) - 1), max(year(d) * 12 + month(d) - 1) FROM"
        f" (SELECT {column} AS d FROM {orders_view(facts)} WHERE valid)"
    ).fetchall()
    low, high = found[0]
    if first is None and low is None:
        raise UserError("there is no valid order, so no month to pay; name one with --month")
    start = first.index if first else low
    stop = last.index if last else max(high if high is not None else start, start)
    if stop < start:
        raise UserError(f"--to {Month(stop)} is before --from {Month(start)}")
    return range(start, stop + 1)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing looks for circles of dead objects meanwhile.

    A run only adds: values, rows and lines stay until its end, and the collector, which walks
    over all that lives whenever a quarter was added, took as long as the paying itself.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


@_uncollected()
def run_program(
    program: Program, facts: Facts, months: range, engine: str, progress: Progress | None = None
) -> Outcome:
    """Pay some months. On duckdb the rules its subset carries run there, the rest on the reference.

    After it, DuckDB holds the table `credit_out` with the credits of rules that ran there; empty where
    every line is paid by the month.
    """
    say = progress or (lambda text: None)
    queries, reasons = roads(program, facts, months, engine)
    facts.connection.execute(f"CREATE OR REPLACE TABLE credit_out AS {_NO_CREDITS}")
    amounts: dict[Key, int] = {}
    active: set[tuple[str, str, int]] = set()
    if queries is not None and queries.inside:
        say("paying on DuckDB")
        amounts, active = _fast(facts, queries, months)
    lines: list[Line] = []
    left: dict[str, int] = {}
    if reasons:
        say("paying on the reference")
        lines, more, left = _slow(program, facts, months, set(reasons), say)
        active |= more
        index = {id(rule): number for number, rule in enumerate(program.rules)}
        amounts |= {(x.payee, x.role, x.month, index[id(x.rule)]): x.amount for x in lines}
    awards = {
        (x.payee, x.role, x.month, i): x.award
        for x in lines
        if x.award
        for i, rule in enumerate(program.rules)
        if rule is x.rule
    }
    statements = list(_statements(program, facts, active, amounts, awards))
    uncredited = left.pop("uncredited_order_rows", 0)
    if queries is not None:
        uncredited = _uncredited(facts, queries, months)
    counts = {
        "rows_outside_months": _outside(program, facts, months),
        "uncredited_orders": uncredited,
        **left,
        **facts.counts,
    }
    return Outcome(statements, ran_on(program, reasons), reasons, counts, queries, lines)


def roads(
    program: Program, facts: Facts, months: range, engine: str
) -> tuple[Queries | None, dict[int, str]]:
    """The queries of the rules that DuckDB carries, and why each of the others runs on the reference."""
    everything = range(len(program.rules))
    if not program.divided:
        prepare(program, facts, months)
    if engine != "duckdb":
        return None, dict.fromkeys(everything, "asked for")
    if program.divided:
        return None, dict.fromkeys(everything, "rows credited in parts")
    queries = compile_sql(program, facts.numbered)
    if not fits(program, facts, queries):
        return None, dict.fromkeys(everything, "amounts beyond the whole-number types")
    return queries, dict(queries.outside)


def ran_on(program: Program, reasons: Mapping[int, str]) -> dict[int, str]:
    """Where each rule runs, by its place in the plan."""
    return {i: "reference" if i in reasons else "duckdb" for i in range(len(program.rules))}


def _uncredited(facts: Facts, queries: Queries, months: range) -> int:
    """Orders of these months that are credited to nobody."""
    if not queries.uncredited:
        return 0
    within = f"month BETWEEN {months.start} AND {months.stop - 1}"
    return facts.number(
        f"SELECT CAST(coalesce(sum(orders), 0) AS BIGINT) FROM ({queries.uncredited}) WHERE {within}"
    )


def _outside(program: Program, facts: Facts, months: range) -> int:
    """Rows of orders, and of facts below that are paid, that stand in no month of this run."""
    dated = program.order_date
    column = dated.stored if dated is not None else "order_date"
    first, after = Month(months.start).first, Month(months.stop).first
    out = f"NOT coalesce(d >= DATE '{first}' AND d < DATE '{after}', FALSE)"
    queries = [f"SELECT {column} AS d FROM {orders_view(facts)} WHERE valid"]
    queries += ['SELECT "on" AS d FROM collections'] * ("collection" in program.dates)
    return sum(facts.number(f"SELECT count(*) FROM ({query}) WHERE {out}") for query in queries)


def _fast(
    facts: Facts, queries: Queries, months: range
) -> tuple[dict[Key, int], set[tuple[str, str, int]]]:
    connection = facts.connection
    amounts: dict[Key, int] = {}
    within = f"month BETWEEN {months.start} AND {months.stop - 1}"
    if queries.credits:
        text = f"month BETWEEN '{Month(months.start)}' AND '{Month(months.stop - 1)}'"
        connection.execute(
            f"CREATE OR REPLACE TABLE credit_out AS SELECT * FROM ({queries.credits}) WHERE {text}"
        )
        total = connection.execute(
            "SELECT payee_id, role, month, line_no, CAST(sum(amount) AS BIGINT) FROM credit_out GROUP BY ALL"
        ).fetchall()
        amounts |= {(p, r, Month.parse(m).index, n): a for p, r, m, n, a in total}
    if queries.months:
        rows = connection.execute(f"SELECT * FROM ({queries.months}) WHERE {within}").fetchall()
        amounts |= {(payee, role, month, line): amount for line, payee, role, month, amount in rows}
    keys = connection.execute(
        f"SELECT payee, role, month FROM ({queries.keys}) WHERE {within}"
    ).fetchall()
    return amounts, set(keys)


def _slow(
    program: Program, facts: Facts, months: range, wanted: set[int], say: Progress
) -> tuple[list[Line], set[tuple[str, str, int]], dict[str, int]]:
    runner = Runner(program, load_book(program, facts))
    rules = {id(program.rules[index]) for index in wanted}
    lines: list[Line] = []
    active: set[tuple[str, str, int]] = set()
    for index in months:
        say(f"paying {Month(index)} on the reference")
        active |= {(payee, role, index) for payee, role in runner.values.shelf.active(index)}
        lines += [line for line in runner.month(index) if id(line.rule) in rules]
    shelf = runner.values.shelf
    left: dict[str, int] = defaultdict(int)
    for (fact, index), n in shelf.uncredited.items():
        if index in months:
            left[f"uncredited_{fact}_rows"] += n
    left |= {f"undated_{fact}_rows": n for fact, n in shelf.undated.items() if fact != "order"}
    return lines, active, {name: n for name, n in sorted(left.items()) if n}


def _statements(
    program: Program,
    facts: Facts,
    active: Iterable[tuple[str, str, int]],
    amounts: dict[Key, int],
    awards: dict[Key, str],
) -> Iterator[StatementRow]:
    """Every active payee gets every line of his role, 0.00 too; who has left, what still comes."""
    names: dict[str, str] = dict(
        facts.connection.execute(
            "SELECT payee_id, arg_max(name, start) FROM holdings GROUP BY payee_id"
        ).fetchall()
    )
    keys = {
        (payee, role, month, index)
        for payee, role, month in active
        for index, rule in enumerate(program.rules)
        if role in rule.roles
    }
    for key in sorted(keys | amounts.keys()):
        payee, role, month, index = key
        amount, award = amounts.get(key, 0), awards.get(key, "")
        yield StatementRow(payee, names.get(payee, payee), role, month, index, amount, award)


def credits_of(program: Program, facts: Facts, outcome: Outcome) -> Iterator[tuple[object, ...]]:
    """Rows of credits.csv in its order, from both engines."""
    index = {id(rule): number for number, rule in enumerate(program.rules)}
    keyed: list[tuple[tuple[object, ...], tuple[object, ...]]] = []
    for line in outcome.lines:
        for credit in line.credits:
            row = credit.row
            key = (line.payee, line.role, line.month, index[id(line.rule)], row.day, row.key[1])
            keyed.append((key, credit_row(line, credit)))
    if outcome.queries is not None and outcome.queries.credits:
        query = (
            "SELECT payee_id, role, month, line, order_id, order_date, list_amount, net_amount, band, rate,"
            " quota_part, commissionable, added_point, amount, line_no, day, id_rank FROM credit_out"
        )
        for found in facts.connection.execute(query).fetchall():
            key = (found[0], found[1], Month.parse(found[2]).index, *found[14:])
            keyed.append((key, _texts(found)))
    keyed.sort(key=lambda pair: pair[0])
    return (row for _, row in keyed)


def _texts(found: tuple[object, ...]) -> tuple[object, ...]:
    """A credit as the contract prints it: money in yuan, dates in ISO."""
    money = {6, 7, 10, 11, 13}
    return tuple(
        ("" if value is None else yuan(value))
        if place in money and (value is None or isinstance(value, int))
        else value.isoformat()
        if isinstance(value, date)
        else value
        for place, value in enumerate(found[:14])
    )


def totals(program: Program, statements: Iterable[StatementRow]) -> dict[str, int]:
    """分 by line name."""
    found: dict[str, int] = defaultdict(int)
    for row in statements:
        found[program.rules[row.rule].name] += row.amount
    return dict(found)
