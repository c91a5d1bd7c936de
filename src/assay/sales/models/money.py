"""Money received, and which orders it pays."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assay.customers.models import Customer
from assay.furniture.fields import FenField
from assay.furniture.kept import Kept
from assay.sales.models.orders import Order


class Receipt(Kept):
    """Money that came in: from whom, when, how. What is not matched yet is held for the customer."""

    METHODS: ClassVar = [
        ("transfer", _("对公转账")),
        ("card", _("刷卡")),
        ("cash", _("现金")),
        ("draft", _("承兑汇票")),
    ]

    number = models.CharField(_("收款单号"), max_length=40, unique=True)
    day = models.DateField(_("收款日期"))
    payer = models.CharField(_("付款方"), max_length=120)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="receipts",
        verbose_name=_("客户"),
    )  # fmt: skip
    amount = FenField(_("金额"))
    matched = FenField(_("已核销"), default=0)
    method = models.CharField(_("方式"), max_length=8, choices=METHODS, default="transfer")
    reference = models.CharField(_("银行流水号"), max_length=60, unique=True, null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)

    class Meta:
        """By day."""

        verbose_name = _("收款")
        indexes: ClassVar = [
            models.Index(fields=["day", "id"], name="receipt_by_day"),
            models.Index(fields=["amount", "id"], name="receipt_by_amount"),
            models.Index(
                fields=["payer"], name="receipt_by_payer", opclasses=["varchar_pattern_ops"]
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="receipt_amount",
                violation_error_message=_("金额要大于 0"),
            ),
            models.CheckConstraint(
                condition=Q(matched__gte=0, matched__lte=F("amount")), name="receipt_matched",
                violation_error_message=_("核销不能超过收到的金额"),
            ),
        ]  # fmt: skip

    @property
    def left(self) -> int:
        """What is not matched yet, in 分."""
        left: int = self.amount - self.matched
        return left

    def __str__(self) -> str:
        """Its number."""
        return self.number


class Match(Kept):
    """A part of a receipt that pays an order (核销)."""

    receipt = models.ForeignKey(
        Receipt, models.PROTECT, related_name="matches", verbose_name=_("收款")
    )
    order = models.ForeignKey(Order, models.PROTECT, related_name="matches", verbose_name=_("订单"))
    amount = FenField(_("核销金额"))

    class Meta:
        """More than nothing."""

        verbose_name = _("核销")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="match_amount",
                violation_error_message=_("核销金额要大于 0"),
            ),
        ]  # fmt: skip

    _under = "receipt_id"

    def __str__(self) -> str:
        """What pays what."""
        return f"{self.receipt} → {self.order}"
