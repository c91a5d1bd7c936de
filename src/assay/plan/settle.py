"""Settling to date: what has been earned so far less what was paid before, by month and by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from assay.money import half_up
from assay.period import Month
from assay.plan.evaluate import Evaluator
from assay.plan.program import PayRule, Settle
from assay.plan.rows import Row
from assay.plan.tree import (
    Aggregate,
    Calendar,
    Carried,
    CarriedPart,
    Column,
    Level,
    Node,
    Shift,
)
from assay.plan.units import DATE
from assay.plan.values import Env, exact
from assay.plan.vocabulary import closes, period_start

Owed = tuple[str, str, int]


def earning(env: Env, as_of: int) -> Env:
    """How a row looks at the end of a month when what it earns is worked out.

    What lies below it and what days have come are those of then; `month` is the row's own.
    """
    return replace(env, as_of=as_of, held=True)


class Settling:
    """Works out settled rules over one evaluator; `rows` gives every row a rule pays."""

    def __init__(
        self, values: Evaluator, rows: Callable[[PayRule], Iterable[tuple[str, str, Row]]]
    ) -> None:
        self.values = values
        self.rows = rows
        self._paid: dict[tuple[str, str, str, int], int] = {}
        self._due: dict[str, dict[Owed, list[Row]]] = {}
        self._always: dict[str, dict[tuple[str, str], list[Row]]] = {}
        self._latched: dict[tuple[int, int, str, str], tuple[int, int | None]] = {}

    # -- by month -----------------------------------------------------------------------------

    def of_month(self, rule: PayRule, settle: Settle, payee: str, role: str, month: int) -> int:
        """What the month pays: earned to date less paid before, since the period began.

        Below nought: a deduction; or nothing and the rest is carried on, or dropped (floor).
        """
        if not closes(rule.period, month, self.values.begins):
            return 0
        key = (rule.name, payee, role, month)
        if key not in self._paid:
            start = self._start(settle, payee, role, month)
            paid, before = 0, 0
            for index in range(start, month + 1):
                if not closes(rule.period, index, self.values.begins):
                    continue
                env = self.values.env(payee, role, index)
                earned = half_up(exact(self.values.value(rule.pay, env)))
                line = earned - (paid if settle.negative == "carry" else before)
                line = max(0, line) if settle.negative else line
                self._paid[(rule.name, payee, role, index)] = line
                paid, before = paid + line, earned
        return self._paid[key]

    def _start(self, settle: Settle, payee: str, role: str, month: int) -> int:
        """The month since which is settled: of everything, or of the period where that is later."""
        first = self.values.first_month(month)
        if not settle.within:
            return first
        # Before the first month nothing was paid, whatever a formula comes to.
        return max(first, period_start(settle.within, month, self.values.begins))

    # -- by row -------------------------------------------------------------------------------

    def entitled(self, rule: PayRule, settle: Settle, env: Env, as_of: int) -> Fraction | int:
        """What a row has earned by the end of a month, released and not undone."""
        assert env.row is not None
        if as_of < env.row.month:
            return 0
        share = self.share(settle, replace(env, as_of=as_of, held=False))
        return exact(self.values.value(rule.pay, earning(env, as_of))) * share if share else 0

    def share(self, settle: Settle, then: Env) -> Fraction | int:
        """Which part of a row's pay is released and not undone by the end of a month."""
        share: Fraction | int = 1
        if settle.release:
            share = sum(
                (
                    exact(self.values.value(part, then))
                    for part, when in settle.release
                    if when is None or self._happened(when, then)
                ),
                0,
            )
        for when, keep in settle.undo:
            month = self._undone(when, then)
            if month is not None:
                share *= exact(self.values.value(keep, replace(then, as_of=month)))
                break
        return share

    def _undone(self, when: Node, then: Env) -> int | None:
        """The first month at whose end a row was undone: what was undone stays undone.

        Each month is looked at once, whatever the month asked about.
        """
        assert then.row is not None
        assert then.as_of is not None
        key = (id(when), id(then.row), then.payee, then.role)
        seen, found = self._latched.get(key, (then.row.month - 1, None))
        while found is None and seen < then.as_of:
            seen += 1
            if self._happened(when, replace(then, as_of=seen)):
                found = seen
        self._latched[key] = (seen, found)
        return found if found is not None and found <= then.as_of else None

    def _happened(self, when: Node, env: Env) -> bool:
        """Whether a condition holds, or a day has come, by the end of the month looked at."""
        value = self.values.value(when, env)
        if when.unit != DATE:
            return bool(value)
        assert env.as_of is not None
        return isinstance(value, date) and value < Month(env.as_of).after

    def due(self, rule: PayRule, settle: Settle, payee: str, role: str, month: int) -> list[Row]:
        """The rows whose entitlement can change in a month, by month, date and id."""
        if rule.name not in self._due:
            self._index(rule, settle)
        rows = list(self._due[rule.name].get((payee, role, month), ()))
        rows += [r for r in self._always[rule.name].get((payee, role), ()) if r.month <= month]
        return sorted(rows, key=lambda row: row.key)

    def _index(self, rule: PayRule, settle: Settle) -> None:
        """Each row under the months in which its entitlement can change."""
        due: dict[Owed, list[Row]] = defaultdict(list)
        always: dict[tuple[str, str], list[Row]] = defaultdict(list)
        steady = not any(
            isinstance(node, Calendar | Shift | Carried | CarriedPart)
            or (isinstance(node, Aggregate) and _looks_aside(node))
            for top in settle.nodes()
            if not isinstance(top, Shift)
            for node in self.values.program.deep(top)
        )
        for payee, role, row in self.rows(rule):
            if not steady:
                always[(payee, role)].append(row)
                continue
            env = Env(payee, role, row.month, row.team, row)
            for month in {row.month, *self._events((*settle.nodes(), rule.pay), env)}:
                due[(payee, role, max(month, row.month))].append(row)
        self._due[rule.name] = {key: list(dict.fromkeys(rows)) for key, rows in due.items()}
        self._always[rule.name] = always

    def _events(self, tops: Iterable[Node], env: Env) -> Iterator[int]:
        """Months of the days a row's pay, release and undoing look at: its own and those below."""
        assert env.row is not None
        for top in tops:
            if top.unit == DATE:
                yield from self._month_of(self.values.value(top, env))
            for node in self.values.program.deep(top):
                if isinstance(node, Column) and node.unit == DATE and node.fact in _above(env.row):
                    yield from self._month_of(self.values.value(node, env))
                elif isinstance(node, Aggregate) and node.scope == "children":
                    for below in self.values.below(node, env):
                        assert below.row is not None
                        yield from self._month_of(below.row.values.get("on"))

    def _month_of(self, day: object) -> Iterator[int]:
        if isinstance(day, date):
            yield Month.of(day).index


def _looks_aside(node: Aggregate) -> bool:
    """Whether a sum that stands on rows looks at other rows than those below one."""
    return node.frame.level is Level.ROW and node.scope not in ("children", "running")


def _above(row: Row) -> set[str]:
    """The facts of a row and of the rows above it."""
    found = {row.fact}
    while row.parent is not None:
        row = row.parent
        found.add(row.fact)
    return found
