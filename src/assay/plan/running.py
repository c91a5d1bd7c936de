"""The evaluator as the makers of its functions see it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

from assay.plan.book import Book, Shelf
from assay.plan.given import Given
from assay.plan.program import Program
from assay.plan.rows import Row
from assay.plan.tree import Aggregate, Bands, Fill, First, Node, Turn, Value
from assay.plan.tree import Row as TableRow
from assay.plan.values import Env, Function


class Running(Protocol):
    """The evaluator as its makers see it."""

    program: Program
    given: Given
    shelf: Shelf
    book: Book
    begins: int
    line: Callable[[str, Env], int]

    def env(self, payee: str, role: str, month: int) -> Env:
        """The surroundings of a payee's month."""

    def moved(self, node: Node, env: Env, month: int) -> Env:
        """The surroundings of another month of a value."""

    def env_of(self, row: Row) -> Env:
        """The surroundings of a row."""

    def first_month(self, month: int) -> int:
        """The first month of anything."""

    def months(self, over: str, month: int) -> range:
        """The months of a window."""

    def function(self, node: Node) -> Function:
        """The function of a node."""

    def value(self, node: Node, env: Env) -> Value:
        """The value of a node for somebody."""

    def named(self, name: str, env: Env) -> Value:
        """The value of a named step."""

    def filled(self, node: Fill, env: Env) -> Fraction | int | None:
        """The part of a row above or within a quota."""

    def group(self, among: str, env: Env) -> tuple[int, str, str | None]:
        """What those a payee is measured among have in common."""

    def others(self, among: str, env: Env) -> list[tuple[tuple[str, str], Env]]:
        """The payee and those beside him."""

    def carried(self, name: str, part: str, env: Env) -> Value:
        """A part of a balance carried over months."""

    def turn(self, node: Turn, env: Env) -> int:
        """The place of a row among others."""

    def aggregated(self, node: Aggregate, env: Env) -> Value:
        """A sum, count, mean, least or greatest."""

    def band(self, node: Bands, env: Env) -> TableRow | None:
        """The row in which a table's value lies."""

    def first(self, node: First, env: Env) -> TableRow | None:
        """The first row that holds."""

    def sliced(
        self, rows: tuple[TableRow, ...], amount: Fraction | int, env: Env
    ) -> Fraction | int:
        """An amount paid slice by slice."""
