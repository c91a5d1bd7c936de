"""What agents ask to be paid, and what finance answered to exceptions that must not pass in silence."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assay.errors import UserError
from assay.furniture.fields import FenField
from assay.furniture.kept import Kept
from assay.incentives.models.months import Statement
from assay.people.models import Agent, Employee


class Claim(Kept):
    """An agent's request to be paid a locked statement: by invoice to a company, as labour to a person.

    amount: gross, in 分, tax of an invoice included; tax: income tax withheld of a person.
    """

    STATES: ClassVar = [
        ("asked", _("已请款")),
        ("received", _("发票已收")),
        ("paid", _("已付款")),
        ("refused", _("已退回")),
        ("withdrawn", _("已撤回")),
    ]
    LIVE: ClassVar = ("asked", "received", "paid")

    number = models.CharField(_("请款编号"), max_length=40, unique=True)
    statement = models.ForeignKey(
        Statement, models.PROTECT, related_name="claims", verbose_name=_("提成单")
    )
    way = models.CharField(_("付款方式"), max_length=7, choices=Agent.PAY)
    amount = FenField(_("请款金额"))
    asked_at = models.DateTimeField(_("请款时间"), auto_now_add=True)
    who = models.CharField(_("操作人"), max_length=150)
    state = models.CharField(_("状态"), max_length=9, choices=STATES, default="asked")
    invoice = models.CharField(_("发票号码"), max_length=40, blank=True)
    invoice_on = models.DateField(_("开票日期"), null=True, blank=True)
    attachment = models.CharField(_("附件"), max_length=200, blank=True)
    attachment_name = models.CharField(_("附件名"), max_length=150, blank=True)
    attachment_digest = models.CharField(max_length=64, blank=True)
    tax = FenField(_("代扣个税"), default=0)
    paid_on = models.DateField(_("付款日期"), null=True, blank=True)
    reference = models.CharField(_("银行流水号"), max_length=80, blank=True)
    answer = models.CharField(_("退回原因"), max_length=300, blank=True)
    handled_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("经办人")
    )

    class Meta:
        """One live request a statement; an invoice is used once."""

        verbose_name = _("请款")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "received", "paid", "refused", "withdrawn"]),
                name="claim_state",
            ),
            models.CheckConstraint(condition=Q(way__in=["invoice", "labour"]), name="claim_way"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, tax__gte=0, tax__lte=models.F("amount")),
                name="claim_amount",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid")
                | (Q(paid_on__isnull=False) & ~Q(reference="") & (Q(way="labour") | ~Q(invoice=""))),
                name="claim_paid",
            ),
            models.UniqueConstraint(
                fields=["statement"], condition=Q(state__in=["asked", "received", "paid"]),
                name="claim_one_live",
                violation_error_message=_("这张提成单已经请过款"),
            ),
            models.UniqueConstraint(
                fields=["invoice"], name="claim_invoice_once",
                condition=Q(state__in=["asked", "received", "paid"]) & ~Q(invoice=""),
                violation_error_message=_("这个发票号码已经用过"),
            ),
        ]  # fmt: skip

    @property
    def net(self) -> int:
        """What reaches his account, in 分."""
        return int(self.amount - self.tax)

    def __str__(self) -> str:
        """Its number."""
        return self.number


class Explained(models.Model):
    """An exception of a close that finance has answered. Only ever added.

    subject: what was answered, with the evidence in it: another figure, or another match, asks anew.
    """

    subject = models.CharField(max_length=160, unique=True)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="explained")
    text = models.CharField(_("说明"), max_length=500)
    by = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        """Once a subject."""

        verbose_name = _("例外说明")

    def __str__(self) -> str:
        """Its words."""
        return self.text[:40]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once."""
        if self.pk is not None:
            raise UserError(gettext("例外说明写下就不改"))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never."""
        raise UserError(gettext("例外说明写下就不删"))
