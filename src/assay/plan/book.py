"""What a run reads, in plain rows: holdings, targets, and the rows of facts credited to payees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from assay.period import Month
from assay.plan.nobody import Unclaimed, day_that_decides
from assay.plan.parts import Part, parts_of, whole
from assay.plan.program import Program, Stream, key_of
from assay.plan.rows import Row
from assay.plan.standing import Holding, Standing, Who
from assay.plan.tree import Value
from assay.plan.vocabulary import CREDITED, FACTS, PART


@dataclass
class Book:
    """The facts of a run. rows: fact -> rows as column -> value (money in 分, None for empty).

    Rows of orders bear order_id, id_rank (their place among ids) and row; rows of facts below
    bear the key of the row above them. Targets by (payee or team, month). Only valid orders
    stand here.
    """

    rows: Mapping[str, Sequence[Mapping[str, Value]]]
    holdings: Sequence[Holding]
    targets: Mapping[tuple[str, int], int] = field(default_factory=dict)
    team_targets: Mapping[tuple[str, int], int] = field(default_factory=dict)


class Shelf:
    """Credited rows found by payee, by team, and by who manages the team on the day."""

    def __init__(self, program: Program, book: Book, value: Callable[[object, Row], Value]) -> None:
        self.program = program
        self.book = book
        facts = program.plan.facts
        self._rows = {
            fact: [whole(values) for values in rows]
            if fact in facts and facts[fact].divided
            else rows
            for fact, rows in book.rows.items()
        }
        self.by_payee: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
        self.by_team: dict[tuple[str, int], list[Row]] = defaultdict(list)
        # Every dated row once: as credited first, or to nobody.
        self.by_month: dict[int, list[Row]] = defaultdict(list)
        self.standing = Standing(book.holdings)
        self.holdings = self.standing.of
        self._counting = {role for s in program.streams if s.team for role in s.roles}
        self._active: dict[int, list[Who]] = {}
        self._peers: dict[int, dict[tuple[str | None, ...], list[Who]]] = {}
        self._first: dict[Who, int] = {}
        self._credited_in: dict[int, set[Who]] = defaultdict(set)
        # Rows of each fact without a date under the readings in force; and credited to nobody, by month.
        self.undated: dict[str, int] = defaultdict(int)
        self.uncredited: dict[tuple[str, int], int] = defaultdict(int)
        # Rows and parts of them that nobody gets, each with the day that decides.
        self.unclaimed: list[Unclaimed] = []
        # Who weighs something in a pool of a team without standing in one, and in which month.
        self.teamless: dict[tuple[str, int], None] = {}
        self._credited: dict[tuple[str, Value], list[Row]] = defaultdict(list)
        self._children = self._index_children()
        for fact, node in program.dates.items():
            self._credit(fact, node, value)
        everything = (self.by_payee, self.by_team, self.by_month)
        for rows in (rows for shelf in everything for rows in shelf.values()):
            rows.sort(key=lambda r: r.key)

    def _index_children(self) -> dict[str, dict[object, list[Mapping[str, Value]]]]:
        found: dict[str, dict[object, list[Mapping[str, Value]]]] = {}
        for fact, rows in self._rows.items():
            if parent := self.program.parents.get(fact):
                index: dict[object, list[Mapping[str, Value]]] = defaultdict(list)
                for values in rows:
                    index[values[key_of(parent)]].append(values)
                found[fact] = index
        return found

    def _credit(self, fact: str, dated: object, value: Callable[[object, Row], Value]) -> None:
        streams = [s for s in self.program.streams if s.fact == fact]
        for bare in self.bare(fact):
            day = value(dated, bare)
            if not isinstance(day, date):
                self.undated[fact] += 1
                continue
            mine = (bare.fact, bare.values.get("row"))
            credited = not streams
            held_on = day_that_decides(bare, day)
            named: list[Unclaimed] = []
            for stream in streams:
                if stream.where is not None and not value(stream.where, bare):
                    continue
                for who, part in parts_of(self.program, stream, bare, value):
                    given = self._give(stream, bare, day, who, part)
                    if not given and (who is not None or stream.adds_to is not None):
                        named.append(Unclaimed(bare, held_on, who, stream, part))
                    credited |= given or part is not None
            # A part that nobody gets is told of even where others get theirs.
            lost = [one for one in named if one.part is not None or not credited]
            if not credited and not lost:
                lost = [Unclaimed(bare, held_on, None, None, None)]
            self.unclaimed += lost
            nobody = sum(one.who is not None for one in lost) if credited else 1
            self.uncredited[fact, Month.of(day).index] += nobody
            given_rows = self._credited.get(mine)
            if not given_rows:
                bare.belong("", "", None, day)
            row = given_rows[0] if given_rows else bare
            self.by_month[row.month].append(row)

    def bare(self, fact: str) -> Iterable[Row]:
        """Rows of a fact with the rows above and below them, credited to nobody yet."""
        parent_fact = self.program.parents.get(fact, "")
        if not parent_fact:
            for values in self._rows.get(fact, ()):
                yield Row(fact, values, None, self._below)
            return
        key = key_of(parent_fact)
        above = {row.values.get(key): row for row in self.bare(parent_fact)}
        for values in self._rows.get(fact, ()):
            parent = above.get(values[key])
            if parent is not None:
                yield Row(fact, values, parent, self._below)

    def _below(self, fact: str, row: Row) -> Iterable[Mapping[str, Value]]:
        """What stands of a fact directly below a row."""
        index = self._children.get(fact, {})
        return index.get(row.values.get(key_of(row.fact)), ())

    def _give(self, stream: Stream, bare: Row, day: date, payee: Value, part: Part | None) -> bool:
        if not isinstance(payee, str):
            return False
        holding = self.holding(payee, stream.roles, day_that_decides(bare, day))
        if holding is None:
            return False
        values = bare.values
        if part is not None:
            values = {**values, PART: part.ratio, CREDITED: part.amount}
        row = Row(bare.fact, values, bare.parent, self._below)
        row.belong(payee, holding.role, holding.team, day)
        row.parent = self._above(row)
        self._credited[(bare.fact, bare.values.get("row"))].append(row)
        self.by_payee[(payee, holding.role, row.month)].append(row)
        if stream.team and holding.team is not None:
            self.by_team[(holding.team, row.month)].append(row)
        return True

    def _above(self, row: Row) -> Row | None:
        """The row above a credited one, as credited itself: to the same payee, else to its owner.

        A row above that nobody is credited with belongs to whom the row below it does.
        """
        bare = row.parent
        if bare is None:
            return None
        credited = self._credited.get((bare.fact, bare.values.get("row")), [])
        for other in credited:
            if (other.payee, other.role) == (row.payee, row.role):
                return other
        if credited:
            return credited[0]
        above = Row(bare.fact, bare.values, bare.parent, self._below)
        above.belong(row.payee, row.role, row.team, row.day)
        above.parent = self._above(above)
        return above

    def holding(self, payee: str, roles: Sequence[str], day: date) -> Holding | None:
        """In which of some roles, the first that holds, a payee stands on a day."""
        for role in roles:
            for holding in self.holdings.get(payee, ()):
                if holding.role == role and holding.on(day):
                    return holding
        return None

    def team_of(self, payee: str, role: str, month: int) -> str | None:
        """The team of a payee in a month: the last one he stood in."""
        return self.standing.team_of(payee, role, month)

    def in_charge(self, role: str, team: str, day: date) -> str | None:
        """Who holds a role for a team on a day, gaps filled within the month."""
        return self.standing.in_charge(role, team, day)

    def reports(self, payee: str, role: str, month: int, depth: int) -> list[Who]:
        """Payees who report to one in a month, `depth` levels below, each with his role."""
        return self.standing.reports(payee, role, month, depth)

    def below(self, payee: str, role: str, month: int) -> Iterator[tuple[Who, tuple[Who, ...]]]:
        """Everybody below a payee in a month, each with those between, from the top."""
        return self.standing.below(payee, role, month)

    def members(self, team: str, month: int) -> list[Who]:
        """Payees of a team in a month with their role, of the roles that count for teams."""
        return self.standing.members(team, month, self._counting)

    def stands(self, payee: str, role: str, month: int) -> bool:
        """Whether a payee holds a role in a month, or has rows credited in it."""
        if (payee, role, month) in self.by_payee:
            return True
        return any(h.role == role and h.touches(month) for h in self.holdings.get(payee, ()))

    def known(self, month: int) -> set[Who]:
        """Every payee and role that held, or had rows credited, in a month or before it."""
        return {who for who, first in self._firsts().items() if first <= month}

    def knows(self, payee: str, role: str, month: int) -> bool:
        """Whether a payee and role are among those known in a month."""
        return self._firsts().get((payee, role), month + 1) <= month

    def _firsts(self) -> Mapping[Who, int]:
        """The month in which each payee and role first held, or had rows credited."""
        if not self._first:
            firsts = [((h.payee, h.role), Month.of(h.start).index) for h in self.book.holdings]
            firsts += [((payee, role), m) for payee, role, m in self.by_payee]
            for who, first in firsts:
                self._first[who] = min(first, self._first.get(who, first))
        return self._first

    def active(self, month: int) -> list[Who]:
        """Every payee and role that holds in a month, and those with rows credited in it."""
        if month not in self._active:
            found = {(h.payee, h.role) for h in self.standing.month(month)}
            if not self._credited_in:
                for payee, role, m in self.by_payee:
                    self._credited_in[m].add((payee, role))
            self._active[month] = sorted(found | self._credited_in.get(month, set()))
        return self._active[month]

    def peers(self, month: int) -> Mapping[tuple[str | None, ...], list[Who]]:
        """Those active in a month by role, by role and team, and by team alone (under no role).

        Who stands in no team is under none.
        """
        if month not in self._peers:
            found: dict[tuple[str | None, ...], list[Who]] = defaultdict(list)
            for payee, role in self.active(month):
                found[(role,)].append((payee, role))
                team = self.team_of(payee, role, month)
                found[(role, team)].append((payee, role))
                found[("", team)].append((payee, role))
            self._peers[month] = found
        return self._peers[month]


def ranked(
    rows: list[dict[str, Value]], aside: Collection[str] = ("row",)
) -> list[dict[str, Value]]:
    """Rows with their place by what they say: what stands on one day is never told by its line.

    Equal rows may change places without changing anything. aside: columns that say nothing.
    """

    def content(row: dict[str, Value]) -> list[tuple[str, str]]:
        return sorted((name, str(value)) for name, value in row.items() if name not in aside)

    for rank, row in enumerate(sorted(rows, key=content)):
        row["rank"] = rank
    return rows


def id_key(text: str) -> tuple[int, int, str]:
    """The order of ids (scheme Q11): digits only by number and first, others by code point."""
    if text.isascii() and text.isdigit():
        return (0, int(text), text)
    return (1, 0, text)


def stored_name(fact: str) -> str:
    """The table in which a fact's rows stand."""
    return FACTS[fact].table if fact in FACTS else fact
