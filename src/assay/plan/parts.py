"""Parts of a row: who is credited with which share of its amount, to the 分."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from assay.money import allocate, half_up
from assay.plan.program import Program, Stream
from assay.plan.rows import Row
from assay.plan.tree import Value
from assay.plan.vocabulary import CREDITED, PART


class Part(NamedTuple):
    """A payee's part of a row: the ratio, and the amount in whole 分."""

    ratio: Fraction | int
    amount: int


def whole(values: Mapping[str, Value]) -> dict[str, Value]:
    """A row of which nobody has a part yet: it is credited in full."""
    return {**values, PART: 1, CREDITED: amount_of(values)}


def amount_of(values: Mapping[str, Value]) -> int:
    """The amount of a row in 分, which its parts share."""
    amount = values.get("net_amount", values.get("amount"))
    return amount if isinstance(amount, int) else 0


def parts_of(
    program: Program, stream: Stream, bare: Row, value: Callable[[object, Row], Value]
) -> Iterator[tuple[Value, Part | None]]:
    """Who is credited with a row and with which part of it.

    `who` may be a column of a fact below the row: then each row below names one payee. Where the
    parts add up to something, the whole 分 of the amount are shared out by largest remainder.
    """
    below = named_by(program, stream, bare)
    if stream.part is None:
        yield from ((value(stream.who, row), None) for row in below)
        return
    ratios = [value(stream.part, row) for row in below]
    numbers = [r if isinstance(r, int | Fraction) else Fraction(0) for r in ratios]
    shares = [amount_of(bare.values) * Fraction(ratio) for ratio in numbers]
    given = (
        [half_up(share) for share in shares]
        if stream.adds_to is None
        else allocate(half_up(sum(shares, Fraction(0))), shares)
    )
    for row, ratio, fen in zip(below, numbers, given, strict=True):
        yield value(stream.who, row), Part(ratio, fen)


def named_by(program: Program, stream: Stream, row: Row) -> list[Row]:
    """The rows that name whom a row is credited to: those below it, or the row itself."""
    fact = stream.who.fact
    return row.below(fact) if program.parents.get(fact) == row.fact else [row]


def misfits(
    program: Program,
    bare: Callable[[str], Iterable[Row]],
    value: Callable[[object, Row], Value],
) -> Iterator[tuple[Row, Fraction, Fraction]]:
    """Rows whose parts do not come to what they must: the row, what they come to, and must."""
    for stream in program.streams:
        if stream.adds_to is None or stream.part is None:
            continue
        for row in bare(stream.fact):
            if stream.where is not None and not value(stream.where, row):
                continue
            below = named_by(program, stream, row)
            found = (value(stream.part, one) for one in below)
            total = sum((Fraction(r) for r in found if isinstance(r, int | Fraction)), Fraction(0))
            if total != stream.adds_to:
                yield row, total, stream.adds_to
