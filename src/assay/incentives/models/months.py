"""Months of pay: their runs, versions that are never edited, and each run's statements and lines."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import FenField, MonthField
from assay.furniture.kept import Kept
from assay.people.models import Agent, Department, Employee, Shop
from assay.people.roles import TITLES


class PayMonth(Kept):
    """A month on its way from open to paid; `run` is the version that counts."""

    STATES: ClassVar = [
        ("open", _("进行中")),
        ("calculated", _("已计算")),
        ("preview", _("查询期")),
        ("confirmed", _("确认中")),
        ("locked", _("已锁定")),
        ("exported", _("已导出")),
        ("paid", _("已发放")),
    ]
    # From the lock on a month is booked and stands: what comes later is paid with a later month.
    SHUT: ClassVar = ("locked", "exported", "paid")

    month = MonthField(_("月份"), unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=STATES, default="open")
    run = models.ForeignKey("Run", models.PROTECT, null=True, blank=True, related_name="+")
    preview_from = models.DateField(_("查询期开始"), null=True, blank=True)
    preview_to = models.DateField(_("查询期截止"), null=True, blank=True)

    class Meta:
        """A state of those there are."""

        verbose_name = _("计薪月份")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "open", "calculated", "preview", "confirmed", "locked", "exported", "paid",
                    ]
                ),
                name="paymonth_state",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(run__isnull=False), name="paymonth_has_run"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """2026-03."""
        return str(self.month)


class Run(models.Model):
    """A month worked out once: where its plan, facts and results are kept, and their digest.

    Never edited; working out again makes the next version. folder lies below the media folder.
    """

    pay_month = models.ForeignKey(PayMonth, models.PROTECT, related_name="runs")
    version = models.PositiveIntegerField(_("版本"))
    at = models.DateTimeField(_("计算时间"), auto_now_add=True)
    who = models.CharField(_("操作人"), max_length=150)
    plan_name = models.CharField(_("方案"), max_length=80)
    plan_digest = models.CharField(_("方案摘要值"), max_length=64)
    folder = models.CharField(max_length=200)
    digest = models.CharField(_("摘要值"), max_length=64)
    # Over all statements of the run (proving.py): whoever compares it holds the same month.
    root = models.CharField(_("校验根"), max_length=64, blank=True)
    total = FenField(_("合计"))
    payees = models.PositiveIntegerField(_("人数"))
    # The last line of history when the facts were read: what is written after it may change the month.
    seen = models.BigIntegerField(null=True)

    class Meta:
        """Versions of a month, numbered."""

        verbose_name = _("计算")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pay_month", "version"], name="run_version"),
        ]

    def __str__(self) -> str:
        """Month and version."""
        return f"{self.pay_month} v{self.version}"


class Statement(models.Model):
    """What a payee gets of a run in one role. code: his number in the facts."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="statements")
    code = models.CharField(_("编号"), max_length=30)
    name = models.CharField(_("姓名"), max_length=120)
    role = models.CharField(_("角色"), max_length=40)
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="statements"
    )
    agent = models.ForeignKey(
        Agent, models.PROTECT, null=True, blank=True, related_name="statements"
    )
    shop = models.ForeignKey(Shop, models.PROTECT, null=True, blank=True, related_name="statements")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("部门")
    )
    total = FenField(_("应发"))
    # Goes into its leaf of the run's root, so that nobody finds a colleague's figures by trying.
    salt = models.CharField(max_length=32, blank=True)
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        """One a role and run."""

        verbose_name = _("提成单")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "code", "role"], name="statement_once"),
        ]

    @property
    def role_title(self) -> str:
        """The role in words: a role of the house, a shop, or as the plan calls it."""
        return str(_("银楼") if self.shop_id else TITLES.get(self.role, self.role))

    def __str__(self) -> str:
        """Whose, when."""
        return f"{self.name} {self.run}"


class Line(models.Model):
    """A line of a statement; amount in 分. for_month: the paid month an adjustment is for."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    line = models.CharField(max_length=80)
    title = models.CharField(_("项目"), max_length=120)
    amount = FenField(_("金额"))
    award = models.CharField(_("奖品"), max_length=120, blank=True)
    for_month = MonthField(_("所属月份"), null=True, blank=True)
    reason = models.TextField(_("原因"), blank=True)
    # Whether the reason names an order that is not the payee's, or somebody else. None: not noted then.
    foreign = models.BooleanField(null=True, editable=False)

    class Meta:
        """In the plan's order."""

        verbose_name = _("提成明细")
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "place"], name="line_place"),
        ]

    def __str__(self) -> str:
        """Its title."""
        return self.title

    @property
    def why(self) -> str:
        """The reason as its payee may read it: an order of somebody else's is not named to him.

        Where it was not noted whose the reason is, it may be somebody else's.
        """
        if self.foreign is None and self.reason:
            return gettext("怎么变的，见这一行点开后的前后对照")
        return gettext("别人的单变了，这一行跟着变") if self.foreign else self.reason
