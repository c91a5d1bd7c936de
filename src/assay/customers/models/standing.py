"""Where a customer stands over time: owner, tier, target list, nominations, losses, the pool's rules."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.customers.models.archive import TIERS, Customer
from assay.furniture.fields import FenField
from assay.furniture.kept import Kept
from assay.furniture.spans import NoOverlap
from assay.people.models import Department, Employee
from assay.people.models.company import ends_after_start

STATES = [
    ("waiting", _("待批")),
    ("approved", _("已同意")),
    ("refused", _("已驳回")),
    ("withdrawn", _("已撤回")),
]
HOWS = [
    ("created", _("建档")),
    ("picked", _("从公海领取")),
    ("released", _("退回公海")),
    ("recycled", _("回收到公海")),
    ("handed", _("移交")),
    ("assigned", _("分派")),
    ("merged", _("合并")),
]
REASONS = [
    ("price", _("价格")),
    ("rival", _("转向竞争对手")),
    ("service", _("服务")),
    ("quality", _("质量")),
    ("contact", _("联系人变动")),
    ("budget", _("预算取消")),
    ("closed", _("停业或搬迁")),
    ("other", _("其他")),
]


class Ownership(Kept):
    """Who owned a customer, in which department, from when to when: what a manager sees follows."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="ownerships")
    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="ownerships", verbose_name=_("负责人")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("部门")
    )
    start = models.DateField(_("开始日期"))
    stop = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        """One owner at a time."""

        verbose_name = _("归属")
        indexes: ClassVar = [
            models.Index(fields=["department", "customer"], name="ownership_by_team")
        ]
        constraints: ClassVar = [
            ends_after_start("ownership_span"),
            NoOverlap(name="ownership_once", fields=["customer"]),
        ]

    _under = "customer_id"

    def __str__(self) -> str:
        """Who."""
        return f"{self.employee} {self.start}"


class Turn(Kept):
    """A change of hands: from whom to whom (None is the pool), how and why. Only ever added."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="turns")
    day = models.DateField(_("日期"))
    how = models.CharField(_("方式"), max_length=8, choices=HOWS)
    before = models.ForeignKey(
        Employee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("原负责人"),
    )
    after = models.ForeignKey(
        Employee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("新负责人"),
    )
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        """Read by customer, and by who gave up."""

        verbose_name = _("移交记录")
        indexes: ClassVar = [models.Index(fields=["after", "how", "day"], name="turn_by_taker")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(how__in=[code for code, _name in HOWS]), name="turn_how"
            )
        ]

    _under = "customer_id"

    def __str__(self) -> str:
        """How and when."""
        return f"{self.how} {self.day}"


class TierSpan(Kept):
    """Which tier a customer was in, from when to when, and on what ground."""

    GROUNDS: ClassVar = [
        ("opening", _("建档")),
        ("amount", _("近 12 个月实收达到门槛")),
        ("nomination", _("申报并批准")),
        ("downgrade", _("批准降级")),
        ("brought", _("导入")),
    ]

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="tiers")
    tier = models.CharField(_("级别"), max_length=8, choices=TIERS)
    ground = models.CharField(_("依据"), max_length=10, choices=GROUNDS)
    start = models.DateField(_("开始日期"))
    stop = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        """One tier at a time."""

        verbose_name = _("级别")
        indexes: ClassVar = [models.Index(fields=["tier", "start"], name="tier_by_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(tier__in=[code for code, _name in TIERS]), name="tier_known"
            ),
            models.CheckConstraint(
                condition=Q(ground__in=["opening", "amount", "nomination", "downgrade", "brought"]),
                name="tier_ground",
            ),
            ends_after_start("tier_span"),
            NoOverlap(name="tier_once", fields=["customer"]),
        ]

    _under = "customer_id"

    def __str__(self) -> str:
        """Which tier."""
        return f"{self.get_tier_display()} {self.start}"


class Nomination(Kept):
    """An ordinary customer nominated as a key account (or the way back), and what was decided."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="nominations")
    tier = models.CharField(_("申报级别"), max_length=8, choices=TIERS, default="key")
    reason = models.CharField(_("理由"), max_length=400)
    asked_by = models.ForeignKey(
        Employee, models.PROTECT, related_name="+", verbose_name=_("申报人")
    )
    asked_on = models.DateField(_("申报日期"))
    paid_then = FenField(_("申报时近 12 个月实收"), default=0)
    state = models.CharField(_("状态"), max_length=9, choices=STATES, default="waiting")
    decided_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审批人")
    )
    decided_on = models.DateField(_("审批日期"), null=True, blank=True)
    answer = models.CharField(_("审批意见"), max_length=400, blank=True)

    class Meta:
        """One waiting at a time."""

        verbose_name = _("升级申报")
        indexes: ClassVar = [models.Index(fields=["state", "asked_on"], name="nomination_waiting")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[code for code, _name in STATES]), name="nomination_state"
            ),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state="waiting"), name="nomination_one_waiting",
                violation_error_message=_("这位客户已有一份申报在等审批"),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="nomination_two_people",
                violation_error_message=_("不能审批自己的申报"),
            ),
        ]  # fmt: skip

    _under = "customer_id"

    def __str__(self) -> str:
        """Whom and what."""
        return f"{self.customer} {self.get_state_display()}"


class TargetAccount(Kept):
    """A customer on the target list of a year, and what is expected."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="targets")
    year = models.PositiveSmallIntegerField(_("年份"))
    day = models.DateField(_("列入日期"))
    expected = FenField(_("预计金额"), default=0)
    reason = models.CharField(_("切入点"), max_length=200, blank=True)

    class Meta:
        """Once a year."""

        verbose_name = _("目标客户")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "year"], name="customer_target_once",
                violation_error_message=_("这位客户已在这一年的目标名单上"),
            ),
            models.CheckConstraint(condition=Q(year__range=(2000, 2199)), name="customer_target_year"),
        ]  # fmt: skip

    _under = "customer_id"

    def __str__(self) -> str:
        """Whom and when."""
        return f"{self.customer} {self.year}"


class Loss(Kept):
    """A customer lost: silent for 396 days, or declared; why; and the day it came back."""

    HOWS: ClassVar = [("silent", _("13 个月没有成交")), ("declared", _("宣布流失"))]

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="losses")
    day = models.DateField(_("流失日期"))
    how = models.CharField(_("怎么算的"), max_length=8, choices=HOWS)
    reason = models.CharField(_("原因"), max_length=8, choices=REASONS)
    note = models.CharField(_("经过"), max_length=400, blank=True)
    back = models.DateField(_("赢回日期"), null=True, blank=True)

    class Meta:
        """One open at a time."""

        verbose_name = _("流失")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reason__in=[code for code, _name in REASONS]), name="loss_reason"
            ),
            models.CheckConstraint(condition=Q(how__in=["silent", "declared"]), name="loss_how"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(back__isnull=True), name="loss_one_open",
                violation_error_message=_("这位客户的流失原因已经记过"),
            ),
        ]  # fmt: skip

    _under = "customer_id"

    def __str__(self) -> str:
        """Whom and when."""
        return f"{self.customer} {self.day}"


class Rules(Kept):
    """The department's figures for pool, tiers and churn: one row, changed on a page."""

    key_threshold = FenField(_("大客户门槛：近 12 个月实收"), default=10_000_000)
    warn_months = models.PositiveSmallIntegerField(_("预警：没有成交的月数"), default=10)
    lost_days = models.PositiveSmallIntegerField(_("流失：没有成交的天数"), default=396)
    upgrade_days = models.PositiveSmallIntegerField(_("计入升级所需建档天数"), default=90)
    pick_protection = models.PositiveSmallIntegerField(_("领取后保护天数"), default=30)
    visit_protection = models.PositiveSmallIntegerField(_("联系后保护天数"), default=60)
    order_protection = models.PositiveSmallIntegerField(_("成交后保护天数"), default=396)
    prospect_protection = models.PositiveSmallIntegerField(_("代理商报备保护天数"), default=90)
    own_limit = models.PositiveSmallIntegerField(_("每人普通客户上限"), default=200)
    picks_a_day = models.PositiveSmallIntegerField(_("每人每天最多领取"), default=5)
    recycle_by_night = models.BooleanField(_("每晚自动回收保护到期的普通客户"), default=True)
    again_after = models.PositiveSmallIntegerField(_("退回后再领要隔的天数"), default=30)

    class Meta:
        """One row."""

        verbose_name = _("客户规则")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="rules_are_one")]

    def __str__(self) -> str:
        """Its name."""
        return str(self._meta.verbose_name)
