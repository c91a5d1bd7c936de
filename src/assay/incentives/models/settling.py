"""What somebody who left still owes of his pay: paid back or written off, asked by finance, decided above it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import FenField, MonthField
from assay.ledger.chart import account_code
from assay.people.models import Agent, Employee, Shop


class Settling(models.Model):
    """A sum he owes that no payroll file will take back: transferred back, or given up with a reason.

    after: the month locked last when it was decided; what is carried on from there is less by it.
    """

    WAYS: ClassVar = [("back", _("对方转回")), ("off", _("核销"))]
    STATES: ClassVar = [("asked", _("等总经理批")), ("done", _("已入账")), ("refused", _("已驳回"))]

    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="settlings",
        verbose_name=_("员工"),
    )  # fmt: skip
    agent = models.ForeignKey(
        Agent, models.PROTECT, null=True, blank=True, related_name="settlings",
        verbose_name=_("代理商"),
    )  # fmt: skip
    shop = models.ForeignKey(
        Shop, models.PROTECT, null=True, blank=True, related_name="settlings",
        verbose_name=_("银楼"),
    )  # fmt: skip
    way = models.CharField(_("方式"), max_length=4, choices=WAYS)
    amount = FenField(_("金额"))
    on = models.DateField(_("日期"))
    reference = models.CharField(_("银行流水号"), max_length=80, blank=True)
    reason = models.CharField(_("原因"), max_length=300)
    state = models.CharField(_("状态"), max_length=7, choices=STATES, default="asked")
    after = MonthField(null=True, editable=False)
    asked_by = models.ForeignKey(
        Employee, models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    asked_at = models.DateTimeField(_("时间"), auto_now_add=True)
    decided_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准人")
    )
    decided_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    answer = models.CharField(_("驳回原因"), max_length=300, blank=True)

    class Meta:
        """One that waits for each person; a transfer counts once; nobody decides his own asking."""

        verbose_name = _("欠款清账")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "done", "refused"]), name="settling_state"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0)
                & ~Q(reason="")
                & (Q(way="off", reference="") | (Q(way="back") & ~Q(reference=""))),
                name="settling_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True)
                | (
                    ~Q(state="asked")
                    & Q(decided_at__isnull=False)
                    & ~Q(decided_by=models.F("asked_by"))
                ),
                name="settling_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(after__isnull=False), name="settling_after"
            ),
            models.CheckConstraint(
                condition=Q(employee__isnull=False, agent__isnull=True, shop__isnull=True)
                | Q(employee__isnull=True, agent__isnull=False, shop__isnull=True)
                | Q(employee__isnull=True, agent__isnull=True, shop__isnull=False),
                name="settling_whose",
            ),
            *(
                models.UniqueConstraint(
                    fields=[whose], condition=Q(state="asked"), name=name,
                    violation_error_message=_("已经有一笔在等总经理批"),
                )
                for whose, name in (
                    ("employee", "settling_one_waits"), ("agent", "settling_agent_waits"),
                    ("shop", "settling_shop_waits"),
                )
            ),
            models.UniqueConstraint(
                fields=["reference"], condition=Q(way="back", state__in=["asked", "done"]),
                name="settling_reference_once",
                violation_error_message=_("这个银行流水号已经用过"),
            ),
        ]  # fmt: skip

    @property
    def party(self) -> Employee | Agent | Shop:
        """Who owes it."""
        found = self.employee or self.agent or self.shop
        assert found is not None
        return found

    @property
    def code(self) -> str:
        """His number or code, by which the books have him."""
        return self.party.number if isinstance(self.party, Employee) else self.party.code

    @property
    def account(self) -> str:
        """The account of what he is owed, or owes."""
        whose = "payee" if self.employee_id else "agent" if self.agent_id else "store"
        return account_code(f"payable.{whose}", self.code)

    def __str__(self) -> str:
        """Whose, how much."""
        return f"{self.party.name} {self.get_way_display()}"
