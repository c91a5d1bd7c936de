"""Goods handed over in a shop, and goods that came back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import FenField
from assay.furniture.kept import Kept
from assay.people.models import Employee, Shop
from assay.sales.models.orders import Order, OrderLine


class PickUp(Kept):
    """Goods of an order picked up in a shop; prints a receipt."""

    number = models.CharField(_("提货单号"), max_length=40, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="pickups", verbose_name=_("订单"))
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="pickups", verbose_name=_("银楼"))
    clerk = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, verbose_name=_("经办店员")
    )
    at = models.DateTimeField(_("提货时间"))
    day = models.DateField(_("提货日期"))
    person = models.CharField(_("提货人"), max_length=60)
    proof = models.CharField(_("凭证"), max_length=60, blank=True)

    class Meta:
        """By shop and day."""

        verbose_name = _("提货")
        indexes: ClassVar = [models.Index(fields=["shop", "day", "id"], name="pickup_by_shop")]

    def __str__(self) -> str:
        """Its number."""
        return self.number


class PickUpLine(Kept):
    """How many pieces of a line."""

    pickup = models.ForeignKey(PickUp, models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="pickups")
    quantity = models.IntegerField(_("件数"))

    class Meta:
        """At least one."""

        verbose_name = _("提货明细")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="pickup_line_quantity")
        ]

    _under = "pickup_id"

    def __str__(self) -> str:
        """What."""
        return f"{self.line} × {self.quantity}"


class Return(Kept):
    """Goods of an order that came back."""

    number = models.CharField(_("退货单号"), max_length=40, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="returns", verbose_name=_("订单"))
    day = models.DateField(_("退货日期"))
    why = models.CharField(_("退货原因"), max_length=120)
    list_amount = FenField(_("原价金额"))
    net_amount = FenField(_("成交金额"))

    class Meta:
        """By day."""

        verbose_name = _("退货")
        indexes: ClassVar = [models.Index(fields=["day", "id"], name="return_by_day")]

    def __str__(self) -> str:
        """Its number."""
        return self.number


class ReturnLine(Kept):
    """How many pieces of a line came back, and their part of its amounts."""

    parent = models.ForeignKey(Return, models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="returns")
    quantity = models.IntegerField(_("件数"))
    list_amount = FenField(_("原价金额"))
    net_amount = FenField(_("成交金额"))

    class Meta:
        """At least one."""

        verbose_name = _("退货明细")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_line_quantity")
        ]

    _under = "parent_id"

    def __str__(self) -> str:
        """What."""
        return f"{self.line} × {self.quantity}"
