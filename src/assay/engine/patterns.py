"""Candidates of each pattern among real orders, as relations of the orders as they would stand otherwise."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assay.engine.edges import discounts
from assay.engine.inputs import orders_view
from assay.facts.facts import Facts
from assay.period import Month
from assay.plan.program import Program
from assay.plan.prove.encoding import Mark
from assay.plan.prove.names import threshold
from assay.plan.tree import Arith, Bands, Column, Level, Node

OTHERWISE = "orders_otherwise"
SEEN = "orders_seen"


@dataclass(frozen=True)
class Windows:
    """How far patterns are looked for: days between orders of one customer, days about the turn
    of a month, and how near to an edge is near, as a part of the edge."""

    days: int = 7
    turn: int = 3
    near: Fraction = Fraction(1, 200)


@dataclass(frozen=True)
class Edge:
    """An edge of a table over orders: its name as findings call it, its value, whether it counts."""

    name: str
    value: Fraction
    counts: bool
    ratio: bool

    @property
    def share(self) -> tuple[int, int]:
        """The value as a quotient of whole numbers."""
        return self.value.numerator, self.value.denominator

    def compared(self, operator: str, value: Fraction) -> str:
        """A condition of SQL: the order against a value, by whole numbers alone."""
        over = "list_amount" if self.ratio else "1"
        left = f"CAST(net_amount AS HUGEINT) * {value.denominator}"
        return f"{left} {operator} CAST({over} AS HUGEINT) * {value.numerator}"

    def between(self, low: Fraction, high: Fraction) -> str:
        """From one value to another, on the side of the edge on which each counts."""
        first, last = (">=", "<") if self.counts else (">", "<=")
        return f"({self.compared(first, low)} AND {self.compared(last, high)})"

    def below(self) -> str:
        """SQL of the greatest amount in 分 on the other side of the edge."""
        top, bottom = self.share
        over = "list_amount" if self.ratio else "1"
        product = f"CAST({over} AS HUGEINT) * {top}"
        if self.counts:
            return f"CAST(({product} + {bottom - 1}) // {bottom} - 1 AS BIGINT)"
        return f"CAST(({product}) // {bottom} AS BIGINT)"


@dataclass(frozen=True)
class Scope:
    """Whose orders are looked at: the columns that name the payees of a role, or of his team."""

    program: Program
    facts: Facts
    months: range
    role: str

    @property
    def team(self) -> bool:
        """Whether the role is paid for the orders of its team."""
        return any(rule.of_team and self.role in rule.roles for rule in self.program.rules)

    @property
    def columns(self) -> list[str]:
        """The columns of orders in which an owner stands."""
        return sorted(
            {
                s.who.stored
                for s in self.program.streams
                if s.fact == "order"
                and s.who.fact == "order"
                and (s.team if self.team else self.role in s.roles)
            }
        )

    def see(self) -> bool:
        """Make the table of the orders looked at, with their owner; False where there is none."""
        if not self.columns:
            return False
        first, after = Month(self.months.start).first, Month(self.months.stop).first
        owner = f"coalesce({', '.join(self.columns)})"
        holds = "" if self.team else " WHERE role = ?"
        self.run(
            f"CREATE OR REPLACE TEMP TABLE {SEEN} AS SELECT *, {owner} AS owner"
            f" FROM {orders_view(self.facts)} WHERE valid AND {owner} IN"
            f" (SELECT payee_id FROM holdings{holds}) AND order_date >= DATE '{first}'"
            f" AND order_date < DATE '{after}'",
            [] if self.team else [self.role],
        )
        return self.facts.number(f"SELECT count(*) FROM {SEEN}") > 0

    def run(self, query: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Rows of a query; none where it yields nothing."""
        done = self.facts.connection.execute(query, list(values))
        return done.fetchall() if done.description else []

    def otherwise(self, changed: str, gone: str) -> None:
        """The orders with some rows `gone` and others in their place."""
        view = orders_view(self.facts)
        self.run(
            f"CREATE OR REPLACE TEMP VIEW {OTHERWISE} AS"
            f" SELECT * FROM {view} WHERE row NOT IN ({gone}) UNION ALL {changed}"
        )

    # -- splits and merges --------------------------------------------------------------------

    def groups(self, days: int) -> int:
        """Orders of one owner and one customer in one month, each within days of the one before."""
        own = "PARTITION BY owner, customer_id, month ORDER BY order_date, id_rank"
        self.run(f"""
            CREATE OR REPLACE TEMP TABLE grouped AS
            SELECT *, first_value(row) OVER (PARTITION BY owner, customer_id, month, part
                ORDER BY order_date, id_rank) AS head,
              count(*) OVER (PARTITION BY owner, customer_id, month, part) AS size
            FROM (SELECT *, sum(starts) OVER ({own} ROWS UNBOUNDED PRECEDING) AS part
              FROM (SELECT *, CASE WHEN order_date - lag(order_date) OVER ({own}) <= {days}
                  THEN 0 ELSE 1 END AS starts
                FROM {SEEN} JOIN (SELECT owner, customer_id, month FROM {SEEN}
                  WHERE customer_id IS NOT NULL AND customer_id <> ''
                  GROUP BY ALL HAVING count(*) > 1) USING (owner, customer_id, month)))""")
        self.run("DELETE FROM grouped WHERE size < 2")
        return self.facts.number("SELECT count(DISTINCT head) FROM grouped")

    def merged(self) -> None:
        """Each group as one order on its first day, under its first id."""
        view = orders_view(self.facts)
        self.otherwise(
            "SELECT o.* REPLACE (g.listed AS list_amount, g.net AS net_amount)"
            f" FROM {view} o JOIN (SELECT head, CAST(sum(list_amount) AS BIGINT) AS listed,"
            " CAST(sum(net_amount) AS BIGINT) AS net FROM grouped GROUP BY head) g"
            " ON o.row = g.head",
            "SELECT row FROM grouped",
        )

    def larger(self, edges: Sequence[Edge]) -> int:
        """Orders beyond an edge that neither half reaches, of customers who else stay under it."""
        tests = [
            f"({edge.compared('>=', edge.value)} AND NOT ({edge.compared('>=', 2 * edge.value)})"
            f" AND others * {edge.value.denominator} < {edge.value.numerator})"
            for edge in edges
        ]
        self.run(f"""
            CREATE OR REPLACE TEMP TABLE grouped AS SELECT *, row AS head FROM (
              SELECT s.*, CASE WHEN s.net_amount = t.top[1] THEN t.top[2] ELSE t.top[1] END AS others
              FROM {SEEN} s JOIN (SELECT customer_id, max(net_amount, 2) AS top FROM {SEEN}
                WHERE customer_id IS NOT NULL AND customer_id <> '' GROUP BY customer_id) t
              USING (customer_id)
            ) WHERE others IS NOT NULL AND ({" OR ".join(tests) or "FALSE"})""")
        return self.facts.number("SELECT count(*) FROM grouped")

    def halved(self) -> None:
        """Each of those as two orders of the same day."""
        view = orders_view(self.facts)
        halves = [
            f"SELECT * REPLACE ({number} AS row, {_part('list_amount', more)} AS list_amount,"
            f" {_part('net_amount', more)} AS net_amount) FROM {view}"
            " WHERE row IN (SELECT row FROM grouped)"
            for number, more in (("row", 1), ("-row", 0))
        ]
        self.otherwise(" UNION ALL ".join(halves), "SELECT row FROM grouped")

    # -- edges --------------------------------------------------------------------------------

    def counts(self, edge: Edge, near: Fraction) -> tuple[int, int, int, int, int]:
        """Orders in four neighbouring widths, two below the edge, two above it; those right on it."""
        step = edge.value * near
        marks = [edge.value + step * n for n in (-2, -1, 0, 1, 2)]
        tests = [edge.between(a, b) for a, b in itertools.pairwise(marks)]
        tests.append(edge.compared("=", edge.value))
        picked = ", ".join(f"count(*) FILTER ({test})" for test in tests)
        one, two, three, four, on = (
            int(str(n)) for n in self.run(f"SELECT {picked} FROM {SEEN}")[0]
        )
        return one, two, three, four, on

    def lowered(self, edges: Sequence[Edge], near: Fraction) -> int:
        """Orders just above an edge as they would be 1 分 below it; each by its first such edge."""
        tests = [(e.between(e.value, e.value * (1 + near)), e.below()) for e in edges]
        cases = " ".join(f"WHEN {test} THEN {below}" for test, below in tests)
        names = " ".join(f"WHEN {test} THEN {n}" for n, (test, _) in enumerate(tests))
        self.run(
            f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT *, row AS head, CASE {names} END"
            f" AS edge, greatest(CASE {cases} END, 0) AS lower FROM {SEEN}"
            f" WHERE {' OR '.join(test for test, _ in tests)}"
        )
        view = orders_view(self.facts)
        self.otherwise(
            f"SELECT o.* REPLACE (g.lower AS net_amount) FROM {view} o"
            " JOIN grouped g ON o.row = g.row",
            "SELECT row FROM grouped",
        )
        return self.facts.number("SELECT count(*) FROM grouped")

    def raised(self, edge: Edge) -> int:
        """Orders deeper than an edge as they would be at it."""
        top, bottom = edge.share
        under = edge.compared("<" if edge.counts else "<=", edge.value)
        more = "" if edge.counts else " + 1"
        up = f"CAST((CAST(list_amount AS HUGEINT) * {top} + {bottom - 1}) // {bottom}{more} AS BIGINT)"
        self.run(
            f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT *, row AS head FROM {SEEN} WHERE {under}"
        )
        view = orders_view(self.facts)
        self.otherwise(
            f"SELECT * REPLACE ({up} AS net_amount) FROM {view} WHERE row IN (SELECT row FROM grouped)",
            "SELECT row FROM grouped",
        )
        return self.facts.number("SELECT count(*) FROM grouped")

    # -- months -------------------------------------------------------------------------------

    def turned(self, days: int, parity: int) -> int:
        """Orders of the first days of every other month as they would be on the day before it."""
        first = "CAST(date_trunc('month', order_date) AS DATE)"
        holds = "" if self.team else f" AND role = '{self.role}'"
        self.run(
            f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT *, row AS head FROM {SEEN} s"
            f" WHERE day(order_date) <= {days} AND month % 2 = {parity} AND month > {self.months.start}"
            f" AND EXISTS (SELECT 1 FROM holdings h WHERE h.payee_id = s.owner{holds}"
            f" AND h.start < {first} AND h.stop >= {first})"
        )
        view = orders_view(self.facts)
        self.otherwise(
            f"SELECT * REPLACE (CAST({first} - 1 AS DATE) AS order_date,"
            f" CAST(month - 1 AS INTEGER) AS month) FROM {view}"
            " WHERE row IN (SELECT row FROM grouped)",
            "SELECT row FROM grouped",
        )
        return self.facts.number("SELECT count(*) FROM grouped")

    def about_the_turn(self, days: int) -> tuple[int, int, Fraction]:
        """Orders in the first days of months, in the last days, and in so many days on average."""
        last = "last_day(order_date) - order_date < ?"
        found = self.run(
            f"SELECT count(*) FILTER (day(order_date) <= ?), count(*) FILTER ({last}), count(*)"
            f" FROM {SEEN}",
            [days, days],
        )[0]
        early, late, every = (int(str(n)) for n in found)
        span = Month(self.months.stop).first - Month(self.months.start).first
        return early, late, Fraction(every * days * len(self.months), max(span.days, 1))

    # -- one more -----------------------------------------------------------------------------

    def without_deepest(self) -> int:
        """The orders without the one at the deepest discount of each owner's (or team's) month."""
        who = "owner"
        source = SEEN
        if self.team:
            source = (
                f"(SELECT s.*, h.team FROM {SEEN} s JOIN holdings h ON h.payee_id = s.owner"
                " AND s.order_date >= h.start AND s.order_date < h.stop AND h.team IS NOT NULL)"
            )
            who = "team"
        self.run(f"""
            CREATE OR REPLACE TEMP TABLE grouped AS SELECT *, row AS head FROM {SEEN}
            WHERE row IN (SELECT arg_min(row, (net_amount * 10000 // list_amount,
                DATE '9999-12-31' - order_date, -id_rank, row)) FROM {source} t GROUP BY {who}, month)""")
        view = orders_view(self.facts)
        self.run(
            f"CREATE OR REPLACE TEMP VIEW {OTHERWISE} AS SELECT * FROM {view}"
            " WHERE row NOT IN (SELECT row FROM grouped)"
        )
        return self.facts.number("SELECT count(*) FROM grouped")


def _part(column: str, more: int) -> str:
    """Half of an amount, the odd 分 with the first."""
    return f"CAST(({column} + {more}) // 2 AS BIGINT)"


def edges_of(program: Program, role: str) -> Iterator[Edge]:
    """The edges of tables over an order's discount or amount that a role's pay rests on."""
    seen: set[tuple[str, Fraction]] = set()
    for rule in program.rules:
        if role not in rule.roles:
            continue
        for node in program.deep(rule.pay):
            if not isinstance(node, Bands) or node.frame.level is not Level.ROW:
                continue
            ratio = _is_discount(node.of)
            if not ratio and not _is_amount(node.of):
                continue
            for row in node.rows:
                if row.low is None or row.low <= 0:
                    continue
                name = threshold(program, Mark(node, row.low))
                if (name, row.low) not in seen:
                    seen.add((name, row.low))
                    yield Edge(name, row.low, row.low_in, ratio)


def month_discounts(program: Program, role: str) -> list[Edge]:
    """The discounts at which a role's month turns, as edges of its orders."""
    found = discounts(program, {role})
    return [Edge(f"{d}", d, counts, True) for d, counts in found.items()]


def _is_amount(node: Node) -> bool:
    return isinstance(node, Column) and node.stored == "net_amount"


def _is_discount(node: Node) -> bool:
    return (
        isinstance(node, Arith)
        and node.operator == "/"
        and _is_amount(node.left)
        and isinstance(node.right, Column)
        and node.right.stored == "list_amount"
    )
