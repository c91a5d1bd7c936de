"""A payroll made by hand against the run: every difference with its cause, to the 分, or said to have none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from assay.engine.cause_words import (
    DIGITS,
    LIKELY,
    NONE,
    ONLY,
    PLACE,
    READING,
    SEVERAL,
    SUMS,
    Cause,
    cause,
)
from assay.engine.causes import WHISKER, PaidMonth, digits
from assay.engine.payroll import Payroll
from assay.engine.readings import Entry, Lens, Readings
from assay.facts.facts import Facts, Progress
from assay.period import Month
from assay.plan.document import Plan
from assay.plan.program import Program

ENOUGH = 3
"""So many entries that one set of readings explains establish it."""


@dataclass(frozen=True)
class Difference:
    """An amount that is not what the plan gives, in 分; `row` 0 where the payroll has none.

    paid − computed = by_reading + by_fault + unexplained. The first cause is the likeliest.
    """

    payee: str
    name: str
    month: int
    column: str
    row: int
    paid: int
    computed: int
    causes: tuple[Cause, ...]
    status: str
    by_reading: int = 0
    by_fault: int = 0

    @property
    def amount(self) -> int:
        """paid − computed."""
        return self.paid - self.computed

    @property
    def unexplained(self) -> int:
        """What no cause gives."""
        return self.amount - self.by_reading - self.by_fault


@dataclass(frozen=True)
class Totals:
    """A column summed over the payroll and over the run, in 分."""

    paid: int
    computed: int
    by_reading: int
    by_fault: int

    @property
    def unexplained(self) -> int:
        """What no cause gives."""
        return self.paid - self.computed - self.by_reading - self.by_fault


@dataclass(frozen=True)
class Reconciliation:
    """The differences, and the set of readings under which most entries agree.

    agree: entries equal under the plan as it stands, and under `readings`; others: sets of as few
    readings that explain as many. tried: how many sets were tried; whole: whether these are all.
    """

    payroll: Payroll
    entries: int
    agree: tuple[int, int]
    readings: Readings
    others: tuple[Readings, ...]
    differences: tuple[Difference, ...]
    totals: dict[str, Totals]
    untried: tuple[str, ...]
    tried: int = 0
    whole: bool = True


def reconcile(
    plan: Plan,
    program: Program,
    facts: Facts,
    folder: Path,
    payroll: Payroll,
    whisker: Fraction = WHISKER,
    progress: Progress | None = None,
) -> Reconciliation:
    """Explain every difference between a payroll and what the plan gives on the same months.

    whisker: how near to an edge counts as near, as a part of it.
    """
    say = progress or (lambda text: None)
    entries = {(p.payee, p.month, p.column): p.amount for p in payroll.paid}
    lens = Lens(plan, program, facts, folder, payroll.columns, entries, say)
    return _Desk(lens, payroll, whisker, say).work()


class _Desk:
    """One reconciliation at work."""

    def __init__(self, lens: Lens, payroll: Payroll, whisker: Fraction, progress: Progress) -> None:
        self.lens, self.payroll, self.whisker, self.say = lens, payroll, whisker, progress
        self.own = lens.own()
        self.rows = {(p.payee, p.month, p.column): p.row for p in payroll.paid}
        self.names = dict(
            lens.facts.connection.execute(
                "SELECT payee_id, arg_max(name, start) FROM holdings GROUP BY payee_id"
            ).fetchall()
        )
        self.singles: list[tuple[str, str]] = []
        self.best: Readings = frozenset()
        self.others: list[Readings] = []
        self.support = 0
        self.parts = {
            column: [c for c, its in payroll.columns.items() if {*its} < {*lines}]
            for column, lines in payroll.columns.items()
        }

    def work(self) -> Reconciliation:
        """Readings first, then each difference."""
        wrong = self.lens.focus
        untried: list[str] = []
        if wrong:
            self.singles = self.lens.singles()
            self.best, self.others = self.lens.best(self.singles)
            if self.lens.matches(self.best) <= self.lens.matches(frozenset()):
                self.best, self.others = frozenset(), []
            seen = self.lens.values(self.best) or {}
            self.support = sum(seen[key] == self.lens.entries[key] for key in wrong)
            untried = self._untried()
        found = []
        for number, key in enumerate(wrong):
            self.say(f"explaining {number + 1} of {len(wrong)}")
            found.append(self._difference(key))
        found += self._missing()
        found.sort(key=lambda d: (-abs(d.amount), d.month, d.payee, d.column))
        agree = (self.lens.matches(frozenset()), self.lens.matches(self.best))
        return Reconciliation(
            self.payroll,
            len(self.lens.entries),
            agree,
            self.best,
            tuple(self.others),
            tuple(found),
            self._totals(found),
            tuple(untried),
            self.lens.compared,
            self.lens.whole,
        )

    def _untried(self) -> list[str]:
        return [
            f"{name}={reading}"
            for name, question in self.lens.plan.questions.items()
            for reading in question.readings
            if self.lens.values(frozenset({(name, reading)} - {*self.lens.base.readings.items()}))
            is None
        ]

    # -- one difference -----------------------------------------------------------------------

    def _difference(self, key: Entry) -> Difference:
        payee, month, column = key
        paid, own = self.lens.entries[key], self.own[key]
        found: list[tuple[Cause, int]] = []
        carried = self._carried(key)
        if carried is not None:
            found = [(carried, 0)]
        else:
            found = [*self._by_readings(key)]
            established = self.support >= ENOUGH and bool(found) and self._best_gives(key)
            if not established:
                found += self._by_faults(key)
        causes = tuple(dict.fromkeys(one for one, _ in found))
        by_reading = found[0][1] if found else 0
        return Difference(
            payee,
            self.names.get(payee, payee),
            month,
            column,
            self.rows[key],
            paid,
            own,
            causes,
            self._status(key, causes),
            by_reading,
            paid - own - by_reading if found else 0,
        )

    def _status(self, key: Entry, causes: Sequence[Cause]) -> str:
        if not causes:
            return NONE
        if len(causes) == 1:
            return ONLY
        if self._best_gives(key) and self.support >= ENOUGH and not self.others:
            return LIKELY
        return SEVERAL

    def _best_gives(self, key: Entry) -> bool:
        seen = self.lens.values(self.best)
        return bool(self.best) and seen is not None and seen[key] == self.lens.entries[key]

    def _by_readings(self, key: Entry) -> Iterator[tuple[Cause, int]]:
        """Readings that give exactly what was paid, the set that explains most first."""
        paid, own = self.lens.entries[key], self.own[key]
        told: list[Readings] = []
        for readings in (self.best, *self.others, *(frozenset({s}) for s in self.singles)):
            if not readings or not self._gives(readings, key):
                continue
            least = self._least(readings, key)
            if any(least <= one or one <= least for one in told):
                continue
            told.append(least)
            also = self.support - 1 if readings == self.best else 0
            key_ = "reading_also" if also > 0 else "reading"
            yield cause(READING, key_, readings=said(least), n=max(also, 0)), paid - own

    def _gives(self, readings: Readings, key: Entry) -> bool:
        values = self.lens.values(readings)
        return values is not None and values[key] == self.lens.entries[key]

    def _least(self, readings: Readings, key: Entry) -> Readings:
        """The readings of a set that this entry needs."""
        least = readings
        for one in sorted(readings):
            if len(least) > 1 and self._gives(least - {one}, key):
                least = least - {one}
        return least

    def _by_faults(self, key: Entry) -> Iterator[tuple[Cause, int]]:
        """Slips under the readings that explain most; failing those, under the plan's own."""
        paid, own = self.lens.entries[key], self.own[key]
        seen = self.lens.values(self.best) or self.own
        shift = seen[key] - own
        found = [*self._slips(key, self.best, seen)]
        for one in found:
            told = cause(one.kind, "reading_and", readings=said(self.best), cause=one)
            yield told if shift else one, shift
        if shift and (not found or self.support < ENOUGH):
            for one in self._slips(key, frozenset(), self.own):
                yield one, 0
        if paid and not found:
            yield from ((one, 0) for one in self._misplaced(key))

    def _slips(self, key: Entry, readings: Readings, seen: dict[Entry, int]) -> Iterator[Cause]:
        payee, month, column = key
        program = self.lens.program(readings) if readings else self.lens.base
        facts = self.lens.facts_for(program) or self.lens.facts
        lines = self.payroll.columns[column]
        at = PaidMonth(program, facts, payee, month, lines, self.whisker)
        if at.amount != seen[key]:
            # The month alone does not hold all that the amount rests on; nothing is claimed.
            yield from (
                c
                for c, n in digits(self.lens.entries[key], seen[key])
                if n == self.lens.entries[key]
            )
            return
        yield from at.faults(self.lens.entries[key])

    def _misplaced(self, key: Entry) -> Iterator[Cause]:
        """Somebody else's amount, or another month's, put in this place."""
        payee, month, column = key
        for (other, at, heading), amount in self.own.items():
            if (
                heading != column
                or amount != self.lens.entries[key]
                or (other, at) == (payee, month)
            ):
                continue
            if at == month or (other == payee and abs(at - month) <= 1):
                who = f"{other} {self.names.get(other, '')}"
                yield cause(
                    PLACE, "misplaced", who=who, month=Month(at), column=column, amount=amount
                )

    # -- sums ---------------------------------------------------------------------------------

    def _carried(self, key: Entry) -> Cause | None:
        """A sum that differs because its parts do, or that was added up wrongly."""
        payee, month, column = key
        parts = [c for c in self.parts[column] if (payee, month, c) in self.lens.entries]
        lines = [line for c in parts for line in self.payroll.columns[c]]
        if not parts or len(lines) != len(set(lines)):
            return None
        paid = self.lens.entries[key]
        parts_paid = sum(self.lens.entries[(payee, month, c)] for c in parts)
        parts_own = sum(self.own[(payee, month, c)] for c in parts)
        right = parts_paid + self.own[key] - parts_own
        if paid == right and parts_paid != parts_own:
            return cause(SUMS, "of_parts", parts=tuple(parts))
        if paid != right:
            slip = next((c for c, n in digits(paid, right) if n == paid), None)
            if slip is not None:
                return cause(DIGITS, "sum_slip", cause=slip)
            if parts_paid + self.own[key] - parts_own != self.own[key] or parts_paid == parts_own:
                return cause(SUMS, "sum_wrong", amount=right)
        return None

    def _missing(self) -> list[Difference]:
        """Payees whom the plan pays in the payroll's months and who are not in it."""
        months = sorted({month for _, month, _ in self.lens.entries})
        there = {(payee, month) for payee, month, _ in self.lens.entries}
        runner = self.lens.runner(self.lens.base)
        assert runner is not None
        found = []
        for month in months:
            own: dict[str, dict[str, int]] = {}
            for line in runner.month(month):
                if (line.payee, month) not in there:
                    mine = own.setdefault(line.payee, {})
                    mine[line.rule.name] = mine.get(line.rule.name, 0) + line.amount
            for payee, amounts in own.items():
                for column, lines in self.payroll.columns.items():
                    amount = sum(amounts.get(line, 0) for line in lines)
                    if amount:
                        gone = cause(PLACE, "missing")
                        name = self.names.get(payee, payee)
                        found.append(
                            Difference(
                                payee, name, month, column, 0, 0, amount, (gone,), ONLY, 0, -amount
                            )
                        )
        return found

    def _totals(self, found: Sequence[Difference]) -> dict[str, Totals]:
        totals = {}
        for column in self.payroll.columns:
            mine = [d for d in found if d.column == column]
            paid = sum(n for (_, _, c), n in self.lens.entries.items() if c == column)
            own = sum(n for (_, _, c), n in self.own.items() if c == column)
            own += sum(d.computed for d in mine if not d.row)
            totals[column] = Totals(
                paid, own, sum(d.by_reading for d in mine), sum(d.by_fault for d in mine)
            )
        return totals


def said(readings: Readings) -> str:
    """Readings as they are written on the command line."""
    return ", ".join(f"{name}={reading}" for name, reading in sorted(readings))
