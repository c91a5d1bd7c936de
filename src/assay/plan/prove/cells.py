"""What is open in a scene: one variable a cell, made when a formula first asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

import z3

from assay.plan.prove.logic import Expr, Truth, both, either, neither
from assay.plan.prove.scene import KEY, Slot
from assay.plan.prove.symbols import BeyondError, Term, Value, compare, const, number, whole
from assay.plan.rows import Row
from assay.plan.tree import Column
from assay.plan.tree import Value as Plain

RATE_STEPS = 10_000  # a rate is a whole number of hundredths of a percent
MOST_RATE, MOST_COUNT, MOST_NUMBER, MOST_MONTHS, MOST_DAYS = 2, 100, 1_000_000, 60, 366
ADDED = ("money", "count", "plain")  # what the parts of a row add up to
TARGET = "target"
NET, LIST, CHANNEL = "net_amount", "list_amount", "channel"


@dataclass(frozen=True)
class Limits:
    """Within what amounts are looked at: the most of an amount in 分, days that dates can be.

    words: what a text column can hold. placed: columns of days that place a row in its month.
    channels: in which an order can be that is credited to a role.
    """

    most: int
    days: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    placed: frozenset[str] = frozenset()
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass
class Cells:
    """The open cells of one side of a question. Cells of one name are the same on both sides.

    columns: the kind of quantity of each cell made. moving: the row of which one amount (or one
    target) is a step more than on the other side; moves: the steps, of which one is taken.
    """

    limits: Limits
    side: str
    slots: Mapping[str, Slot]
    moving: str = ""
    moves: dict[str, Expr] = field(default_factory=dict)
    bounds: list[Truth] = field(default_factory=list)
    made: dict[tuple[str, str], Value | Truth] = field(default_factory=dict)
    targets: dict[tuple[str, int, bool], Value] = field(default_factory=dict)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)

    def column(self, node: Column, row: Row) -> Value:
        """The value of a column of a row."""
        found = self._cell(node, row)
        assert isinstance(found, tuple)
        return found

    def condition(self, node: Column, row: Row) -> Truth:
        """A yes or no of a row."""
        found = self._cell(node, row)
        assert not isinstance(found, tuple)
        return found

    def _cell(self, node: Column, row: Row) -> Value | Truth:
        key = (str(row.values.get(KEY)), node.stored)
        if key not in self.made:
            slot = self.slots[key[0]]
            self.columns[key] = node.unit.kind
            self.made[key] = self._open(node, row, slot)
            if node.fact in ("order", "order_line") and node.stored in (NET, LIST):
                self._priced(key[0])
        return self.made[key]

    def _priced(self, key: str) -> None:
        """No goods are sold above their list price."""
        net, listed = self.made.get((key, NET)), self.made.get((key, LIST))
        if isinstance(net, tuple) and isinstance(listed, tuple):
            for first, x in net:
                for second, y in listed:
                    ok = compare("<=", number(x), number(y))
                    self.bounds.append(either(neither(both(first, second)), ok))

    def _open(self, node: Column, row: Row, slot: Slot) -> Value | Truth:
        kind = node.unit.kind
        own = kind in ADDED or not slot.like
        name = f"{slot.key if own else slot.like}.{node.stored}"
        if node.stored in slot.fixed:
            return slot.fixed[node.stored]
        if kind == "bool":
            return z3.Bool(name)
        if kind == "money":
            least = 1 if node.stored == LIST else 0
            return self._number(name, least, self.limits.most)
        if kind == "ratio":
            return self._number(name, 0, MOST_RATE * RATE_STEPS, RATE_STEPS)
        most = {
            "count": MOST_COUNT,
            "plain": MOST_NUMBER,
            "months": MOST_MONTHS,
            "days": MOST_DAYS,
            "hours": MOST_DAYS,
        }
        if kind in most:
            return self._number(name, 0, most[kind])
        if kind == "date":
            placed = node.stored in self.limits.placed
            return const(row.values[node.stored]) if placed else self._date(name, node, slot)
        if (node.fact, node.stored) == ("order", CHANNEL):
            return self.picked(name, self.limits.channels[slot.owner.role])
        said = row.values.get(node.stored)
        if said is not None or not (self.limits.words or node.unit.words):
            return const(said)
        words = tuple(sorted(node.unit.words)) or self.limits.words
        return self.picked(name, (*words, None) if node.nonable else words)

    def _number(self, name: str, low: int, high: int, den: int = 1) -> Value:
        made = whole(name, low, high, den)
        self._within(made)
        owner = name.partition(".")[0]
        if not self.moving or owner.split("/")[0].rstrip("^") not in (self.moving, TARGET):
            return made
        ((_, atom),) = made
        assert isinstance(atom, Term)
        step = z3.Int(f"step.{name}")
        self.moves[name] = step
        self.bounds += [step >= 0, step <= 1, z3.Implies(step == 1, atom.num >= max(low, 1))]
        most = None if atom.high is None else atom.high + Fraction(1, den)
        return ((True, Term(atom.num + step, den, atom.low, most)),)

    def _within(self, value: Value) -> None:
        for _, atom in value:
            if isinstance(atom, Term) and atom.low is not None and atom.high is not None:
                self.bounds.append(atom.num >= int(atom.low * atom.den))
                self.bounds.append(atom.num <= int(atom.high * atom.den))

    def _date(self, name: str, node: Column, slot: Slot) -> Value:
        days: list[Plain] = [slot.day + timedelta(days) for days in self.limits.days]
        if node.nonable:
            days.append(None)
        return self.picked(name, days or [slot.day])

    def picked(self, name: str, options: Sequence[Plain]) -> Value:
        """One of some options."""
        if len(options) == 1:
            return const(options[0])
        which = z3.Int(name)
        self.bounds.append(z3.And(which >= 0, which < len(options)))
        return tuple((which == at, _atom(option)) for at, option in enumerate(options))

    def target(self, who: str, month: int, team: bool) -> Value:
        """The target entered for a payee or a team, none where it is 0."""
        key = (who, month, team)
        if key not in self.targets:
            ((_, atom),) = self._number(f"{TARGET}.{who}.{month}", 0, self.limits.most)
            assert isinstance(atom, Term)
            there = Term(atom.num, 1, Fraction(1), atom.high)
            self.targets[key] = ((atom.num <= 0, None), (atom.num > 0, there))
        return self.targets[key]


def _atom(option: Plain) -> Fraction | str | date | None:
    if isinstance(option, bool):
        raise BeyondError("a condition is no value")
    return Fraction(option) if isinstance(option, int) else option
