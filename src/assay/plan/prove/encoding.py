"""The encoder as its parts see it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from assay.plan.evaluate import Evaluator
from assay.plan.program import PayRule, Program
from assay.plan.prove.cells import Cells
from assay.plan.prove.logic import Truth
from assay.plan.prove.scene import Scene
from assay.plan.prove.symbols import Value
from assay.plan.run import Runner
from assay.plan.tree import Node
from assay.plan.values import Env


@dataclass(frozen=True)
class Mark:
    """A threshold of the tree: the node that compares, and the end of a band."""

    node: Node
    end: Fraction | None = None
    label: str = ""


class Encoding(Protocol):
    """The encoder as its parts see it.

    kept: what parts remember. defined: what fresh numbers are. slack: values that the reference
    rounds to whole 分 and the solver holds exact. marks: for each threshold, whether it is passed
    for each payee, month and row.
    """

    program: Program
    scene: Scene
    cells: Cells
    runner: Runner
    real: Evaluator
    defined: list[Truth]
    marks: dict[Mark, dict[tuple[object, ...], Truth]]
    steps: dict[Mark, dict[tuple[object, ...], Value]]
    kept: dict[tuple[object, ...], Value]
    slack: set[tuple[object, ...]]
    credits: bool

    def value(self, node: Node, env: Env) -> Value:
        """The value of a node for somebody."""

    def truth(self, node: Node, env: Env) -> Truth:
        """Whether a condition holds for somebody."""

    def mark(self, mark: Mark, env: Env, passed: Truth) -> None:
        """Remember whether a threshold is passed."""

    def mark_steps(self, mark: Mark, env: Env, steps: Value) -> None:
        """Remember in which step a value stands."""

    def named(self, name: str, env: Env) -> Value:
        """The value of a named step."""

    def named_truth(self, name: str, env: Env) -> Truth:
        """A named condition."""

    def fresh(self, low: int | None, high: int | None) -> Value:
        """A whole number that `defined` says more of."""

    def floor(self, value: Value, step: Fraction) -> Value:
        """A value in whole steps, downwards."""

    def rounded(self, value: Value) -> Value:
        """A value to whole 分, halves away from nought."""

    def line(self, rule: PayRule, payee: str, role: str, month: int) -> Value:
        """A line, exact; rows settled to date are rounded each."""
