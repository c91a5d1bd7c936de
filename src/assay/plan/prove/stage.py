"""Scenes for a rule and role: who stands there, over which months, with how many rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from assay.period import Month
from assay.plan.program import PayRule, Program
from assay.plan.prove.cells import Limits
from assay.plan.prove.reach import Reach
from assay.plan.prove.scene import Person, Scene, Slot, channels_of, prices_of
from assay.plan.prove.symbols import BeyondError, Value, const
from assay.plan.tree import Dated, Fill, LineOf, Turn
from assay.plan.vocabulary import EARLIER, KINDS, LEADS

MOST = 2_000_000_00
"""Amounts are looked at up to this, in 分, or twice the largest amount of the formulas."""
TEAM, SUBJECT = "T", "P"
ASKED = "X"  # with what the keys of the rows begin that a question is about
BESIDE = "B"  # the key of the row that belongs to somebody else where there is one


@dataclass(frozen=True)
class Stage:
    """Where questions about some rules of one role are asked. at: the month of its rows; aside: of
    those beside the one asked about, where that is another; after: of the last of these, where it
    stands in a third. moving: the first of the two months between which a sale moves.

    selling: who has the row a question is about, and who another beside it.
    """

    program: Program
    rules: tuple[PayRule, ...]
    role: str
    reach: Reach
    limits: Limits
    months: range
    people: tuple[Person, ...]
    at: int = 0
    aside: int = 0
    after: int = 0
    moving: int = 0
    selling: tuple[Person, Person] | None = None

    def placed(self) -> list[Stage]:
        """The stage with its rows in the first of its months, in the last, far apart, and one before and
        one after the one asked about, as far as formulas look back; by each who sells."""
        first, last = self.months[0], self.months[-1]
        if not self.sold:
            return [replace(self, at=month) for month in dict.fromkeys((first, last))]
        places = [(month, 0, 0) for month in dict.fromkeys((first, last))]
        if first != last:
            apart = self.reach.back or last - first
            places += [(first, first + apart, 0), (last, last - apart, 0)]
            places += [(first + by, first, first + 2 * by) for by in self.reach.depths or (1,)]
        return [
            replace(self, at=month, aside=aside, after=after, selling=pair)
            for pair in self.sellers()
            for month, aside, after in places
        ]

    def moved(self) -> list[Stage]:
        """The stage with a sale that moves to the next month, and the others in these two months, in those
        so far before and after as formulas look back, or one on either side; by each who sells."""
        first = self.months[0]
        if not self.sold:
            return [replace(self, moving=first, aside=first, after=first + 1)]
        places = [(first, first, first + 1)]
        shorter = self.months
        if self.reach.long > 1:
            later = first + self.reach.step
            if self.reach.closes == 1:  # what is sold in the first two months is paid earlier
                shorter = self.months[: -self.reach.step]
            if (
                self.reach.closes > 1
            ):  # the first two are where periods meet, these may be within one
                places.append((later, later, later + 1))
            for by in self.reach.depths:
                places += [(first, first + by, first + by + 1), (later, later - by, later - by + 1)]
            if self.reach.windows - {*EARLIER} or self.reach.carried:
                places.append((later, later - 1, later + 2))
        return [
            replace(
                self,
                months=shorter if month == first else self.months,
                moving=month,
                aside=aside,
                after=after,
                selling=pair,
            )
            for pair in self.sellers()
            for month, aside, after in places
        ]

    @property
    def subject(self) -> Person:
        """Whose pay it is."""
        return self.people[0]

    def lines(self) -> tuple[tuple[PayRule, str, str], ...]:
        """The lines asked about."""
        return tuple((rule, self.subject.id, self.role) for rule in self.rules)

    # -- rows ---------------------------------------------------------------------------------

    def owners(self, fact: str) -> list[Person]:
        """Those to whom rows of a fact can be credited."""
        roles = {role for s in self.program.streams if s.fact == fact for role in s.roles}
        return [person for person in self.people if person.role in roles]

    @property
    def sold(self) -> str:
        """The fact whose rows are sales: what the rules pay per, or sum, of money or count."""
        facts = [f for f in self.reach.facts if not self.program.parents.get(f, "")]
        credited = [f for f in facts if self.owners(f)]
        wanted = [
            f for f in credited
            if self.reach.money_columns(f) or any(r.fact == f for r in self.reach.lines)
        ]  # fmt: skip
        if "order" in credited and "order" in {*wanted, *self._counted()}:
            return "order"
        below = [f for f in self.reach.facts if f not in facts and self.reach.money_columns(f)]
        paid = [f for f in below if any(s.fact == f for s in self.program.streams)]
        return (paid or wanted or [""])[0]

    def _counted(self) -> set[str]:
        return {fact for fact, _ in self.reach.columns} | {
            node.fact for node in self.reach.nodes if hasattr(node, "fact") and node.fact
        }

    def row(self, key: str, fact: str, owner: Person, month: int, day: int) -> Slot:
        """A row to be filled."""
        at = Month(month).first + timedelta(day - 1)
        fixed: dict[str, Value] = {}
        if fact == "order" and ("order", "channel") not in self.reach.columns:
            fixed["channel"] = const(channels_of(self.program, owner.role)[0])
        return Slot(key, fact, owner, at, "", fixed)

    def whole(self, slot: Slot, without: str = "") -> tuple[Slot, ...]:
        """A row with the rows above and below it that the formulas read."""
        above = self.program.parents.get(slot.fact, "")
        if not above:
            return (slot, *self._below(slot, without))
        # Parts of a row stand below the same row.
        key = f"{slot.like or slot.key}^"
        parent = Slot(key, above, slot.owner, slot.day, "", self._channel(above, slot.owner))
        return (
            *self.whole(parent, slot.fact),
            replace(slot, under=key),
            *self._below(slot, without),
        )

    def background(self) -> tuple[Slot, ...]:
        """A row of every other fact that is read, for each person to whom it can be credited."""
        tops = [f for f in self.reach.facts if not self.program.parents.get(f, "")]
        top = self.sold
        while self.program.parents.get(top, ""):
            top = self.program.parents[top]
        return tuple(
            self.row(f"{fact}.{person.id}", fact, person, self.at or self.months[-1], 1)
            for fact in tops
            if fact != top
            for person in self.owners(fact)
        )

    def sellers(self) -> list[tuple[Person, Person]]:
        """Who can have the row a question is about, each with who has another beside it.

        The payee himself where rows are credited to him, where a team's rows or those of people who report
        count one of them: beside another or, where it matters which of one's rows comes first (turns, a
        quota that rows fill), himself.
        """
        owners = self.owners(self.sold)
        if not owners:
            raise BeyondError("nobody")
        others = [p for p in owners if p is not self.subject]
        found = [(p, (others or owners)[0]) for p in owners if p is self.subject]
        below = self.reach.reports or (self.reach.of_team and not self.reach.beside)
        if others and (below or not found):
            found.append((others[0], others[-1]))
        if others and any(isinstance(node, Turn | Fill) for node in self.reach.nodes):
            # What comes later is one's own too, where it matters which of one's rows comes first.
            found += [(first, first) for first, beside in found if first is not beside]
        return found

    def rows(self, *keys: str, month: int = 0) -> tuple[Slot, ...]:
        """Rows of sales one after another; the last belongs to somebody beside, if there is one."""
        first, beside = self.selling or self.sellers()[0]
        at = month or self.at or self.months[-1]
        other = month or self.aside or at
        last = month or self.after or other
        return tuple(
            self.row(
                key,
                self.sold,
                beside if key == BESIDE else first,
                at if key.startswith(ASKED) else last if key == BESIDE else other,
                5 * (place + 1),
            )
            for place, key in enumerate(keys)
        )

    def _channel(self, fact: str, owner: Person) -> dict[str, Value]:
        if fact == "order" and ("order", "channel") not in self.reach.columns:
            return {"channel": const(channels_of(self.program, owner.role)[0])}
        return {}

    def _below(self, slot: Slot, without: str = "") -> Iterator[Slot]:
        for fact in self.facts_below(slot.fact):
            if fact == without:
                continue
            like = f"{slot.like}/{fact}" if slot.like else ""
            child = Slot(f"{slot.key}/{fact}", fact, slot.owner, slot.day, slot.key, like=like)
            yield child
            yield from self._below(child)

    def facts_below(self, fact: str) -> list[str]:
        """Facts read, or that name who is credited, whose rows stand below a fact's."""
        named = {*self.reach.facts, *(s.who.fact for s in self.program.streams)}
        named |= {
            n.fact for r in self.program.refusals for n in self.program.deep(r.when)
            if hasattr(n, "fact") and n.fact
        }  # fmt: skip
        return sorted(f for f in named if self.program.parents.get(f, "") == fact)

    def scene(self, *slots: Slot) -> Scene:
        """The people with these rows, and the rows above and below them."""
        many = (one for slot in (*slots, *self.background()) for one in self.whole(slot))
        full = [*{one.key: one for one in many}.values()]
        order = {fact: at for at, fact in enumerate(self._levels(full))}
        full.sort(key=lambda s: order[s.fact])
        roles = dict.fromkeys(person.role for person in self.people)
        return Scene(
            self.program,
            self.months,
            self.people,
            self.subject,
            tuple(full),
            self.limits.channels,
            {role: prices_of(self.program, role) for role in roles},
        )

    def _levels(self, slots: list[Slot]) -> list[str]:
        facts = dict.fromkeys(slot.fact for slot in slots)
        return sorted(facts, key=lambda f: (self.reach.depth(f), f))


def stage(program: Program, rules: tuple[PayRule, ...], role: str, months: int = 0) -> Stage:
    """Where to ask about some rules of a role; `months` at least so many."""
    reach = Reach(program, rules)
    for node in reach.nodes:
        if isinstance(node, LineOf) and all(node.rule != r.name for r in program.rules):
            raise BeyondError(f"line.{node.rule}")
    people = tuple(_people(program, reach, role))
    named = (*reach.amounts(), *reach.allowed())
    most = max([MOST, *(2 * int(abs(a)) for a in named)])
    placed = {"on", *(column.stored for column in reach.dating)}
    channels = {p.role: channels_of(program, p.role) for p in people}
    limits = Limits(most, _days(reach), _words(reach), frozenset(placed), channels)
    return Stage(program, rules, role, reach, limits, _months(program, reach, months), people)


def _months(program: Program, reach: Reach, wanted: int) -> range:
    """The months looked at, the last of which closes every period."""
    dated = [m for n in reach.nodes if isinstance(n, Dated) for m, _ in n.values]
    first = max([program.effective, *dated])
    last = first + max(reach.long, wanted) - 1
    while (last + 1 - program.plan.year_begins + 1) % reach.closes:
        last += 1
    return range(last - max(reach.long, wanted) + 1, last + 1)


def _people(program: Program, reach: Reach, role: str) -> Iterator[Person]:
    """The subject first, then those whose rows or lines his pay rests on."""
    counted = list(dict.fromkeys(r for s in program.streams if s.team for r in s.roles))
    yield Person(SUBJECT, role, TEAM)
    if reach.beside:
        yield Person("Q1", role, TEAM)
        yield Person("Q2", role, TEAM)
    if reach.of_team:
        mates = [r for r in counted if r != role] or counted
        # Of a team's managers there is one at a time.
        mates = mates[:1] * (2 if mates[:1] != [LEADS] else 1)
        for at, mate in enumerate(mates, start=1):
            if not (reach.beside and mate == role):
                yield Person(f"M{at}", mate, TEAM)
    if reach.reports:
        yield from _reporting(program, reach, role)


def _reporting(program: Program, reach: Reach, role: str) -> Iterator[Person]:
    """A chain of people, each reporting to the one before, down to those who sell."""
    chain = [r.roles[0] for r in reach.lines if role not in r.roles]
    sellers = [r for s in program.streams if s.fact in reach.facts for r in s.roles]
    lowest = sellers[0] if sellers else role
    middle = [r for r in dict.fromkeys(chain) if r not in (lowest, role)]
    others = [r for r in program.roles if r not in (lowest, role)]
    middle = (middle or (others if reach.reports > 1 else []))[: max(1, reach.reports)]
    if reach.reports == 1 and not chain:
        middle = []
    above = SUBJECT
    for at, held in enumerate([*middle, lowest], start=1):
        yield Person(f"R{at}", held, TEAM, above)
        above = f"R{at}"
    yield Person("R9", lowest, TEAM, f"R{len(middle)}" if middle else SUBJECT)


def _days(reach: Reach) -> tuple[int, ...]:
    """On which days, counted from a row's own, open dates can fall: beside every span that counts."""
    if not reach.dates:
        return ()
    found = {0, -1, 40}
    for span in reach.spans():
        found |= {span, span + 1, -span, -span - 1}
    return tuple(sorted(found))[:24]


def _words(reach: Reach) -> tuple[str, ...]:
    said = sorted(reach.words())
    return (*said, "甲", "乙") if KINDS and any(
        n.unit.kind == "word" and not n.unit.words for n in reach.nodes if hasattr(n, "stored")
    ) else ()  # fmt: skip
