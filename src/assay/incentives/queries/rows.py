"""Rows of an opened statement: sentences, orders, lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from assay.incentives.models import Line
from assay.plan.next import Next


@lru_cache(maxsize=1024)
def number_of(text: str) -> Fraction:
    """A rate as it is shown, in percent."""
    return Fraction(text.rstrip("%") or 0)


@dataclass(frozen=True)
class Said:
    """A sentence, and the clauses that vouch for it."""

    text: str
    cite: tuple[str, ...] = ()


@dataclass(frozen=True)
class OrderRow:
    """A row of the orders: amounts in 分, rates as the plan shows them; sentences say how it came about.

    beside: what other lines pay for the same order. gone: why it does not count, where it does not.
    told_by: the clause that decided its rate. nth: which of its line's rows for this order it is, from 0:
    a line that pays by collections has one for each.
    """

    number: str
    day: date | None
    customer: str
    listed: int | None
    net: int | None
    quota: int | None = None
    base: int | None = None
    rate: str = ""
    added: str = ""
    amount: int = 0
    band: str = ""
    sentences: Sequence[Said] = ()
    metal: str = ""
    beside: tuple[tuple[str, int], ...] = ()
    gone: str = ""
    told_by: str = ""
    nth: int = 0

    @property
    def total(self) -> int:
        """All that the order pays the payee."""
        return self.amount + sum(amount for _title, amount in self.beside)


@dataclass(frozen=True)
class Opened:
    """A line as a page shows it; `row` is the line that was recorded, None in the running month."""

    name: str
    title: str
    amount: int
    award: str
    cite: Sequence[str]
    orders: Sequence[OrderRow]
    head: Sequence[Said]
    tail: Sequence[Said]
    ahead: Sequence[Next]
    row: Line | None = None
    # What quota, rate and added point are called, and the clauses they rest on.
    shown: Mapping[str, tuple[str, tuple[str, ...]]] | None = None
    # Whether sums of the month stand behind it, which open to their rows.
    sums: bool = False
