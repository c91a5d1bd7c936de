"""What a rule rests on: nodes through names and through other lines, facts, windows, people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from assay.plan.program import PayRule, Program, Stream, sees_company, sees_team
from assay.plan.tree import (
    Aggregate,
    Attribute,
    Bands,
    Carried,
    CarriedPart,
    Column,
    Compare,
    Const,
    Dated,
    Earlier,
    Fill,
    LineOf,
    Node,
    Rank,
    Ref,
    Share,
    Target,
    Turn,
    walk,
)
from assay.plan.units import DATE
from assay.plan.vocabulary import EARLIER, FACTS, PERIODS


@dataclass(frozen=True)
class Reach:
    """What some rules rest on."""

    program: Program
    rules: tuple[PayRule, ...]

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node below the rules' pay and settlement, through names and lines."""
        seen_rules: set[str] = set()
        seen_names: set[str] = set()
        found: list[Node] = []
        stack: list[Node] = [node for rule in self.rules for node in _paying(rule)]
        seen_rules |= {rule.name for rule in self.rules}
        while stack:
            for node in walk(stack.pop()):
                found.append(node)
                if isinstance(node, Ref | CarriedPart) and node.name not in seen_names:
                    seen_names.add(node.name)
                    stack.append(self.program.steps[node.name].node)
                elif isinstance(node, LineOf) and node.rule not in seen_rules:
                    seen_rules.add(node.rule)
                    for rule in self.program.rules:
                        if rule.name == node.rule:
                            stack += _paying(rule)
        return tuple(found)

    @cached_property
    def lines(self) -> tuple[PayRule, ...]:
        """The rules, and those whose lines they read."""
        names = {node.rule for node in self.nodes if isinstance(node, LineOf)}
        more = [r for r in self.program.rules if r.name in names and r not in self.rules]
        return (*self.rules, *more)

    @cached_property
    def columns(self) -> frozenset[tuple[str, str]]:
        """Columns read: (fact, stored)."""
        return frozenset((n.fact, n.stored) for n in self.nodes if isinstance(n, Column))

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """Facts whose rows are read, those above first."""
        parents = self.program.parents
        named = {rule.fact for rule in self.lines if rule.fact}
        for node in self.nodes:
            if isinstance(node, Column) or (isinstance(node, Aggregate | Turn) and node.fact):
                named.add(node.fact)
            elif isinstance(node, Fill):
                named.add(node.frame.fact)
        for fact in list(named):
            while parents.get(fact, ""):
                fact = parents[fact]
                named.add(fact)
        order = [*FACTS, *self.program.plan.facts]
        return tuple(sorted(named, key=lambda f: (self.depth(f), order.index(f))))

    def depth(self, fact: str) -> int:
        """How many facts stand above one."""
        found = 0
        while (fact := self.program.parents.get(fact, "")) and found < 20:
            found += 1
        return found

    def money_columns(self, fact: str) -> tuple[str, ...]:
        """Columns of money read of a fact, by stored name."""
        found = {
            n.stored
            for n in self.nodes
            if isinstance(n, Column) and n.fact == fact and n.unit.kind == "money"
        }
        return tuple(sorted(found))

    def has(self, *kinds: type[Node]) -> bool:
        """Whether a kind of node is among them."""
        return any(isinstance(node, kinds) for node in self.nodes)

    @cached_property
    def scopes(self) -> frozenset[str]:
        """The scopes of its sums."""
        return frozenset(n.scope for n in self.nodes if isinstance(n, Aggregate))

    @property
    def of_team(self) -> bool:
        """Whether it rests on the rows or people of a team."""
        team = any(isinstance(n, Target) and n.team for n in self.nodes)
        rules = any(rule.of_team for rule in self.lines)
        shared = any(sees_team(n) or sees_company(n) for n in self.nodes)
        return rules or team or shared or bool(self.scopes & {"members", "everyone"})

    @property
    def reports(self) -> int:
        """How many levels of people who report it looks down."""
        found = 0
        for node in self.nodes:
            if isinstance(node, Aggregate) and node.scope in ("reports", "their_rows"):
                # One more, who may be skipped.
                found = max(found, node.depth + (node.skip is not None))
        return found

    @property
    def beside(self) -> bool:
        """Whether it rests on a place or share among others."""
        return self.has(Rank, Share)

    @cached_property
    def windows(self) -> frozenset[str]:
        """Windows of its sums and periods of its rules other than the month."""
        found = {n.over for n in self.nodes if isinstance(n, Aggregate | Turn)}
        found |= {rule.period for rule in self.lines}
        for rule in self.lines:
            if rule.settle is not None and rule.settle.within:
                found.add(rule.settle.within)
        return frozenset(found - {"month"})

    @property
    def long(self) -> int:
        """How many months one must look at for what is sold in the first of them to be paid.

        1; 3 where months lean on one another; more where a value of some months before is read.
        """
        leans = self.windows or self.carried or self.has(Earlier)
        return (3 if leans else 1) + self.back

    @property
    def step(self) -> int:
        """How far on from the first a second pair of months lies between which a sale is moved."""
        return self.back or 1

    @property
    def carried(self) -> bool:
        """Whether a month leans on the one before by a balance, or by what was settled."""
        settled = any(rule.settle is not None for rule in self.lines)
        return settled or self.has(Carried, CarriedPart)

    @property
    def back(self) -> int:
        """How many months before the one paid it reads a value of, at most."""
        return max(self.depths, default=0)

    @cached_property
    def depths(self) -> tuple[int, ...]:
        """By how many months it looks back, each number once: a value before a value before adds up."""
        known: dict[str, frozenset[int]] = {}

        def named(name: str, tops: Iterable[Node]) -> frozenset[int]:
            if name not in known:
                known[name] = frozenset({0})  # a balance reads itself
                known[name] = frozenset().union(*(looks(top) for top in tops))
            return known[name]

        def looks(node: Node) -> frozenset[int]:
            if isinstance(node, Ref | CarriedPart):
                return named(node.name, [self.program.steps[node.name].node])
            if isinstance(node, LineOf):
                own = [r for r in self.program.rules if r.name == node.rule]
                return named(f"line.{node.rule}", [top for r in own for top in _paying(r)])
            below = frozenset({0}).union(*map(looks, node.children()))
            if isinstance(node, Earlier):
                below = frozenset(by + node.months for by in looks(node.of))
            elif isinstance(node, Aggregate | Turn) and node.over in EARLIER:
                below = frozenset(by + PERIODS[EARLIER[node.over]] for by in below)
            return below

        every = frozenset().union(*(looks(top) for rule in self.rules for top in _paying(rule)))
        return tuple(sorted(every - {0}))

    @property
    def closes(self) -> int:
        """The longest period that must end with the last month: 1, 3, 6 or 12 months."""
        named = {"year" if w == "year_to_date" else EARLIER.get(w, w) for w in self.windows}
        return max((PERIODS[w] for w in named if w in PERIODS), default=1)

    @property
    def dates(self) -> bool:
        """Whether it reads days of rows that do not place them in a month."""
        placed = {n.stored for n in self.dating}
        return any(
            isinstance(n, Column) and n.unit == DATE and n.stored not in placed for n in self.nodes
        )

    @cached_property
    def dating(self) -> tuple[Column, ...]:
        """The columns that place rows in months."""
        return tuple(
            n for top in self.program.dates.values() for n in self.program.deep(top)
            if isinstance(n, Column)
        )  # fmt: skip

    @property
    def reads_days(self) -> bool:
        """Whether it reads the days that place its rows in months."""
        placed = {(n.fact, n.stored) for n in self.dating}
        return bool(placed & self.columns)

    def crediting(self, stream: Stream) -> Iterator[Node]:
        """What says whether and in which part a stream credits a row."""
        for top in (stream.where, stream.part):
            if top is not None:
                yield from self.program.deep(top)

    @property
    def targets(self) -> bool:
        """Whether it reads a target."""
        return self.has(Target)

    @property
    def who(self) -> bool:
        """Whether it reads since when or how long the payee is there."""
        dated = ("joined_on", "left_on", "employed", "days")
        return any(isinstance(n, Attribute) and n.name in dated for n in self.nodes)

    def amounts(self) -> Iterator[Fraction]:
        """Amounts of money that stand in its formulas."""
        for value, kind in self.constants():
            if kind == "money":
                yield value

    def allowed(self) -> Iterator[Fraction]:
        """Amounts of money by which rows are refused or credited."""
        tops = [refusal.when for refusal in self.program.refusals]
        nodes = [n for top in tops for n in self.program.deep(top)]
        nodes += [n for stream in self.program.streams for n in self.crediting(stream)]
        for node in nodes:
            value = node.value if isinstance(node, Const) and node.unit.kind == "money" else None
            if isinstance(value, int | Fraction):
                yield Fraction(value)

    def spans(self) -> Iterator[int]:
        """Days that stand in its formulas; months as 30 days."""
        for value, kind in self.constants():
            if kind in ("days", "months"):
                yield int(value * (30 if kind == "months" else 1))

    def constants(self) -> Iterator[tuple[Fraction, str]]:
        """Numbers that stand in its formulas, with the kind of their unit."""
        for node in self.nodes:
            if isinstance(node, Const) and not isinstance(node.value, bool | str):
                if isinstance(node.value, int | Fraction):
                    yield Fraction(node.value), node.unit.kind
            elif isinstance(node, Dated):
                for _, value in node.values:
                    if not isinstance(value, str):
                        yield Fraction(value), node.unit.kind
            elif isinstance(node, Bands):
                for row in node.rows:
                    for end in (row.low, row.high):
                        if end is not None:
                            yield end, node.of.unit.kind

    def words(self) -> frozenset[str]:
        """Words of free text that its conditions look for."""
        found: set[str] = set()
        for node in self.nodes:
            if isinstance(node, Compare) and node.left.unit.kind == "word":
                for side, other in ((node.left, node.right), (node.right, node.left)):
                    if isinstance(side, Const) and isinstance(other, Column):
                        found.add(str(side.value))
        return frozenset(found)


def _paying(rule: PayRule) -> Iterable[Node]:
    yield rule.pay
    if rule.settle is not None:
        yield from rule.settle.nodes()
