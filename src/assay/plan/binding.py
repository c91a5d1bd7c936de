"""What calls and tables need of the binder: the one face through which they bind their parts."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from assay.plan.document import Plan, Question
from assay.plan.formula import Syntax
from assay.plan.problems import Place
from assay.plan.tree import Const, Node


class Bound(Protocol):
    """A bound step as its helpers see it."""

    @property
    def node(self) -> Node:
        """Its formula."""


class Bind(Protocol):
    """The binder as its helpers see it."""

    plan: Plan
    readings: Mapping[str, str]
    parents: dict[str, str]
    branches: dict[str, list[Node]]

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

    def surroundings(self) -> tuple[Syntax | None, str]:
        """`where` and `over` of the measure being bound."""

    def inside(self) -> AbstractContextManager[None]:
        """Bind the inside of a sum."""

    def step(self, name: str, place: Place) -> Bound:
        """The bound step of a name."""
