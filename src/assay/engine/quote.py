"""What one further order would pay at each of some discounts, and what it does to the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assay.engine.judge import NEW, Judge
from assay.errors import UserError
from assay.money import half_up
from assay.plan.run import Line
from assay.signs import FULL_WIDTH

_RATIO = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,12})?)(折|%)?")
HIGHEST = 2


@dataclass(frozen=True)
class Quote:
    """An order at one discount: amounts in 分.

    own: what the order itself is credited with, by line. rest: what it changes on everything
    else of the payee's month. total: his month with it.
    """

    said: str
    net: int
    own: dict[str, int]
    bands: dict[str, str]
    rest: int
    total: int

    @property
    def gain(self) -> int:
        """What the order is worth to the payee."""
        return sum(self.own.values()) + self.rest


def read_ratio(text: str) -> Fraction:
    """A discount as people write it: 8折, 8.01折, 80%, 0.8. Raises UserError for anything else."""
    match = _RATIO.fullmatch(text.translate(FULL_WIDTH).strip())
    if match is None:
        raise UserError(f"{text}: not a discount; write 8折, 8.01折, 80% or 0.8")
    value = Fraction(match[1]) / {"折": 10, "%": 100, None: 1}[match[2]]
    if not 0 < value <= HIGHEST:
        raise UserError(f"{text}: a discount is over 0 and at most {HIGHEST * 10}折; 0.8 is 8折")
    return value


def quotes(judge: Judge, listed: int, asked: Sequence[str]) -> list[Quote]:
    """The order at each discount; its net amount is rounded half-up to 分. The judge has a sale."""
    before = sum(line.amount for line in judge.lines(judge.now))
    found: list[Quote] = []
    for said in asked:
        net = half_up(listed * read_ratio(said))
        lines = judge.lines(judge.runner([(listed, net)]))
        total = sum(line.amount for line in lines)
        own, bands = _own(lines)
        found.append(Quote(said, net, own, bands, total - before - sum(own.values()), total))
    return found


def _own(lines: Sequence[Line]) -> tuple[dict[str, int], dict[str, str]]:
    own: dict[str, int] = {}
    bands: dict[str, str] = {}
    for name, amount, band in _credited(lines):
        own[name] = own.get(name, 0) + amount
        if band:
            bands[name] = band
    return own, bands


def _credited(lines: Sequence[Line]) -> Iterator[tuple[str, int, str]]:
    for line in lines:
        for credit in line.credits:
            if str(credit.row.root.values.get("order_id", "")).startswith(NEW):
                yield line.rule.name, credit.amount, str(credit.shown.get("band") or "")
