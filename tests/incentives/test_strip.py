"""The strip of a month's sales by what they earn: every stretch is named, the pale ones live by it."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any, cast

from django.utils.translation import override

from assay.incentives.queries.drawing import NARROW, UNDER, WIDE, Piece, strip


def told(*orders: tuple[str, str, int], quota: int = 0) -> list[Piece]:
    rows: list[Any] = [SimpleNamespace(metal="fd", rate="", quota=quota, base=0)]
    rows += [
        SimpleNamespace(metal=metal, rate=rate, quota=0, base=base) for metal, rate, base in orders
    ]
    with override("zh-hans"):
        return strip(cast(Any, rows))


def span(piece: Piece) -> tuple[Fraction, Fraction]:
    long = sum((NARROW if sign.isascii() else WIDE for sign in piece.label), Fraction(0))
    left = Fraction(piece.at.rstrip("%")) / 100
    left -= {"start": Fraction(0), "middle": long / 2, "end": long}[piece.anchor]
    return left, left + long


def test_narrow_stretches_have_their_labels_too_and_none_lies_over_another():
    pieces = told(("f2", "4%", 189), ("f3", "2%", 665), ("f4", "1.5%", 18), quota=20)
    assert [piece.label for piece in pieces] == ["不计提", "4%", "2%", "1.5%"]
    assert {piece.down for piece in pieces} == {UNDER}, "each has room beside the others"
    assert [piece.anchor for piece in pieces] == ["start", "middle", "middle", "end"]
    crowded = told(
        ("f1", "8%", 900), ("f2", "4%", 10), ("f3", "2%", 10), ("f4", "1.5%", 10), quota=10
    )
    assert all(piece.label for piece in crowded)
    assert len({piece.down for piece in crowded}) > 1
    slack = Fraction(1, 10_000)
    for one in crowded:
        left, right = span(one)
        assert left >= -slack
        assert right <= 1 + slack
        for other in crowded:
            if other is not one and other.down == one.down:
                assert right <= span(other)[0] + slack or span(other)[1] <= left + slack
