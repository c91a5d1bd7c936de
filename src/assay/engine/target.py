"""Backwards: the least further sales with which a payee reaches a pay or a threshold.

Every amount is judged by the reference: found by searching the pieces between thresholds one after
another, then tried again together with the amount 1 分 below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from assay.engine.edges import Atoms, Edges, discounts, pieces
from assay.engine.judge import NEW, Amounts, Judge
from assay.errors import UserError
from assay.plan.run import Runner
from assay.plan.tree import Level
from assay.plan.units import number_text
from assay.plan.values import Env, exact

MOST = 10**10
"""How far is searched unless told: 1 亿元 of further sales, in 分."""

MOST_GAPS = 5
AT_LEAST, AT_MOST, ABOVE = "at_least", "at_most", "above"


@dataclass(frozen=True)
class Goal:
    """What is to be reached: `measure` of the payee's month at least `least` (分, or a value)."""

    title: str
    least: Fraction | int
    measure: Callable[[Runner], Fraction | int]
    have: Fraction | int

    def reached(self, runner: Runner) -> bool:
        """Whether a month reaches it."""
        return self.measure(runner) >= self.least


@dataclass(frozen=True)
class Price:
    """At which share of its list price something is sold.

    AT_LEAST an edge that counts among the ratios above it, AT_MOST one that does not, ABOVE: by
    the last 分 of list price above such an edge.
    """

    ratio: Fraction
    side: str

    def listed(self, net: int) -> Fraction:
        """The list price while searching: exact, so that nothing jumps from 分 to 分."""
        return net / self.ratio - (self.side == ABOVE)

    def whole(self, net: int) -> int:
        """The list price in whole 分 nearest to the edge on the price's own side of it."""
        full = net / self.ratio
        down, up = full.__floor__(), full.__ceil__()
        return max({AT_LEAST: down, AT_MOST: up, ABOVE: up - 1}[self.side], 1)

    @property
    def label(self) -> str:
        """As people say it: 原价, 9折, 刚过8折."""
        if self.ratio == 1:
            return "原价"
        said = f"{number_text(self.ratio * 10)}折"
        return f"刚过{said}" if self.side == ABOVE else said


@dataclass(frozen=True)
class Way:
    """The least further sales at one price in some orders; `net` None where no amount reaches.

    gaps: spans above it at which the goal is missed again (another threshold takes it away).
    safe: from where on every amount searched reaches it; None where the last ones do not.
    exact: tried again as it would be written: the amount reaches, 1 分 less does not.
    """

    price: Price
    orders: int
    net: int | None
    listed: int = 0
    pay: int = 0
    gaps: tuple[tuple[int, int], ...] = ()
    tried: int = 0
    exact: bool = False
    safe: int | None = None

    @property
    def given(self) -> int | None:
        """The discount given away, in 分: list price less net."""
        return None if self.net is None else self.listed - self.net

    @property
    def cost(self) -> tuple[bool, int, int]:
        """What a way costs: the further sales, then the discount given; last where none reaches."""
        return self.net is None, self.net or 0, self.given or 0


@dataclass
class Search:
    """A judge with a goal; asks each amount once."""

    judge: Judge
    goal: Goal
    price: Price
    orders: int
    most: int = MOST
    _known: dict[int, tuple[bool, Fraction | int, Atoms]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Watch the switches of the payee's roles and of whoever sells."""
        assert self.judge.sale is not None
        shelf = self.judge.now.values.shelf
        month, seller = self.judge.month.index, self.judge.sale.seller
        theirs = {r for p, r in shelf.active(month) if p == seller}
        self.edges = Edges(self.judge.program, {*self.judge.roles})
        self.keys = [(self.judge.payee, role) for role in self.judge.roles]
        self.keys += [(seller, r) for r in sorted(theirs) if (seller, r) not in self.keys]

    def parts(self, net: int, whole: bool = False) -> list[Amounts]:
        """An amount in orders as equal as can be, each at the price."""
        least, more = divmod(net, self.orders)
        nets = [least + (place < more) for place in range(self.orders)]
        price = self.price
        return [(price.whole(n) if whole else max(price.listed(n), Fraction(1)), n) for n in nets]

    def ask(self, net: int) -> tuple[bool, Fraction | int, Atoms]:
        """Whether an amount reaches the goal, its measure, and how the switches stand."""
        if net not in self._known:
            runner = self.judge.runner(self.parts(net))
            rows = [
                row
                for (_, _, month), found in runner.values.shelf.by_payee.items()
                if month == self.judge.month.index
                for row in found
                if str(row.values.get("order_id", "")).startswith(NEW)
            ]
            envs = [runner.values.env(p, r, self.judge.month.index) for p, r in self.keys]
            atoms = self.edges.atoms(runner, envs, rows)
            measure = self.goal.measure(runner)
            self._known[net] = (measure >= self.goal.least, measure, atoms)
        return self._known[net]

    def reached(self, net: int) -> bool:
        """Whether an amount reaches the goal."""
        return self.ask(net)[0]

    def really(self, net: int) -> bool:
        """The same with list prices in whole 分, as an order would be written."""
        return self.goal.reached(self.judge.runner(self.parts(net, whole=True)))

    def way(self) -> Way:
        """The least amount, verified, with what lies above it."""
        low = self.orders
        found: int | None = None
        gaps: list[tuple[int, int]] = []
        missed: int | None = None
        for a, b in pieces(lambda net: self.ask(net)[2], low, self.most):
            for start, stop, reaches in self._spans(a, b):
                if found is None:
                    if reaches:
                        found = start
                elif not reaches:
                    missed = start if missed is None else missed
                    last = stop
                elif missed is not None:
                    gaps.append((missed, start - 1))
                    missed = None
        if missed is not None:
            gaps.append((missed, last))
        if found is None:
            return Way(self.price, self.orders, None, tried=len(self._known))
        return self._written(found, gaps)

    def _spans(self, a: int, b: int) -> Iterator[tuple[int, int, bool]]:
        """A piece parted where the goal begins or ceases to be reached."""
        first, last = self.reached(a), self.reached(b)
        if first == last:
            yield a, b, first
            return
        low, high = a, b
        turn = 0
        while high - low > 1:
            middle = self._between(low, high) if turn % 3 != 2 else (low + high) // 2
            turn += 1
            if self.reached(middle) == first:
                low = middle
            else:
                high = middle
        yield a, low, first
        yield high, b, last

    def _between(self, low: int, high: int) -> int:
        """Where the goal would be met if pay grew evenly; strictly between the two."""
        one, other = self.ask(low)[1], self.ask(high)[1]
        if one == other:
            return (low + high) // 2
        at = low + (high - low) * Fraction(self.goal.least - one) / Fraction(other - one)
        guess = at.numerator // at.denominator
        return min(max(guess, low + 1), high - 1)

    def _written(self, found: int, gaps: Sequence[tuple[int, int]]) -> Way:
        """The amount with its list price in whole 分: moved by some 分 where that decides."""
        net = found
        reach = 2 * self.price.ratio.denominator * self.orders
        if not self.really(net):
            net = next((n for n in range(found, found + reach) if self.really(n)), found)
        while net > self.orders and found - net < reach and self.really(net - 1):
            net -= 1
        parts = self.parts(net, whole=True)
        listed = sum(int(one) for one, _ in parts)
        return Way(
            self.price,
            self.orders,
            net,
            listed,
            sum(x.amount for x in self.judge.lines(self.judge.runner(parts))),
            tuple(gaps)[:MOST_GAPS],
            len(self._known),
            self.really(net) and (net <= self.orders or not self.really(net - 1)),
            net if not gaps else gaps[-1][1] + 1 if gaps[-1][1] < self.most else None,
        )


def pay_goal(judge: Judge, amount: int, line: str = "") -> Goal:
    """A pay of the whole month, or of one line, in 分."""
    names = [r.name for r in judge.program.rules if {*r.roles} & {*judge.roles}]
    if line and line not in names:
        raise UserError(f"{judge.payee} has no line “{line}”, but {', '.join(names)}")

    def measure(runner: Runner) -> int:
        return sum(x.amount for x in judge.lines(runner) if line in ("", x.rule.name))

    return Goal(line, amount, measure, measure(judge.now))


def reach_goal(judge: Judge, name: str) -> Goal:
    """A threshold by its name in the plan: a condition that is to hold, a table's next value."""
    program = judge.program
    known = {
        n: s
        for n, s in program.steps.items()
        if s.node.frame.level in (Level.PAYEE, Level.TEAM)
        and (s.node.unit.kind == "bool" or s.kind == "table")
    }
    by_title = {s.title.text(lang, n): n for n, s in known.items() for lang in ("en", "zh")}
    name = name if name in known else by_title.get(name, name)
    if name not in known:
        listed = ", ".join(f"{n} ({s.title.text('zh', n)})" for n, s in known.items())
        raise UserError(f"no threshold “{name}” of the month; the plan has {listed or 'none'}")
    step = program.steps[name]

    def measure(runner: Runner) -> Fraction | int:
        values = [runner.values.named(name, _env(runner, judge, role)) for role in judge.roles]
        numbers = [int(v) if isinstance(v, bool) else exact(v) for v in values if v is not None]
        return max(numbers, default=0)

    have = measure(judge.now)
    title = step.title.text("zh", name)
    if step.node.unit.kind == "bool":
        return Goal(title, 1, measure, have)
    return Goal(title, have + Fraction(1, 10**12), measure, have)


def _env(runner: Runner, judge: Judge, role: str) -> Env:
    return runner.values.env(judge.payee, role, judge.month.index)


def prices(judge: Judge) -> list[Price]:
    """The prices worth asking: full, and at and just above each discount at which a rule turns."""
    found = [Price(Fraction(1), AT_LEAST)]
    for ratio, counts in discounts(judge.program, {*judge.roles}).items():
        sides = (AT_LEAST,) if counts else (ABOVE, AT_MOST)
        found += [Price(ratio, side) for side in sides]
    return found


def ways(
    judge: Judge, goal: Goal, asked: Sequence[Price], orders: Sequence[int], most: int = MOST
) -> list[Way]:
    """The least sales for each price and number of orders, the cheapest way first.

    Equals stand as they were asked.
    """
    found = [Search(judge, goal, price, count, most).way() for price in asked for count in orders]
    return sorted(found, key=lambda way: way.cost)
