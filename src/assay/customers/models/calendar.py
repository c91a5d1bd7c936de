"""The festival calendar: public festivals year by year, and a customer's own occasions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.customers.models.archive import Customer
from assay.furniture.kept import Kept


class Festival(Kept):
    """A festival of one year; orders for it must be in `lead` days before."""

    name = models.CharField(_("节日"), max_length=40)
    day = models.DateField(_("日期"))
    lead = models.PositiveSmallIntegerField(_("提前几天下单"), default=20)

    class Meta:
        """Once a year, near enough: once a day."""

        verbose_name = _("节日")
        ordering: ClassVar = ["day", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "day"], name="festival_once",
                violation_error_message=_("这一天已有这个节日"),
            ),
            models.CheckConstraint(
                condition=Q(lead__lte=180), name="festival_lead",
                violation_error_message=_("最多提前 180 天"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Occasion(Kept):
    """A customer's own day, every year: the founding of a factory, a safety month."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="occasions")
    name = models.CharField(_("纪念日"), max_length=40)
    month = models.PositiveSmallIntegerField(_("月"))
    day = models.PositiveSmallIntegerField(_("日"))
    lead = models.PositiveSmallIntegerField(_("提前几天下单"), default=20)

    class Meta:
        """A day there is, 29 February apart."""

        verbose_name = _("纪念日")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(month__range=(1, 12), day__range=(1, 31), lead__lte=180),
                name="occasion_day",
            )
        ]

    _under = "customer_id"

    def __str__(self) -> str:
        """Its name."""
        return self.name
