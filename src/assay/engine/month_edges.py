"""Months beside an edge that a month's sums are held against, and months lifted over one at the last."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from assay.engine.both_ways import BothWays
from assay.engine.patterns import GAINS, OTHERWISE, SEEN, Scope, Windows, gain
from assay.engine.searched import Count, beside
from assay.plan.program import Program
from assay.plan.prove.encoding import Mark
from assay.plan.prove.names import threshold
from assay.plan.sql.query import compile_held
from assay.plan.sql.terms import OutsideError
from assay.plan.tree import CONST, Arith, Bands, Compare, Const, Dated, Level, Node, Ref
from assay.plan.units import Unit

HELD, HELD_OTHERWISE = "held", "held_otherwise"
ONE = Fraction(1)


@dataclass(frozen=True)
class MonthEdge:
    """An edge of a month: `one` held against `other` times `factor`; whether equal counts above."""

    name: str
    level: Level
    one: Node
    other: Node
    factor: Fraction
    counts: bool

    @property
    def above(self) -> str:
        """The comparison of one with the other that a month above the edge passes."""
        return ">=" if self.counts else ">"


@dataclass
class MonthEdges:
    """The edges of one role's months, over the orders of a scope."""

    scope: Scope
    edges: list[MonthEdge]
    query: str

    @classmethod
    def of(cls, scope: Scope, told: str) -> MonthEdges | str:
        """The edges that findings tell; else why they cannot be looked for, empty where none is told."""
        found = [e for e in month_edges(scope.program, scope.role) if e.name in told]
        if not found:
            return ""
        if not scope.alone:
            return "months_together"
        held = [(e.level, e.one, e.other, e.factor) for e in found]
        try:
            query = compile_held(scope.program, held, scope.facts.numbered)
        except OutsideError:
            return "no_sql"
        return cls(scope, found, query)

    def look(
        self, windows: Windows, ways: BothWays
    ) -> Iterator[tuple[str, int, tuple[Count, ...]]]:
        """Each way with its kind, how many months, and counts.

        The tables `grouped` and `gains` hold the candidates of what was yielded last, and what
        stands more of them.
        """
        self._hold(HELD, ways, SEEN)
        counts = tuple(self._count(n, edge, windows.near) for n, edge in enumerate(self.edges))
        found = self._near(windows.near, ways)
        gain(self.scope, ways)
        yield "month_edge", found, counts
        yield "month_lifted", self._lifted(windows.turn, ways), ()
        found = self._returned(windows.turn, ways)
        gain(self.scope, ways)
        self.scope.run(f"UPDATE {GAINS} SET amount = -amount")
        yield "month_returned", found, ()

    # -- what months hold ---------------------------------------------------------------------

    def _hold(self, table: str, ways: BothWays, relation: str) -> None:
        """What every month of the role holds against each edge, over a relation of orders."""
        ways.read_from(relation)
        role = f"role IN ('', '{self.scope.role}')"
        self.scope.run(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * EXCLUDE (role) FROM ({self.query})"
            f" WHERE {role} AND other > 0 AND month BETWEEN"
            f" {self.scope.months.start} AND {self.scope.months.stop - 1}"
        )

    def _count(self, number: int, edge: MonthEdge, near: Fraction) -> Count:
        """Months in four widths about an edge, and right on it."""
        top, bottom = near.numerator, near.denominator
        ends = [f"one * {bottom} - other * {bottom + step * top}" for step in (-2, -1, 0, 1, 2)]
        low, high = (">=", "<") if edge.counts else (">", "<=")
        tests = [f"{a} {low} 0 AND {b} {high} 0" for a, b in itertools.pairwise(ends)]
        picked = ", ".join(f"count(*) FILTER ({test})" for test in [*tests, "one = other"])
        row = self.scope.run(f"SELECT {picked} FROM {HELD} WHERE number = {number}")[0]
        *four, on = (int(str(n)) for n in row)
        return beside(edge.name, four, on, edge.counts)

    def _flipped(self) -> str:
        """Units and months that stand on another side of some edge otherwise."""
        tests = " OR ".join(
            f"(number = {n} AND (h.one {e.above} h.other) <> (o.one {e.above} o.other))"
            for n, e in enumerate(self.edges)
        )
        return (
            f"SELECT DISTINCT h.unit, h.month FROM {HELD} h"
            f" JOIN {HELD_OTHERWISE} o USING (number, unit, month) WHERE {tests}"
        )

    # -- a whisker beside an edge -------------------------------------------------------------

    def _near(self, near: Fraction, ways: BothWays) -> int:
        """Months a whisker beside an edge, their largest order changed until they stand across it."""
        cases = " ".join(
            f"WHEN number = {n} THEN CASE WHEN one {e.above} other THEN"
            + (
                " -((one - other) // scale + 1)"
                if e.counts
                else " -((one - other + scale - 1) // scale)"
            )
            + " ELSE"
            + (" (other - one + scale - 1) // scale" if e.counts else " (other - one) // scale + 1")
            + " END"
            for n, e in enumerate(self.edges)
        )
        scope = self.scope
        scope.run(f"""
            CREATE OR REPLACE TEMP TABLE grouped AS SELECT s.*, s.row AS head,
              CAST(s.net_amount + k.step AS BIGINT) AS moved
            FROM {SEEN} s JOIN (SELECT unit, month, arg_min(step, abs(step)) AS step FROM (
              SELECT unit, month, CASE {cases} END AS step FROM {HELD}
              WHERE abs(one - other) * {near.denominator} <= other * {near.numerator})
              GROUP BY unit, month) k USING (unit, month)
            WHERE s.row IN (SELECT arg_max(row, (net_amount, row)) FROM {SEEN} GROUP BY unit, month)
              AND s.net_amount + k.step BETWEEN 0 AND greatest(s.list_amount, s.net_amount)""")
        return self._changed(scope.changed(net_amount="moved"), ways)

    def _changed(self, change: str, ways: BothWays) -> int:
        """Keep the candidates whose month really stands on another side; how many months."""
        scope = self.scope
        scope.touch()
        scope.otherwise(change)
        if not scope.facts.number("SELECT count(*) FROM grouped"):
            return 0
        self._hold(HELD_OTHERWISE, ways, OTHERWISE)
        scope.run(f"DELETE FROM grouped WHERE (unit, month) NOT IN ({self._flipped()})")
        scope.touch()
        return self._units()

    def _units(self) -> int:
        return self.scope.facts.number(
            "SELECT count(*) FROM (SELECT DISTINCT unit, month FROM grouped)"
        )

    # -- lifted at the last -------------------------------------------------------------------

    def _lifted(self, days: int, ways: BothWays) -> int:
        """Months that stand where they do by orders of their last days alone, against those orders
        on the first day of the next month; what both months have more as they stand."""
        scope = self.scope
        late = f"last_day(order_date) - order_date < {days}"
        self._hold(HELD_OTHERWISE, ways, f"(SELECT * FROM {SEEN} WHERE NOT ({late}))")
        holds = "" if scope.team else f" AND h.role = '{scope.role}'"
        after = "CAST(last_day(order_date) + 1 AS DATE)"
        scope.run(f"""
            CREATE OR REPLACE TEMP TABLE lifted AS SELECT *, row AS head FROM {SEEN} s
            WHERE {late} AND month < {scope.months.stop - 1}
              AND (unit, month) IN ({self._flipped()})
              AND EXISTS (SELECT 1 FROM holdings h WHERE h.payee_id = s.owner{holds}
                AND h.start <= {after} AND h.stop > {after})""")
        scope.run("CREATE OR REPLACE TEMP TABLE turns (who VARCHAR, month INTEGER, amount BIGINT)")
        for parity in (0, 1):
            scope.run(
                f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT * FROM lifted WHERE month % 2 = {parity}"
            )
            if not self._units():
                continue
            scope.touch((0, 1))
            scope.otherwise(scope.changed(order_date=after, month="CAST(month + 1 AS INTEGER)"))
            gain(scope, ways, 1, parity)
            scope.run(f"INSERT INTO turns SELECT * FROM {GAINS}")
        scope.run(f"CREATE OR REPLACE TEMP TABLE {GAINS} AS SELECT * FROM turns")
        scope.run("CREATE OR REPLACE TEMP TABLE grouped AS SELECT * FROM lifted")
        return self._units()

    def _returned(self, days: int, ways: BothWays) -> int:
        """Months that orders of their last days, returned or cancelled since, would have lifted."""
        scope = self.scope
        late = f"last_day(order_date) - order_date < {days}"
        gone = scope.looked_at(self.scope.raw, f"NOT valid AND {late}")
        scope.run(
            "CREATE OR REPLACE TEMP TABLE grouped AS SELECT * REPLACE (TRUE AS valid), row AS head"
            f" FROM ({gone}) WHERE order_id IS NOT NULL"
        )
        return self._changed(scope.changed(), ways)


def month_edges(program: Program, role: str) -> Iterator[MonthEdge]:
    """The edges of a month's sums that a role's pay rests on, each once, as findings call them."""
    seen: set[tuple[str, Fraction | None]] = set()
    for rule in program.rules:
        if role not in rule.roles:
            continue
        for node in program.deep(rule.pay):
            if node.frame.level not in (Level.PAYEE, Level.TEAM):
                continue
            for edge, end in _of(program, node):
                if (edge.name, end) not in seen:
                    seen.add((edge.name, end))
                    yield edge


def _of(program: Program, node: Node) -> Iterator[tuple[MonthEdge, Fraction | None]]:
    """The edges of a comparison of amounts, or of a table over a month's value."""
    level = node.frame.level
    if isinstance(node, Compare) and node.operator in (">", ">=", "<", "<="):
        sides = _held(program, node.left, node.right)
        if sides is not None:
            name = threshold(program, Mark(node))
            yield MonthEdge(name, level, *sides, node.operator in (">=", "<")), None
    elif isinstance(node, Bands):
        for row in node.rows:
            sides = None if row.low is None or row.low <= 0 else _split(program, node.of, row.low)
            if sides is not None:
                name = threshold(program, Mark(node, row.low))
                yield MonthEdge(name, level, *sides, row.low_in), row.low


def _held(program: Program, left: Node, right: Node) -> tuple[Node, Node, Fraction] | None:
    """Two sides that amounts of money can be held against, a quotient multiplied out."""
    if left.unit.kind == right.unit.kind == "money":
        return left, right, ONE
    fixed = _fixed(program, right)
    return None if fixed is None else _split(program, left, fixed)


def _split(program: Program, of: Node, end: Fraction) -> tuple[Node, Node, Fraction] | None:
    """a / b against an end as a against b * end; an amount against a fixed one."""
    while isinstance(of, Ref):
        of = program.steps[of.name].node
    if isinstance(of, Arith) and of.operator == "/":
        return of.left, of.right, end
    if of.unit.kind == "money":
        return of, _constant(of.unit, end), ONE
    return None


def _constant(unit: Unit, value: Fraction) -> Const:
    return Const(unit=unit, frame=CONST, value=value)


def _fixed(program: Program, node: Node) -> Fraction | None:
    while isinstance(node, Ref):
        node = program.steps[node.name].node
    if isinstance(node, Const) and isinstance(node.value, int | Fraction):
        return Fraction(node.value)
    values = {v for _, v in node.values} if isinstance(node, Dated) else set()
    (only,) = values if len(values) == 1 else (None,)
    return Fraction(only) if isinstance(only, int | Fraction) else None
