"""The archive: corporate groups, customers with their tax profile, contacts with their part."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assay.customers.names import name_key
from assay.furniture.fields import SealedField
from assay.furniture.finding import Told
from assay.furniture.kept import Kept
from assay.people.models import Agent, Department, Employee, Shop

TIERS = [("ordinary", _("普通客户")), ("key", _("大客户"))]
PARTS = [
    ("decide", _("决策")),
    ("use", _("使用")),
    ("purchase", _("采购")),
    ("finance", _("财务")),
    ("influence", _("影响")),
]
STANCES = [("for", _("支持")), ("neutral", _("中立")), ("against", _("反对"))]
SOURCES = [
    ("own", _("自行开发")),
    ("agent", _("代理商介绍")),
    ("store", _("银楼介绍")),
    ("referral", _("客户转介绍")),
    ("campaign", _("活动")),
    ("enquiry", _("主动询问")),
    ("other", _("其他")),
]


class Group(Kept):
    """A corporate group (集团): its customers count once where accounts are counted."""

    name = models.CharField(_("集团"), max_length=120)
    name_key = models.CharField(max_length=120, unique=True, editable=False)
    pinyin = models.CharField(max_length=200, editable=False)

    class Meta:
        """Sorted by sound."""

        verbose_name = _("集团")
        ordering: ClassVar = ["pinyin", "id"]

    _unkept = frozenset({"name_key", "pinyin"})
    _told = frozenset({"name"})

    def told(self) -> Told:
        """Its name."""
        return Told((self.name,))

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Category(Kept):
    """A category of goods, as the white space and the needs are told by."""

    code = models.CharField(_("编号"), max_length=20, unique=True)
    name = models.CharField(_("品类"), max_length=40)
    place = models.PositiveSmallIntegerField(_("次序"), default=100)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        """In the order people set."""

        verbose_name = _("品类")
        ordering: ClassVar = ["place", "id"]

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Customer(Kept):
    """A customer. Without an owner and a shop it lies in the pool (公海).

    `version` counts its changes, so that what was decided on an old page is refused. A customer
    merged into another stands for that one.
    """

    code = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("客户名称"), max_length=120)
    short = models.CharField(_("简称"), max_length=40, blank=True)
    name_key = models.CharField(max_length=120, editable=False)
    twin = models.PositiveSmallIntegerField(default=0, editable=False)
    pinyin = models.CharField(max_length=200, editable=False)
    group = models.ForeignKey(
        Group,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("集团"),
    )
    industry = models.CharField(_("行业"), max_length=40, blank=True)
    city = models.CharField(_("城市"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    headcount = models.PositiveIntegerField(_("员工人数"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=10, choices=SOURCES, default="own")
    agent = models.ForeignKey(
        Agent, models.PROTECT, null=True, blank=True, related_name="customers",
        verbose_name=_("介绍的代理商"),
    )  # fmt: skip
    shop = models.ForeignKey(
        Shop, models.PROTECT, null=True, blank=True, related_name="customers",
        verbose_name=_("开发的银楼"),
    )  # fmt: skip
    remark = models.TextField(_("备注"), blank=True, max_length=1000)
    opened = models.DateField(_("建档日期"))
    tier = models.CharField(_("级别"), max_length=8, choices=TIERS, default="ordinary")
    owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="customers",
        verbose_name=_("负责人"),
    )  # fmt: skip
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("部门")
    )
    protected_until = models.DateField(_("归属保护至"), null=True, blank=True)
    pooled_on = models.DateField(_("进公海日期"), null=True, blank=True)
    tax_title = models.CharField(_("抬头"), max_length=120, blank=True)
    tax_number = models.CharField(_("税号"), max_length=20, blank=True)
    tax_bank = models.CharField(_("开户行"), max_length=120, blank=True)
    tax_account = SealedField(_("账号"), null=True, blank=True)
    tax_address = models.CharField(_("注册地址"), max_length=200, blank=True)
    tax_phone = models.CharField(_("注册电话"), max_length=30, blank=True)
    first_paid = models.DateField(_("首次成交"), null=True, blank=True, editable=False)
    last_paid = models.DateField(_("上次成交"), null=True, blank=True, editable=False)
    quiet_since = models.DateField(_("沉默起点"), editable=False)
    last_met = models.DateField(_("上次联系"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed",
        verbose_name=_("并入"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        """Found by name, sound, owner, silence; the number of a taxpayer stands once."""

        verbose_name = _("客户")
        indexes: ClassVar = [
            models.Index(fields=["pinyin", "id"], name="customer_by_sound"),
            models.Index(fields=["owner", "pinyin", "id"], name="customer_by_owner"),
            models.Index(fields=["shop", "pinyin", "id"], name="customer_by_shop"),
            models.Index(fields=["tier", "quiet_since", "id"], name="customer_by_silence"),
            models.Index(fields=["quiet_since", "id"], name="customer_quiet"),
            models.Index(fields=["opened", "id"], name="customer_by_opening"),
            models.Index(fields=["tax_title"], name="customer_by_tax_title"),
            models.Index(
                fields=["pooled_on", "id"], name="customer_pool",
                condition=Q(pooled_on__isnull=False),
            ),
            models.Index(
                fields=["protected_until", "id"], name="customer_protected",
                condition=Q(owner__isnull=False),
            ),
        ]  # fmt: skip
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(tier__in=[code for code, _name in TIERS]), name="customer_tier"
            ),
            models.CheckConstraint(
                condition=Q(source__in=[code for code, _name in SOURCES]), name="customer_source"
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(pooled_on__isnull=True),
                name="customer_pool_unowned",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | (~Q(merged_into=F("id")) & Q(owner__isnull=True, pooled_on__isnull=True)),
                name="customer_merged",
            ),
            models.UniqueConstraint(
                fields=["name_key", "twin"], condition=Q(merged_into__isnull=True),
                name="customer_name_once",
                violation_error_message=_("已有同名客户"),
            ),
            models.UniqueConstraint(
                fields=["tax_number"], condition=Q(merged_into__isnull=True) & ~Q(tax_number=""),
                name="customer_tax_number_once",
                violation_error_message=_("这个税号已是另一位客户的"),
            ),
        ]  # fmt: skip

    _unkept = frozenset(
        {"name_key", "twin", "pinyin", "version", "first_paid", "last_paid", "last_met"}
        | {"quiet_since"}
    )

    _told = frozenset(
        {"code", "name", "short", "tax_number", "tax_phone", "group_id", "merged_into_id"}
    )

    def told(self) -> Told | None:
        """Names (spoken without 有限公司), numbers, phone; one merged away is not found."""
        if self.merged_into_id is not None:
            return None
        others = [name for name in (self.short, self.group.name if self.group else "") if name]
        return Told(
            [self.name, *others], [name_key(self.name), *others],
            (self.code, self.tax_number), (self.tax_phone,),
        )  # fmt: skip

    def __str__(self) -> str:
        """Its name."""
        return self.name

    @property
    def called(self) -> str:
        """What people call it."""
        return self.short or self.name


class Contact(Kept):
    """A person at a customer's, and the part played in the decision."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts")
    name = models.CharField(_("姓名"), max_length=60)
    title = models.CharField(_("职务"), max_length=60, blank=True)
    part = models.CharField(_("决策中的角色"), max_length=10, choices=PARTS)
    stance = models.CharField(_("态度"), max_length=8, choices=STANCES, default="neutral")
    phone = SealedField(_("电话"), null=True, blank=True)
    phone_mark = models.CharField(
        max_length=64, blank=True, default="", editable=False, db_index=True
    )
    email = models.EmailField(_("邮箱"), blank=True)
    remark = models.CharField(_("备注"), max_length=200, blank=True)
    last_met = models.DateField(_("上次见面"), null=True, blank=True, editable=False)
    left = models.BooleanField(_("已离开"), default=False)

    class Meta:
        """Known parts."""

        verbose_name = _("联系人")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(part__in=[code for code, _name in PARTS]), name="contact_part"
            ),
            models.CheckConstraint(
                condition=Q(stance__in=[code for code, _name in STANCES]), name="contact_stance"
            ),
        ]

    _unkept = frozenset({"phone_mark", "last_met"})
    _told = frozenset({"name", "phone", "left"})

    def told(self) -> Told | None:
        """Name and phone; who has left is not found."""
        return None if self.left else Told((self.name,), phones=(self.phone,))

    _under = "customer_id"

    def __str__(self) -> str:
        """The name."""
        return self.name
