"""Requests for approval of a price, and what each person asked said."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import FenField
from assay.furniture.kept import Kept
from assay.people.models import Employee
from assay.sales.models.orders import Order

REASONS = [
    ("below", _("低于折扣底线")),
    ("average", _("拉低平均折扣到底线以下")),
    ("lowest", _("在最低计提折扣及以下")),
    ("no_list", _("商品没有原价")),
]


class Request(Kept):
    """One asking: the price as it stood then, why, what the company keeps. Closed once, for good."""

    STATES: ClassVar = [
        ("open", _("待审批")),
        ("agreed", _("已同意")),
        ("refused", _("已驳回")),
        ("withdrawn", _("已撤回")),
        ("changed", _("单据已改，作废")),
    ]

    number = models.CharField(_("审批单号"), max_length=40, unique=True)
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="requests", verbose_name=_("订单")
    )
    order_version = models.IntegerField()
    state = models.CharField(_("状态"), max_length=9, choices=STATES, default="open")
    asked_by = models.ForeignKey(
        Employee, models.PROTECT, related_name="requests", verbose_name=_("申请人")
    )
    asked_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    why = models.CharField(_("理由"), max_length=200)
    reasons = models.JSONField(_("事由"))
    list_amount = FenField(_("原价金额"))
    net_amount = FenField(_("成交金额"))
    effects = models.JSONField(_("影响"))
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    class Meta:
        """One open request of an order."""

        verbose_name = _("审批")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "agreed", "refused", "withdrawn", "changed"]),
                name="request_state",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="open"), name="request_one_open",
                violation_error_message=_("这一单已在审批中"),
            ),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="request_by_state")]

    def __str__(self) -> str:
        """Its number."""
        return self.number


class Sign(Kept):
    """Somebody asked to decide, and what he said. All must agree; one refusal is enough."""

    SAID: ClassVar = [
        ("waiting", _("待处理")),
        ("agreed", _("同意")),
        ("refused", _("驳回")),
        ("passed", _("转审")),
        ("void", _("不再需要")),
    ]

    request = models.ForeignKey(
        Request, models.CASCADE, related_name="signs", verbose_name=_("审批")
    )
    who = models.ForeignKey(
        Employee, models.PROTECT, related_name="signs", verbose_name=_("审批人")
    )
    said = models.CharField(_("意见"), max_length=7, choices=SAID, default="waiting")
    comment = models.CharField(_("说明"), max_length=200, blank=True)
    added_by = models.ForeignKey(
        Employee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("加签或转审人"),
    )
    at = models.DateTimeField(_("时间"), null=True, blank=True)

    class Meta:
        """Nobody waits twice in one request."""

        verbose_name = _("审批意见")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(said__in=["waiting", "agreed", "refused", "passed", "void"]),
                name="sign_said",
            ),
            models.UniqueConstraint(
                fields=["request", "who"], condition=Q(said="waiting"), name="sign_once",
                violation_error_message=_("这个人已在审批"),
            ),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(fields=["who", "said"], name="sign_by_who")]

    _under = "request_id"

    def __str__(self) -> str:
        """Who."""
        return str(self.who)
