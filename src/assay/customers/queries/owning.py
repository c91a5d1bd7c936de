"""Who owns how many, what lies in the pool, whose protection is over."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from assay.customers.models import Customer


def pool() -> QuerySet[Customer]:
    """Customers nobody owns and no shop developed."""
    return Customer.objects.filter(pooled_on__isnull=False, merged_into=None)


def protection_over(rows: QuerySet[Customer], today: date) -> QuerySet[Customer]:
    """Ordinary customers of `rows` that may be recycled today, longest over first."""
    return rows.filter(
        owner__isnull=False, tier="ordinary", protected_until__lt=today
    ).order_by("protected_until", "pk")  # fmt: skip


def owners_of(rows: QuerySet[Customer]) -> list[dict[str, Any]]:
    """Owners of `rows` with how many are theirs, those who left too."""
    mine = Customer.objects.filter(pk__in=rows.order_by().values("pk"), owner__isnull=False)
    return list(
        mine.order_by("owner__pinyin")
        .values("owner", "owner__name", "owner__number", "owner__stop")
        .annotate(count=Count("pk"))
    )
