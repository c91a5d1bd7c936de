"""Goods by piece and by weight, and the gold price of each day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.customers.models import Category
from assay.furniture.fields import FenField
from assay.furniture.finding import Told
from assay.furniture.kept import Kept

METALS = [("gold999", _("足金 999")), ("gold750", _("18K 金")), ("platinum950", _("铂金 950"))]


class Good(Kept):
    """Something sold: by piece at a list price, or by weight at the day's price and a labour fee."""

    WAYS: ClassVar = [("piece", _("按件")), ("weight", _("按克重"))]

    number = models.CharField(_("货号"), max_length=30, unique=True)
    name = models.CharField(_("品名"), max_length=80)
    pinyin = models.CharField(max_length=200, editable=False)
    way = models.CharField(_("计价"), max_length=6, choices=WAYS)
    list_price = FenField(_("原价（每件）"), null=True, blank=True)
    cost = FenField(_("成本（每件）"), null=True, blank=True)
    metal = models.CharField(_("成色"), max_length=12, choices=METALS, blank=True)
    labour = FenField(_("工费（每克）"), null=True, blank=True)
    labour_cost = FenField(_("工费成本（每克）"), null=True, blank=True)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="goods",
        verbose_name=_("品类"),
    )
    on_sale = models.BooleanField(_("在售"), default=True)

    class Meta:
        """Named by number."""

        verbose_name = _("商品")
        indexes: ClassVar = [models.Index(fields=["pinyin", "id"], name="good_by_sound")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(way="piece", metal="", labour__isnull=True)
                | (Q(way="weight", labour__isnull=False) & ~Q(metal="")),
                name="good_way",
                violation_error_message=_("按克重的商品要有成色和工费；按件的没有"),
            ),
            models.CheckConstraint(
                condition=Q(list_price__isnull=True) | Q(list_price__gt=0),
                name="good_list_price",
                violation_error_message=_("原价要大于 0；没有原价就空着"),
            ),
        ]

    _unkept = frozenset({"pinyin"})
    _told = frozenset({"number", "name"})

    def told(self) -> Told:
        """Name and number."""
        return Told((self.name,), numbers=(self.number,))

    def __str__(self) -> str:
        """Number and name."""
        return f"{self.number} {self.name}"


class GoldPrice(Kept):
    """What a gram of a metal sells at on a day, entered by a person; cost where it is known."""

    day = models.DateField(_("日期"))
    metal = models.CharField(_("成色"), max_length=12, choices=METALS)
    price = FenField(_("金价（每克）"))
    cost = FenField(_("成本（每克）"), null=True, blank=True)

    class Meta:
        """One a day and metal."""

        verbose_name = _("当日金价")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "metal"],
                name="gold_price_once",
                violation_error_message=_("这一天这种成色已有金价；要改就改那一条"),
            ),
            models.CheckConstraint(condition=Q(price__gt=0), name="gold_price_above_zero"),
        ]

    def __str__(self) -> str:
        """Day and metal."""
        return f"{self.day} {self.get_metal_display()}"
