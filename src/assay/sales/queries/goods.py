"""Readers of goods and gold prices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.many import among
from assay.sales.models import METALS, GoldPrice


def gold_price(metal: str, day: date) -> GoldPrice:
    """The price of a metal on a very day. UserError where nobody has entered it."""
    found: GoldPrice | None = GoldPrice.objects.filter(metal=metal, day=day).first()
    if found is None:
        raise UserError(
            _("%(day)s 还没有%(metal)s的金价：先在“当日金价”里填")
            % {"day": day, "metal": dict(METALS)[metal]}
        )
    return found


def gold_prices(days: Iterable[date | None]) -> dict[tuple[str, date], int]:
    """Prices by metal and day, of these days."""
    rows = GoldPrice.objects.values_list("metal", "day", "price")
    found = among(rows, "day", {day for day in days if day is not None})
    return {(metal, day): price for metal, day, price in found}


def lacking_today(day: date) -> list[str]:
    """Metals without a price on a day."""
    held = set(GoldPrice.objects.filter(day=day).values_list("metal", flat=True))
    return [str(title) for code, title in METALS if code not in held]
