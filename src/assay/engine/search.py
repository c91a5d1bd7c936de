"""Has anyone used it? What a plan rewards, looked for in real orders, with the money it moved.

It shows patterns, never guilt: an order just above an edge may simply be a good order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from assay.engine.both_ways import BothWays, Who, moved
from assay.engine.inputs import orders_view
from assay.engine.patterns import (
    OTHERWISE,
    Edge,
    Scope,
    Windows,
    edges_of,
    month_discounts,
)
from assay.facts.facts import Facts, Progress
from assay.period import Month
from assay.plan.program import Program
from assay.plan.prove.finding import REFUTED, TOTAL, Finding

LOOKED_FOR = ("split", "merge", "cliff", "shift_month", "deeper_discount", "more_sales")
MOST_CASES = 2000
KEPT = "orders_kept"
MOST_ORDERS = 12
MOST_EACH = 50_000
"""So many candidates are paid one by one and edge by edge; beyond, only payee's month by month."""
FEW, TIMES = 5, 2
"""Above an edge stands more than chance would put where the count is no mere few and exceeds what
its neighbours lead one to expect by twice the square root of that."""


@dataclass(frozen=True)
class Count:
    """Orders in equal widths beside an edge (or days beside the turn of a month).

    counts: as `labels` say, from below to above. expected: for the width just above, from its
    neighbours. unusual: whether more stands there than chance would put. on: right on the edge.
    """

    what: str
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    expected: Fraction
    unusual: bool
    moved: int | None = None
    on: int | None = None


@dataclass(frozen=True)
class Case:
    """A payee's month (or the turn into it) in which a pattern stands and paid more, in 分."""

    payee: str
    month: int
    orders: tuple[str, ...]
    count: int
    moved: int


@dataclass(frozen=True)
class Pattern:
    """A property the plan does not have for a role, and what of it stands in the orders.

    candidates: orders (or groups of them) that fit. moved: 分 that they paid more than the same
    sales otherwise, by payee; of more_sales and its like what they paid less.
    """

    about: str
    role: str
    finding: Finding
    candidates: int
    counts: tuple[Count, ...]
    cases: tuple[Case, ...]
    people: Mapping[str, int]

    @property
    def total(self) -> int:
        """All it moved, in 分."""
        return sum(self.people.values())


@dataclass(frozen=True)
class Searched:
    """All patterns of a search, with what could not be looked for."""

    program: Program
    months: range
    orders: int
    windows: Windows
    patterns: tuple[Pattern, ...]
    skipped: tuple[tuple[str, str, str], ...]
    names: Mapping[str, str]


@dataclass
class Search:
    """A search at work: one role after another, one property after another."""

    program: Program
    facts: Facts
    months: range
    windows: Windows = field(default_factory=Windows)
    progress: Progress = lambda text: None

    def find(self, findings: Sequence[Finding]) -> Searched:
        """Every refuted property of a role's whole month, looked for in the orders."""
        names = dict(
            self.facts.connection.execute(
                "SELECT payee_id, arg_max(name, start) FROM holdings GROUP BY payee_id"
            ).fetchall()
        )
        patterns: list[Pattern] = []
        skipped: list[tuple[str, str, str]] = []
        orders = 0
        self._keep()
        for role, refuted in rewarded(findings).items():
            scope = Scope(self.program, self.facts, self.months, role)
            if not scope.see():
                skipped += [(about, role, "没有这个角色的订单") for about in refuted]
                continue
            orders = max(orders, self.facts.number("SELECT count(*) FROM orders_seen"))
            desk = _Role(self, scope)
            for about, its in refuted.items():
                self.progress(f"looking for {about} of {role}")
                found = desk.look(about, its)
                if isinstance(found, str):
                    skipped.append((about, role, found))
                else:
                    patterns.append(found)
        patterns.sort(key=lambda p: (LOOKED_FOR.index(p.about), p.role))
        return Searched(
            self.program, self.months, orders, self.windows, tuple(patterns), tuple(skipped), names
        )

    def _keep(self) -> None:
        """The orders that count, in a table of their own: every question reads them again."""
        first, after = Month(self.months.start).first, Month(self.months.stop).first
        within = f" AND order_date >= DATE '{first}' AND order_date < DATE '{after}'"
        self.facts.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {KEPT} AS SELECT * FROM {orders_view(self.facts)}"
            f" WHERE valid{within if self.program.by_order_date else ''}"
        )
        self.facts = replace(self.facts, reads=KEPT)


def rewarded(findings: Sequence[Finding]) -> dict[str, dict[str, list[Finding]]]:
    """By role what its whole month rewards: property -> refuted findings."""
    found: dict[str, dict[str, list[Finding]]] = {}
    for one in findings:
        if one.status == REFUTED and one.rule.endswith(f".{TOTAL}") and one.about in LOOKED_FOR:
            found.setdefault(one.role, {}).setdefault(one.about, []).append(one)
    return found


class _Role:
    """The patterns of one role over its orders."""

    def __init__(self, search: Search, scope: Scope) -> None:
        self.scope, self.windows = scope, search.windows
        self.ways = BothWays.of_role(search.program, scope.role, search.facts, search.months)
        self.as_is = self.ways.pays(scope.role)
        self.program = search.program
        self._by_order = False

    def look(self, about: str, refuted: list[Finding]) -> Pattern | str:
        """One pattern; or why it cannot be looked for."""
        asked: dict[str, Callable[[list[Finding]], Pattern | str]] = {
            "split": self._split,
            "merge": self._merge,
            "cliff": self._cliff,
            "shift_month": self._shift,
            "deeper_discount": self._deeper,
            "more_sales": self._more,
        }
        return asked[about](refuted)

    # -- one each -----------------------------------------------------------------------------

    def _split(self, refuted: list[Finding]) -> Pattern | str:
        if not self._customers():
            return "订单没有客户编号"
        count = self.scope.groups(self.windows.days)
        if count:
            self.scope.merged()
            self._keep_paying(count)
        return self._pattern(refuted[0], count)

    def _merge(self, refuted: list[Finding]) -> Pattern | str:
        if not self._customers():
            return "订单没有客户编号"
        edges = [e for e in edges_of(self.program, self.scope.role) if not e.ratio]
        if not edges:
            return "没有按单笔金额的档"
        count = self.scope.larger(edges)
        if count:
            self.scope.halved()
            self._keep_paying(count)
        return self._pattern(refuted[0], count)

    def _cliff(self, refuted: list[Finding]) -> Pattern | str:
        told = ", ".join(one.at for one in refuted)
        edges = [e for e in edges_of(self.program, self.scope.role) if e.name in told]
        if not edges:
            return "只有整月的门槛,不在单笔订单上"
        near = self.windows.near
        counted = [self.scope.counts(edge, near) for edge in edges]
        candidates = self.scope.lowered(edges, near)
        shares = self._by_edge(len(edges)) if 0 < candidates <= MOST_EACH else {}
        counts = tuple(
            _beside(edge, four, shares.get(n)) for n, (edge, four) in enumerate(zip(edges, counted, strict=True))
        )  # fmt: skip
        return self._pattern(refuted[0], candidates, counts)

    def _shift(self, refuted: list[Finding]) -> Pattern | str:
        if not self.program.by_order_date:
            return "订单不按下单日期归月"
        days = self.windows.turn
        early, late, expected = self.scope.about_the_turn(days)
        cases: list[Case] = []
        candidates = 0
        for parity in (0, 1):
            count = self.scope.turned(days, parity)
            candidates += count
            if not count:
                continue
            gains = moved(self.as_is, self.ways.pays(self.scope.role, OTHERWISE))
            turns: dict[Who, int] = {}
            for (payee, month), amount in gains.items():
                at = month if month % 2 == parity else month + 1
                turns[(payee, at)] = turns.get((payee, at), 0) + amount
            cases += self._cases({key: n for key, n in turns.items() if n > 0})
        count_ = Count(
            "下单日期",
            (f"月末 {days} 天", f"月初 {days} 天"),
            (late, early),
            expected,
            early > expected + TIMES * _root(expected),
        )
        return _made(refuted[0], self.scope.role, candidates, (count_,), cases)

    def _deeper(self, refuted: list[Finding]) -> Pattern | str:
        best: Pattern | str = "方案没有按折扣的门槛"
        for edge in month_discounts(self.program, self.scope.role):
            count = self.scope.raised(edge)
            label = f"低于 {edge.name}"
            kept = Count(label, ("低于", "其余"), (count, self._seen() - count), Fraction(0), False)
            found = self._pattern(refuted[0], count, (kept,))
            if isinstance(best, str) or found.total > best.total:
                best = found
        return best

    def _more(self, refuted: list[Finding]) -> Pattern | str:
        count = self.scope.without_deepest()
        lost = moved(self.ways.pays(self.scope.role, OTHERWISE), self.as_is)
        cases = self._cases({key: n for key, n in lost.items() if n > 0})
        return _made(refuted[0], self.scope.role, count, (), cases)

    # -- money --------------------------------------------------------------------------------

    def _customers(self) -> bool:
        return "customer_id" in self.scope.facts.present.get("orders", set())

    def _seen(self) -> int:
        return self.scope.facts.number("SELECT count(*) FROM orders_seen")

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
        self, finding: Finding, candidates: int, counts: tuple[Count, ...] = ()
    ) -> Pattern:
        """What stands more as it is, payee by payee and month by month."""
        if not candidates or not self.scope.facts.number("SELECT count(*) FROM grouped"):
            return _made(finding, self.scope.role, candidates, counts, [])
        gains = moved(self.as_is, self.ways.pays(self.scope.role, OTHERWISE))
        cases = self._cases({key: n for key, n in gains.items() if n > 0})
        return _made(finding, self.scope.role, candidates, counts, cases)

    def _cases(self, gains: Mapping[Who, int]) -> list[Case]:
        """The gains where candidates stand, largest first; the orders of the largest are named."""
        self.scope.run(f"CREATE OR REPLACE TEMP TABLE candidates AS {self._owners()}")
        counts: dict[Who, int] = {
            (str(payee), int(str(month))): int(str(count))
            for payee, month, count in self.scope.run(
                "SELECT who, month, count(*) FROM candidates GROUP BY who, month"
            )
        }
        found = sorted(
            ((key, amount) for key, amount in gains.items() if key in counts),
            key=lambda item: (-item[1], item[0][1], item[0][0]),
        )
        named = [key for key, _ in found[:MOST_CASES]]
        orders: dict[Who, tuple[str, ...]] = {
            (str(payee), int(str(month))): tuple(str(i) for i in _listed(ids))
            for payee, month, ids in self.scope.run(
                f"SELECT who, month, list(order_id ORDER BY order_date, id_rank)[1:{MOST_ORDERS}]"
                " FROM candidates WHERE (who, month) IN"
                " (SELECT unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS INTEGER[])))"
                " GROUP BY who, month",
                [[payee for payee, _ in named], [month for _, month in named]],
            )
        }
        return [
            Case(key[0], key[1], orders.get(key, ()), counts[key], amount) for key, amount in found
        ]

    def _owners(self) -> str:
        """The candidates under the payee of the role: their owner, or who is in charge of him."""
        if not self.scope.team:
            return "SELECT owner AS who, month, order_id, order_date, id_rank FROM grouped"
        return (
            "SELECT DISTINCT m.payee_id AS who, g.month, g.order_id, g.order_date, g.id_rank FROM grouped g"
            " JOIN holdings h ON h.payee_id = g.owner AND g.order_date >= h.start"
            " AND g.order_date < h.stop JOIN holdings m ON m.team = h.team"
            f" AND m.role = '{self.scope.role}' AND g.order_date >= m.start AND g.order_date < m.stop"
        )


def _listed(value: object) -> Iterator[object]:
    if isinstance(value, list):
        yield from value


def _made(
    finding: Finding,
    role: str,
    candidates: int,
    counts: tuple[Count, ...],
    cases: Sequence[Case],
) -> Pattern:
    people: dict[str, int] = {}
    for case in cases:
        people[case.payee] = people.get(case.payee, 0) + case.moved
    ordered = dict(sorted(people.items(), key=lambda item: (-item[1], item[0])))
    kept = sorted(cases, key=lambda c: (-c.moved, c.month, c.payee))[:MOST_CASES]
    return Pattern(finding.about, role, finding, candidates, counts, tuple(kept), ordered)


def _beside(edge: Edge, five: tuple[int, int, int, int, int], share: int | None) -> Count:
    """Four widths about an edge: just above it should stand about as many as beside it.

    Round prices are common in themselves: orders right on the edge are told, and left out of the
    judgement.
    """
    below2, below, above, above2, on = five
    expected = Fraction(below + above2 - (0 if edge.counts else on), 2)
    beyond = above - (on if edge.counts else 0)
    unusual = beyond >= FEW and beyond > expected + TIMES * _root(expected)
    labels = ("再低一段", "刚好不到", "刚过", "再高一段")
    return Count(edge.name, labels, (below2, below, above, above2), expected, unusual, share, on)


def _root(value: Fraction) -> Fraction:
    """The square root, to three decimals: a measure of chance needs no more."""
    return Fraction(round(float(value) ** 0.5 * 1000), 1000)
