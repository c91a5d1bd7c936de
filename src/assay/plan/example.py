"""Worked examples: a small book built from an example block, run, and held against `expect`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from assay.errors import UserError
from assay.money import rate, yuan
from assay.period import Month
from assay.plan.binder import Binder
from assay.plan.compile import compile_plan
from assay.plan.document import Example, Plan
from assay.plan.example_book import ExampleBook, months_of
from assay.plan.fields import items_of, text_of
from assay.plan.problems import Place, PlanError, Problem, fault, nearest
from assay.plan.refusing import mark_of, refused, without
from assay.plan.rows import Row
from assay.plan.run import Line, Runner
from assay.plan.sentences import say
from assay.plan.source import Items, Text, Value
from assay.plan.tree import Carried, Level
from assay.plan.tree import Value as Plain
from assay.plan.units import BOOL, Unit, show
from assay.plan.vocabulary import CARRIED_PARTS

Quantity = tuple[Plain, Unit]
_WORD = Unit("word")
_TOTAL = "total"
_AWARD, _EACH = "award", "each"
_ADDRESS = re.compile(r"(?:(?P<who>\w+)\.)?(?P<name>\w+)(?:\.(?P<part>\w+))?(?:@(?P<at>[\d-]+))?\Z")


@dataclass
class Worked:
    """What an example came to in its last month: lines in 分, values with units, rows of orders.

    months: lines of each month. named: what the example's own names stand for. history: values
    over the months. people: lines of the others, people_values: their values. awards: what
    is given in kind, by address, of each month. notes: rows, or parts
    of them, that nobody gets.
    """

    name: str
    payee: str
    role: str
    month: int
    lines: dict[str, int]
    values: dict[str, Quantity]
    orders: list[dict[str, Quantity]]
    months: dict[int, dict[str, int]] = field(default_factory=dict)
    named: dict[str, Quantity] = field(default_factory=dict)
    people: dict[str, dict[str, int]] = field(default_factory=dict)
    history: dict[str, list[Quantity]] = field(default_factory=dict)
    people_values: dict[str, dict[str, Quantity]] = field(default_factory=dict)
    rows: dict[str, list[Quantity]] = field(default_factory=dict)
    awards: dict[str, list[Quantity]] = field(default_factory=dict)
    parts: dict[str, list[Quantity]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def data(self) -> dict[str, object]:
        """For `--json`: money in yuan with two decimals, rates as decimals."""
        return {
            "name": self.name,
            "payee": self.payee,
            "role": self.role,
            "month": str(Month(self.month)),
            "lines": {name: yuan(amount) for name, amount in self.lines.items()},
            "total": yuan(sum(self.lines.values())),
            "values": {name: plain(*pair) for name, pair in self.values.items()},
            "orders": [
                {name: plain(*pair) for name, pair in order.items()} for order in self.orders
            ],
            "months": {
                str(Month(month)): {name: yuan(amount) for name, amount in lines.items()}
                for month, lines in self.months.items()
            },
            "people": {
                payee: {name: yuan(amount) for name, amount in lines.items()}
                for payee, lines in self.people.items()
            },
            "named": {name: plain(*pair) for name, pair in self.named.items()},
            "awards": {
                name: [plain(*pair) for pair in given] for name, given in self.awards.items()
            },
            "notes": self.notes,
            "failures": self.failures,
            "passed": not self.failures,
        }


def plain(value: Plain, unit: Unit) -> object:
    """A value for machines: yuan and rates as decimal texts, words and conditions as they are."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if unit.kind == "money":
        fen = Fraction(value)
        return yuan(int(fen)) if fen.denominator == 1 else rate(fen / 100)
    return rate(Fraction(value))


def work(plan: Plan, example: Example, readings: Mapping[str, str] | None = None) -> Worked:
    """Run an example. Raises PlanError where its block cannot be read, or cannot be worked out."""
    try:
        return _Work(plan, example, readings or {}).worked()
    except PlanError as error:
        raise PlanError([_at(problem, example.place) for problem in error.problems]) from None
    except UserError as error:
        why = say("the example “{0}” cannot be worked out: {1}", example.name, error.args[0])
        raise fault(example.place, why) from None


def _at(problem: Problem, place: Place) -> Problem:
    if problem.place.line > 1:
        return problem
    return Problem(place, problem.message, problem.expected, problem.mend)


class _Work:
    """One example on its way: a program under its readings, a book, a runner."""

    def __init__(self, plan: Plan, example: Example, readings: Mapping[str, str]) -> None:
        self.example = example
        for name, (reading, place) in example.read.items():
            question = plan.questions.get(name)
            if question is None or reading not in question.readings:
                known = plan.questions if question is None else question.readings
                wrong = name if question is None else reading
                raise fault(
                    place,
                    say("unknown “{0}” under read", wrong),
                    ", ".join(known),
                    nearest(wrong, known),
                )
        chosen = {**readings, **{name: reading for name, (reading, _) in example.read.items()}}
        self.program = compile_plan(plan, chosen, example.with_, whole=True)
        self.binder = Binder(plan, self.program.readings, example.with_)
        self.months = months_of(example, plan.effective)
        self.making = ExampleBook(self.program, self.binder, example, self.months)
        whole, given = self.making.build()
        self.refused = [*refused(self.program, whole)]
        book = without(whole, {mark_of(one.row) for one in self.refused})
        self.people = self.making.people
        self.subject = next(iter(self.people))
        self.runner = Runner(self.program, book, given)
        self._lines: dict[tuple[str, int], dict[str, Line]] = {}

    def worked(self) -> Worked:
        payee, month = self.subject, self.months[-1]
        amounts = {name: line.amount for name, line in self.lines(payee, month).items()}
        orders = [dict(self.row_values(row)) for row in self.rows(payee)]
        worked = Worked(
            self.example.name,
            payee,
            self.people[payee],
            month,
            amounts,
            self.values_of(payee, month),
            orders,
        )
        if len(self.months) > 1:
            worked.months = {
                m: {name: line.amount for name, line in self.lines(payee, m).items()}
                for m in self.months
            }
            each = [self.values_of(payee, m) for m in self.months]
            worked.history = {name: [found[name] for found in each] for name in each[-1]}
        for other in [*self.people][1:]:
            found = self.lines(other, month).items()
            worked.people[other] = {name: line.amount for name, line in found}
            worked.people_values[other] = self.values_of(other, month, Level.PAYEE)
            worked.awards |= {
                f"{other}.{line}.{_AWARD}": given
                for line, given in self.awards(other, [month]).items()
            }
        own = self.awards(payee, list(self.months)).items()
        worked.awards |= {f"{line}.{_AWARD}": given for line, given in own}
        worked.rows = dict(self.values_of_rows(payee))
        worked.parts = dict(self.parts_of(payee))
        for name, said in self.example.names.items():
            worked.named[name] = self.summed(said)
        unclaimed = self.runner.values.shelf.unclaimed
        worked.notes = [one.text() for one in self.refused]
        worked.notes += [*dict.fromkeys(one.text() for one in unclaimed)]
        worked.notes += [
            say("“{0}” stands in no team in {1}: no part of what a team shares", who, Month(at))
            for who, at in self.runner.values.shelf.teamless
        ]
        worked.failures = [*self.failures(worked)]
        return worked

    # -- values -------------------------------------------------------------------------------

    def lines(self, payee: str, month: int) -> dict[str, Line]:
        key = (payee, month)
        if key not in self._lines:
            found: dict[str, Line] = {}
            for role in self.making.roles[payee]:
                for line in self.runner.paid(payee, role, month):
                    found.setdefault(line.rule.name, line)
            for role in self.making.roles[payee]:
                for rule in self.program.rules:
                    if role in rule.roles:  # outside of his role a rule pays nothing
                        nothing = Line(payee, role, month, rule, 0, 0, ())
                        found.setdefault(rule.name, nothing)
            self._lines[key] = found
        return self._lines[key]

    def values_of(self, payee: str, month: int, least: Level = Level.CONST) -> dict[str, Quantity]:
        """The values of a payee's month by name, rows aside."""
        return {
            name: (self.value(name, payee, month), step.node.unit)
            for name, step in self.program.steps.items()
            if least <= step.node.frame.level < Level.ROW
        }

    def parts_of(self, payee: str) -> Iterator[tuple[str, list[Quantity]]]:
        """Lines row by row, as `expect` addresses them."""
        for name in self.lines(payee, self.months[-1]):
            every = [c for m in self.months for c in self.lines(payee, m)[name].credits]
            if len(every) > 1:
                money = self.binder.money
                yield f"{name}.{_EACH}", [(credit.amount, money) for credit in every]

    def values_of_rows(self, payee: str) -> Iterator[tuple[str, list[Quantity]]]:
        """Values of the payee's rows by name, a list each, as `expect` takes them."""
        rows = self.rows(payee)
        for name, step in self.program.steps.items():
            frame = step.node.frame
            mine = [row for row in rows if row.fact == frame.fact]
            if frame.level is Level.ROW and mine:
                envs = [self.runner.values.env_of(row) for row in mine]
                found = [self.runner.values.named(name, env) for env in envs]
                yield name, [(value, step.node.unit) for value in found]

    def value(self, name: str, payee: str, month: int) -> Plain:
        return self.runner.values.named(
            name, self.runner.values.env(payee, self.people[payee], month)
        )

    def rows(self, payee: str) -> list[Row]:
        """The rows credited to a payee in the months of the example, by date and id."""
        by_payee, roles = self.runner.values.shelf.by_payee, self.making.roles[payee]
        return [
            row for m in self.months for role in roles for row in by_payee.get((payee, role, m), ())
        ]

    def row_values(self, row: Row) -> Iterator[tuple[str, Quantity]]:
        yield "id", (row.root.values.get("order_id"), _WORD)
        for name, step in self.program.steps.items():
            frame = step.node.frame
            if frame.level is Level.ROW and frame.fact == row.fact:
                env = self.runner.values.env_of(row)
                yield name, (self.runner.values.named(name, env), step.node.unit)

    def summed(self, said: Text) -> Quantity:
        """What an address stands for, or several of them joined by +."""
        found = [self.at(part.strip(), said.place) for part in said.value.split("+")]
        if len(found) == 1:
            return found[0]
        numbers = [value for value, _ in found if isinstance(value, int | Fraction)]
        if len(numbers) != len(found):
            raise fault(
                said.place, say("“{0}” does not add up", said.value), "A.commission + B.commission"
            )
        return sum(numbers, Fraction(0)), found[0][1]

    def at(self, address: str, place: Place) -> Quantity:
        """The one value of an address: [person.]name[.part][@month or place]."""
        found = self.found(address, place)
        if len(found) != 1:
            raise fault(place, say("“{0}” names {1} values", address, len(found)), f"{address}@1")
        return found[0]

    def found(self, address: str, place: Place, every: bool = False) -> list[Quantity]:
        """The values of an address: of the last month or of `every` month, or of each row."""
        match = _ADDRESS.match(address)
        if match is None:
            raise fault(
                place, say("“{0}” is no address", address), "commission, A.commission, net@3"
            )
        who, name, part, at = match["who"], match["name"], match["part"], match["at"]
        if who is not None and who not in self.people:
            who, name, part = None, who, name
        payee = who or self.subject
        if part not in (None, _AWARD, _EACH) and not self.is_carried(name):
            raise self.unknown(f"{name}.{part}", place)
        months = list(self.months) if every or at else [self.months[-1]]
        values = self.of(payee, name, part, months, place)
        return values if at is None else [self.pick(values, at, place)]

    def is_carried(self, name: str) -> bool:
        step = self.program.steps.get(name)
        return step is not None and isinstance(step.node, Carried)

    def pick(self, values: list[Quantity], at: str, place: Place) -> Quantity:
        """The n-th value, or that of a month written 2024-03."""
        number = int(at) if at.isdigit() else 0
        if "-" in at and len(values) == len(self.months):
            number = next((i for i, m in enumerate(self.months, 1) if str(Month(m)) == at), 0)
        if not 1 <= number <= len(values):
            raise fault(place, say("there is no “@{0}”", at), f"@1 … @{len(values)}")
        return values[number - 1]

    def of(
        self, payee: str, name: str, part: str | None, months: list[int], place: Place
    ) -> list[Quantity]:
        money = self.binder.money
        here = self.lines(payee, months[-1])
        step = self.program.steps.get(name)
        if name == _TOTAL and step is None:
            sums = [sum(line.amount for line in self.lines(payee, m).values()) for m in months]
            return [(amount, money) for amount in sums]
        if name in here and part == _AWARD:
            return [self.given(self.lines(payee, m)[name]) for m in months]
        if name in here and part == _EACH:
            every = [c for m in self.months for c in self.lines(payee, m)[name].credits]
            return [(credit.amount, money) for credit in every]
        if name in here:
            return [(self.lines(payee, m)[name].amount, money) for m in months]
        if step is None:
            raise self.unknown(name, place)
        unit = step.node.unit
        values = self.runner.values
        if step.node.frame.level is Level.ROW:
            fact = step.node.frame.fact
            rows = [row for row in self.rows(payee) if row.fact == fact]
            if part in CARRIED_PARTS:
                return [(values.carried(name, part, values.env_of(row)), unit) for row in rows]
            return [(values.named(name, values.env_of(row)), unit) for row in rows]
        if part in CARRIED_PARTS and isinstance(step.node, Carried):
            envs = [values.env(payee, self.people[payee], m) for m in months]
            return [(values.carried(name, part, env), unit) for env in envs]
        return [(self.value(name, payee, m), unit) for m in months]

    def given(self, line: Line) -> Quantity:
        """What a line gives in kind, none where nothing is given."""
        unit = line.rule.gives.unit if line.rule.gives is not None else _WORD
        return (line.given if unit.numeric else line.given or None), unit

    def awards(self, payee: str, months: list[int]) -> dict[str, list[Quantity]]:
        """The awards of a payee by line over some months."""
        return {
            name: [self.given(self.lines(payee, m)[name]) for m in months]
            for name, line in self.lines(payee, months[-1]).items()
            if line.rule.gives is not None
        }

    def nth(self, number: int, many: int) -> str:
        """Which of several values: its month where there is one for each, else its place."""
        months = self.months
        return f"@{Month(months[number - 1])}" if many == len(months) > 1 else f"@{number}"

    def unknown(self, name: str, place: Place) -> PlanError:
        known = [*self.lines(self.subject, self.months[-1]), *self.program.steps, *self.people]
        known += [*self.example.names, _TOTAL]
        return fault(
            place,
            say("the plan yields no “{0}” here", name),
            ", ".join(known[:12]),
            nearest(name, known),
        )

    # -- against what is expected ---------------------------------------------------------------

    def failures(self, worked: Worked) -> Iterator[str]:
        for name, said in self.example.expect.items():
            if name in worked.named:
                found = [worked.named[name]]
            else:
                found = self.found(name, said.place, every=isinstance(said, Items))
            yield from self.differences(name, found, said)

    def differences(self, name: str, found: list[Quantity], said: Value) -> Iterator[str]:
        expected = [said] if isinstance(said, Text) else list(items_of(said, name))
        if len(expected) != len(found):
            yield say("{0}: {1} values expected, {2} found", name, len(expected), len(found))
            return
        for number, ((value, unit), text) in enumerate(zip(found, expected, strict=True), 1):
            wanted = self.making.said(text_of(text), unit if unit.kind != "bool" else BOOL)
            if wanted != value:
                at = "" if isinstance(said, Text) else self.nth(number, len(found))
                yield say(
                    "{0}{1}: expected {2}, found {3}",
                    name,
                    at,
                    show(wanted, unit),
                    show(value, unit),
                )
