"""Goods and the day's gold price."""

from __future__ import annotations

from datetime import date
from typing import Any

from assay.furniture.pinyin import sort_key
from assay.sales.models import GoldPrice, Good


def write_good(good: Good | None = None, **said: Any) -> Good:
    """A new good, or one changed; orders written before keep their own prices."""
    row = good or Good()
    for name, value in said.items():
        setattr(row, name, value)
    if row.way == "piece":
        row.metal, row.labour, row.labour_cost = "", None, None
    else:
        row.list_price, row.cost = None, None
    row.pinyin = sort_key(row.name)
    row.full_clean()
    row.save()
    return row


def write_gold_price(
    row: GoldPrice | None = None, *, day: date, metal: str, price: int, cost: int | None = None
) -> GoldPrice:
    """What a gram sells at on a day (分), or a correction of it; orders keep what they were made at."""
    made = row or GoldPrice()
    made.day, made.metal, made.price, made.cost = day, metal, price, cost
    made.full_clean()
    made.save()
    return made
