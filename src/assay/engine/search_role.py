"""One role's patterns: candidates gathered, their months paid again as they would stand otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from assay.engine.both_ways import BothWays, Who
from assay.engine.month_edges import MonthEdges
from assay.engine.patterns import (
    GAINS,
    OTHERWISE,
    PAID,
    SEEN,
    Scope,
    Windows,
    edges_of,
    gain,
    month_discounts,
)
from assay.engine.searched import MOST_CASES, Case, Count, Pattern, beside, unusual
from assay.facts.facts import Facts
from assay.plan.prove.finding import Finding

MOST_ORDERS = 12
MOST_EACH = 50_000
"""So many candidates are paid one by one and edge by edge; beyond, only payee's month by month."""
MOST_ROUNDS, MOST_ROWS, FEWER_ROUNDS = 40, 4_000_000, 3
"""Every order of a month is left out in turn where no month has more orders, nor all together
would mean paying so many rows again; else so many of those that could matter."""

NONE = "CREATE OR REPLACE TEMP TABLE {table} (who VARCHAR, month INTEGER, amount BIGINT)"
Found = Iterator[Pattern | str]


@dataclass
class Role:
    """The patterns of one role over its orders. `seen`: how many orders are looked at."""

    scope: Scope
    windows: Windows
    ways: BothWays
    seen: int
    _by_order: bool = field(default=False, init=False)

    @classmethod
    def of(cls, scope: Scope, windows: Windows) -> Role | None:
        """The role's orders gathered and paid as they stand; None where it has none."""
        ways = BothWays.of_role(scope.program, scope.role, scope.facts, scope.months)
        seen = scope.see()
        if not seen:
            return None
        ways.pay_into("paid_now", scope.role)
        scope.run(f"CREATE OR REPLACE TABLE {PAID} AS SELECT * FROM paid_now")
        return cls(scope, windows, ways, seen)

    def at(self, facts: Facts) -> Role:
        """The same at another connection to its facts: what a look makes there is that look's alone."""
        return Role(replace(self.scope, facts=facts), self.windows, self.ways.at(facts), self.seen)

    def look(self, about: str, refuted: list[Finding]) -> Found:
        """The patterns of one property; or why one cannot be looked for (a word of search_words)."""
        asked: dict[str, Callable[[list[Finding]], Found]] = {
            "split": self._split,
            "merge": self._merge,
            "cliff": self._cliff,
            "shift_month": self._shift,
            "deeper_discount": self._deeper,
            "more_sales": self._more,
        }
        return asked[about](refuted)

    # -- one each -----------------------------------------------------------------------------

    def _split(self, refuted: list[Finding]) -> Found:
        if not self._customers():
            yield "no_customers"
            return
        count = self.scope.groups(self.windows.days)
        if count:
            self.scope.merged()
            self._keep_paying(count)
        yield self._pattern("split", refuted[0], count)

    def _merge(self, refuted: list[Finding]) -> Found:
        edges = [e for e in edges_of(self.scope.program, self.scope.role) if not e.ratio]
        if not self._customers() or not edges:
            yield "no_customers" if edges else "no_amounts"
            return
        count = self.scope.larger(edges)
        if count:
            self.scope.halved()
            self._keep_paying(count)
        yield self._pattern("merge", refuted[0], count)

    def _cliff(self, refuted: list[Finding]) -> Found:
        told = ", ".join(one.at for one in refuted)
        edges = [e for e in edges_of(self.scope.program, self.scope.role) if e.name in told]
        if edges:
            near = self.windows.near
            counted = [self.scope.counts(edge, near) for edge in edges]
            candidates = self.scope.lowered(edges, near)
            shares = self._by_edge(len(edges)) if 0 < candidates <= MOST_EACH else {}
            counts = tuple(
                beside(edge.name, five[:4], five[4], edge.counts, shares.get(n))
                for n, (edge, five) in enumerate(zip(edges, counted, strict=True))
            )
            yield self._pattern("cliff", refuted[0], candidates, counts)
        months = MonthEdges.of(self.scope, told)
        if isinstance(months, str):
            if months or not edges:
                yield months or "no_months"
            return
        for kind, candidates, tallies in months.look(self.windows, self.ways):
            yield self._told(kind, refuted[0], candidates, tallies)

    def _shift(self, refuted: list[Finding]) -> Found:
        if not self.scope.program.by_order_date:
            yield "other_date"
            return
        days = self.windows.turn
        early, late, expected = self.scope.about_the_turn(days)
        labels = ("last_days", "first_days")
        tally = Count("turn", labels, (late, early), expected, unusual(early, expected))
        candidates = self.scope.turning(days)
        self.scope.run(NONE.format(table="turns"))
        for parity in (0, 1) if candidates else ():
            if self.scope.turned(parity):
                gain(self.scope, self.ways, -1, parity)
                self.scope.run(f"INSERT INTO turns SELECT * FROM {GAINS}")
        self.scope.run(f"CREATE OR REPLACE TEMP TABLE {GAINS} AS SELECT * FROM turns")
        self.scope.run("CREATE OR REPLACE TEMP TABLE grouped AS SELECT * FROM turning")
        yield self._told("shift_month", refuted[0], candidates, (tally,))

    def _deeper(self, refuted: list[Finding]) -> Found:
        found: list[Pattern] = []
        for edge in month_discounts(self.scope.program, self.scope.role):
            count = self.scope.raised(edge)
            tally = Count(edge.name, ("below", "rest"), (count, self.seen - count), Fraction(0), False)  # fmt: skip
            found.append(self._pattern("deeper_discount", refuted[0], count, (tally,)))
        yield max(found, key=lambda p: p.total) if found else "no_discounts"

    def _more(self, refuted: list[Finding]) -> Found:
        """Each order (or each that can tip an average) left out in turn; the best of each month."""
        scope = self.scope
        edges = [e for e in month_discounts(scope.program, scope.role) if e.average]
        rounds = scope.alone_each(MOST_ROUNDS, MOST_ROWS)
        rounds = rounds or min(scope.tipping(edges), FEWER_ROUNDS)
        scope.run(NONE.format(table="best").replace(")", ", row BIGINT)"))
        tried = 0
        for place in range(1, rounds + 1):
            tried += scope.without(place)
            gain(scope, self.ways)
            scope.run(
                f"INSERT INTO best SELECT g.who, g.month, -g.amount, c.row FROM {GAINS} g"
                f" JOIN ({scope.owners()}) c USING (who, month) WHERE g.amount < 0"
            )
        scope.run(
            f"CREATE OR REPLACE TEMP TABLE {GAINS} AS SELECT who, month, max(amount) AS amount"
            " FROM best GROUP BY who, month"
        )
        scope.run(
            f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT *, row AS head FROM {SEEN} WHERE row IN"
            " (SELECT arg_max(row, (amount, -row)) FROM best GROUP BY who, month)"
        )
        yield self._told("more_sales", refuted[0], tried)

    # -- money --------------------------------------------------------------------------------

    def _customers(self) -> bool:
        return "customer_id" in self.scope.facts.present.get("orders", set())

    def _base_by_order(self) -> bool:
        if not self._by_order:
            self._by_order = self.ways.by_order(self.scope.role, "", "credit_as_is")
        return self._by_order

    def _keep_paying(self, count: int) -> None:
        """Of groups only those whose own orders earn more as they are than as one (or as two).

        Of very many groups all are kept: they are told month by month then.
        """
        if count > MOST_EACH or not self._base_by_order():
            return
        self.ways.by_order(self.scope.role, OTHERWISE, "credit_otherwise")
        self.scope.run("""
            DELETE FROM grouped WHERE head NOT IN (
              SELECT head FROM (
                SELECT g.head, sum(a.amount) AS stands, max(o.amount) AS other
                FROM grouped g JOIN credit_as_is a USING (order_id)
                LEFT JOIN (SELECT h.row AS head, c.amount FROM orders_seen h
                  JOIN credit_otherwise c USING (order_id)) o ON o.head = g.head
                GROUP BY g.head
              ) WHERE stands > coalesce(other, 0))""")

    def _by_edge(self, edges: int) -> dict[int, int]:
        """What orders above each edge earn more themselves than 1 分 below it."""
        if not self._base_by_order():
            return {}
        self.ways.by_order(self.scope.role, OTHERWISE, "credit_otherwise")
        rows = self.scope.run(
            "SELECT g.edge, CAST(sum(a.amount - coalesce(o.amount, 0)) AS BIGINT) FROM grouped g"
            " JOIN credit_as_is a USING (order_id) LEFT JOIN credit_otherwise o USING (order_id)"
            " GROUP BY g.edge"
        )
        found = {int(str(edge)): int(str(amount)) for edge, amount in rows}
        return {n: found.get(n, 0) for n in range(edges)}

    def _pattern(
        self, kind: str, finding: Finding, candidates: int, counts: tuple[Count, ...] = ()
    ) -> Pattern:
        """What stands more as it is, payee by payee and month by month."""
        if candidates and self.scope.facts.number("SELECT count(*) FROM grouped"):
            gain(self.scope, self.ways)
        else:
            self.scope.run(NONE.format(table=GAINS))
        return self._told(kind, finding, candidates, counts)

    def _told(
        self, kind: str, finding: Finding, candidates: int, counts: tuple[Count, ...] = ()
    ) -> Pattern:
        """The gains above nought, largest first, with their candidates; and by person."""
        run = self.scope.run
        rows = run(
            f"SELECT who, month, amount FROM {GAINS} WHERE amount > 0"
            f" ORDER BY amount DESC, month, who LIMIT {MOST_CASES}"
        )
        largest = [(str(who), int(str(month)), int(str(n))) for who, month, n in rows]
        named = self._named([(who, month) for who, month, _ in largest])
        cases = tuple(
            Case(who, month, *named.get((who, month), ((), 0)), n) for who, month, n in largest
        )
        sums = run(
            f"SELECT who, CAST(sum(amount) AS BIGINT) AS n FROM {GAINS} WHERE amount > 0"
            " GROUP BY who ORDER BY n DESC, who"
        )
        people = {str(who): int(str(n)) for who, n in sums}
        return Pattern(kind, self.scope.role, finding, candidates, counts, cases, people)

    def _named(self, keys: Sequence[Who]) -> dict[Who, tuple[tuple[str, ...], int]]:
        """The first candidates of some payees' months by order id, and how many there are."""
        if not keys:
            return {}
        rows = self.scope.run(
            f"SELECT who, month, list(order_id ORDER BY order_date, id_rank)[1:{MOST_ORDERS}], count(*)"
            f" FROM ({self.scope.owners()}) WHERE (who, month) IN"
            " (SELECT unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS INTEGER[])))"
            " GROUP BY who, month",
            [[payee for payee, _ in keys], [month for _, month in keys]],
        )
        return {
            (str(payee), int(str(month))): (tuple(str(i) for i in _listed(ids)), int(str(count)))
            for payee, month, ids, count in rows
        }


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()
