"""Prices of lines: by piece and by weight, what a 折 applies to, and parts of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from assay.money import half_up

MG = 1000  # milligrams in a gram
# The plan's own words for what this room asks of it. A plan without one of them has no such edge.
FLOOR = "average_floor"
LOWEST = "lowest_discount"
AVERAGE = "average_discount"
TEAM_AVERAGE = "team_average"
SALES = "sales"
TEAM_SALES = "team_sales"
OVER = "overachievement"


@dataclass(frozen=True)
class Price:
    """A line's list price and net amount, in 分; gold and labour are the parts of a weighed one."""

    listed: int
    net: int
    gold: int = 0
    labour: int = 0


def by_piece(price: int, quantity: int, ratio: Fraction) -> Price:
    """Pieces at a list price (分 each), at a ratio of it."""
    listed = price * quantity
    return Price(listed, half_up(listed * ratio))


def by_weight(weight: int, gold: int, labour: int, ratio: Fraction, on: str) -> Price:
    """Milligrams at the day's price and a labour fee (分 a gram): 克重 × 当日金价 + 工费.

    on: `all`, the ratio applies to both parts; `labour`, to the labour fee alone.
    """
    metal = half_up(Fraction(weight * gold, MG))
    work = half_up(Fraction(weight * labour, MG))
    net = half_up((metal + work) * ratio) if on == "all" else metal + half_up(work * ratio)
    return Price(metal + work, net, metal, work)


def part_of(amount: int, quantity: int, whole: int, gone: int = 0) -> int:
    """The part of an amount that some pieces bear, where `gone` pieces have taken theirs before.

    All the pieces together take the amount to the 分, in whatever steps they go.
    """
    return half_up(Fraction(amount * (gone + quantity), whole)) - half_up(
        Fraction(amount * gone, whole)
    )
