"""The hand-off to payroll: files sent, what came back, and payees who have acknowledged a statement."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import FenField
from assay.furniture.kept import Kept
from assay.incentives.models.months import PayMonth, Run, Statement
from assay.people.models import Employee


class PayFile(models.Model):
    """A file handed to payroll: of which run, with its checksum. Only ever added.

    codes: personnel number -> the code its row bears; None of a file from before they were kept.
    """

    pay_month = models.ForeignKey(PayMonth, models.PROTECT, related_name="pay_files")
    run = models.ForeignKey(Run, models.PROTECT, related_name="pay_files")
    batch = models.CharField(_("批次"), max_length=40, unique=True)
    at = models.DateTimeField(_("导出时间"), auto_now_add=True)
    by = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    rows = models.PositiveIntegerField(_("行数"))
    total = FenField(_("应发合计"))
    checksum = models.CharField(_("校验码"), max_length=64)
    codes = models.JSONField(_("每行校验码"), null=True, blank=True)

    class Meta:
        """By batch."""

        verbose_name = _("工资文件")

    def __str__(self) -> str:
        """Its batch."""
        return self.batch


class PaidRow(Kept):
    """What payroll says it paid to somebody for a month: tax and contributions withheld, and the rest."""

    pay_month = models.ForeignKey(PayMonth, models.PROTECT, related_name="paid_rows")
    code = models.CharField(_("工号"), max_length=30)
    name = models.CharField(_("姓名"), max_length=120)
    gross = FenField(_("应发合计"))
    tax = FenField(_("个税"), default=0)
    social = FenField(_("社保"), default=0)
    fund = FenField(_("公积金"), default=0)
    net = FenField(_("实发"))
    paid_on = models.DateField(_("发放日"))

    class Meta:
        """Once a month and person."""

        verbose_name = _("发放记录")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pay_month", "code"], name="paidrow_once"),
        ]

    _under = "pay_month_id"

    def __str__(self) -> str:
        """Whose."""
        return f"{self.code} {self.pay_month}"


class Receipt(models.Model):
    """A payee has read his statement and acknowledges it, by its code and digest. Only ever added.

    root: that of the version it stands in; None where it has none, or was acknowledged before it was noted.
    """

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="receipt")
    at = models.DateTimeField(_("确认时间"), auto_now_add=True)
    who = models.CharField(_("操作人"), max_length=150)
    digest = models.CharField(_("摘要值"), max_length=64)
    root = models.CharField(_("校验根"), max_length=64, null=True)

    class Meta:
        """Once."""

        verbose_name = _("提成单签认")

    def __str__(self) -> str:
        """When."""
        return str(self.at)
