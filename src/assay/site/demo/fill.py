"""Fills a database with the sample department, room by room."""

from __future__ import annotations

from django.db import transaction

from assay.furniture.kept import acting
from assay.site.demo import customers, dealings, people, sales


@transaction.atomic
def fill(seed: int = 1) -> None:
    """All of the sample department, or nothing. Each further room adds its line here."""
    with acting(None, "demo"):
        house = people.settle()
        customers.settle(house, seed)
        sales.trade(house, seed)
        dealings.go_on(house)
