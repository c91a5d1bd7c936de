"""The people, months and rows a question is asked over: concrete in shape, open in amounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from assay.period import Month
from assay.plan.book import Book, id_key
from assay.plan.evaluate import Evaluator
from assay.plan.program import Program, Stream, key_of
from assay.plan.prove.symbols import Value
from assay.plan.rows import Row
from assay.plan.standing import Holding
from assay.plan.tree import Value as Plain
from assay.plan.vocabulary import CHANNELS

LONG_AGO = date(2000, 1, 1)
SOMEWHERE = 100_00  # an amount that stands where nobody asks for it: 100 in 分
# List prices and discounts tried in turn where it rests on them to whom an order is credited.
PRICES = tuple(
    {"net_amount": listed * part // 100, "list_amount": listed}
    for listed in (SOMEWHERE, *(SOMEWHERE * 10**power for power in range(1, 5)), 1)
    for part in (100, 95, 85, 75, 65, 55, 30, 5, 0)
)
KEY = "slot"  # the column by which a row is found again


@dataclass(frozen=True)
class Person:
    """Who is paid, or owns rows: his role, team, whom he reports to, since when."""

    id: str
    role: str
    team: str | None
    above: str | None = None
    start: date = LONG_AGO


@dataclass(frozen=True)
class Slot:
    """A row to be filled with amounts: its fact, owner, day, and the row it stands below.

    fixed: columns whose value is said instead of being open. like: the row whose words, days and
    rates it shares, as a part of it does.
    """

    key: str
    fact: str
    owner: Person
    day: date
    under: str = ""
    fixed: Mapping[str, Value] = field(default_factory=dict)
    like: str = ""

    def said(self, **columns: Value) -> Slot:
        """The same row with some columns said."""
        return replace(self, fixed={**self.fixed, **columns})

    def part(self, key: str) -> Slot:
        """A part of the row: amounts of its own, all else the row's."""
        return replace(self, key=key, like=self.like or self.key)


@dataclass(frozen=True)
class Scene:
    """People over some months, with the payee the question is about and rows to be filled."""

    program: Program
    months: range
    people: tuple[Person, ...]
    subject: Person
    slots: tuple[Slot, ...]
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prices: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def with_slots(self, *slots: Slot) -> Scene:
        """The scene with other rows."""
        return replace(self, slots=slots)

    def book(
        self,
        cells: Mapping[tuple[str, str], Plain] | None = None,
        targets: Mapping[tuple[str, int], int] | None = None,
        team_targets: Mapping[tuple[str, int], int] | None = None,
    ) -> Book:
        """The facts with amounts filled in, or with some that stand where nobody asks."""
        rows: dict[str, list[dict[str, Plain]]] = {"order": []}
        for slot in self.slots:
            rows.setdefault(slot.fact, []).append(self._row(slot, cells or {}, rows))
        for rank, order in enumerate(
            sorted(rows["order"], key=lambda o: id_key(str(o["order_id"])))
        ):
            order["id_rank"] = rank
        holdings = [
            Holding(p.id, p.id, p.role, p.team, p.start, date.max, p.above) for p in self.people
        ]
        return Book(rows, holdings, targets or {}, team_targets or {})

    def _row(
        self,
        slot: Slot,
        cells: Mapping[tuple[str, str], Plain],
        rows: Mapping[str, list[dict[str, Plain]]],
    ) -> dict[str, Plain]:
        found: dict[str, Plain] = {"row": len(rows.get(slot.fact, ())) + 1, KEY: slot.key}
        found[key_of(slot.fact)] = slot.key
        for name, value in self._usual(slot).items():
            found[name] = value
        for (key, name), value in cells.items():
            if key == slot.key:
                found[name] = value
        if slot.under:
            found[key_of(self.program.parents.get(slot.fact, ""))] = slot.under
        if slot.fact == "order":
            _priced(found, cells, slot.key)
        return found

    def _usual(self, slot: Slot) -> dict[str, Plain]:
        """What a row holds where nothing is asked: its day, its owner, and columns of its kind."""
        found: dict[str, Plain] = {}
        if slot.fact == "order":
            found |= {"order_date": slot.day, "collected_on": slot.day, "delivered_on": slot.day}
            channels = self.channels.get(slot.owner.role, CHANNELS)
            found |= {"channel": channels[0], "salesperson_id": None}
            found |= {"agent_id": None, "store_id": None, "customer_id": None}
            found |= self.prices.get(slot.owner.role, PRICES[0])
        else:
            found |= {"on": slot.day, "amount": SOMEWHERE}
            if slot.fact == "order_line":
                found |= {"net_amount": SOMEWHERE, "list_amount": SOMEWHERE, "line": slot.key}
        said = self.program.plan.facts.get(slot.fact)
        for spec in said.has if said is not None else ():
            plain: Plain = None
            if spec.kind in ("money", "count", "number", "rate", "days", "months"):
                plain = 1 if spec.kind == "rate" else 0
            elif spec.kind == "yes_no":
                plain = False
            found.setdefault(spec.name, plain)
        for name, value in slot.fixed.items():
            atom = value[0][1]
            if len(value) == 1 and not isinstance(atom, Fraction) and _is_plain(atom):
                found[name] = atom  # type: ignore[assignment]
        for stream in self.streams_of(slot.owner.role):
            if stream.who.fact == slot.fact and found.get(stream.who.stored) is None:
                found[stream.who.stored] = slot.owner.id
                break
        return found

    def streams_of(self, role: str) -> list[Stream]:
        """The streams that credit a role."""
        return [s for s in self.program.streams if role in s.roles]


def _is_plain(atom: object) -> bool:
    return atom is None or isinstance(atom, str | date)


def _priced(row: dict[str, Plain], cells: Mapping[tuple[str, str], Plain], key: str) -> None:
    """Net and list price where only one of the two, or none, was asked for."""
    net, listed = cells.get((key, "net_amount")), cells.get((key, "list_amount"))
    if net is None and isinstance(listed, int):
        row["net_amount"] = listed
    if listed is None and isinstance(net, int):
        row["list_amount"] = max(net, 1)


def channels_of(program: Program, role: str) -> tuple[str, ...]:
    """The channels in which an order is credited to a role, by the first stream that does."""
    return _credited(program, role)[0]


def prices_of(program: Program, role: str) -> Mapping[str, int]:
    """A net and list price at which an order is credited to a role."""
    return _credited(program, role)[1]


def _credited(program: Program, role: str) -> tuple[tuple[str, ...], Mapping[str, int]]:
    """The channels of a role's orders, and prices at which they are credited to it."""
    empty = Evaluator(program, Book({}, ()))
    for stream in program.streams:
        if stream.fact != "order" or role not in stream.roles:
            continue
        if stream.where is None:
            break
        for prices in PRICES:
            found = [
                channel
                for channel in CHANNELS
                if empty.of_bare_row(stream.where, Row("order", {**prices, "channel": channel}))
            ]
            if found:
                return tuple(found), prices
    return CHANNELS, PRICES[0]


def month_text(month: int) -> str:
    """2024-01."""
    return str(Month(month))
