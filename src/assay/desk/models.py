"""Tables of the desk: notices, what each person wants to be told and how, and what was sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assay.desk.kinds import KINDS
from assay.furniture.fields import SealedField
from assay.furniture.kept import Kept
from assay.people.models import User

NAMES = [(code, kind.title) for code, kind in KINDS.items()]
WHENS = [("now", _("随时")), ("daily", _("每天一次")), ("never", _("不发"))]
WAYS = [("email", _("邮件")), ("robot", _("群机器人"))]
# Where a kind is told: on the page, which is there at once or not at all, and the ways out of it.
SPOTS = [("page", _("页面")), *WAYS]
SHOWN = [("now", _("显示")), ("never", _("不显示"))]
ROBOTS = [
    ("dingtalk", _("钉钉")),
    ("wecom", _("企业微信")),
    ("feishu", _("飞书")),
    ("plain", _("自建（签名的 JSON）")),
]


class Notice(models.Model):
    """Something a person is told once: `key` names the fact it follows from, so that it comes once.

    `data` holds the figures; the words are made when it is read, in the reader's language.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=NAMES)
    key = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    url = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        """One of a fact and person; unread ones are counted on every page."""

        verbose_name = _("通知")
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notice_of"),
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="notice_once"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="notice_kind"),
        ]

    def __str__(self) -> str:
        """Its key."""
        return self.key


class Subscription(Kept):
    """Where somebody's notices go besides the page, and at which hour what comes once a day."""

    user = models.OneToOneField(User, models.CASCADE, related_name="subscription")
    email = models.EmailField(_("邮箱"), blank=True)
    robot = models.CharField(_("机器人"), max_length=8, choices=ROBOTS, blank=True)
    robot_url = SealedField(_("机器人地址"), null=True, blank=True)
    robot_secret = SealedField(_("加签密钥"), null=True, blank=True)
    hour = models.PositiveSmallIntegerField(_("每天几点"), default=8)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")

    class Meta:
        """One a person; an hour of the day."""

        verbose_name = _("通知设置")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hour__lte=23), name="subscription_hour"),
            models.CheckConstraint(
                condition=Q(robot__in=["", *(code for code, _name in ROBOTS)]),
                name="subscription_robot",
            ),
        ]

    def __str__(self) -> str:
        """Whose."""
        return str(self.user)


class Choice(Kept):
    """When notices of a kind go out in a way, or whether the page shows them."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="choices")
    kind = models.CharField(_("什么事"), max_length=10, choices=NAMES)
    way = models.CharField(_("方式"), max_length=5, choices=SPOTS)
    when = models.CharField(_("什么时候"), max_length=5, choices=WHENS)

    class Meta:
        """One each."""

        verbose_name = _("通知选择")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "kind", "way"], name="choice_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=list(KINDS), way__in=[c for c, _n in SPOTS],
                    when__in=[c for c, _n in WHENS],
                ),
                name="choice_words",
            ),
        ]  # fmt: skip

    _under = "subscription_id"

    def __str__(self) -> str:
        """What and when."""
        return f"{self.kind} {self.way} {self.when}"


class Delivery(models.Model):
    """One message in one way: claimed before it goes out, sent once, tried again when it fails."""

    STATES: ClassVar = [
        ("waiting", _("等待发送")),
        ("sending", _("发送中")),
        ("sent", _("已发送")),
        ("skipped", _("不用再发")),
        ("failed", _("没有发出")),
    ]

    user = models.ForeignKey(User, models.CASCADE, related_name="deliveries")
    way = models.CharField(max_length=5, choices=WAYS)
    key = models.CharField(max_length=80)
    state = models.CharField(max_length=7, choices=STATES, default="waiting")
    job = models.BigIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    made = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        """One of a key; those on their way are looked after."""

        verbose_name = _("发送")
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="delivery_open", condition=Q(state__in=["waiting", "sending"])
            ),
            models.Index(fields=["user", "-id"], name="delivery_of"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "way", "key"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "skipped", "failed"]),
                name="delivery_state",
            ),
        ]

    def __str__(self) -> str:
        """Its key."""
        return f"{self.way} {self.key}"


class Part(models.Model):
    """A notice that is to go out in a way; without a delivery it waits for the daily one."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="parts")
    way = models.CharField(max_length=5, choices=WAYS)
    delivery = models.ForeignKey(Delivery, models.CASCADE, null=True, related_name="parts")

    class Meta:
        """A notice goes out once in a way."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "way"], name="part_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["way"], name="part_waiting", condition=Q(delivery__isnull=True))
        ]

    def __str__(self) -> str:
        """What and how."""
        return f"{self.notice} {self.way}"
