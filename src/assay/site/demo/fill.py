"""Fills a database with the sample department, room by room."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from assay.furniture.kept import acting
from assay.samples.present import present
from assay.site.demo import calling, customers, dealings, pay, people, sales


@transaction.atomic
def fill(seed: int = 1, today: date | None = None) -> None:
    """The sample department and what it went on to do up to today: all of it, or nothing.

    Each further room adds its line here.
    """
    told = present(seed, today or timezone.localdate())
    with acting(None, "demo"):
        house = people.settle(today=told.until)
        customers.settle(house, told, seed)
        lines = sales.believable(told.tables["order_lines"])
        sales.trade(house, {**told.tables, "order_lines": lines})
        dealings.go_on(house, told.until)
        calling.wait(house, told)
        pay.close(house, told.until)
