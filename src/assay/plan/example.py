"""Worked examples: a small book built from an example block, run, and held against `expect`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from assay.money import rate, yuan
from assay.period import Month, read_date
from assay.plan.binder import Binder
from assay.plan.book import Book, Holding, Row, id_key
from assay.plan.document import Example, Plan
from assay.plan.fields import entries_of, items_of, month_of, text_of
from assay.plan.formula import Path, Syntax, parse
from assay.plan.problems import Place, PlanError, Problem, fault, nearest
from assay.plan.program import compile_plan
from assay.plan.run import Runner
from assay.plan.source import Entries, Text, Value
from assay.plan.tree import Level
from assay.plan.tree import Value as Plain
from assay.plan.units import Unit, same, show
from assay.plan.values import exact
from assay.plan.vocabulary import CHANNELS, FACTS
from assay.plan.vocabulary import Column as ColumnWord

SUBJECT = "payee"
TEAM = "team"
_DAY = re.compile(r"(\d{1,2})-(\d{1,2})\Z")
_PAYEE_WORDS = ("role", "target", "team_target", "id", "name", "orders", "from", "to", "also")


@dataclass
class Worked:
    """What an example came to: lines in 分, named values with units, values per order."""

    name: str
    payee: str
    role: str
    month: int
    lines: dict[str, int]
    values: dict[str, tuple[Plain, Unit]]
    orders: list[dict[str, tuple[Plain, Unit]]]
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
    """Run an example. Raises PlanError where its block cannot be read."""
    try:
        return _Work(plan, example, readings or {}).worked()
    except PlanError as error:
        raise PlanError([_at(problem, example.place) for problem in error.problems]) from None


def _at(problem: Problem, place: Place) -> Problem:
    if problem.place.line > 1:
        return problem
    return Problem(place, problem.message, problem.expected, problem.mend)


class _Work:
    """One example on its way: a program under its readings, a book, a runner."""

    def __init__(self, plan: Plan, example: Example, readings: Mapping[str, str]) -> None:
        self.plan = plan
        self.example = example
        for name, (reading, place) in example.read.items():
            question = plan.questions.get(name)
            if question is None or reading not in question.readings:
                known = plan.questions if question is None else question.readings
                wrong = name if question is None else reading
                raise fault(
                    place, f"unknown “{wrong}” under read", ", ".join(known), nearest(wrong, known)
                )
        chosen = {**readings, **{name: reading for name, (reading, _) in example.read.items()}}
        self.program = compile_plan(plan, chosen, example.with_)
        self.binder = Binder(plan, self.program.readings, example.with_)
        month = example.body.get("month")
        self.month = month_of(text_of(month) if month else Text(plan.effective, example.place))
        self.orders: list[dict[str, Plain]] = []
        self.below: dict[str, list[dict[str, Plain]]] = {}
        self.holdings: list[Holding] = []
        self.targets: dict[tuple[str, int], int] = {}
        self.team_targets: dict[tuple[str, int], int] = {}

    # -- the book ---------------------------------------------------------------------------

    def worked(self) -> Worked:
        body = self.example.body
        said = body.get("payee")
        place = self.example.place
        subject = entries_of(said, "payee") if said is not None else Entries({}, {}, place)
        role = self.person(subject, SUBJECT)
        self.take_orders(body.get("orders"), SUBJECT, role)
        others = body.get("team")
        for number, other in enumerate(items_of(others, "team") if others else (), start=1):
            entry = entries_of(other, "a member of the team")
            payee = f"member{number}"
            other_role = self.person(entry, payee)
            self.take_orders(entry.get("orders"), payee, other_role)
        ranked = sorted(self.orders, key=lambda o: id_key(str(o["order_id"])))
        for rank, order in enumerate(ranked):
            order["id_rank"] = rank
        rows: dict[str, list[dict[str, Plain]]] = {"order": self.orders, **self.below}
        book = Book(rows, self.holdings, self.targets, self.team_targets)
        given = {name: self.given(name, said) for name, said in self.example.given.items()}
        runner = Runner(self.program, book, given, (SUBJECT, role, self.month))
        return self.result(runner, role)

    def given(self, name: str, syntax: Syntax) -> Plain:
        """A named value set directly; its unit must be that of the name."""
        step = self.program.steps.get(name)
        if step is None:
            place = getattr(syntax, "place", self.example.place)
            known = [*self.program.steps]
            raise fault(place, f"the plan has no “{name}” to be given", "", nearest(name, known))
        return self.constant(syntax, step.node.unit)

    def constant(self, syntax: Syntax, unit: Unit) -> Plain:
        """A fixed value in a unit; a bare word stands for itself."""
        if isinstance(syntax, Path) and unit.kind == "word" and len(syntax.parts) == 1:
            return syntax.name
        node = self.binder.bind(syntax)
        fixed = self.binder.fixed(node)
        if fixed is None or same(fixed.unit, unit) is None:
            raise fault(
                node.place, f"{node.unit} stands here", str(unit), "write the unit: 100元, 8%"
            )
        return fixed.value

    def person(self, entry: Entries, payee: str) -> str:
        """A payee of the example with role, target and team target."""
        entry.only(_PAYEE_WORDS, "payee")
        roles = self.program.roles
        said = entry.get("role")
        if said is None and len(roles) != 1 and payee == SUBJECT and roles:
            role = roles[0]
        else:
            role = text_of(said).value if said is not None else (roles[0] if roles else "payee")
        if said is not None and role not in roles:
            raise fault(
                said.place,
                f"no rule pays the role “{role}”",
                ", ".join(roles),
                nearest(role, roles),
            )
        span = [
            self.day(entry.get(key), default) for key, default in (("from", date.min), ("to", None))
        ]
        start, stop = span[0] or date.min, span[1]
        end = date.max if stop is None else date.fromordinal(stop.toordinal() + 1)
        also = entry.get("also")
        for held in (role, *((text_of(also).value,) if also is not None else ())):
            self.holdings.append(Holding(payee, payee, held, TEAM, start, end))
        target = entry.get("target")
        if target is not None and text_of(target).value != "none":
            self.targets[(payee, self.month)] = self.money(target)
        team_target = entry.get("team_target")
        if team_target is not None and text_of(team_target).value != "none":
            self.team_targets[(TEAM, self.month)] = self.money(team_target)
        return role

    def money(self, value: Value) -> int:
        said = self.constant(parse(text_of(value)), self.binder.money)
        assert isinstance(said, int)
        return said

    def day(self, value: Value | None, default: date | None) -> date | None:
        """A date, or month-day within the example's month's year."""
        if value is None:
            return default
        text = text_of(value)
        short = _DAY.match(text.value)
        try:
            if short:
                return date(self.month // 12, int(short[1]), int(short[2]))
            return read_date(text.value)
        except ValueError as error:
            raise fault(
                text.place, f"“{text.value}” is no day: {error}", "03-04 or 2024-03-04"
            ) from None

    def take_orders(self, value: Value | None, payee: str, role: str) -> None:
        for item in items_of(value, "orders") if value is not None else ():
            self.orders.append(self.order(entries_of(item, "an order"), payee, role))

    def order(self, entry: Entries, payee: str, role: str) -> dict[str, Plain]:
        columns = self.binder.columns("order")
        entry.only((*columns, "on", "discount", "collections", "lines"), "an order")
        number = len(self.orders) + 1
        order: dict[str, Plain] = {"order_id": str(number), "row": number}
        for name, column in columns.items():
            said = entry.get(name)
            order.setdefault(column.stored, None)
            if said is not None:
                order[column.stored] = self.cell(said, column.kind)
        order["order_date"] = self.day(
            entry.get("on") or entry.get("ordered_on"), Month(self.month).first
        )
        self.prices(entry, order)
        self.credited(entry, order, payee, role)
        self.children(entry, order)
        return order

    def cell(self, value: Value, kind: str) -> Plain:
        text = text_of(value)
        if kind in ("text", "word"):
            return text.value
        if kind == "date":
            return self.day(value, None)
        if kind == "yes_no":
            return text.value in ("yes", "true", "是", "1")
        return self.constant(parse(text), self.binder.unit_of_kind(ColumnWord("", kind)))

    def prices(self, entry: Entries, order: dict[str, Plain]) -> None:
        """List price and amount; either may follow from the other and `discount`."""
        said = entry.get("discount")
        amount, listed = order["net_amount"], order["list_amount"]
        if said is not None:
            discount = exact(self.constant(parse(text_of(said)), Unit("ratio")))
            if amount is not None and listed is None and discount:
                listed = Fraction(exact(amount)) / discount
            elif listed is not None and amount is None:
                amount = Fraction(exact(listed)) * discount
        listed = amount if listed is None else listed
        amount = listed if amount is None else amount
        for name, value in (("amount", amount), ("list_price", listed)):
            if value is None:
                raise fault(entry.place, f"the order has no {name}", "list_price and amount")
            if Fraction(exact(value)).denominator != 1:
                raise fault(entry.place, f"{name} would be finer than a 分", "a price that divides")
        order["net_amount"], order["list_amount"] = int(exact(amount or 0)), int(exact(listed or 0))
        if int(exact(listed or 0)) <= 0:
            raise fault(entry.place, "the list price is not above nought")

    def credited(self, entry: Entries, order: dict[str, Plain], payee: str, role: str) -> None:
        """Credit the order to the payee it stands under; its channel, unless said, is one that does."""
        streams = [s for s in self.program.streams if s.fact == "order" and role in s.roles]
        stream = streams[0] if streams else None
        if stream is not None and order.get(stream.who.stored) is None:
            order[stream.who.stored] = payee
        if entry.get("channel") is None:
            order["channel"] = CHANNELS[0]
            if stream is not None and stream.where is not None:
                order["channel"] = self.first_channel(order, stream.where)

    def first_channel(self, order: dict[str, Plain], where: object) -> str:
        empty = Runner(self.program, Book({}, ()))
        for channel in CHANNELS:
            row = Row("order", {**order, "channel": channel})
            if empty.values.of_bare_row(where, row):
                return channel
        return CHANNELS[0]

    def children(self, entry: Entries, order: dict[str, Plain]) -> None:
        """Collections and lines of the order, and the day on which it was collected in full."""
        got = 0
        for fact, key in (("collection", "collections"), ("order_line", "lines")):
            said = entry.get(key)
            for number, item in enumerate(items_of(said, key) if said is not None else (), start=1):
                cells = entries_of(item, key)
                columns = FACTS[fact].columns
                cells.only(tuple(columns), key)
                row: dict[str, Plain] = {"order_id": order["order_id"], "row": number}
                for name, column in columns.items():
                    cell = cells.get(name)
                    row[column.stored] = self.cell(cell, column.kind) if cell is not None else None
                self.below.setdefault(fact, []).append(row)
                if fact == "collection":
                    got += int(exact(row["amount"] or 0))
                    if got >= int(exact(order["net_amount"])) and order.get("collected_on") is None:
                        order["collected_on"] = row["on"]

    # -- the outcome ------------------------------------------------------------------------

    def result(self, runner: Runner, role: str) -> Worked:
        lines = {line.rule.name: line for line in runner.statement(SUBJECT, role, self.month)}
        env = runner.values.env(SUBJECT, role, self.month)
        values: dict[str, tuple[Plain, Unit]] = {}
        by_row: dict[str, str] = {}
        for name, step in self.program.steps.items():
            if step.node.frame.level is Level.ROW:
                by_row[name] = step.node.frame.fact
            else:
                values[name] = (runner.values.named(name, env), step.node.unit)
        rows = runner.values.shelf.by_payee.get((SUBJECT, role, self.month), [])
        orders = [dict(self.row_values(runner, row, by_row)) for row in rows]
        amounts = {name: line.amount for name, line in lines.items()}
        worked = Worked(self.example.name, SUBJECT, role, self.month, amounts, values, orders)
        worked.failures = [*self.failures(worked)]
        return worked

    def row_values(
        self, runner: Runner, row: Row, by_row: Mapping[str, str]
    ) -> Iterator[tuple[str, tuple[Plain, Unit]]]:
        yield "id", (row.root.values["order_id"], Unit("word"))
        for name, fact in by_row.items():
            if fact == row.fact:
                node = self.program.steps[name].node
                yield name, (runner.values.named(name, runner.values.env_of(row)), node.unit)

    def failures(self, worked: Worked) -> Iterator[str]:
        for name, said in self.example.expect.items():
            if name == "total":
                found: list[tuple[Plain, Unit]] = [(sum(worked.lines.values()), self.binder.money)]
            elif name in worked.lines:
                found = [(worked.lines[name], self.binder.money)]
            elif name in worked.values:
                found = [worked.values[name]]
            elif name in self.program.steps:
                found = [order[name] for order in worked.orders if name in order]
            else:
                known = [*worked.lines, *self.program.steps, "total"]
                raise fault(
                    said.place,
                    f"the plan yields no “{name}” here",
                    ", ".join(worked.lines),
                    nearest(name, known),
                )
            yield from self.differences(name, found, said)

    def differences(self, name: str, found: list[tuple[Plain, Unit]], said: Value) -> Iterator[str]:
        expected = [said] if isinstance(said, Text) else list(items_of(said, name))
        if len(expected) != len(found):
            yield f"{name}: {len(expected)} values expected, {len(found)} found"
            return
        for (value, unit), text in zip(found, expected, strict=True):
            if text_of(text).value == "none":
                wanted: Plain = None
            else:
                wanted = self.constant(parse(text_of(text)), unit)
            if wanted != value:
                yield f"{name}: expected {show(wanted, unit)}, found {show(value, unit)}"
