"""The first tables of customers."""

import django.db.models.deletion
from django.db import migrations, models

import assay.furniture.fields
import assay.furniture.spans


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                ("name", models.CharField(max_length=40, verbose_name="品类")),
                ("place", models.PositiveSmallIntegerField(default=100, verbose_name="次序")),
                ("active", models.BooleanField(default=True, verbose_name="在用")),
            ],
            options={
                "verbose_name": "品类",
                "ordering": ["place", "id"],
            },
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="集团")),
                ("name_key", models.CharField(editable=False, max_length=120, unique=True)),
                ("pinyin", models.CharField(editable=False, max_length=200)),
            ],
            options={
                "verbose_name": "集团",
                "ordering": ["pinyin", "id"],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="活动")),
                ("start", models.DateField(verbose_name="开始日期")),
                ("stop", models.DateField(verbose_name="结束日期")),
                ("products", models.CharField(max_length=200, verbose_name="推广的产品")),
                ("budget", assay.furniture.fields.FenField(default=0, verbose_name="预算")),
                ("cost", assay.furniture.fields.FenField(default=0, verbose_name="实际费用")),
                (
                    "follow_days",
                    models.PositiveSmallIntegerField(
                        default=60, verbose_name="活动后几天内的成交算后续"
                    ),
                ),
            ],
            options={
                "verbose_name": "营销活动",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("stop__gte", models.F("start"))),
                        name="campaign_span",
                        violation_error_message="结束日期要晚于开始日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("budget__gte", 0), ("cost__gte", 0)),
                        name="campaign_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                ("name", models.CharField(max_length=120, verbose_name="客户名称")),
                ("short", models.CharField(blank=True, max_length=40, verbose_name="简称")),
                ("name_key", models.CharField(editable=False, max_length=120)),
                ("twin", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("pinyin", models.CharField(editable=False, max_length=200)),
                ("finder", models.TextField(default="", editable=False)),
                ("industry", models.CharField(blank=True, max_length=40, verbose_name="行业")),
                ("city", models.CharField(blank=True, max_length=40, verbose_name="城市")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                (
                    "headcount",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="员工人数"),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("own", "自行开发"),
                            ("agent", "代理商介绍"),
                            ("store", "银楼介绍"),
                            ("referral", "客户转介绍"),
                            ("campaign", "活动"),
                            ("enquiry", "主动询问"),
                            ("other", "其他"),
                        ],
                        default="own",
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                ("remark", models.TextField(blank=True, max_length=1000, verbose_name="备注")),
                ("opened", models.DateField(verbose_name="建档日期")),
                (
                    "tier",
                    models.CharField(
                        choices=[("ordinary", "普通客户"), ("key", "大客户")],
                        default="ordinary",
                        max_length=8,
                        verbose_name="级别",
                    ),
                ),
                (
                    "protected_until",
                    models.DateField(blank=True, null=True, verbose_name="归属保护至"),
                ),
                ("pooled_on", models.DateField(blank=True, null=True, verbose_name="进公海日期")),
                ("tax_title", models.CharField(blank=True, max_length=120, verbose_name="抬头")),
                ("tax_number", models.CharField(blank=True, max_length=20, verbose_name="税号")),
                ("tax_bank", models.CharField(blank=True, max_length=120, verbose_name="开户行")),
                (
                    "tax_account",
                    assay.furniture.fields.SealedField(blank=True, null=True, verbose_name="账号"),
                ),
                (
                    "tax_address",
                    models.CharField(blank=True, max_length=200, verbose_name="注册地址"),
                ),
                ("tax_phone", models.CharField(blank=True, max_length=30, verbose_name="注册电话")),
                (
                    "first_paid",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="首次成交"
                    ),
                ),
                (
                    "last_paid",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="上次成交"
                    ),
                ),
                ("quiet_since", models.DateField(editable=False, verbose_name="沉默起点")),
                (
                    "last_met",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="上次联系"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="people.agent",
                        verbose_name="介绍的代理商",
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
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absorbed",
                        to="customers.customer",
                        verbose_name="并入",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="people.employee",
                        verbose_name="负责人",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="people.shop",
                        verbose_name="开发的银楼",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="customers.group",
                        verbose_name="集团",
                    ),
                ),
            ],
            options={
                "verbose_name": "客户",
                "indexes": [
                    models.Index(fields=["pinyin", "id"], name="customer_by_sound"),
                    models.Index(fields=["owner", "pinyin", "id"], name="customer_by_owner"),
                    models.Index(fields=["shop", "pinyin", "id"], name="customer_by_shop"),
                    models.Index(fields=["tier", "quiet_since", "id"], name="customer_by_silence"),
                    models.Index(fields=["quiet_since", "id"], name="customer_quiet"),
                    models.Index(fields=["opened", "id"], name="customer_by_opening"),
                    models.Index(
                        condition=models.Q(("pooled_on__isnull", False)),
                        fields=["pooled_on", "id"],
                        name="customer_pool",
                    ),
                    models.Index(
                        condition=models.Q(("owner__isnull", False)),
                        fields=["protected_until", "id"],
                        name="customer_protected",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ["ordinary", "key"])), name="customer_tier"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "source__in",
                                [
                                    "own",
                                    "agent",
                                    "store",
                                    "referral",
                                    "campaign",
                                    "enquiry",
                                    "other",
                                ],
                            )
                        ),
                        name="customer_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("owner__isnull", True), ("pooled_on__isnull", True), _connector="OR"
                        ),
                        name="customer_pool_unowned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(
                                models.Q(("merged_into", models.F("id")), _negated=True),
                                ("owner__isnull", True),
                                ("pooled_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="customer_merged",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("merged_into__isnull", True)),
                        fields=("name_key", "twin"),
                        name="customer_name_once",
                        violation_error_message="已有同名客户",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("tax_number", ""), _negated=True),
                        ),
                        fields=("tax_number",),
                        name="customer_tax_number_once",
                        violation_error_message="这个税号已是另一位客户的",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("title", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("decide", "决策"),
                            ("use", "使用"),
                            ("purchase", "采购"),
                            ("finance", "财务"),
                            ("influence", "影响"),
                        ],
                        max_length=10,
                        verbose_name="决策中的角色",
                    ),
                ),
                (
                    "stance",
                    models.CharField(
                        choices=[("for", "支持"), ("neutral", "中立"), ("against", "反对")],
                        default="neutral",
                        max_length=8,
                        verbose_name="态度",
                    ),
                ),
                (
                    "phone",
                    assay.furniture.fields.SealedField(blank=True, null=True, verbose_name="电话"),
                ),
                (
                    "phone_mark",
                    models.CharField(
                        blank=True, db_index=True, default="", editable=False, max_length=64
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="邮箱")),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                (
                    "last_met",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="上次见面"
                    ),
                ),
                ("left", models.BooleanField(default=False, verbose_name="已离开")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "联系人",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("part__in", ["decide", "use", "purchase", "finance", "influence"])
                        ),
                        name="contact_part",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stance__in", ["for", "neutral", "against"])),
                        name="contact_stance",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contract", "合同"),
                            ("licence", "营业执照"),
                            ("proof", "授权或证明"),
                            ("design", "设计稿"),
                            ("other", "其他"),
                        ],
                        max_length=8,
                        verbose_name="类型",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="文件名")),
                ("path", models.CharField(editable=False, max_length=200, unique=True)),
                ("content_type", models.CharField(editable=False, max_length=80)),
                ("size", models.PositiveIntegerField(editable=False, verbose_name="大小")),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("day", models.DateField(verbose_name="日期")),
                ("gone", models.BooleanField(default=False, verbose_name="已撤下")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "文件",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["contract", "licence", "proof", "design", "other"])
                        ),
                        name="document_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Enquiry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "电话"),
                            ("wechat", "微信"),
                            ("shop", "到店"),
                            ("web", "网上"),
                            ("agent", "代理商"),
                        ],
                        max_length=6,
                        verbose_name="渠道",
                    ),
                ),
                ("asker", models.CharField(max_length=60, verbose_name="询问人")),
                (
                    "phone",
                    assay.furniture.fields.SealedField(blank=True, null=True, verbose_name="电话"),
                ),
                ("text", models.CharField(max_length=500, verbose_name="问什么")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待答复"), ("answered", "已答复"), ("closed", "已关闭")],
                        default="open",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="答复")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="答复时间"),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enquiries",
                        to="customers.customer",
                        verbose_name="客户",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enquiries",
                        to="people.employee",
                        verbose_name="由谁答复",
                    ),
                ),
            ],
            options={
                "verbose_name": "询问",
                "indexes": [
                    models.Index(fields=["employee", "state", "at"], name="enquiry_by"),
                    models.Index(fields=["at", "id"], name="enquiry_at"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "open")),
                            models.Q(
                                ("answered_at__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                                ("state", "answered"),
                            ),
                            ("state", "closed"),
                            _connector="OR",
                        ),
                        name="enquiry_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["phone", "wechat", "shop", "web", "agent"])
                        ),
                        name="enquiry_channel",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Festival",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="节日")),
                ("day", models.DateField(verbose_name="日期")),
                ("lead", models.PositiveSmallIntegerField(default=20, verbose_name="提前几天下单")),
            ],
            options={
                "verbose_name": "节日",
                "ordering": ["day", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name", "day"),
                        name="festival_once",
                        violation_error_message="这一天已有这个节日",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lead__lte", 180)),
                        name="festival_lead",
                        violation_error_message="最多提前 180 天",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("came", models.BooleanField(default=False, verbose_name="到场")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guests",
                        to="customers.campaign",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="customers.customer",
                        verbose_name="客户",
                    ),
                ),
            ],
            options={
                "verbose_name": "受邀客户",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "customer"),
                        name="guest_once",
                        violation_error_message="这位客户已在名单上",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Loss",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="流失日期")),
                (
                    "how",
                    models.CharField(
                        choices=[("silent", "13 个月没有成交"), ("declared", "宣布流失")],
                        max_length=8,
                        verbose_name="怎么算的",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("price", "价格"),
                            ("rival", "转向竞争对手"),
                            ("service", "服务"),
                            ("quality", "质量"),
                            ("contact", "联系人变动"),
                            ("budget", "预算取消"),
                            ("closed", "停业或搬迁"),
                            ("other", "其他"),
                        ],
                        max_length=8,
                        verbose_name="原因",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=400, verbose_name="经过")),
                ("back", models.DateField(blank=True, null=True, verbose_name="赢回日期")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="losses",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "流失",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "price",
                                    "rival",
                                    "service",
                                    "quality",
                                    "contact",
                                    "budget",
                                    "closed",
                                    "other",
                                ],
                            )
                        ),
                        name="loss_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["silent", "declared"])), name="loss_how"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("back__isnull", True)),
                        fields=("customer",),
                        name="loss_one_open",
                        violation_error_message="这位客户的流失原因已经记过",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MarketNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("market", "市场"),
                            ("rival", "竞争对手"),
                            ("product", "产品"),
                            ("policy", "政策"),
                        ],
                        max_length=8,
                        verbose_name="类型",
                    ),
                ),
                ("rival", models.CharField(blank=True, max_length=60, verbose_name="竞争对手")),
                ("text", models.CharField(max_length=500, verbose_name="情况")),
                ("proposal", models.CharField(blank=True, max_length=300, verbose_name="建议")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="customers.customer",
                        verbose_name="从哪位客户得知",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="people.employee",
                        verbose_name="报告人",
                    ),
                ),
            ],
            options={
                "verbose_name": "市场信息",
                "indexes": [models.Index(fields=["-day", "-id"], name="note_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["market", "rival", "product", "policy"])),
                        name="note_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("text", models.CharField(max_length=300, verbose_name="需求")),
                ("amount", assay.furniture.fields.FenField(default=0, verbose_name="预计金额")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待争取"), ("won", "已成交"), ("lost", "未争取到")],
                        default="open",
                        max_length=4,
                        verbose_name="状态",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="customers.category",
                        verbose_name="品类",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "需求",
                "indexes": [models.Index(fields=["customer", "year"], name="need_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "won", "lost"])),
                        name="need_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__range", (2000, 2199))), name="need_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="need_amount"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Nomination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[("ordinary", "普通客户"), ("key", "大客户")],
                        default="key",
                        max_length=8,
                        verbose_name="申报级别",
                    ),
                ),
                ("reason", models.CharField(max_length=400, verbose_name="理由")),
                ("asked_on", models.DateField(verbose_name="申报日期")),
                (
                    "paid_then",
                    assay.furniture.fields.FenField(default=0, verbose_name="申报时近 12 个月实收"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待批"),
                            ("approved", "已同意"),
                            ("refused", "已驳回"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="审批日期")),
                ("answer", models.CharField(blank=True, max_length=400, verbose_name="审批意见")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="申报人",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="customers.customer",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="审批人",
                    ),
                ),
            ],
            options={
                "verbose_name": "升级申报",
                "indexes": [models.Index(fields=["state", "asked_on"], name="nomination_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "approved", "refused", "withdrawn"])
                        ),
                        name="nomination_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("customer",),
                        name="nomination_one_waiting",
                        violation_error_message="这位客户已有一份申报在等审批",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nomination_two_people",
                        violation_error_message="不能审批自己的申报",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Occasion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="纪念日")),
                ("month", models.PositiveSmallIntegerField(verbose_name="月")),
                ("day", models.PositiveSmallIntegerField(verbose_name="日")),
                ("lead", models.PositiveSmallIntegerField(default=20, verbose_name="提前几天下单")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="occasions",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "纪念日",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("day__range", (1, 31)), ("lead__lte", 180), ("month__range", (1, 12))
                        ),
                        name="occasion_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ownership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateField(verbose_name="开始日期")),
                ("stop", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ownerships",
                        to="customers.customer",
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
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ownerships",
                        to="people.employee",
                        verbose_name="负责人",
                    ),
                ),
            ],
            options={
                "verbose_name": "归属",
                "indexes": [
                    models.Index(fields=["department", "customer"], name="ownership_by_team")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stop__isnull", True), ("stop__gt", models.F("start")), _connector="OR"
                        ),
                        name="ownership_span",
                        violation_error_message="结束日期要晚于开始日期",
                    ),
                    assay.furniture.spans.NoOverlap(
                        fields=("customer",),
                        name="ownership_once",
                        violation_error_message="这段时间与已有的一段重叠",
                        where=None,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Prospect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                ("name", models.CharField(max_length=120, verbose_name="单位名称")),
                ("name_key", models.CharField(editable=False, max_length=120)),
                ("tax_number", models.CharField(blank=True, max_length=20, verbose_name="税号")),
                ("contact", models.CharField(max_length=60, verbose_name="联系人")),
                (
                    "phone",
                    assay.furniture.fields.SealedField(blank=True, null=True, verbose_name="电话"),
                ),
                (
                    "phone_mark",
                    models.CharField(
                        blank=True, db_index=True, default="", editable=False, max_length=64
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=300, verbose_name="意向")),
                ("day", models.DateField(verbose_name="报备日期")),
                ("protected_until", models.DateField(verbose_name="保护至")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "保护中"),
                            ("expired", "保护期已过"),
                            ("converted", "已成为客户"),
                            ("refused", "已驳回"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="held",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="答复")),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prospects",
                        to="people.agent",
                        verbose_name="代理商",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prospects",
                        to="customers.customer",
                        verbose_name="客户",
                    ),
                ),
            ],
            options={
                "verbose_name": "报备",
                "indexes": [models.Index(fields=["agent", "-day", "-id"], name="prospect_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["held", "expired", "converted", "refused", "withdrawn"])
                        ),
                        name="prospect_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "held")),
                        fields=("name_key",),
                        name="prospect_name_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state", "held"), models.Q(("tax_number", ""), _negated=True)
                        ),
                        fields=("tax_number",),
                        name="prospect_tax_number_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Purchase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=80)),
                ("day", models.DateField()),
                ("amount", assay.furniture.fields.FenField()),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="customers.category"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchases",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "day"], name="purchase_of"),
                    models.Index(fields=["day"], name="purchase_on"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "category"), name="purchase_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Rules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key_threshold",
                    assay.furniture.fields.FenField(
                        default=10000000, verbose_name="大客户门槛：近 12 个月实收"
                    ),
                ),
                (
                    "warn_months",
                    models.PositiveSmallIntegerField(
                        default=10, verbose_name="预警：没有成交的月数"
                    ),
                ),
                (
                    "lost_days",
                    models.PositiveSmallIntegerField(
                        default=396, verbose_name="流失：没有成交的天数"
                    ),
                ),
                (
                    "upgrade_days",
                    models.PositiveSmallIntegerField(
                        default=90, verbose_name="计入升级所需建档天数"
                    ),
                ),
                (
                    "pick_protection",
                    models.PositiveSmallIntegerField(default=30, verbose_name="领取后保护天数"),
                ),
                (
                    "visit_protection",
                    models.PositiveSmallIntegerField(default=60, verbose_name="联系后保护天数"),
                ),
                (
                    "order_protection",
                    models.PositiveSmallIntegerField(default=396, verbose_name="成交后保护天数"),
                ),
                (
                    "prospect_protection",
                    models.PositiveSmallIntegerField(default=90, verbose_name="代理商报备保护天数"),
                ),
                (
                    "own_limit",
                    models.PositiveSmallIntegerField(default=200, verbose_name="每人普通客户上限"),
                ),
                (
                    "picks_a_day",
                    models.PositiveSmallIntegerField(default=5, verbose_name="每人每天最多领取"),
                ),
                (
                    "again_after",
                    models.PositiveSmallIntegerField(
                        default=30, verbose_name="退回后再领要隔的天数"
                    ),
                ),
            ],
            options={
                "verbose_name": "客户规则",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="rules_are_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="Satisfaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("score", models.PositiveSmallIntegerField(verbose_name="满意度")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="意见")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="satisfactions",
                        to="customers.customer",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="谁问的",
                    ),
                ),
            ],
            options={
                "verbose_name": "满意度",
                "indexes": [models.Index(fields=["customer", "-day"], name="satisfaction_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__range", (1, 5))),
                        name="satisfaction_score",
                        violation_error_message="满意度是 1 到 5",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="特色服务")),
                ("text", models.CharField(max_length=300, verbose_name="做法")),
                ("day", models.DateField(verbose_name="增加日期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待批"),
                            ("approved", "已同意"),
                            ("refused", "已驳回"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="审批日期")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="customers.customer",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="审批人",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="people.employee",
                        verbose_name="谁增加的",
                    ),
                ),
            ],
            options={
                "verbose_name": "特色服务",
                "indexes": [models.Index(fields=["employee", "day"], name="service_by")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "approved", "refused", "withdrawn"])
                        ),
                        name="service_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("employee")), _negated=True),
                            _connector="OR",
                        ),
                        name="service_two_people",
                        violation_error_message="不能审批自己增加的服务",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TargetAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("day", models.DateField(verbose_name="列入日期")),
                ("expected", assay.furniture.fields.FenField(default=0, verbose_name="预计金额")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="切入点")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "目标客户",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer", "year"),
                        name="customer_target_once",
                        violation_error_message="这位客户已在这一年的目标名单上",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__range", (2000, 2199))),
                        name="customer_target_year",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TierSpan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[("ordinary", "普通客户"), ("key", "大客户")],
                        max_length=8,
                        verbose_name="级别",
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("opening", "建档"),
                            ("amount", "近 12 个月实收达到门槛"),
                            ("nomination", "申报并批准"),
                            ("downgrade", "批准降级"),
                            ("brought", "导入"),
                        ],
                        max_length=10,
                        verbose_name="依据",
                    ),
                ),
                ("start", models.DateField(verbose_name="开始日期")),
                ("stop", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tiers",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "级别",
                "indexes": [models.Index(fields=["tier", "start"], name="tier_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ["ordinary", "key"])), name="tier_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ground__in",
                                ["opening", "amount", "nomination", "downgrade", "brought"],
                            )
                        ),
                        name="tier_ground",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stop__isnull", True), ("stop__gt", models.F("start")), _connector="OR"
                        ),
                        name="tier_span",
                        violation_error_message="结束日期要晚于开始日期",
                    ),
                    assay.furniture.spans.NoOverlap(
                        fields=("customer",),
                        name="tier_once",
                        violation_error_message="这段时间与已有的一段重叠",
                        where=None,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("created", "建档"),
                            ("picked", "从公海领取"),
                            ("released", "退回公海"),
                            ("recycled", "回收到公海"),
                            ("handed", "移交"),
                            ("assigned", "分派"),
                            ("merged", "合并"),
                        ],
                        max_length=8,
                        verbose_name="方式",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                (
                    "after",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="新负责人",
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="原负责人",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "移交记录",
                "indexes": [models.Index(fields=["after", "how", "day"], name="turn_by_taker")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "how__in",
                                [
                                    "created",
                                    "picked",
                                    "released",
                                    "recycled",
                                    "handed",
                                    "assigned",
                                    "merged",
                                ],
                            )
                        ),
                        name="turn_how",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("visit", "拜访"),
                            ("call", "电话"),
                            ("message", "微信"),
                            ("reception", "接待"),
                            ("gift", "节日问候"),
                        ],
                        max_length=9,
                        verbose_name="方式",
                    ),
                ),
                ("said", models.CharField(max_length=500, verbose_name="说了什么")),
                ("next_on", models.DateField(blank=True, null=True, verbose_name="下一步日期")),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="customers.contact",
                        verbose_name="联系人",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="customers.customer",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="people.employee",
                        verbose_name="业务员",
                    ),
                ),
            ],
            options={
                "verbose_name": "往来",
                "indexes": [
                    models.Index(fields=["customer", "-day", "-id"], name="visit_of"),
                    models.Index(fields=["employee", "-day"], name="visit_by"),
                    models.Index(fields=["employee", "next_on"], name="visit_next"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["visit", "call", "message", "reception", "gift"])
                        ),
                        name="visit_kind",
                    )
                ],
            },
        ),
    ]
