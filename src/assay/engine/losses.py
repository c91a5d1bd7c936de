"""Orders on which the company keeps less than nothing: net less cost less what everybody is paid for them."""

from __future__ import annotations

from collections import defaultdict

from assay.engine.inputs import orders_view
from assay.engine.run import credits_of, months_of, run_program
from assay.engine.searched import MOST_CASES, Case, Pattern
from assay.facts.facts import Facts
from assay.money import read_yuan
from assay.period import Month
from assay.plan.book import stored_name
from assay.plan.program import Program
from assay.plan.prove.finding import REFUTED, UNDECIDED, Finding
from assay.plan.tree import Column
from assay.plan.vocabulary import PROFIT, leaves

NEGATIVE = "negative_margin"
MOST_ORDERS = 12


def kept_by(program: Program, facts: Facts) -> str:
    """SQL of what an order leaves before anyone is paid, in 分; empty where orders do not say.

    By the plan's own column of orders, the one the proof takes.
    """
    said = program.plan.facts.get("order")
    by = leaves({spec.name for spec in said.has} if said is not None else ())
    if by not in facts.present.get("orders", set()):
        return ""
    return by if by == PROFIT else f"net_amount - {by}"


def paid_until(program: Program, facts: Facts, months: range) -> range:
    """The months, and those after them in which something is paid for their orders as well."""
    stops = [months.stop, months_of(program, facts).stop]
    for node in program.dates.values():
        table = stored_name(node.fact) if isinstance(node, Column) else ""
        if isinstance(node, Column) and node.fact != "order" and table in facts.present:
            (last,) = facts.connection.execute(
                f'SELECT max(year("{node.stored}") * 12 + month("{node.stored}")) FROM {table}'
            ).fetchall()[0]
            stops.append(last or 0)
    return range(months.start, max(stops))


def losses(program: Program, facts: Facts, months: range) -> Pattern | None:
    """The orders of some months that lose, by who sold them and month, with the 分 they lose.

    None where nothing says what an order leaves. What is paid for them in later months counts; what
    is paid for a month, not for an order, is in no order's pay.
    """
    kept = kept_by(program, facts)
    if not kept:
        return None
    paid: dict[str, int] = defaultdict(int)
    outcome = run_program(program, facts, paid_until(program, facts, months), "duckdb")
    for row in credits_of(program, facts, outcome):
        paid[str(row[4])] += read_yuan(str(row[13]))
    found: dict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
    first, after = Month(months.start).first, Month(months.stop).first
    rows = facts.connection.execute(
        "SELECT order_id, coalesce(salesperson_id, agent_id, store_id, ''),"
        f" year(order_date) * 12 + month(order_date) - 1, {kept} FROM {orders_view(facts)}"
        " WHERE valid AND order_date >= ? AND order_date < ?",
        [first, after],
    ).fetchall()
    for order, seller, month, left in rows:
        if left is not None and left < paid[order]:
            found[seller, month].append((paid[order] - left, order))
    return _pattern(program, found)


def _pattern(program: Program, found: dict[tuple[str, int], list[tuple[int, str]]]) -> Pattern:
    """The largest losses first, by seller and month and by seller."""
    cases: list[Case] = []
    people: dict[str, int] = defaultdict(int)
    for (seller, month), orders in found.items():
        lost = sum(amount for amount, _ in orders)
        people[seller] += lost
        named = tuple(order for _, order in sorted(orders, key=lambda one: (-one[0], one[1])))
        cases.append(Case(seller, month, named[:MOST_ORDERS], len(orders), lost))
    cases.sort(key=lambda case: (-case.moved, case.month, case.payee))
    cites = dict.fromkeys(clause for rule in program.rules if rule.fact for clause in rule.cite)
    finding = Finding(NEGATIVE, "", "", REFUTED if cases else UNDECIDED, clause=", ".join(cites))
    ranked = dict(sorted(people.items(), key=lambda one: (-one[1], one[0])))
    count = sum(case.count for case in cases)
    return Pattern(NEGATIVE, "", finding, count, (), tuple(cases[:MOST_CASES]), ranked)
