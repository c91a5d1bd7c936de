"""What customers paid, day by day and category by category, told by the room that keeps orders."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from assay.customers.models.archive import Category, Customer
from assay.furniture.fields import FenField


class Purchase(models.Model):
    """A paid order's amount (net of refunds) in one category. Derived: its history is the order's."""

    source = models.CharField(max_length=80)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="purchases")
    day = models.DateField()
    category = models.ForeignKey(Category, models.PROTECT)
    amount = FenField()

    class Meta:
        """Once by source and category."""

        indexes: ClassVar = [
            models.Index(fields=["customer", "day", "amount"], name="purchase_of"),
            models.Index(fields=["day"], name="purchase_on"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "category"], name="purchase_once"),
        ]

    def __str__(self) -> str:
        """What it came from."""
        return self.source
