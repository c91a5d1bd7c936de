"""The company, its departments and its shops."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assay.furniture.finding import Told
from assay.furniture.kept import Kept


def ends_after_start(name: str) -> models.CheckConstraint:
    """A span of days holds at least one."""
    return models.CheckConstraint(
        condition=Q(stop__isnull=True) | Q(stop__gt=F("start")),
        name=name,
        violation_error_message=_("结束日期要晚于开始日期"),
    )


class Company(Kept):
    """The one company whose department this is."""

    name = models.CharField(_("公司名称"), max_length=120)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    bank = models.CharField(_("开户行"), max_length=120, blank=True)
    account = models.CharField(_("账号"), max_length=40, blank=True)
    quote_days = models.PositiveSmallIntegerField(_("报价有效天数"), null=True, blank=True)
    quote_words = models.CharField(_("报价单说明"), max_length=200, blank=True)
    demo = models.BooleanField(default=False)
    # Of a hundred opportunities in a stage so many come about: what a forecast weighs them by.
    odds_lead = models.PositiveSmallIntegerField(_("有意向的商机，可能性 %"), default=10)
    odds_needs = models.PositiveSmallIntegerField(_("需求已明的商机，可能性 %"), default=30)
    odds_quoted = models.PositiveSmallIntegerField(_("已报价的商机，可能性 %"), default=60)

    class Meta:
        """One row; odds of a hundred."""

        verbose_name = _("公司")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="company_is_one"),
            models.CheckConstraint(
                condition=Q(odds_lead__lte=100, odds_needs__lte=100, odds_quoted__lte=100),
                name="company_odds",
            ),
        ]

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Department(Kept):
    """A department or team (团队). Its code is what facts call team."""

    code = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("部门"), max_length=60)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级部门"),
    )
    start = models.DateField(_("设立日期"))
    stop = models.DateField(_("撤销日期"), null=True, blank=True)

    class Meta:
        """Named by code."""

        verbose_name = _("部门")
        constraints: ClassVar = [
            ends_after_start("department_span"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="department_not_own"
            ),
        ]

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Shop(Kept):
    """A shop (银楼): goods are picked up there, cards are redeemed, and it develops customers."""

    code = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("银楼"), max_length=60)
    pinyin = models.CharField(max_length=200, editable=False)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    start = models.DateField(_("开业日期"))
    stop = models.DateField(_("停业日期"), null=True, blank=True)

    class Meta:
        """Named by code."""

        verbose_name = _("银楼")
        constraints: ClassVar = [ends_after_start("shop_span")]

    _unkept = frozenset({"pinyin"})
    _told = frozenset({"code", "name", "phone"})

    def told(self) -> Told:
        """Name, code, phone."""
        return Told((self.name,), numbers=(self.code,), phones=(self.phone,))

    def __str__(self) -> str:
        """Its name."""
        return self.name
