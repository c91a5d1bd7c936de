"""What calls and tables need of the binder: the one face through which they bind their parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from assay.plan.document import Plan, Question, Rule
from assay.plan.formula import Part, Syntax
from assay.plan.guards import Guards
from assay.plan.problems import Place, PlanError, fault
from assay.plan.sentences import say
from assay.plan.tree import Const, Node
from assay.plan.units import Unit


class Window(NamedTuple):
    """Over which months a measure sums, whether the plan says so itself, and since which day."""

    name: str = "month"
    said: bool = False
    since: Syntax | None = None


class Bound(Protocol):
    """A bound step as its helpers see it."""

    @property
    def node(self) -> Node:
        """Its formula."""


class Bind(Protocol):
    """The binder as its helpers see it."""

    plan: Plan
    money: Unit
    readings: Mapping[str, str]
    parents: dict[str, str]
    rules: Mapping[str, Rule]
    branches: dict[str, list[Node]]
    carrying: dict[str, str]
    guards: Guards
    summing: bool

    def column(self, fact: str, part: Part) -> Node:
        """A column of a row."""

    def opened(self, name: str, place: Place) -> AbstractContextManager[None]:
        """Bind something under a name: meeting the name again inside is a circle."""

    def is_open(self, name: str) -> bool:
        """Whether a name is being bound."""

    def unknown(self, name: str, place: Place) -> PlanError:
        """The error for a name nobody knows."""

    def bind(self, syntax: Syntax) -> Node:
        """The typed node of a formula."""

    def word(self, syntax: Syntax, other: Node) -> Node:
        """A formula where a word of the other side may stand bare."""

    def fixed(self, node: Node) -> Const | None:
        """The constant a node stands for."""

    def reading(self, question: Question) -> str:
        """The reading in force."""

    def known(self, name: str) -> bool:
        """Whether a name is taken."""

    def is_fact(self, name: str) -> bool:
        """Whether a name is a fact."""

    def surroundings(self) -> tuple[Syntax | None, Window]:
        """`where` and `over` of the measure being bound."""

    @property
    def reporting(self) -> Callable[[bool], AbstractContextManager[None]]:
        """Bind a sum; given whether it is of those who report."""

    def inside(self, summing: bool = False) -> AbstractContextManager[None]:
        """Bind the inside of something; summing: of a sum, where this(…) may stand."""

    def step(self, name: str, place: Place) -> Bound:
        """The bound step of a name."""


def circle(names: Sequence[str], plan: Plan, place: Place) -> PlanError:
    """The error for names that rest on each other; a balance knows what it adds under another name."""
    carried = any(name in plan.measures and plan.measures[name].carry for name in names)
    return fault(
        place,
        say("a circle: {0}", " → ".join(names)),
        "names that rest on earlier ones only",
        "give what the balance adds a name of its own, and use that name"
        if carried
        else "write one of them without the others: out of the facts, or over an earlier period",
    )
