"""What one order does to a month: everybody's lines with it and without it, by the plan alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from assay.engine.edges import discount_cites, discounts
from assay.engine.inputs import load_book, orders_view
from assay.engine.judge import trimmed, with_orders
from assay.facts.facts import Facts
from assay.money import half_up
from assay.period import Month
from assay.plan.book import Book
from assay.plan.program import PayRule, Program
from assay.plan.run import Credit, Line, Runner
from assay.plan.tree import Ref, Value
from assay.plan.units import number_text
from assay.plan.values import Env
from assay.signs import MINUS


@dataclass(frozen=True)
class Rate:
    """What a line pays an order by: the rate of its band, and what a good month adds to it."""

    of: Fraction = Fraction(0)
    added: Fraction = Fraction(0)

    @property
    def whole(self) -> Fraction:
        """Both together."""
        return self.of + self.added

    @property
    def parts(self) -> tuple[str, str, str]:
        """The two in percent with the sign between them; both empty where nothing is added."""
        if not self.added:
            return _percent(self.of), "", ""
        return _percent(self.of), "+" if self.added > 0 else MINUS, _percent(abs(self.added))

    def __str__(self) -> str:
        """4% + 1%, as a statement has it."""
        return " ".join(part for part in self.parts if part)


@dataclass(frozen=True)
class Effect:
    """What an order changes in one line of one payee, in 分.

    own: what the order itself is credited with there; rest: what it does to the payee's other
    orders (a threshold passed, an average moved). rate: by what its own credit was found, None where
    the plan shows none; base: the amount that times the rate makes `own`, None where none does. told:
    the clauses of base, rate and added point, where each has one.
    """

    payee: str
    name: str
    role: str
    line: str
    title: str
    own: int
    rest: int
    rate: Rate | None = None
    cite: tuple[str, ...] = ()
    base: int | None = None
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        """Both together."""
        return self.own + self.rest


def scenery(program: Program, facts: Facts, month: Month) -> tuple[Book, list[str]]:
    """What scenes of a month are made of, whatever their order; it can be kept as long as the facts."""
    wide = program.looks_back or not program.by_order_date
    book = load_book(program, facts, None, None if wide else (month.index, month.index))
    query = f"SELECT * FROM {orders_view(facts)} LIMIT 0"
    columns = [c[0] for c in facts.connection.execute(query).description or ()]
    return book, columns


class Scene:
    """A month of some payees, to which one order is added at one price after another.

    `order` names the order's other columns (order_id, order_date, salesperson_id, channel, …). An
    order of that id that stands in the facts already is taken out first. `below` holds rows of facts
    that lie below it (its splits), in place of those that stand there.
    """

    def __init__(
        self,
        program: Program,
        book: Book,
        columns: Sequence[str],
        month: Month,
        order: Mapping[str, Value],
        below: Mapping[str, Sequence[Mapping[str, Value]]] = {},
    ) -> None:
        """`columns`: those of the facts' orders. The book may hold just what matters."""
        rows = [r for r in book.rows["order"] if r["order_id"] != order["order_id"]]
        self.program, self.month = program, month
        rest = {**book.rows, "order": rows}
        self.book = trimmed(Book(rest, book.holdings, book.targets, book.team_targets), program)
        self.below: dict[str, list[Mapping[str, Value]]] = {}
        for fact, more in below.items():
            standing = self.book.rows.get(fact, ())
            self.below[fact] = [*standing, *_renumbered(more, order["order_id"], standing)]
        place = max((_number(r.get("row")) for r in rows), default=0) + 1
        rank = max((_number(r.get("id_rank")) for r in rows), default=0) + 1
        self.order: dict[str, Value] = {
            **dict.fromkeys(columns), **order, "row": place, "id_rank": rank,
            "month": month.index, "valid": True,
        }  # fmt: skip
        self.without = Runner(program, self.book)
        self.payees = [
            (payee, role) for payee, role in self.without.values.shelf.active(month.index)
        ]
        self._before: dict[tuple[str, str], list[Line]] = {}

    def at(self, listed: int, net: int, **more: Value) -> Runner:
        """The month with the order at a price; amounts in 分. `more`: other columns of it."""
        row = {**self.order, "list_amount": listed, "net_amount": net, **more}
        held = with_orders(self.book, [row])
        held.rows = {**held.rows, **self.below}
        return Runner(self.program, held)

    def effects(
        self, runner: Runner, payees: Sequence[str] | None = None, lang: str = "zh"
    ) -> list[Effect]:
        """What the order changes, line by line; of some payees only where named."""
        found = []
        for payee, role in self.payees:
            if payees is not None and payee not in payees:
                continue
            before = self._lines(payee, role)
            after = runner.statement(payee, role, self.month.index)
            for old, new in zip(before, after, strict=True):
                own = [c for c in new.credits if self._is_new(c.row.root.values)]
                gained = new.amount - old.amount
                if not gained and not own:
                    continue
                credited = sum(c.amount for c in own)
                rate, base = _reckoned(own, credited)
                found.append(
                    Effect(
                        payee, self._name(payee), role, new.rule.name,
                        new.rule.title.text(lang, new.rule.name), credited, gained - credited,
                        rate, tuple(new.rule.cite), base, self._clauses(new.rule),
                    )
                )  # fmt: skip
        return found

    def _clauses(self, rule: PayRule) -> dict[str, str]:
        """The clause of each value that a rule shows of its orders."""
        named = {name: node.name for name, node in rule.shows.items() if isinstance(node, Ref)}
        cites = {name: self.program.steps[step].cite for name, step in named.items()}
        return {name: cite[0] for name, cite in cites.items() if cite}

    def _is_new(self, values: Mapping[str, Value]) -> bool:
        return values.get("order_id") == self.order["order_id"]

    def _lines(self, payee: str, role: str) -> list[Line]:
        key = (payee, role)
        if key not in self._before:
            self._before[key] = self.without.statement(payee, role, self.month.index)
        return self._before[key]

    def _name(self, payee: str) -> str:
        return next((h.name for h in self.book.holdings if h.payee == payee), payee)

    def named(self, runner: Runner, name: str, payee: str) -> Fraction | None:
        """A value of the plan (a policy, a measure) for a payee's month; None where it has none."""
        if name not in self.program.steps:
            return None
        role = next((r for p, r in self.payees if p == payee), None)
        if role is None:
            role = next((r for _p, r in self.payees), None)
        if role is None:
            return None
        team = runner.values.shelf.team_of(payee, role, self.month.index)
        value = runner.values.named(name, Env(payee, role, self.month.index, team))
        return Fraction(value) if isinstance(value, int | Fraction) else None

    def edges(self, payee: str) -> dict[Fraction, bool]:
        """The discounts at which a payee's pay turns; True where the edge counts as above."""
        return discounts(self.program, self._roles(payee))

    def edge_cites(self, payee: str) -> tuple[str, ...]:
        """The clauses under which an order's discount decides what a payee gets."""
        return discount_cites(self.program, self._roles(payee))

    def _roles(self, payee: str) -> set[str]:
        return {role for p, role in self.payees if p == payee}


def _renumbered(
    rows: Sequence[Mapping[str, Value]], order: Value, standing: Sequence[Mapping[str, Value]]
) -> list[Mapping[str, Value]]:
    """Rows of an order behind those that stand."""
    place = max((_number(r.get("row")) for r in standing), default=0) + 1
    return [
        {**row, "order_id": order, "row": place + n, "rank": place + n}
        for n, row in enumerate(rows)
    ]


def _reckoned(own: Sequence[Credit], credited: int) -> tuple[Rate | None, int | None]:
    """By which rate an order's credits of a line were found, and on which amount (分).

    A point that is paid on a part only is told with its rate and without an amount.
    """
    rates = [
        Rate(_ratio(one.shown.get("rate")), _ratio(one.shown.get("added_point")))
        for one in own
        if isinstance(one.shown.get("rate"), Fraction | int)
    ]
    if not rates:
        return None, None
    base = sum(_ratio(one.shown.get("commissionable")) for one in own)
    found = {*rates} == {rates[0]} and abs(base * rates[0].whole - credited) < 1
    return rates[0], half_up(base) if found else None


def _ratio(value: Value) -> Fraction:
    return Fraction(value) if isinstance(value, int | Fraction) else Fraction(0)


def _percent(ratio: Fraction) -> str:
    return f"{number_text(ratio * 100)}%"


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0
