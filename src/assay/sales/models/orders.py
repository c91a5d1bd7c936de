"""Opportunities, and orders from quotation to completion with their lines and shares."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assay.customers.models import Customer
from assay.furniture.fields import FenField
from assay.furniture.finding import Told
from assay.furniture.kept import Kept
from assay.people.models import Agent, Department, Employee, Shop
from assay.sales import rules
from assay.sales.models.goods import Good

CHANNELS = [
    ("direct", _("直销")),
    ("group_buy", _("团购")),
    ("agent", _("代理")),
    ("store", _("银楼")),
]


# Orders with something still to be collected: an index of their own, the others are ten times as many.
OWING = Q(
    status__in=["open", "shipped", "completed"],
    collected__lt=F("net_amount") - F("returned_net"),
)


class Opportunity(Kept):
    """A sale in sight: whose, how much, how far."""

    STAGES: ClassVar = [
        ("lead", _("有意向")),
        ("needs", _("需求已明")),
        ("quoted", _("已报价")),
        ("won", _("成交")),
        ("lost", _("丢单")),
    ]

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="opportunities", verbose_name=_("客户")
    )
    title = models.CharField(_("商机"), max_length=80)
    seller = models.ForeignKey(
        Employee, models.PROTECT, related_name="opportunities", verbose_name=_("业务员")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("部门")
    )
    day = models.DateField(_("发现日期"))
    stage = models.CharField(_("阶段"), max_length=6, choices=STAGES, default="lead")
    expected = FenField(_("预计金额"))
    expected_on = models.DateField(_("预计成交日"))
    why_lost = models.CharField(_("丢单原因"), max_length=120, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)

    _told = frozenset({"title"})

    class Meta:
        """By expected day."""

        verbose_name = _("商机")
        indexes: ClassVar = [models.Index(fields=["expected_on", "id"], name="opportunity_by_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stage__in=["lead", "needs", "quoted", "won", "lost"]),
                name="opportunity_stage",
            ),
            models.CheckConstraint(
                condition=~Q(stage="lost") | ~Q(why_lost=""),
                name="opportunity_lost",
                violation_error_message=_("丢单要写原因"),
            ),
        ]

    def told(self) -> Told:
        """Its title."""
        return Told((self.title,))

    def __str__(self) -> str:
        """Its title."""
        return self.title


class Order(Kept):
    """A quotation, and the order it becomes. `version` tells of two people at once.

    list_amount and net_amount are what the lines come to; counted_list and counted_net what is
    left of them after returns: what facts read.
    """

    STATES: ClassVar = [
        ("quote", _("报价")),
        ("open", _("已下单")),
        ("shipped", _("已发货")),
        ("completed", _("已完成")),
        ("cancelled", _("已取消")),
        ("returned", _("已退货")),
    ]
    APPROVALS: ClassVar = [
        ("none", _("不需审批")),
        ("needed", _("须审批")),
        ("asked", _("审批中")),
        ("granted", _("已同意")),
        ("refused", _("已驳回")),
    ]

    number = models.CharField(_("订单号"), max_length=40, unique=True, null=True, blank=True)
    quote_number = models.CharField(
        _("报价单号"), max_length=40, unique=True, null=True, blank=True
    )
    day = models.DateField(_("日期"))
    status = models.CharField(_("状态"), max_length=9, choices=STATES, default="quote")
    approval = models.CharField(_("审批"), max_length=7, choices=APPROVALS, default="none")
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="orders", verbose_name=_("客户")
    )
    opportunity = models.ForeignKey(
        Opportunity, models.PROTECT, null=True, blank=True, related_name="orders",
        verbose_name=_("商机"),
    )  # fmt: skip
    seller = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="orders",
        verbose_name=_("业务员"),
    )  # fmt: skip
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("部门"),
        related_name="orders",
    )
    channel = models.CharField(_("渠道"), max_length=9, choices=CHANNELS, default="direct")
    agent = models.ForeignKey(
        Agent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("代理商"),
    )
    shop = models.ForeignKey(
        Shop, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("银楼")
    )
    pickup_shop = models.ForeignKey(
        Shop, models.PROTECT, null=True, blank=True, related_name="pickup_orders",
        verbose_name=_("提货银楼"),
    )  # fmt: skip
    list_amount = FenField(_("原价金额"))
    net_amount = FenField(_("成交金额"))
    cost_amount = FenField(_("成本"), null=True, blank=True)
    counted_list = FenField()
    counted_net = FenField()
    returned_net = FenField(_("已退金额"), default=0)
    collected = FenField(_("已回款"), default=0)
    over_said = models.CharField(_("多收说明"), max_length=120, blank=True)
    due_on = models.DateField(_("回款期限"), null=True, blank=True)
    delivered_on = models.DateField(_("交货日期"), null=True, blank=True)
    urged_on = models.DateField(_("催收日期"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        """Read by day, seller, department, customer, agent, shop; facts read placed ones."""

        verbose_name = _("订单")
        indexes: ClassVar = [
            models.Index(fields=["day", "id"], name="order_by_day"),
            models.Index(fields=["seller", "day"], name="order_by_seller"),
            models.Index(fields=["department", "day"], name="order_by_department"),
            models.Index(fields=["customer", "day"], name="order_by_customer"),
            models.Index(fields=["agent", "day"], name="order_by_agent"),
            models.Index(fields=["pickup_shop", "status"], name="order_by_pickup"),
            models.Index(fields=["net_amount", "id"], name="order_by_amount"),
            models.Index(fields=["due_on", "id"], name="order_owing", condition=OWING),
            models.Index(
                fields=["urged_on"], name="order_urged", condition=Q(urged_on__isnull=False)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    status__in=["quote", "open", "shipped", "completed", "cancelled", "returned"]
                ),
                name="order_status",
            ),
            models.CheckConstraint(
                condition=Q(approval__in=["none", "needed", "asked", "granted", "refused"]),
                name="order_approval",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["quote", "cancelled"]) | Q(number__isnull=False),
                name="order_numbered",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["direct", "group_buy"], shop__isnull=True)
                | Q(channel="agent", agent__isnull=False, shop__isnull=True)
                | Q(channel="store", shop__isnull=False),
                name="order_channel",
                violation_error_message=_("代理渠道要选代理商，银楼渠道要选银楼，别的渠道没有银楼"),
            ),
            models.CheckConstraint(
                condition=Q(list_amount__gt=0, net_amount__gte=0),
                name="order_amounts",
                violation_error_message=_("原价合计要大于 0，成交合计不能为负"),
            ),
            models.CheckConstraint(
                condition=Q(returned_net__gte=0, returned_net__lte=F("net_amount")),
                name="order_returned",
                violation_error_message=_("退货不能超过成交"),
            ),
            models.CheckConstraint(
                condition=Q(collected__gte=0)
                & (Q(collected__lte=F("net_amount")) | ~Q(over_said="")),
                name="order_collected",
                violation_error_message=_("回款超过成交金额，要写明为什么多收"),
            ),
        ]

    _unkept = frozenset({"counted_list", "counted_net"})

    def __str__(self) -> str:
        """Its number."""
        return self.number or self.quote_number or ""

    @property
    def owed(self) -> int:
        """What is still to be collected, in 分; below 0 something is to be paid back."""
        owed: int = self.net_amount - self.returned_net - self.collected
        return owed

    @property
    def placed(self) -> bool:
        """Whether it counts in the facts."""
        return self.status in ("open", "shipped", "completed")


class OrderLine(Kept):
    """Goods of an order with the list price of that day kept; by weight with the price of gold."""

    ON: ClassVar = [("all", _("整件")), ("labour", _("只打工费，金料不打折"))]

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=_("订单"))
    number = models.IntegerField(_("行号"))
    good = models.ForeignKey(
        Good, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("商品")
    )
    name = models.CharField(_("品名"), max_length=80)
    quantity = models.IntegerField(_("件数"), default=1)
    weight = models.IntegerField(_("总克重（毫克）"), null=True, blank=True)
    gold_price = FenField(_("当日金价（每克）"), null=True, blank=True)
    gold_day = models.DateField(_("金价日期"), null=True, blank=True)
    labour = FenField(_("工费（每克）"), null=True, blank=True)
    discount_on = models.CharField(_("打折范围"), max_length=6, choices=ON, default="all")
    reference = models.BooleanField(_("参考价（商品没有原价）"), default=False)
    list_amount = FenField(_("原价金额"))
    net_amount = FenField(_("成交金额"))
    cost_amount = FenField(_("成本"), null=True, blank=True)
    returned = models.IntegerField(_("已退件数"), default=0)
    returned_list = FenField(default=0)
    returned_net = FenField(default=0)
    picked = models.IntegerField(_("已提件数"), default=0)

    class Meta:
        """In their order."""

        verbose_name = _("订单明细")
        ordering: ClassVar = ["order_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "number"], name="order_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, list_amount__gt=0, net_amount__gte=0),
                name="order_line_amounts",
                violation_error_message=_("件数和原价要大于 0，成交不能为负"),
            ),
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("quantity"))
                & Q(returned_net__gte=0, returned_net__lte=F("net_amount"))
                & Q(returned_list__gte=0, returned_list__lte=F("list_amount")),
                name="order_line_returned",
                violation_error_message=_("退的不能比卖的多"),
            ),
            models.CheckConstraint(
                condition=Q(picked__gte=0, picked__lte=F("quantity")),
                name="order_line_picked",
                violation_error_message=_("提的不能比卖的多"),
            ),
            models.CheckConstraint(
                condition=Q(weight__isnull=True)
                | Q(weight__gt=0, gold_price__isnull=False, gold_day__isnull=False),
                name="order_line_weight",
                violation_error_message=_("按克重的要有克重和当日金价"),
            ),
        ]

    _under = "order_id"

    @property
    def firm(self) -> int:
        """What of the list price no discount reaches, in 分: the gold, where only labour is cut."""
        if self.discount_on == "all" or self.weight is None or self.gold_price is None:
            return 0
        return rules.by_weight(self.weight, self.gold_price, 0, Fraction(1), "all").gold

    @property
    def ratio(self) -> Fraction:
        """The discount it was given, as people write it: two decimals of a 折 where these tell it to
        the 分, else six."""
        listed, net = self.list_amount - self.firm, self.net_amount - self.firm
        exact = Fraction(net, listed) if listed > 0 else Fraction(1)
        near = Fraction(round(exact * 1000), 1000)
        return near if abs(near - exact) * listed < 1 else Fraction(round(exact * 10**7), 10**7)

    def __str__(self) -> str:
        """What it is."""
        return self.name


class OrderShare(Kept):
    """Whose part of an order's credit, in hundredths of a percent; the parts of one come to 100 %."""

    WHOLE = 10_000

    order = models.ForeignKey(Order, models.CASCADE, related_name="shares", verbose_name=_("订单"))
    employee = models.ForeignKey(Employee, models.PROTECT, verbose_name=_("业务员"))
    part = models.IntegerField(_("分成（万分之）"))

    class Meta:
        """Each person once."""

        verbose_name = _("订单分成")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "employee"], name="order_share_once"),
            models.CheckConstraint(
                condition=Q(part__gt=0, part__lte=10_000), name="order_share_part"
            ),
        ]

    _under = "order_id"

    def __str__(self) -> str:
        """Whose."""
        return str(self.employee)
