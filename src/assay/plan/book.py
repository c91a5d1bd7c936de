"""What a run reads, in plain rows: holdings, targets, and the rows of facts credited to payees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from assay.period import Month
from assay.plan.program import Program, Stream
from assay.plan.tree import Value
from assay.plan.vocabulary import FACTS


@dataclass(frozen=True)
class Holding:
    """A payee holds a role in a team from `start` until before `stop`."""

    payee: str
    name: str
    role: str
    team: str | None
    start: date
    stop: date

    def on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.start <= day < self.stop

    def touches(self, month: int) -> bool:
        """Whether it holds on any day of a month."""
        span = Month(month)
        return self.start < span.after and self.stop > span.first


@dataclass
class Book:
    """The facts of a run. rows: fact -> rows as column -> value (money in 分, None for empty).

    Rows of orders bear order_id, id_rank (their place among ids) and row; rows of facts below
    bear order_id. Targets by (payee or team, month). Only valid orders stand here.
    """

    rows: Mapping[str, Sequence[Mapping[str, Value]]]
    holdings: Sequence[Holding]
    targets: Mapping[tuple[str, int], int] = field(default_factory=dict)
    team_targets: Mapping[tuple[str, int], int] = field(default_factory=dict)


class Row:
    """A row of a fact as credited to one payee in one role; children know their parent."""

    __slots__ = ("children", "day", "fact", "month", "parent", "payee", "role", "team", "values")

    def __init__(self, fact: str, values: Mapping[str, Value], parent: Row | None = None) -> None:
        self.fact = fact
        self.values = values
        self.parent = parent
        self.children: dict[str, list[Row]] = {}
        self.payee: str = parent.payee if parent else ""
        self.role: str = parent.role if parent else ""
        self.team: str | None = parent.team if parent else None
        self.day: date = parent.day if parent else date.min
        self.month: int = parent.month if parent else 0

    def up_to(self, fact: str) -> Row:
        """This row, or the row above it that is of the fact."""
        found: Row = self
        while found.fact != fact:
            assert found.parent is not None
            found = found.parent
        return found

    @property
    def key(self) -> tuple[date, int, int]:
        """The order in which rows stand within a month: date, then id, then row."""
        order = self.root
        rank, number = order.values.get("id_rank", 0), self.values.get("row", 0)
        assert isinstance(rank, int)
        assert isinstance(number, int)
        return (self.day, rank, number)

    @property
    def root(self) -> Row:
        """The topmost row above this one (an order, for what is below orders)."""
        return self.parent.root if self.parent else self


class Shelf:
    """Credited rows found by payee, by team, and by who manages the team on the day."""

    def __init__(self, program: Program, book: Book, value: Callable[[object, Row], Value]) -> None:
        self.program = program
        self.book = book
        self.by_payee: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
        self.by_team: dict[tuple[str, int], list[Row]] = defaultdict(list)
        self.holdings: dict[str, list[Holding]] = defaultdict(list)
        for holding in book.holdings:
            self.holdings[holding.payee].append(holding)
        for held in self.holdings.values():
            held.sort(key=lambda h: (h.start, h.role))
        # Rows of each fact without a date under the readings in force, and credited to nobody.
        self.undated: dict[str, int] = defaultdict(int)
        self.uncredited: dict[str, int] = defaultdict(int)
        self._children = self._index_children()
        for fact, node in program.dates.items():
            self._credit(fact, node, value)
        for rows in (*self.by_payee.values(), *self.by_team.values()):
            rows.sort(key=lambda r: r.key)

    def _index_children(self) -> dict[str, dict[object, list[Mapping[str, Value]]]]:
        found: dict[str, dict[object, list[Mapping[str, Value]]]] = {}
        for fact, rows in self.book.rows.items():
            if self.program.parents.get(fact):
                index: dict[object, list[Mapping[str, Value]]] = defaultdict(list)
                for values in rows:
                    index[values["order_id"]].append(values)
                found[fact] = index
        return found

    def _credit(self, fact: str, dated: object, value: Callable[[object, Row], Value]) -> None:
        streams = [s for s in self.program.streams if s.fact == fact]
        for bare in self.bare(fact):
            day = value(dated, bare)
            if not isinstance(day, date):
                self.undated[fact] += 1
                continue
            credited = False
            for stream in streams:
                if stream.where is not None and not value(stream.where, bare):
                    continue
                credited |= self._give(stream, bare, day, value)
            self.uncredited[fact] += not credited

    def bare(self, fact: str) -> Iterable[Row]:
        """Rows of a fact with the rows above and below them, credited to nobody yet."""
        parent_fact = self.program.parents.get(fact, "")
        if not parent_fact:
            for values in self.book.rows.get(fact, ()):
                yield self._with_children(Row(fact, values))
            return
        by_id = {values["order_id"]: values for values in self.book.rows.get(parent_fact, ())}
        for values in self.book.rows.get(fact, ()):
            above = by_id.get(values["order_id"])
            if above is not None:
                yield Row(fact, values, Row(parent_fact, above))

    def _with_children(self, row: Row) -> Row:
        for fact, index in self._children.items():
            if self.program.parents.get(fact) == row.fact:
                below = index.get(row.values.get("order_id"), ())
                row.children[fact] = [Row(fact, values, row) for values in below]
        return row

    def _give(
        self, stream: Stream, bare: Row, day: date, value: Callable[[object, Row], Value]
    ) -> bool:
        payee = value(stream.who, bare)
        if not isinstance(payee, str):
            return False
        held_on = bare.root.values.get("order_date", day)
        assert isinstance(held_on, date)
        holding = self.holding(payee, stream.roles, held_on)
        if holding is None:
            return False
        row = self._with_children(Row(bare.fact, bare.values, bare.parent))
        row.payee, row.role, row.team = payee, holding.role, holding.team
        row.day, row.month = day, day.year * 12 + day.month - 1
        for below in (child for rows in row.children.values() for child in rows):
            below.payee, below.role, below.team = row.payee, row.role, row.team
            below.day, below.month = row.day, row.month
        self.by_payee[(payee, holding.role, row.month)].append(row)
        if stream.team and holding.team is not None:
            self.by_team[(holding.team, row.month)].append(row)
        return True

    def holding(self, payee: str, roles: Sequence[str], day: date) -> Holding | None:
        """In which of some roles, the first that holds, a payee stands on a day."""
        for role in roles:
            for holding in self.holdings.get(payee, ()):
                if holding.role == role and holding.on(day):
                    return holding
        return None

    def team_of(self, payee: str, role: str, month: int) -> str | None:
        """The team of a payee in a month: the last one he stood in."""
        held = [h for h in self.holdings.get(payee, ()) if h.role == role and h.touches(month)]
        return held[-1].team if held else None

    def in_charge(self, role: str, team: str, day: date) -> str | None:
        """Who holds a role for a team on a day; in a gap the next one of the month, else the last.

        The team's month is one (六.2): a day without a manager falls to him who follows in that
        month, or else to him who went before.
        """
        month = day.year * 12 + day.month - 1
        held = [
            h for h in self.book.holdings if h.role == role and h.team == team and h.touches(month)
        ]
        held.sort(key=lambda h: (h.start, h.payee))
        for holding in held:
            if holding.on(day):
                return holding.payee
        later = [h for h in held if h.start > day]
        return later[0].payee if later else held[-1].payee if held else None

    def members(self, team: str, month: int) -> list[tuple[str, str]]:
        """Payees of a team in a month with their role, of the roles that count for teams."""
        roles = {role for s in self.program.streams if s.team for role in s.roles}
        found = {
            (h.payee, h.role)
            for h in self.book.holdings
            if h.team == team and h.role in roles and h.touches(month)
        }
        return sorted(found)

    def active(self, month: int) -> list[tuple[str, str]]:
        """Every payee and role that holds in a month, and those with rows credited in it."""
        found = {(h.payee, h.role) for h in self.book.holdings if h.touches(month)}
        found |= {(payee, role) for payee, role, m in self.by_payee if m == month}
        return sorted(found)


def id_key(text: str) -> tuple[int, int, str]:
    """The order of ids (scheme Q11): digits only by number and first, others by code point."""
    if text.isascii() and text.isdigit():
        return (0, int(text), text)
    return (1, 0, text)


def stored_name(fact: str) -> str:
    """The table in which a fact's rows stand."""
    return FACTS[fact].table if fact in FACTS else fact
