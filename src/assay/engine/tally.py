"""A payee's own tally against his month, order by order: what each of his figures would have to rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from assay.engine.causes import digits, truncated
from assay.engine.explain import PayeeMonth, opened
from assay.facts.facts import Facts
from assay.money import half_up
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.next import thresholds
from assay.plan.problems import PlanError
from assay.plan.program import Program
from assay.plan.run import Credit, Line, Runner
from assay.plan.tree import Bands, Node, Ref
from assay.plan.values import Env

MOST_READINGS = 60
_HOW: tuple[tuple[str, Callable[[Fraction | int], int]], ...] = (
    ("half_up", half_up), ("cut", lambda value: truncated(Fraction(value))),
)  # fmt: skip


@dataclass(frozen=True)
class Why:
    """A way to come to exactly the figure expected. kind says which, `of` what it is about.

    rounding (of: half_up or cut, and fen, jiao or yuan), line (a line left out), quota, band (of: its label), point,
    reading (of: NAME=READING), twice, digits. more: further ways at the same time.
    """

    kind: str
    of: str = ""
    amount: int = 0
    more: tuple[Why, ...] = ()


@dataclass(frozen=True)
class Answer:
    """An order of the tally or of the month; 分, None where a side has it not.

    state: same, differs, unknown (not among the payee's orders of the month), absent (not in the tally).
    """

    number: str
    state: str
    expected: int | None
    computed: int | None
    why: tuple[Why, ...] = ()

    @property
    def difference(self) -> int:
        """Expected less computed."""
        return (self.expected or 0) - (self.computed or 0)


@dataclass
class _Order:
    """An order's credits on the lines of the month."""

    parts: list[tuple[Line, Credit]] = field(default_factory=list)

    @property
    def amount(self) -> int:
        """What it pays on all of them."""
        return sum(credit.amount for _line, credit in self.parts)


def answers(
    plan: Plan, program: Program, facts: Facts, payee: str, role: str, month: Month,
    entries: Mapping[str, int],
) -> list[Answer]:  # fmt: skip
    """Every order of the tally and of the month answered, those of the tally first, in its order.

    entries: number -> 分 expected. Only the payee's own credits are looked at. UserError where he
    holds no such role in the month.
    """
    desk = _Desk(plan, program, facts, opened(program, facts, payee, month, role=role), role)
    found = [desk.answer(number, amount) for number, amount in entries.items()]
    left = [n for n, order in desk.orders.items() if n not in entries and order.amount]
    return [*found, *(Answer(n, "absent", None, desk.orders[n].amount) for n in left)]


class _Desk:
    def __init__(
        self, plan: Plan, program: Program, facts: Facts, month: PayeeMonth, role: str
    ) -> None:
        self.plan, self.program, self.facts, self.month, self.role = (
            plan, program, facts, month, role,
        )  # fmt: skip
        self.orders = self._orders(month.runner)
        self._turned: list[dict[str, _Order]] | None = None
        self._read: list[tuple[str, dict[str, _Order]]] | None = None

    def _orders(self, runner: Runner) -> dict[str, _Order]:
        found: dict[str, _Order] = defaultdict(_Order)
        for line in runner.statement(self.month.payee, self.role, self.month.month.index):
            for credit in line.credits:
                number = str(credit.row.root.values.get("order_id") or "")
                found[number].parts.append((line, credit))
        return dict(found)

    def answer(self, number: str, expected: int) -> Answer:
        order = self.orders.get(number)
        if order is None:
            return Answer(number, "unknown", expected, None)
        if order.amount == expected:
            return Answer(number, "same", expected, expected)
        ways = (self._rounded, self._lines, self._worked, self._twice, self._readings, self._digits)
        why: tuple[Why, ...] = ()
        for way in ways:
            why = tuple(dict.fromkeys(way(number, order, expected)))
            if why:
                break
        return Answer(number, "differs", expected, order.amount, why)

    # -- ways to come to another figure ---------------------------------------------------------

    def _rounded(self, number: str, order: _Order, expected: int) -> Iterator[Why]:
        """The same exact parts, rounded otherwise; a 分 by which an order's share was moved."""
        for unit, name in ((1, "fen"), (10, "jiao"), (100, "yuan")):
            for how, act in _HOW:
                each = sum(act(Fraction(c.part) / unit) * unit for _line, c in order.parts)
                exact = sum((Fraction(c.part) for _line, c in order.parts), Fraction(0))
                whole = act(exact / unit) * unit
                if expected in (each, whole):
                    yield Why("rounding", f"{how}:{name}")
                    return

    def _lines(self, number: str, order: _Order, expected: int) -> Iterator[Why]:
        """A line left out, or one of them alone."""
        for line, credit in order.parts:
            if credit.amount and expected == order.amount - credit.amount:
                yield Why("line", line.rule.name, credit.amount)

    def _worked(self, number: str, order: _Order, expected: int) -> Iterator[Why]:
        """Base quota, band and added point taken otherwise; the fewest changes that do."""
        found: list[tuple[int, Why]] = []
        for line, credit in order.parts:
            rest = order.amount - credit.amount
            for changes, amount in self._taken(number, line, credit):
                if changes and any(act(amount) + rest == expected for _how, act in _HOW):
                    found.append((len(changes), Why(
                        changes[0].kind, changes[0].of, changes[0].amount, tuple(changes[1:]),
                    )))  # fmt: skip
            for label, value in self._bands(line, credit):
                if not isinstance(credit.shown.get("rate"), int | Fraction):
                    amount_of = value if isinstance(value, int) else half_up(value)
                    if amount_of + rest == expected and amount_of != credit.amount:
                        found.append((1, Why("band", label, amount_of)))
        least = min((count for count, _why in found), default=0)
        yield from (why for count, why in found if count == least)

    def _taken(
        self, number: str, line: Line, credit: Credit
    ) -> Iterator[tuple[list[Why], Fraction]]:
        """Every base × (rate + added point) there could be, with what each changes."""
        base, rate = _number(credit, "commissionable"), _number(credit, "rate")
        quota, added = _number(credit, "quota_part") or 0, _number(credit, "added_point") or 0
        if base is None or rate is None or base * (rate + added) != credit.part:
            return
        bases: list[tuple[list[Why], Fraction]] = [([], base)]
        bases += [([Why("quota", "", half_up(quota))], base + quota)] if quota else []
        rates: list[tuple[list[Why], Fraction]] = [([], rate)]
        rates += [([Why("band", n)], v) for n, v in self._bands(line, credit) if v != rate]
        points: list[tuple[list[Why], Fraction]] = [([], Fraction(added))]
        others = {Fraction(0), *self._points(number, line)} - {added}
        points += [([Why("point", str(value))], value) for value in sorted(others)]
        for (a, base_), (b, rate_), (c, point) in product(bases, rates, points):
            yield [*a, *b, *c], base_ * (rate_ + point)

    def _bands(self, line: Line, credit: Credit) -> Iterator[tuple[str, Fraction]]:
        """The rows of the table that the line shows: label and value for this order."""
        node: Node | None = line.rule.shows.get("band")
        while isinstance(node, Ref):
            node = self.program.steps[node.name].node
        if not isinstance(node, Bands):
            return
        env = Env(line.payee, line.role, line.month, credit.row.team, credit.row)
        for row in node.rows:
            value = self.month.runner.values.value(row.value, env)
            if not row.none and isinstance(value, int | Fraction) and not isinstance(value, bool):
                yield row.label, Fraction(value)

    def _points(self, number: str, line: Line) -> Iterator[Fraction]:
        """The added points there would be with one condition of the month turned over."""
        for orders in self._turned_over():
            for other, credit in orders[number].parts if number in orders else ():
                found = _number(credit, "added_point")
                if other.rule is line.rule and found is not None:
                    yield found

    def _turned_over(self) -> list[dict[str, _Order]]:
        if self._turned is None:
            self._turned = []
            runner, seen = self.month.runner, set[int]()
            for line in runner.statement(self.month.payee, self.role, self.month.month.index):
                env = runner.values.env(line.payee, line.role, line.month)
                for node in thresholds(runner, line):
                    if id(node) not in seen and not node.frame.fact:
                        seen.add(id(node))
                        other = Runner(self.program, self.month.book)
                        other.values.pretend(node, not runner.values.value(node, env))
                        self._turned.append(self._orders(other))
        return self._turned

    def _twice(self, number: str, order: _Order, expected: int) -> Iterator[Why]:
        if expected == 2 * order.amount:
            yield Why("twice")

    def _readings(self, number: str, order: _Order, expected: int) -> Iterator[Why]:
        """Another reading of an open question."""
        for name, orders in self._as_read():
            if number in orders and orders[number].amount == expected:
                yield Why("reading", name)

    def _as_read(self) -> list[tuple[str, dict[str, _Order]]]:
        if self._read is None:
            self._read = []
            others = [
                (name, reading)
                for name, question in self.plan.questions.items()
                for reading in question.readings
                if reading != self.program.readings[name]
            ]
            for name, reading in others[:MOST_READINGS]:
                try:
                    program = compile_plan(self.plan, {**self.program.readings, name: reading})
                except PlanError:
                    continue
                if {*program.needs} - {*self.program.needs}:
                    continue
                runner = Runner(program, self.month.book)
                self._read.append((f"{name}={reading}", self._orders(runner)))
        return self._read

    def _digits(self, number: str, order: _Order, expected: int) -> Iterator[Why]:
        if any(amount == expected for _cause, amount in digits(expected, order.amount)):
            yield Why("digits")


def _number(credit: Credit, name: str) -> Fraction | None:
    value = credit.shown.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return None
    return Fraction(value)
