"""Candidates of each pattern among real orders, as relations of the orders as they would stand otherwise."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from assay.engine.both_ways import BothWays
from assay.engine.edges import discounts
from assay.engine.inputs import orders_view
from assay.facts.facts import Facts
from assay.period import Month
from assay.plan.program import Program
from assay.plan.prove.encoding import Mark
from assay.plan.prove.names import threshold
from assay.plan.tree import Aggregate, Arith, Bands, Column, Level, Node

OTHERWISE = "orders_otherwise"
SEEN = "orders_seen"
TOUCHED = "orders_touched"
PAID, OTHERWISE_PAID, GAINS = "pay_as_is", "pay_otherwise", "gains"
_FIRST = "CAST(date_trunc('month', order_date) AS DATE)"
NEARLY_ALL = Fraction(9, 10)
"""Where more than this part of the orders is touched, all are paid again: telling costs as much."""


@dataclass(frozen=True)
class Windows:
    """How far patterns are looked for: days between orders of one customer, days about the turn
    of a month, and how near to an edge is near, as a part of the edge."""

    days: int = 7
    turn: int = 3
    near: Fraction = Fraction(1, 200)


@dataclass(frozen=True)
class Edge:
    """An edge of a table over orders: its name as findings call it, its value, whether it counts.

    ratio: of net to list price. average: whether only the average of a month is held against it.
    """

    name: str
    value: Fraction
    counts: bool
    ratio: bool
    average: bool = False

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
    """Whose orders are looked at: the columns that name the payees of a role, or of his team.

    raw: the view in which orders that do not count stand too.
    """

    program: Program
    facts: Facts
    months: range
    role: str
    raw: str = ""

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

    @property
    def alone(self) -> bool:
        """Whether a month of a payee (or team) rests on nothing but its own orders, so that it can
        be paid again without the others."""
        program = self.program
        of_teams = any(
            isinstance(node, Aggregate) and node.scope != "own"
            for rule in program.rules
            if self.role in rule.roles
            for top in rule.nodes()
            for node in program.deep(top)
        )
        return (
            program.by_order_date
            and not program.divided
            and not program.looks_back
            and not program.looks_beside
            and (self.team or not of_teams)
        )

    def see(self) -> int:
        """Make the table of the orders looked at, with their owner and the unit (he, or his team)
        whose month they are in; how many there are. Standing payees must be prepared."""
        if not self.columns:
            return 0
        self.run(
            f"CREATE OR REPLACE TABLE {SEEN} AS {self.looked_at(orders_view(self.facts), 'valid')}"
        )
        return self.facts.number(f"SELECT count(*) FROM {SEEN}")

    def looked_at(self, view: str, where: str) -> str:
        """Orders of a view in the months looked at, with owner and unit."""
        first, after = Month(self.months.start).first, Month(self.months.stop).first
        owner = f"coalesce({', '.join(self.columns)})"
        within = f"{where} AND order_date >= DATE '{first}' AND order_date < DATE '{after}'"
        if not self.team or not self.alone:
            holds = "" if self.team else f" WHERE role = '{self.role}'"
            return (
                f"SELECT *, {owner} AS owner, {owner} AS unit FROM {view}"
                f" WHERE {within} AND {owner} IN (SELECT payee_id FROM holdings{holds})"
            )
        # Of each payee the first stream that credits him: its spans do not overlap.
        standing = (
            "SELECT c.payee, c.start, c.stop, t.team FROM credit_holdings c"
            " JOIN teams t ON t.number = c.team"
            " WHERE (c.payee, c.stream) IN (SELECT payee, min(stream) FROM credit_holdings GROUP BY payee)"
        )
        return (
            f"SELECT o.*, {owner} AS owner, h.team AS unit FROM {view} o JOIN ({standing}) h"
            f" ON h.payee = {owner} AND o.order_date >= h.start AND o.order_date < h.stop WHERE {within}"
        )

    def run(self, query: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Rows of a query; none where it yields nothing."""
        done = self.facts.connection.execute(query, list(values))
        return done.fetchall() if done.description else []

    def touch(self, months: Sequence[int] = (0,)) -> None:
        """Gather the orders that are to be paid again: all of the months in which a candidate of
        `grouped` stands, or that lie so many months beside. All orders where months do not stand alone.
        """
        view = orders_view(self.facts)
        if self.alone:
            beside = " UNION ".join(
                f"SELECT unit, month + {n} AS month FROM grouped" for n in months
            )
            # A quota is filled by person: whoever has an order there is paid his whole month.
            keys = (
                f"SELECT DISTINCT owner, month FROM {SEEN} SEMI JOIN ({beside}) k USING (unit, month)"
                if self.team
                else beside.replace("unit", "owner")
            )
            self.run(f"CREATE OR REPLACE TEMP TABLE touched_months AS {keys}")
            touched = self.facts.number("SELECT count(*) FROM touched_months")
            if touched < NEARLY_ALL * self._all_months:
                view = f"(SELECT * FROM {SEEN} SEMI JOIN touched_months USING (owner, month))"
        self.run(f"CREATE OR REPLACE TEMP VIEW {TOUCHED} AS SELECT * FROM {view}")

    @cached_property
    def _all_months(self) -> int:
        return self.facts.number(f"SELECT count(*) FROM (SELECT DISTINCT owner, month FROM {SEEN})")

    @cached_property
    def _listed(self) -> list[str]:
        described = self.run(f"DESCRIBE SELECT * FROM {orders_view(self.facts)}")
        return [str(name) for name, *_ in described]

    def changed(self, among: str = "grouped", **values: str) -> str:
        """The candidates as orders, some columns another SQL value."""
        columns = (f'{values[c]} AS "{c}"' if c in values else f'"{c}"' for c in self._listed)
        return f"SELECT {', '.join(columns)} FROM {among}"

    def otherwise(self, *changed: str) -> None:
        """The touched orders with those of `grouped` gone and others in their place, if any."""
        rest = f"{self.changed(TOUCHED)} ANTI JOIN grouped USING (row)"
        self.run(
            f"CREATE OR REPLACE TEMP VIEW {OTHERWISE} AS {' UNION ALL '.join([rest, *changed])}"
        )

    def owners(self) -> str:
        """The candidates under the payee of the role: their owner, or who is in charge of him."""
        if not self.team:
            return "SELECT owner AS who, month, row, order_id, order_date, id_rank FROM grouped"
        return (
            "SELECT DISTINCT m.payee_id AS who, g.month, g.row, g.order_id, g.order_date, g.id_rank FROM grouped g"
            " JOIN holdings h ON h.payee_id = g.owner AND g.order_date >= h.start"
            " AND g.order_date < h.stop JOIN holdings m ON m.team = h.team"
            f" AND m.role = '{self.role}' AND g.order_date >= m.start AND g.order_date < m.stop"
        )

    # -- splits and merges --------------------------------------------------------------------

    def groups(self, days: int) -> int:
        """Orders of one owner and one customer in one month, each within days of the one before."""
        own = "PARTITION BY owner, customer_id, month ORDER BY order_date, id_rank"
        # Most orders stand alone and go before they are numbered.
        self.run(f"""
            CREATE OR REPLACE TEMP TABLE grouped AS
            SELECT s.*, head, size FROM {SEEN} s JOIN (
              SELECT row, first_value(row) OVER (PARTITION BY owner, customer_id, month, part
                  ORDER BY order_date, id_rank) AS head,
                count(*) OVER (PARTITION BY owner, customer_id, month, part) AS size
              FROM (SELECT *, sum(starts) OVER ({own} ROWS UNBOUNDED PRECEDING) AS part
                FROM (SELECT *, CASE WHEN before <= {days} THEN 0 ELSE 1 END AS starts
                  FROM (SELECT row, owner, customer_id, month, order_date, id_rank,
                      order_date - lag(order_date) OVER ({own}) AS before,
                      lead(order_date) OVER ({own}) - order_date AS after
                    FROM {SEEN} WHERE customer_id IS NOT NULL AND customer_id <> '')
                  WHERE before <= {days} OR after <= {days}))) USING (row)""")
        return self.facts.number("SELECT count(DISTINCT head) FROM grouped")

    def merged(self) -> None:
        """Each group as one order on its first day, under its first id."""
        self.touch()
        sums = (
            "(SELECT head AS row, CAST(sum(list_amount) AS BIGINT) AS listed,"
            " CAST(sum(net_amount) AS BIGINT) AS net FROM grouped GROUP BY head)"
        )
        self.otherwise(
            self.changed(f"grouped JOIN {sums} USING (row)", list_amount="listed", net_amount="net")
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
        self.touch()
        halves = [
            self.changed(
                row=number,
                list_amount=_part("list_amount", more),
                net_amount=_part("net_amount", more),
            )
            for number, more in (("row", 1), ("-row", 0))
        ]
        self.otherwise(*halves)

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
        self.touch()
        self.otherwise(self.changed(net_amount="lower"))
        return self.facts.number("SELECT count(*) FROM grouped")

    def raised(self, edge: Edge) -> int:
        """Orders deeper than an edge as they would be at it; of an edge that only averages have,
        those of the months whose average lies under it."""
        top, bottom = edge.share
        under = edge.compared("<" if edge.counts else "<=", edge.value)
        more = "" if edge.counts else " + 1"
        up = f"CAST((CAST(list_amount AS HUGEINT) * {top} + {bottom - 1}) // {bottom}{more} AS BIGINT)"
        within = ""
        if edge.average and self.alone:
            of_month = under.replace("net_amount", "sum(net_amount)").replace(
                "list_amount", "sum(list_amount)"
            )
            within = f" SEMI JOIN (SELECT unit, month FROM {SEEN} GROUP BY ALL HAVING {of_month}) USING (unit, month)"
        self.run(
            f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT *, row AS head FROM {SEEN}{within} WHERE {under}"
        )
        self.touch()
        self.otherwise(self.changed(net_amount=up))
        return self.facts.number("SELECT count(*) FROM grouped")

    # -- months -------------------------------------------------------------------------------

    def turning(self, days: int) -> int:
        """Orders of the first days of months, whose owner stood on the day before, as `turning`."""
        holds = "" if self.team else f" AND role = '{self.role}'"
        self.run(
            f"CREATE OR REPLACE TEMP TABLE turning AS SELECT *, row AS head FROM {SEEN} s"
            f" WHERE day(order_date) <= {days} AND month > {self.months.start}"
            f" AND EXISTS (SELECT 1 FROM holdings h WHERE h.payee_id = s.owner{holds}"
            f" AND h.start < {_FIRST} AND h.stop >= {_FIRST})"
        )
        return self.facts.number("SELECT count(*) FROM turning")

    def turned(self, parity: int) -> int:
        """Those of every other month as they would be on the day before it."""
        self.run(
            f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT * FROM turning WHERE month % 2 = {parity}"
        )
        self.touch((0, -1))
        self.otherwise(
            self.changed(
                order_date=f"CAST({_FIRST} - 1 AS DATE)", month="CAST(month - 1 AS INTEGER)"
            )
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

    # -- one less -----------------------------------------------------------------------------

    def alone_each(self, most: int, rows: int) -> int:
        """Every order, to be left out one by one, as rounds: a place in its unit's month each.

        The number of rounds; 0 where a month has more orders than `most`, or all of it together
        would mean paying more than `rows` rows again.
        """
        longest, every = (
            int(str(n or 0))
            for n in self.run(
                "SELECT max(n), sum(n * n) FROM"
                f" (SELECT count(*) AS n FROM {SEEN} GROUP BY unit, month)"
            )[0]
        )
        if longest > most or every > rows or not self.alone:
            return 0
        self._in_rounds(f"SELECT row, unit, month, net_amount AS size FROM {SEEN}")
        return longest

    def tipping(self, edges: Sequence[Edge]) -> int:
        """Orders without which an average stands on the other side of an edge, as rounds, the
        smallest first; without such edges the deepest, largest and smallest order of each month."""
        if not edges or not self.alone:
            deep = "net_amount * 10000 // list_amount, order_date, id_rank"
            picked = " UNION ".join(
                f"SELECT arg_{which}(row, ({by}, row)) AS row FROM {SEEN} GROUP BY unit, month"
                for which, by in (("min", deep), ("min", "net_amount"), ("max", "net_amount"))
            )
            self._in_rounds(
                f"SELECT row, unit, month, net_amount AS size FROM {SEEN} WHERE row IN ({picked})"
            )
        else:
            tests, near = [], []
            for edge in edges:
                top, bottom = edge.share
                above = ">=" if edge.counts else ">"
                month = f"(CAST(u.net AS HUGEINT) * {bottom} - CAST(u.listed AS HUGEINT) * {top})"
                less = f"({month} - net_amount * {bottom} + list_amount * {top})"
                tests.append(f"({month} {above} 0) <> ({less} {above} 0)")
                near.append(f"abs{month} <= u.most * {max(top, bottom)}")
            self._in_rounds(
                f"SELECT row, unit, month, net_amount AS size FROM {SEEN} JOIN (SELECT * FROM"
                " (SELECT unit, month, sum(net_amount) AS net, sum(list_amount) AS listed,"
                f" max(greatest(net_amount, list_amount)) AS most FROM {SEEN} GROUP BY unit, month) u"
                f" WHERE {' OR '.join(near)}) u USING (unit, month) WHERE {' OR '.join(tests)}"
            )
        return self.facts.number("SELECT coalesce(max(place), 0) FROM rounds")

    def _in_rounds(self, rows: str) -> None:
        self.run(
            "CREATE OR REPLACE TEMP TABLE rounds AS SELECT row, row_number() OVER"
            f" (PARTITION BY unit, month ORDER BY size, row) AS place FROM ({rows})"
        )

    def without(self, place: int) -> int:
        """The orders without the one at a place of the rounds, of each unit's month."""
        self.run(
            f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT *, row AS head FROM {SEEN}"
            " WHERE row IN (SELECT row FROM rounds WHERE place = ?)",
            [place],
        )
        self.touch()
        self.otherwise()
        return self.facts.number("SELECT count(*) FROM grouped")


def gain(scope: Scope, ways: BothWays, turn: int = 0, parity: int = 0) -> None:
    """The table gains (who, month, amount): what the payees of candidates have more as things stand.

    turn: the month so far beside the candidate's own is looked at with it, and both are told as the
    one of this parity; months beside others were not paid again.
    """
    ways.pay_into(OTHERWISE_PAID, scope.role, OTHERWISE)
    beside = f" UNION SELECT who, month + ({turn}) FROM ({scope.owners()})" if turn else ""
    at = f"CASE WHEN k.month % 2 = {parity} THEN k.month ELSE k.month - ({turn}) END"
    scope.run(
        f"CREATE OR REPLACE TEMP TABLE {GAINS} AS SELECT k.who, {at if turn else 'k.month'} AS month,"
        " CAST(sum(coalesce(a.amount, 0) - coalesce(o.amount, 0)) AS BIGINT) AS amount"
        f" FROM (SELECT DISTINCT who, month FROM ({scope.owners()}){beside}) k(who, month)"
        f" LEFT JOIN {PAID} a ON a.payee = k.who AND a.month = k.month"
        f" LEFT JOIN {OTHERWISE_PAID} o ON o.payee = k.who AND o.month = k.month GROUP BY ALL"
    )


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
    found, of_orders = discounts(program, {role}), discounts(program, {role}, Level.ROW)
    return [Edge(f"{d}", d, counts, True, d not in of_orders) for d, counts in found.items()]


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
