"""Sales in sight as a forecast counts them: each opportunity by the odds of its stage, and the house's growth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any

from assay.people.models import Company
from assay.period import Month
from assay.sales.models import Opportunity

Row = Mapping[str, Any]
MOST_GROWTH, LEAST_GROWTH = Fraction(2), Fraction(1, 2)
QUARTER, YEAR = 3, 12


@dataclass(frozen=True)
class InSight:
    """An opportunity that is open: whose, for whom, what is expected of it, and that by its odds; 分."""

    seller: int
    customer: int
    month: Month
    expected: int
    weighed: int


def odds() -> dict[str, int]:
    """Stage -> how many of a hundred come about, as the company has it."""
    row = Company.objects.first() or Company()
    return {"lead": row.odds_lead, "needs": row.odds_needs, "quoted": row.odds_quoted}


def in_sight(months: Iterable[Month]) -> list[InSight]:
    """Open opportunities expected in some months, by day; one query beside the company's."""
    held = [*months]
    chance = odds()
    rows = Opportunity.objects.filter(
        stage__in=list(chance), expected_on__gte=held[0].first, expected_on__lt=held[-1].after
    )
    return [
        InSight(
            row.seller_id, row.customer_id, Month.of(row.expected_on), row.expected,
            row.expected * chance[row.stage] // 100,
        )
        for row in rows.order_by("expected_on", "pk")
    ]  # fmt: skip


def lacking(seen: Iterable[InSight], orders: Iterable[Row]) -> list[tuple[InSight, int]]:
    """What opportunities of a month hold beyond the orders rehearsed for it, seller by seller, in 分.

    A rehearsal has usual sales in it, those that opportunities became included; so they are not added
    on top, they fill up where a seller has more in sight than is rehearsed for him.
    """
    rehearsed: dict[int, int] = defaultdict(int)
    for row in orders:
        rehearsed[row["seller"]] += row["net_amount"]
    held: dict[int, list[InSight]] = defaultdict(list)
    for one in seen:
        if one.weighed > 0:
            held[one.seller].append(one)
    found = []
    for seller, ones in held.items():
        whole = sum(one.weighed for one in ones)
        short = max(0, whole - rehearsed[seller])
        sums = [0, *accumulate(one.weighed for one in ones)]
        found += [
            (one, short * after // whole - short * before // whole)
            for one, before, after in zip(ones, sums, sums[1:], strict=False)
        ]
    return [(one, amount) for one, amount in found if amount]


def growth(running: Month, sold: Callable[[Month], int]) -> Fraction | None:
    """The last three months' sales against the same of the year before, held to ½ … 2; None without both."""
    last = [running.next(-n) for n in range(1, QUARTER + 1)]
    now, then = sum(map(sold, last)), sum(sold(month.next(-YEAR)) for month in last)
    if not now or not then:
        return None
    return min(MOST_GROWTH, max(LEAST_GROWTH, Fraction(now, then)))


def grown(rate: Fraction | None, source: Month, month: Month) -> Fraction:
    """By how much an order of a past month grows until a month ahead: a year's growth, month by month."""
    if rate is None:
        return Fraction(1)
    return 1 + (rate - 1) * Fraction(month.index - source.index, YEAR)
