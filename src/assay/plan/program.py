"""A Program: a plan under one choice of readings, ready to run, every name bound once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from assay.plan.document import Plan, Title
from assay.plan.problems import Place
from assay.plan.sentences import Sentence
from assay.plan.steps import Step, deep
from assay.plan.tree import (
    Aggregate,
    Carried,
    Column,
    Const,
    Earlier,
    Level,
    Node,
    Rank,
    Ref,
    Share,
    Turn,
    Value,
)

# Scopes of sums that look at payees outside the team.
BESIDE = ("reports", "their_rows", "company", "everyone")


@dataclass(frozen=True)
class Stream:
    """Who is credited with the rows of a fact, tried role by role, and whether for the team.

    part: which part of the amount; adds_to: what the parts of one row must come to.
    """

    fact: str
    who: Column
    roles: tuple[str, ...]
    where: Node | None
    team: bool
    part: Node | None = None
    adds_to: Fraction | None = None


@dataclass(frozen=True)
class Settle:
    """What has been earned to date less what was paid before.

    negative: empty, carry or floor. within: the period after which it begins anew, or empty.
    release: parts of a row's pay with the condition or day on which each is due, None at once.
    undo: conditions or days with what remains after them.
    """

    negative: str
    within: str
    release: tuple[tuple[Node, Node | None], ...]
    undo: tuple[tuple[Node, Node], ...]

    def nodes(self) -> Iterator[Node]:
        """Its formulas."""
        for pair in (*self.release, *self.undo):
            yield from (node for node in pair if node is not None)


@dataclass(frozen=True)
class PayRule:
    """A rule in force: per month, per row credited to the payee, or per row of his team."""

    name: str
    roles: tuple[str, ...]
    fact: str
    of_team: bool
    pay: Node
    shows: Mapping[str, Node]
    title: Title
    cite: tuple[str, ...]
    place: Place
    period: str = "month"
    settle: Settle | None = None
    gives: Node | None = None

    def nodes(self) -> Iterator[Node]:
        """Every formula of the rule."""
        yield self.pay
        yield from self.shows.values()
        if self.settle is not None:
            yield from self.settle.nodes()
        if self.gives is not None:
            yield self.gives

    @property
    def late(self) -> bool:
        """Whether it can pay in months in which its payee no longer stands."""
        return self.settle is not None or self.period != "month"


@dataclass(frozen=True)
class Refusal:
    """Rows the plan turns away; `wide`: by what the month (of payee, team, company) comes to.

    why: what the person is told, in each language in which the plan says it.
    """

    when: Node
    why: Sentence
    fact: str
    wide: bool = False


@dataclass(frozen=True)
class Need:
    """A fact or optional column a program reads, and the reading that made it read it."""

    table: str
    column: str
    question: str = ""
    reading: str = ""


@dataclass(frozen=True)
class Program:
    """A plan ready to run: steps bound once, in an order in which each rests on earlier ones.

    resting: steps that rest on themselves among those below, worked out from the lowest level up.
    """

    plan: Plan
    readings: Mapping[str, str]
    steps: Mapping[str, Step]
    rules: tuple[PayRule, ...]
    streams: tuple[Stream, ...]
    dates: Mapping[str, Node]
    refusals: tuple[Refusal, ...]
    rounding: str
    parents: Mapping[str, str]
    needs: tuple[Need, ...]
    resting: frozenset[str] = frozenset()

    def deep(self, node: Node) -> Iterator[Node]:
        """A node and all it rests on, through names."""
        return deep(node, self.steps)

    def fixed(self, node: Node) -> Value:
        """The value of a node that never varies, looking through names; None where it does."""
        while isinstance(node, Ref):
            node = self.steps[node.name].node
        return node.value if isinstance(node, Const) else None

    @property
    def order_date(self) -> Column | None:
        """The column that dates orders under the readings in force."""
        node = self.dates["order"]
        while isinstance(node, Ref):
            node = self.steps[node.name].node
        return node if isinstance(node, Column) else None

    @property
    def by_order_date(self) -> bool:
        """Whether orders belong to the month of their own date."""
        return self.order_date is not None and self.order_date.stored == "order_date"

    @property
    def divided(self) -> bool:
        """Whether payees are credited with parts of orders, or named by rows below them."""
        order = self.plan.facts.get("order")
        below = any(s.fact == "order" and s.who.fact != "order" for s in self.streams)
        return below or (order is not None and order.divided)

    @property
    def looks_back(self) -> bool:
        """Whether a month rests on earlier months."""
        if any(rule.late for rule in self.rules):
            return True
        return any(
            isinstance(node, Carried | Earlier)
            or (isinstance(node, Aggregate | Turn) and (node.over != "month" or node.since))
            for rule in self.rules
            for top in rule.nodes()
            for node in self.deep(top)
        )

    @property
    def looks_beside(self) -> bool:
        """Whether a payee's month rests on payees outside his team."""
        return any(
            (isinstance(node, Rank | Share) and node.among != "team")
            or (isinstance(node, Aggregate) and node.scope in BESIDE)
            or (isinstance(node, Aggregate | Turn | Carried) and node.whose == "company")
            or self._of_their_teams(node)
            for rule in self.rules
            for top in rule.nodes()
            for node in self.deep(top)
        )

    def _of_their_teams(self, node: Node) -> bool:
        """Whether people of a team are summed by what looks at teams: who moves has been in others."""
        tops = (node.body, node.where) if isinstance(node, Aggregate) else ()
        people = isinstance(node, Aggregate) and node.scope == "members"
        return people and any(sees_team(n) for top in tops if top for n in self.deep(top))

    @property
    def effective(self) -> int:
        """The month from which the plan holds, as year * 12 + month - 1."""
        year, month = self.plan.effective.split("-")
        return int(year) * 12 + int(month) - 1

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role the plan names, in its order."""
        named = [role for rule in self.plan.rules for role in rule.roles]
        named += [role for stream in self.streams for role in stream.roles]
        return tuple(dict.fromkeys(named))


def sees_team(node: Node) -> bool:
    """Whether a node looks at the rows or people of a team."""
    shared = isinstance(node, Aggregate | Turn) and node.whose == "team"
    shared = shared or (isinstance(node, Aggregate) and node.scope in ("team", "members"))
    return shared or node.frame.level is Level.TEAM


def sees_company(node: Node) -> bool:
    """Whether a node looks at the rows or people of the whole company."""
    if isinstance(node, Aggregate) and node.scope in ("company", "everyone"):
        return True
    return isinstance(node, Aggregate | Turn | Carried) and node.whose == "company"


def key_of(fact: str) -> str:
    """The column by which rows below a fact name the row they belong to."""
    return "order_id" if fact == "order" else f"{fact}_id"
