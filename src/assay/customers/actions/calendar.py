"""The festival calendar and the department's categories: laid out once, then edited by people."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from assay.customers.models import Category, Customer, Festival, Occasion, Rules
from assay.customers.seeds import CATEGORIES, almanac
from assay.errors import UserError


@transaction.atomic
def furnish() -> None:
    """Lay out festivals, categories and rules in a new company; what is there stays."""
    if not Festival.objects.exists():
        Festival.objects.bulk_create(
            [Festival(name=name, day=day, lead=lead) for name, day, lead in almanac()]
        )
    held = set(Category.objects.values_list("code", flat=True))
    Category.objects.bulk_create(
        [
            Category(code=code, name=name, place=10 * at)
            for at, (code, name) in enumerate(CATEGORIES.items(), start=1)
            if code not in held
        ]
    )
    if not Rules.objects.exists():
        Rules(id=1).save()


def set_festival(festival: Festival | None, *, name: str, day: date, lead: int) -> Festival:
    """Write a festival down, or correct one."""
    row = festival or Festival()
    row.name, row.day, row.lead = name, day, lead
    row.full_clean()
    row.save()
    return row


def drop_festival(festival: Festival) -> None:
    """Off the calendar; history keeps it."""
    festival.delete()


def add_occasion(
    customer: Customer, *, name: str, month: int, day: int, lead: int = 20
) -> Occasion:
    """A customer's own day of the year."""
    try:
        date(2024, month, day)  # a leap year: 29 February is a day
    except ValueError:
        raise UserError(
            _("没有这一天：%(month)s 月 %(day)s 日") % {"month": month, "day": day}
        ) from None
    row = Occasion(customer=customer, name=name, month=month, day=day, lead=lead)
    row.full_clean()
    row.save()
    return row


def drop_occasion(occasion: Occasion) -> None:
    """Off the customer's calendar."""
    occasion.delete()
