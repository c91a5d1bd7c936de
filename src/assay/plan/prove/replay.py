"""A solver's example worked again by the reference interpreter: a book of facts, run and paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import z3

from assay.money import rate, yuan
from assay.plan.program import PayRule
from assay.plan.prove.cells import Cells
from assay.plan.prove.finding import Situation
from assay.plan.prove.scene import KEY, Scene, month_text
from assay.plan.prove.solve import holds, whole_of
from assay.plan.prove.symbols import Term, Value
from assay.plan.run import Runner
from assay.plan.tree import Value as Plain
from assay.plan.vocabulary import FACTS

Asked = Sequence[tuple[PayRule, str, str]]
Amounts = Mapping[tuple[str, str], Plain]
# Columns that are for the machine.
_HIDDEN = (KEY, "row", "id_rank", "collected_on", "delivered_on")


@dataclass(frozen=True)
class Filled:
    """A scene with every open cell filled in: what the reference is given."""

    scene: Scene
    cells: Amounts
    targets: Mapping[tuple[str, int], int]
    team_targets: Mapping[tuple[str, int], int]

    def runner(self) -> Runner:
        """The reference over it."""
        book = self.scene.book(self.cells, self.targets, self.team_targets)
        return Runner(self.scene.program, book)

    def pay(self, asked: Asked) -> int:
        """What some lines come to over the scene's months, in 分."""
        return pay(self.runner(), asked, self.scene.months)

    def changed(self, cells: Amounts) -> Filled:
        """The same with other amounts in some cells."""
        return Filled(self.scene, {**self.cells, **cells}, self.targets, self.team_targets)

    def situation(self, paid: int) -> Situation:
        """The rows and targets as files hold them."""
        rows: list[tuple[str, Mapping[str, str]]] = []
        book = self.scene.book(self.cells, self.targets, self.team_targets)
        found = {(f, str(r[KEY])): r for f, many in book.rows.items() for r in many}
        for slot in sorted(self.scene.slots, key=lambda s: (s.day, s.key)):
            row = found[(slot.fact, slot.key)]
            rows.append((slot.fact, self._texts(slot.fact, row)))
        targets = tuple(
            (who, month_text(month), amount)
            for (who, month), amount in sorted({**self.targets, **self.team_targets}.items())
        )
        return Situation(tuple(rows), targets, paid)

    def _texts(self, fact: str, row: Mapping[str, Plain]) -> dict[str, str]:
        kinds = {c.stored: c.kind for c in FACTS[fact].columns.values()} if fact in FACTS else {}
        said = self.scene.program.plan.facts.get(fact)
        kinds |= {spec.name: spec.kind for spec in said.has} if said is not None else {}
        found: dict[str, str] = {}
        for name, value in row.items():
            declared = said is not None and any(spec.name == name for spec in said.has)
            if value is None or (name in _HIDDEN and not declared) or name not in (*kinds, *row):
                continue
            if name == "amount" and name not in kinds:
                continue
            found[name] = _text(value, kinds.get(name, ""))
        return found


def _text(value: Plain, kind: str) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Fraction):
        if kind == "money" and Fraction(value).denominator == 1:
            return yuan(int(value))
        return rate(Fraction(value))
    return str(value)


def pay(runner: Runner, asked: Asked, months: range) -> int:
    """What some lines come to over some months, in 分, as statements show them."""
    if runner.program.rounding != "statement":
        return sum(
            runner.line(rule, payee, role, month).amount
            for rule, payee, role in asked
            for month in months
        )
    found = 0
    for payee, role in dict.fromkeys((payee, role) for _, payee, role in asked):
        names = {rule.name for rule, p, r in asked if (p, r) == (payee, role)}
        for month in months:
            lines = runner.statement(payee, role, month)
            found += sum(line.amount for line in lines if line.rule.name in names)
    return found


def filled(scene: Scene, cells: Cells, model: z3.ModelRef) -> Filled:
    """The scene with the amounts of a model."""
    amounts: dict[tuple[str, str], Plain] = {}
    for (key, stored), value in cells.made.items():
        if isinstance(value, tuple):
            amounts[(key, stored)] = read(model, value)
        else:
            amounts[(key, stored)] = holds(model, value)
    targets: dict[tuple[str, int], int] = {}
    teams: dict[tuple[str, int], int] = {}
    for (who, month, team), value in cells.targets.items():
        amount = read(model, value)
        if isinstance(amount, int) and amount:
            (teams if team else targets)[(who, month)] = amount
    return Filled(scene, amounts, targets, teams)


def read(model: z3.ModelRef, value: Value) -> Plain:
    """The value of a cell in a model."""
    for guard, atom in value:
        if holds(model, guard):
            if isinstance(atom, Term):
                number = Fraction(whole_of(model, atom.num), atom.den)
                return number.numerator if number.denominator == 1 else number
            if isinstance(atom, Fraction):
                return atom.numerator if atom.denominator == 1 else atom
            assert atom is None or isinstance(atom, str | date)
            return atom
    return None
