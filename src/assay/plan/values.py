"""For whom a value is worked out, and exact numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from assay.plan.rows import Row
from assay.plan.tree import Value


@dataclass(frozen=True, slots=True)
class Env:
    """For whom a value is worked out: payee, role, month, team, and the row if there is one.

    as_of: the month at whose end a row is looked at, when it is settled over months. held: what
    `month` says is the row's own month even so, as in what a row earns. outer: for whom the sum
    is worked out in which this row, payee or month is one of many.
    """

    payee: str
    role: str
    month: int
    team: str | None
    row: Row | None = None
    as_of: int | None = None
    held: bool = False
    outer: Env | None = None

    @property
    def now(self) -> int:
        """The month in which the value stands."""
        if self.as_of is not None and not self.held:
            return self.as_of
        return self.row.month if self.row is not None else self.month


Function = Callable[[Env], Value]


def exact(value: Value) -> Fraction | int:
    """A number known to be there."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise TypeError(f"not a number: {value!r}")
    return value


def slim(value: Fraction | int) -> Fraction | int:
    """A whole fraction as an int, which is quicker from then on."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
