"""What comes from outside and before: agents' prospects, market notes, campaigns."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assay.customers.models.archive import Customer
from assay.furniture.fields import FenField, SealedField
from assay.furniture.finding import Told
from assay.furniture.kept import Kept
from assay.people.models import Agent, Employee


class Prospect(Kept):
    """A prospect an agent registered: his for the days of protection, or turned down at once."""

    STATES: ClassVar = [
        ("held", _("保护中")),
        ("expired", _("保护期已过")),
        ("converted", _("已成为客户")),
        ("refused", _("已驳回")),
        ("withdrawn", _("已撤回")),
    ]

    number = models.CharField(_("编号"), max_length=30, unique=True)
    agent = models.ForeignKey(
        Agent, models.PROTECT, related_name="prospects", verbose_name=_("代理商")
    )
    name = models.CharField(_("单位名称"), max_length=120)
    name_key = models.CharField(max_length=120, editable=False)
    tax_number = models.CharField(_("税号"), max_length=20, blank=True)
    contact = models.CharField(_("联系人"), max_length=60)
    phone = SealedField(_("电话"), null=True, blank=True)
    phone_mark = models.CharField(
        max_length=64, blank=True, default="", editable=False, db_index=True
    )
    text = models.CharField(_("意向"), max_length=300, blank=True)
    day = models.DateField(_("报备日期"))
    protected_until = models.DateField(_("保护至"))
    state = models.CharField(_("状态"), max_length=9, choices=STATES, default="held")
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="prospects",
        verbose_name=_("客户"),
    )  # fmt: skip
    answer = models.CharField(_("答复"), max_length=200, blank=True)

    class Meta:
        """A company is held for one agent at a time."""

        verbose_name = _("报备")
        indexes: ClassVar = [models.Index(fields=["agent", "-day", "-id"], name="prospect_of")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["held", "expired", "converted", "refused", "withdrawn"]),
                name="prospect_state",
            ),
            models.UniqueConstraint(
                fields=["name_key"], condition=Q(state="held"), name="prospect_name_once"
            ),
            models.UniqueConstraint(
                fields=["tax_number"], condition=Q(state="held") & ~Q(tax_number=""),
                name="prospect_tax_number_once",
            ),
        ]  # fmt: skip

    _unkept = frozenset({"name_key", "phone_mark"})
    _told = frozenset({"name", "number"})

    def told(self) -> Told:
        """The company and the registration's number."""
        return Told((self.name,), numbers=(self.number,))

    def __str__(self) -> str:
        """The company."""
        return self.name


class MarketNote(Kept):
    """What somebody learnt about the market or a competitor, and proposes (scheme 三.3)."""

    KINDS: ClassVar = [
        ("market", _("市场")),
        ("rival", _("竞争对手")),
        ("product", _("产品")),
        ("policy", _("政策")),
    ]

    day = models.DateField(_("日期"))
    kind = models.CharField(_("类型"), max_length=8, choices=KINDS)
    rival = models.CharField(_("竞争对手"), max_length=60, blank=True)
    text = models.CharField(_("情况"), max_length=500)
    proposal = models.CharField(_("建议"), max_length=300, blank=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="notes",
        verbose_name=_("从哪位客户得知"),
    )  # fmt: skip
    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="notes", verbose_name=_("报告人")
    )

    class Meta:
        """Newest first."""

        verbose_name = _("市场信息")
        indexes: ClassVar = [models.Index(fields=["-day", "-id"], name="note_by_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["market", "rival", "product", "policy"]), name="note_kind"
            )
        ]

    def __str__(self) -> str:
        """What."""
        return self.text[:40]


class Campaign(Kept):
    """A marketing campaign: what was promoted, what it cost, who came (scheme 二)."""

    name = models.CharField(_("活动"), max_length=80)
    start = models.DateField(_("开始日期"))
    stop = models.DateField(_("结束日期"))
    products = models.CharField(_("推广的产品"), max_length=200)
    budget = FenField(_("预算"), default=0)
    cost = FenField(_("实际费用"), default=0)
    follow_days = models.PositiveSmallIntegerField(_("活动后几天内的成交算后续"), default=60)

    class Meta:
        """It ends after it began."""

        verbose_name = _("营销活动")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stop__gte=F("start")), name="campaign_span",
                violation_error_message=_("结束日期要晚于开始日期"),
            ),
            models.CheckConstraint(
                condition=Q(budget__gte=0, cost__gte=0), name="campaign_amounts"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Guest(Kept):
    """A customer asked to a campaign, and whether somebody came."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="guests")
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="invitations", verbose_name=_("客户")
    )
    came = models.BooleanField(_("到场"), default=False)

    class Meta:
        """Once each."""

        verbose_name = _("受邀客户")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "customer"], name="guest_once",
                violation_error_message=_("这位客户已在名单上"),
            )
        ]  # fmt: skip

    _under = "campaign_id"

    def __str__(self) -> str:
        """Whom."""
        return f"{self.customer}"
