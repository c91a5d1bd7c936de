"""Dealings: visits, enquiries, needs, satisfaction, documents, special services."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.customers.models.archive import Category, Contact, Customer
from assay.customers.models.standing import STATES
from assay.furniture.fields import FenField, SealedField
from assay.furniture.kept import Kept
from assay.people.models import Employee


class Visit(Kept):
    """A visit or a call, in two fields: how, and what was said."""

    KINDS: ClassVar = [
        ("visit", _("拜访")),
        ("call", _("电话")),
        ("message", _("微信")),
        ("reception", _("接待")),
        ("gift", _("节日问候")),
    ]

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="visits")
    day = models.DateField(_("日期"))
    kind = models.CharField(_("方式"), max_length=9, choices=KINDS)
    said = models.CharField(_("说了什么"), max_length=500)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="visits",
        verbose_name=_("联系人"),
    )  # fmt: skip
    next_on = models.DateField(_("下一步日期"), null=True, blank=True)
    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="visits", verbose_name=_("业务员")
    )

    class Meta:
        """Read by customer, by who went, by what comes next."""

        verbose_name = _("往来")
        indexes: ClassVar = [
            models.Index(fields=["customer", "-day", "-id"], name="visit_of"),
            models.Index(fields=["employee", "-day"], name="visit_by"),
            models.Index(fields=["employee", "next_on"], name="visit_next"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["visit", "call", "message", "reception", "gift"]),
                name="visit_kind",
            ),
        ]

    _under = "customer_id"

    def __str__(self) -> str:
        """How and when."""
        return f"{self.get_kind_display()} {self.day}"


class Enquiry(Kept):
    """Somebody asks (scheme 三.4): written down, given to a person, answered."""

    CHANNELS: ClassVar = [
        ("phone", _("电话")),
        ("wechat", _("微信")),
        ("shop", _("到店")),
        ("web", _("网上")),
        ("agent", _("代理商")),
    ]
    STATES: ClassVar = [("open", _("待答复")), ("answered", _("已答复")), ("closed", _("已关闭"))]

    number = models.CharField(_("编号"), max_length=30, unique=True)
    at = models.DateTimeField(_("时间"))
    channel = models.CharField(_("渠道"), max_length=6, choices=CHANNELS)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="enquiries",
        verbose_name=_("客户"),
    )  # fmt: skip
    asker = models.CharField(_("询问人"), max_length=60)
    phone = SealedField(_("电话"), null=True, blank=True)
    text = models.CharField(_("问什么"), max_length=500)
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="enquiries",
        verbose_name=_("由谁答复"),
    )  # fmt: skip
    state = models.CharField(_("状态"), max_length=8, choices=STATES, default="open")
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        """Read by state, by person."""

        verbose_name = _("询问")
        indexes: ClassVar = [
            models.Index(fields=["employee", "state", "at"], name="enquiry_by"),
            models.Index(fields=["at", "id"], name="enquiry_at"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (Q(answered_at__isnull=False) & ~Q(answer="") & Q(state="answered"))
                | Q(state="closed"),
                name="enquiry_state",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["phone", "wechat", "shop", "web", "agent"]),
                name="enquiry_channel",
            ),
        ]

    def __str__(self) -> str:
        """Its number."""
        return self.number


class Need(Kept):
    """What a customer needs: category, year, occasion, how much."""

    STATES: ClassVar = [("open", _("待争取")), ("won", _("已成交")), ("lost", _("未争取到"))]

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="needs")
    year = models.PositiveSmallIntegerField(_("年份"))
    category = models.ForeignKey(Category, models.PROTECT, verbose_name=_("品类"))
    text = models.CharField(_("需求"), max_length=300)
    amount = FenField(_("预计金额"), default=0)
    state = models.CharField(_("状态"), max_length=4, choices=STATES, default="open")

    class Meta:
        """Read by customer and year."""

        verbose_name = _("需求")
        indexes: ClassVar = [models.Index(fields=["customer", "year"], name="need_of")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "won", "lost"]), name="need_state"
            ),
            models.CheckConstraint(condition=Q(year__range=(2000, 2199)), name="need_year"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="need_amount"),
        ]

    _under = "customer_id"

    def __str__(self) -> str:
        """What."""
        return self.text


class Satisfaction(Kept):
    """A customer's satisfaction, asked on a day: 1 to 5."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="satisfactions")
    day = models.DateField(_("日期"))
    score = models.PositiveSmallIntegerField(_("满意度"))
    note = models.CharField(_("意见"), max_length=300, blank=True)
    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="+", verbose_name=_("谁问的")
    )

    class Meta:
        """1 to 5."""

        verbose_name = _("满意度")
        indexes: ClassVar = [models.Index(fields=["customer", "-day"], name="satisfaction_of")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(score__range=(1, 5)), name="satisfaction_score",
                violation_error_message=_("满意度是 1 到 5"),
            )
        ]  # fmt: skip

    _under = "customer_id"

    def __str__(self) -> str:
        """The score."""
        return f"{self.score}"


class Document(Kept):
    """A file of a customer's, checked when it came in; it lies outside of what the web serves."""

    KINDS: ClassVar = [
        ("contract", _("合同")),
        ("licence", _("营业执照")),
        ("proof", _("授权或证明")),
        ("design", _("设计稿")),
        ("other", _("其他")),
    ]

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="documents")
    kind = models.CharField(_("类型"), max_length=8, choices=KINDS)
    name = models.CharField(_("文件名"), max_length=150)
    path = models.CharField(max_length=200, unique=True, editable=False)
    content_type = models.CharField(max_length=80, editable=False)
    size = models.PositiveIntegerField(_("大小"), editable=False)
    digest = models.CharField(max_length=64, editable=False)
    day = models.DateField(_("日期"))
    gone = models.BooleanField(_("已撤下"), default=False)

    class Meta:
        """Of one customer."""

        verbose_name = _("文件")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["contract", "licence", "proof", "design", "other"]),
                name="document_kind",
            )
        ]

    _unkept = frozenset({"path", "digest", "content_type"})

    _under = "customer_id"

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Service(Kept):
    """A special service added for a customer, and whether it was approved (scheme 十一)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="services")
    title = models.CharField(_("特色服务"), max_length=80)
    text = models.CharField(_("做法"), max_length=300)
    day = models.DateField(_("增加日期"))
    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="services", verbose_name=_("谁增加的")
    )
    state = models.CharField(_("状态"), max_length=9, choices=STATES, default="waiting")
    decided_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审批人")
    )
    decided_on = models.DateField(_("审批日期"), null=True, blank=True)

    class Meta:
        """Read by who added it."""

        verbose_name = _("特色服务")
        indexes: ClassVar = [models.Index(fields=["employee", "day"], name="service_by")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[code for code, _name in STATES]), name="service_state"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("employee")),
                name="service_two_people",
                violation_error_message=_("不能审批自己增加的服务"),
            ),
        ]

    _under = "customer_id"

    def __str__(self) -> str:
        """Its title."""
        return self.title
