"""The first tables of sales."""

import django.db.models.deletion
from django.db import migrations, models

import assay.furniture.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="GoldPrice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "metal",
                    models.CharField(
                        choices=[
                            ("gold999", "足金 999"),
                            ("gold750", "18K 金"),
                            ("platinum950", "铂金 950"),
                        ],
                        max_length=12,
                        verbose_name="成色",
                    ),
                ),
                ("price", assay.furniture.fields.FenField(verbose_name="金价（每克）")),
                (
                    "cost",
                    assay.furniture.fields.FenField(
                        blank=True, null=True, verbose_name="成本（每克）"
                    ),
                ),
            ],
            options={
                "verbose_name": "当日金价",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "metal"),
                        name="gold_price_once",
                        violation_error_message="这一天这种成色已有金价；要改就改那一条",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__gt", 0)), name="gold_price_above_zero"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Good",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="货号")),
                ("name", models.CharField(max_length=80, verbose_name="品名")),
                ("pinyin", models.CharField(editable=False, max_length=200)),
                ("sounds", models.CharField(editable=False, max_length=500)),
                (
                    "way",
                    models.CharField(
                        choices=[("piece", "按件"), ("weight", "按克重")],
                        max_length=6,
                        verbose_name="计价",
                    ),
                ),
                (
                    "list_price",
                    assay.furniture.fields.FenField(
                        blank=True, null=True, verbose_name="原价（每件）"
                    ),
                ),
                (
                    "cost",
                    assay.furniture.fields.FenField(
                        blank=True, null=True, verbose_name="成本（每件）"
                    ),
                ),
                (
                    "metal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("gold999", "足金 999"),
                            ("gold750", "18K 金"),
                            ("platinum950", "铂金 950"),
                        ],
                        max_length=12,
                        verbose_name="成色",
                    ),
                ),
                (
                    "labour",
                    assay.furniture.fields.FenField(
                        blank=True, null=True, verbose_name="工费（每克）"
                    ),
                ),
                (
                    "labour_cost",
                    assay.furniture.fields.FenField(
                        blank=True, null=True, verbose_name="工费成本（每克）"
                    ),
                ),
                ("on_sale", models.BooleanField(default=True, verbose_name="在售")),
            ],
            options={
                "verbose_name": "商品",
                "indexes": [models.Index(fields=["pinyin", "id"], name="good_by_sound")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("labour__isnull", True), ("metal", ""), ("way", "piece")),
                            models.Q(
                                ("labour__isnull", False),
                                ("way", "weight"),
                                models.Q(("metal", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="good_way",
                        violation_error_message="按克重的商品要有成色和工费；按件的没有",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("list_price__isnull", True), ("list_price__gt", 0), _connector="OR"
                        ),
                        name="good_list_price",
                        violation_error_message="原价要大于 0；没有原价就空着",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opportunity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="商机")),
                ("day", models.DateField(verbose_name="发现日期")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("lead", "有意向"),
                            ("needs", "需求已明"),
                            ("quoted", "已报价"),
                            ("won", "成交"),
                            ("lost", "丢单"),
                        ],
                        default="lead",
                        max_length=6,
                        verbose_name="阶段",
                    ),
                ),
                ("expected", assay.furniture.fields.FenField(verbose_name="预计金额")),
                ("expected_on", models.DateField(verbose_name="预计成交日")),
                ("why_lost", models.CharField(blank=True, max_length=120, verbose_name="丢单原因")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opportunities",
                        to="customers.customer",
                        verbose_name="客户",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.department",
                        verbose_name="部门",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opportunities",
                        to="people.employee",
                        verbose_name="业务员",
                    ),
                ),
            ],
            options={
                "verbose_name": "商机",
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True, max_length=40, null=True, unique=True, verbose_name="订单号"
                    ),
                ),
                (
                    "quote_number",
                    models.CharField(
                        blank=True, max_length=40, null=True, unique=True, verbose_name="报价单号"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("quote", "报价"),
                            ("open", "已下单"),
                            ("shipped", "已发货"),
                            ("completed", "已完成"),
                            ("cancelled", "已取消"),
                            ("returned", "已退货"),
                        ],
                        default="quote",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                (
                    "approval",
                    models.CharField(
                        choices=[
                            ("none", "不需审批"),
                            ("needed", "须审批"),
                            ("asked", "审批中"),
                            ("granted", "已同意"),
                            ("refused", "已驳回"),
                        ],
                        default="none",
                        max_length=7,
                        verbose_name="审批",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("direct", "直销"),
                            ("group_buy", "团购"),
                            ("agent", "代理"),
                            ("store", "银楼"),
                        ],
                        default="direct",
                        max_length=9,
                        verbose_name="渠道",
                    ),
                ),
                ("list_amount", assay.furniture.fields.FenField(verbose_name="原价金额")),
                ("net_amount", assay.furniture.fields.FenField(verbose_name="成交金额")),
                (
                    "cost_amount",
                    assay.furniture.fields.FenField(blank=True, null=True, verbose_name="成本"),
                ),
                ("counted_list", assay.furniture.fields.FenField()),
                ("counted_net", assay.furniture.fields.FenField()),
                (
                    "returned_net",
                    assay.furniture.fields.FenField(default=0, verbose_name="已退金额"),
                ),
                ("collected", assay.furniture.fields.FenField(default=0, verbose_name="已回款")),
                (
                    "over_said",
                    models.CharField(blank=True, max_length=120, verbose_name="多收说明"),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="回款期限")),
                ("delivered_on", models.DateField(blank=True, null=True, verbose_name="交货日期")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                ("version", models.IntegerField(default=1)),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="people.agent",
                        verbose_name="代理商",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="customers.customer",
                        verbose_name="客户",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="people.department",
                        verbose_name="部门",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="sales.opportunity",
                        verbose_name="商机",
                    ),
                ),
                (
                    "pickup_shop",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pickup_orders",
                        to="people.shop",
                        verbose_name="提货银楼",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="people.employee",
                        verbose_name="业务员",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="people.shop",
                        verbose_name="银楼",
                    ),
                ),
            ],
            options={
                "verbose_name": "订单",
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField(verbose_name="行号")),
                ("name", models.CharField(max_length=80, verbose_name="品名")),
                ("quantity", models.IntegerField(default=1, verbose_name="件数")),
                (
                    "weight",
                    models.IntegerField(blank=True, null=True, verbose_name="总克重（毫克）"),
                ),
                (
                    "gold_price",
                    assay.furniture.fields.FenField(
                        blank=True, null=True, verbose_name="当日金价（每克）"
                    ),
                ),
                ("gold_day", models.DateField(blank=True, null=True, verbose_name="金价日期")),
                (
                    "labour",
                    assay.furniture.fields.FenField(
                        blank=True, null=True, verbose_name="工费（每克）"
                    ),
                ),
                (
                    "discount_on",
                    models.CharField(
                        choices=[("all", "整件"), ("labour", "只打工费，金料不打折")],
                        default="all",
                        max_length=6,
                        verbose_name="打折范围",
                    ),
                ),
                (
                    "reference",
                    models.BooleanField(default=False, verbose_name="参考价（商品没有原价）"),
                ),
                ("list_amount", assay.furniture.fields.FenField(verbose_name="原价金额")),
                ("net_amount", assay.furniture.fields.FenField(verbose_name="成交金额")),
                (
                    "cost_amount",
                    assay.furniture.fields.FenField(blank=True, null=True, verbose_name="成本"),
                ),
                ("returned", models.IntegerField(default=0, verbose_name="已退件数")),
                ("returned_list", assay.furniture.fields.FenField(default=0)),
                ("returned_net", assay.furniture.fields.FenField(default=0)),
                ("picked", models.IntegerField(default=0, verbose_name="已提件数")),
                (
                    "good",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="sales.good",
                        verbose_name="商品",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="sales.order",
                        verbose_name="订单",
                    ),
                ),
            ],
            options={
                "verbose_name": "订单明细",
                "ordering": ["order_id", "number"],
            },
        ),
        migrations.CreateModel(
            name="OrderShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.IntegerField(verbose_name="分成（万分之）")),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.employee",
                        verbose_name="业务员",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="sales.order",
                        verbose_name="订单",
                    ),
                ),
            ],
            options={
                "verbose_name": "订单分成",
            },
        ),
        migrations.CreateModel(
            name="PickUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="提货单号")),
                ("at", models.DateTimeField(verbose_name="提货时间")),
                ("day", models.DateField(verbose_name="提货日期")),
                ("person", models.CharField(max_length=60, verbose_name="提货人")),
                ("proof", models.CharField(blank=True, max_length=60, verbose_name="凭证")),
                (
                    "clerk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.employee",
                        verbose_name="经办店员",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pickups",
                        to="sales.order",
                        verbose_name="订单",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pickups",
                        to="people.shop",
                        verbose_name="银楼",
                    ),
                ),
            ],
            options={
                "verbose_name": "提货",
            },
        ),
        migrations.CreateModel(
            name="PickUpLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.IntegerField(verbose_name="件数")),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pickups",
                        to="sales.orderline",
                    ),
                ),
                (
                    "pickup",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="sales.pickup",
                    ),
                ),
            ],
            options={
                "verbose_name": "提货明细",
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="收款单号")),
                ("day", models.DateField(verbose_name="收款日期")),
                ("payer", models.CharField(max_length=120, verbose_name="付款方")),
                ("amount", assay.furniture.fields.FenField(verbose_name="金额")),
                ("matched", assay.furniture.fields.FenField(default=0, verbose_name="已核销")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("transfer", "对公转账"),
                            ("card", "刷卡"),
                            ("cash", "现金"),
                            ("draft", "承兑汇票"),
                        ],
                        default="transfer",
                        max_length=8,
                        verbose_name="方式",
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True, max_length=60, null=True, unique=True, verbose_name="银行流水号"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="customers.customer",
                        verbose_name="客户",
                    ),
                ),
            ],
            options={
                "verbose_name": "收款",
            },
        ),
        migrations.CreateModel(
            name="Match",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", assay.furniture.fields.FenField(verbose_name="核销金额")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="sales.order",
                        verbose_name="订单",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="sales.receipt",
                        verbose_name="收款",
                    ),
                ),
            ],
            options={
                "verbose_name": "核销",
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="审批单号")),
                ("order_version", models.IntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待审批"),
                            ("agreed", "已同意"),
                            ("refused", "已驳回"),
                            ("withdrawn", "已撤回"),
                            ("changed", "单据已改，作废"),
                        ],
                        default="open",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="申请时间")),
                ("why", models.CharField(max_length=200, verbose_name="理由")),
                ("reasons", models.JSONField(verbose_name="事由")),
                ("list_amount", assay.furniture.fields.FenField(verbose_name="原价金额")),
                ("net_amount", assay.furniture.fields.FenField(verbose_name="成交金额")),
                ("effects", models.JSONField(verbose_name="影响")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="people.employee",
                        verbose_name="申请人",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="sales.order",
                        verbose_name="订单",
                    ),
                ),
            ],
            options={
                "verbose_name": "审批",
            },
        ),
        migrations.CreateModel(
            name="Return",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="退货单号")),
                ("day", models.DateField(verbose_name="退货日期")),
                ("why", models.CharField(max_length=120, verbose_name="退货原因")),
                ("list_amount", assay.furniture.fields.FenField(verbose_name="原价金额")),
                ("net_amount", assay.furniture.fields.FenField(verbose_name="成交金额")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="sales.order",
                        verbose_name="订单",
                    ),
                ),
            ],
            options={
                "verbose_name": "退货",
            },
        ),
        migrations.CreateModel(
            name="ReturnLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.IntegerField(verbose_name="件数")),
                ("list_amount", assay.furniture.fields.FenField(verbose_name="原价金额")),
                ("net_amount", assay.furniture.fields.FenField(verbose_name="成交金额")),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="sales.orderline",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="sales.return",
                    ),
                ),
            ],
            options={
                "verbose_name": "退货明细",
            },
        ),
        migrations.CreateModel(
            name="Sign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "said",
                    models.CharField(
                        choices=[
                            ("waiting", "待处理"),
                            ("agreed", "同意"),
                            ("refused", "驳回"),
                            ("passed", "转审"),
                            ("void", "不再需要"),
                        ],
                        default="waiting",
                        max_length=7,
                        verbose_name="意见",
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("at", models.DateTimeField(blank=True, null=True, verbose_name="时间")),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="加签或转审人",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signs",
                        to="sales.request",
                        verbose_name="审批",
                    ),
                ),
                (
                    "who",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signs",
                        to="people.employee",
                        verbose_name="审批人",
                    ),
                ),
            ],
            options={
                "verbose_name": "审批意见",
            },
        ),
        migrations.CreateModel(
            name="TargetPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.IntegerField(verbose_name="年度")),
                ("edition", models.IntegerField(verbose_name="版本")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草稿"), ("force", "现行"), ("past", "已被替代")],
                        default="draft",
                        max_length=5,
                        verbose_name="状态",
                    ),
                ),
                ("amount", assay.furniture.fields.FenField(verbose_name="年度任务额")),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("version", models.IntegerField(default=1)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.department",
                        verbose_name="部门",
                    ),
                ),
            ],
            options={
                "verbose_name": "年度任务",
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", assay.furniture.fields.MonthField(verbose_name="月份")),
                ("amount", assay.furniture.fields.FenField(verbose_name="任务额")),
                (
                    "employee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="people.employee",
                        verbose_name="业务员",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="sales.targetplan",
                        verbose_name="年度任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "任务",
            },
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(fields=["expected_on", "id"], name="opportunity_by_day"),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["lead", "needs", "quoted", "won", "lost"])),
                name="opportunity_stage",
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage", "lost"), _negated=True),
                    models.Q(("why_lost", ""), _negated=True),
                    _connector="OR",
                ),
                name="opportunity_lost",
                violation_error_message="丢单要写原因",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["day", "id"], name="order_by_day"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["seller", "day"], name="order_by_seller"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["department", "day"], name="order_by_department"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["customer", "day"], name="order_by_customer"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["agent", "day"], name="order_by_agent"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["pickup_shop", "status"], name="order_by_pickup"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["due_on", "id"], name="order_by_due"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["quote", "open", "shipped", "completed", "cancelled", "returned"],
                    )
                ),
                name="order_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approval__in", ["none", "needed", "asked", "granted", "refused"])
                ),
                name="order_approval",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["quote", "cancelled"]),
                    ("number__isnull", False),
                    _connector="OR",
                ),
                name="order_numbered",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel__in", ["direct", "group_buy"]), ("shop__isnull", True)),
                    models.Q(
                        ("agent__isnull", False), ("channel", "agent"), ("shop__isnull", True)
                    ),
                    models.Q(("channel", "store"), ("shop__isnull", False)),
                    _connector="OR",
                ),
                name="order_channel",
                violation_error_message="代理渠道要选代理商，银楼渠道要选银楼，别的渠道没有银楼",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("list_amount__gt", 0), ("net_amount__gte", 0)),
                name="order_amounts",
                violation_error_message="原价合计要大于 0，成交合计不能为负",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("returned_net__gte", 0), ("returned_net__lte", models.F("net_amount"))
                ),
                name="order_returned",
                violation_error_message="退货不能超过成交",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("collected__gte", 0),
                    models.Q(
                        ("collected__lte", models.F("net_amount")),
                        models.Q(("over_said", ""), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="order_collected",
                violation_error_message="回款超过成交金额，要写明为什么多收",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(fields=("order", "number"), name="order_line_once"),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("list_amount__gt", 0), ("net_amount__gte", 0), ("quantity__gt", 0)
                ),
                name="order_line_amounts",
                violation_error_message="件数和原价要大于 0，成交不能为负",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("returned__gte", 0),
                    ("returned__lte", models.F("quantity")),
                    ("returned_net__gte", 0),
                    ("returned_net__lte", models.F("net_amount")),
                    ("returned_list__gte", 0),
                    ("returned_list__lte", models.F("list_amount")),
                ),
                name="order_line_returned",
                violation_error_message="退的不能比卖的多",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("picked__gte", 0), ("picked__lte", models.F("quantity"))),
                name="order_line_picked",
                violation_error_message="提的不能比卖的多",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("weight__isnull", True),
                    models.Q(
                        ("gold_day__isnull", False),
                        ("gold_price__isnull", False),
                        ("weight__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="order_line_weight",
                violation_error_message="按克重的要有克重和当日金价",
            ),
        ),
        migrations.AddConstraint(
            model_name="ordershare",
            constraint=models.UniqueConstraint(
                fields=("order", "employee"), name="order_share_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ordershare",
            constraint=models.CheckConstraint(
                condition=models.Q(("part__gt", 0), ("part__lte", 10000)), name="order_share_part"
            ),
        ),
        migrations.AddIndex(
            model_name="pickup",
            index=models.Index(fields=["shop", "day", "id"], name="pickup_by_shop"),
        ),
        migrations.AddConstraint(
            model_name="pickupline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="pickup_line_quantity"
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(fields=["day", "id"], name="receipt_by_day"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)),
                name="receipt_amount",
                violation_error_message="金额要大于 0",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("matched__gte", 0), ("matched__lte", models.F("amount"))),
                name="receipt_matched",
                violation_error_message="核销不能超过收到的金额",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)),
                name="match_amount",
                violation_error_message="核销金额要大于 0",
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["state", "id"], name="request_by_state"),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["open", "agreed", "refused", "withdrawn", "changed"])
                ),
                name="request_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("order",),
                name="request_one_open",
                violation_error_message="这一单已在审批中",
            ),
        ),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(fields=["day", "id"], name="return_by_day"),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="return_line_quantity"
            ),
        ),
        migrations.AddIndex(
            model_name="sign",
            index=models.Index(fields=["who", "said"], name="sign_by_who"),
        ),
        migrations.AddConstraint(
            model_name="sign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("said__in", ["waiting", "agreed", "refused", "passed", "void"])
                ),
                name="sign_said",
            ),
        ),
        migrations.AddConstraint(
            model_name="sign",
            constraint=models.UniqueConstraint(
                condition=models.Q(("said", "waiting")),
                fields=("request", "who"),
                name="sign_once",
                violation_error_message="这个人已在审批",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetplan",
            constraint=models.UniqueConstraint(
                fields=("department", "year", "edition"), name="target_plan_edition"
            ),
        ),
        migrations.AddConstraint(
            model_name="targetplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "force")),
                fields=("department", "year"),
                name="target_plan_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")),
                fields=("department", "year"),
                name="target_plan_draft",
                violation_error_message="这一年已有草稿",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "force", "past"])),
                name="target_plan_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="target_plan_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                condition=models.Q(("employee__isnull", False)),
                fields=("plan", "month", "employee"),
                name="month_target_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                condition=models.Q(("employee__isnull", True)),
                fields=("plan", "month"),
                name="month_target_department_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)),
                name="target_not_negative",
                violation_error_message="任务额不能为负",
            ),
        ),
    ]
