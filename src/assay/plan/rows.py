"""A row of a fact as credited to somebody, with the rows above and below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from assay.plan.tree import Value

Key = tuple[date, int, int]
Found = Callable[[str, "Row"], Iterable[Mapping[str, Value]]]
"""What stands of a fact directly below a row."""


def _nothing(fact: str, row: Row) -> Iterable[Mapping[str, Value]]:
    return ()


class Row:
    """A row of a fact as credited to one payee in one role.

    The rows below are made when a formula first looks at them: most rows are never looked into,
    and made with their row they would be most of what a run holds.
    """

    __slots__ = ("_below", "_found", "day", "fact", "month", "parent", "payee", "role", "team", "values")  # fmt: skip

    def __init__(
        self,
        fact: str,
        values: Mapping[str, Value],
        parent: Row | None = None,
        found: Found = _nothing,
    ) -> None:
        self.fact = fact
        self.values = values
        self.parent = parent
        self._found = found
        self._below: dict[str, list[Row]] = {}
        self.payee: str = parent.payee if parent else ""
        self.role: str = parent.role if parent else ""
        self.team: str | None = parent.team if parent else None
        self.day: date = parent.day if parent else date.min
        self.month: int = parent.month if parent else 0

    def belong(self, payee: str, role: str, team: str | None, day: date) -> None:
        """Credit the row, and what is below it, to a payee on a day."""
        self.payee, self.role, self.team = payee, role, team
        self.day, self.month = day, day.year * 12 + day.month - 1
        for rows in self._below.values():
            for below in rows:
                below.belong(payee, role, team, day)

    def on(self, team: str | None, day: date) -> Row:
        """The same row as if it were of another day, on which its payee stood in a team."""
        found = Row(self.fact, self.values, self.parent, self._found)
        found.belong(self.payee, self.role, team, day)
        return found

    def below(self, fact: str) -> list[Row]:
        """The rows of a fact directly below this one, credited as it is."""
        if fact not in self._below:
            found = self._found
            self._below[fact] = [Row(fact, values, self, found) for values in found(fact, self)]
        return self._below[fact]

    def up_to(self, fact: str) -> Row:
        """This row, or the row above it that is of the fact."""
        found: Row = self
        while found.fact != fact:
            assert found.parent is not None
            found = found.parent
        return found

    @property
    def key(self) -> Key:
        """The order in which rows stand within a month: date, then order id, then what they say."""
        order = self.root
        rank = order.values.get("id_rank", 0)
        number = self.values.get("rank", self.values.get("row", 0))
        assert isinstance(rank, int)
        assert isinstance(number, int)
        return (self.day, rank, number)

    @property
    def root(self) -> Row:
        """The topmost row above this one (an order, for what is below orders)."""
        return self.parent.root if self.parent else self
