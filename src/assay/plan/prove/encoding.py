"""The encoder as its parts see it."""

from __future__ import annotations

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


class Encoding(Protocol):
    """The encoder as its parts see it. kept: what parts remember. defined: what fresh numbers are."""

    program: Program
    scene: Scene
    cells: Cells
    runner: Runner
    real: Evaluator
    defined: list[Truth]
    kept: dict[tuple[object, ...], Value]

    def value(self, node: Node, env: Env) -> Value:
        """The value of a node for somebody."""

    def truth(self, node: Node, env: Env) -> Truth:
        """Whether a condition holds for somebody."""

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
