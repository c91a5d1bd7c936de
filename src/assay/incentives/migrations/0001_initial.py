"""The first tables of incentives."""

import django.db.models.deletion
from django.db import migrations, models

import assay.furniture.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0002_found_by_clues"),
    ]

    operations = [
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("line", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=120, verbose_name="项目")),
                ("amount", assay.furniture.fields.FenField(verbose_name="金额")),
                ("award", models.CharField(blank=True, max_length=120, verbose_name="奖品")),
                (
                    "for_month",
                    assay.furniture.fields.MonthField(
                        blank=True, null=True, verbose_name="所属月份"
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="原因")),
            ],
            options={
                "verbose_name": "提成明细",
                "ordering": ["place"],
            },
        ),
        migrations.CreateModel(
            name="PayMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", assay.furniture.fields.MonthField(unique=True, verbose_name="月份")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "进行中"),
                            ("calculated", "已计算"),
                            ("preview", "查询期"),
                            ("confirmed", "确认中"),
                            ("locked", "已锁定"),
                            ("exported", "已导出"),
                            ("paid", "已发放"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "preview_from",
                    models.DateField(blank=True, null=True, verbose_name="查询期开始"),
                ),
                ("preview_to", models.DateField(blank=True, null=True, verbose_name="查询期截止")),
            ],
            options={
                "verbose_name": "计薪月份",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "open",
                                    "calculated",
                                    "preview",
                                    "confirmed",
                                    "locked",
                                    "exported",
                                    "paid",
                                ],
                            )
                        ),
                        name="paymonth_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="异议编号")),
                ("reason", models.TextField(verbose_name="理由")),
                ("attachment", models.CharField(blank=True, max_length=200, verbose_name="附件")),
                (
                    "attachment_name",
                    models.CharField(blank=True, max_length=150, verbose_name="附件名"),
                ),
                ("attachment_digest", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="提出时间")),
                ("due_on", models.DateField(verbose_name="办结期限")),
                ("level", models.PositiveSmallIntegerField(default=1, verbose_name="级别")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "处理中"),
                            ("explained", "已解释"),
                            ("adjusted", "已更正"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="open",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="答复")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="答复时间"),
                ),
                (
                    "corrected",
                    models.CharField(blank=True, max_length=300, verbose_name="更正了什么"),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="people.agent",
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
                        verbose_name="答复人",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="people.employee",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="incentives.line",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "explained", "adjusted", "withdrawn"])
                        ),
                        name="dispute_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", [1, 2])), name="dispute_level"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("line",),
                        name="dispute_one_open",
                        violation_error_message="这一行已有处理中的异议",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaidRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, verbose_name="工号")),
                ("name", models.CharField(max_length=120, verbose_name="姓名")),
                ("gross", assay.furniture.fields.FenField(verbose_name="应发合计")),
                ("tax", assay.furniture.fields.FenField(default=0, verbose_name="个税")),
                ("social", assay.furniture.fields.FenField(default=0, verbose_name="社保")),
                ("fund", assay.furniture.fields.FenField(default=0, verbose_name="公积金")),
                ("net", assay.furniture.fields.FenField(verbose_name="实发")),
                ("paid_on", models.DateField(verbose_name="发放日")),
                (
                    "pay_month",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paid_rows",
                        to="incentives.paymonth",
                    ),
                ),
            ],
            options={
                "verbose_name": "发放记录",
                "constraints": [
                    models.UniqueConstraint(fields=("pay_month", "code"), name="paidrow_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="方案")),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("holds_from", assay.furniture.fields.MonthField(verbose_name="生效月份")),
                ("text", models.TextField(verbose_name="方案文本")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要值")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草稿"), ("published", "已发布"), ("dropped", "已弃用")],
                        default="draft",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="起草时间")),
                (
                    "consulted_on",
                    models.DateField(blank=True, null=True, verbose_name="民主协商日期"),
                ),
                ("consultation", models.TextField(blank=True, verbose_name="协商记录")),
                (
                    "published_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="发布时间"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="起草人",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="发布人",
                    ),
                ),
            ],
            options={
                "verbose_name": "方案版本",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "dropped"])),
                        name="plan_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(
                                ("consulted_on__isnull", False), ("published_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="plan_published_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("holds_from",),
                        name="plan_one_a_month",
                        violation_error_message="这个月份已有一份发布的方案",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Nod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, verbose_name="编号")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要值")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                ("who", models.CharField(max_length=150, verbose_name="操作人")),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.agent",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.shop",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nods",
                        to="incentives.planversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "方案签认",
                "constraints": [models.UniqueConstraint(fields=("plan", "code"), name="nod_once")],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                ("who", models.CharField(max_length=150, verbose_name="操作人")),
                ("text", models.TextField(verbose_name="内容")),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remarks",
                        to="incentives.dispute",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议往来",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="计算时间")),
                ("who", models.CharField(max_length=150, verbose_name="操作人")),
                ("plan_name", models.CharField(max_length=80, verbose_name="方案")),
                ("plan_digest", models.CharField(max_length=64, verbose_name="方案摘要值")),
                ("folder", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64, verbose_name="摘要值")),
                ("total", assay.furniture.fields.FenField(verbose_name="合计")),
                ("payees", models.PositiveIntegerField(verbose_name="人数")),
                (
                    "pay_month",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="incentives.paymonth",
                    ),
                ),
            ],
            options={
                "verbose_name": "计算",
                "constraints": [
                    models.UniqueConstraint(fields=("pay_month", "version"), name="run_version")
                ],
            },
        ),
        migrations.AddField(
            model_name="paymonth",
            name="run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incentives.run",
            ),
        ),
        migrations.CreateModel(
            name="PayFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("batch", models.CharField(max_length=40, unique=True, verbose_name="批次")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="导出时间")),
                ("rows", models.PositiveIntegerField(verbose_name="行数")),
                ("total", assay.furniture.fields.FenField(verbose_name="应发合计")),
                ("checksum", models.CharField(max_length=64, verbose_name="校验码")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="经办人",
                    ),
                ),
                (
                    "pay_month",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pay_files",
                        to="incentives.paymonth",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pay_files",
                        to="incentives.run",
                    ),
                ),
            ],
            options={
                "verbose_name": "工资文件",
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, verbose_name="编号")),
                ("name", models.CharField(max_length=120, verbose_name="姓名")),
                ("role", models.CharField(max_length=40, verbose_name="角色")),
                ("total", assay.furniture.fields.FenField(verbose_name="应发")),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="people.agent",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.department",
                        verbose_name="部门",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="people.employee",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="incentives.run",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="people.shop",
                    ),
                ),
            ],
            options={
                "verbose_name": "提成单",
                "constraints": [
                    models.UniqueConstraint(fields=("run", "code", "role"), name="statement_once")
                ],
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
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="确认时间")),
                ("who", models.CharField(max_length=150, verbose_name="操作人")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要值")),
                (
                    "statement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipt",
                        to="incentives.statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "提成单签认",
            },
        ),
        migrations.AddField(
            model_name="line",
            name="statement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="incentives.statement",
            ),
        ),
        migrations.CreateModel(
            name="Step",
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
                            ("calculate", "计算"),
                            ("preview", "开放查询"),
                            ("manager", "部门经理确认"),
                            ("director", "总监确认"),
                            ("hr", "人事确认"),
                            ("finance", "财务确认"),
                            ("general", "总经理批准"),
                            ("lock", "锁定入账"),
                            ("export", "导出工资文件"),
                            ("paid", "确认发放"),
                        ],
                        max_length=9,
                        verbose_name="步骤",
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="备注")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                (
                    "undone_why",
                    models.CharField(blank=True, max_length=300, verbose_name="撤销原因"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="close_steps",
                        to="people.employee",
                        verbose_name="经办人",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.department",
                        verbose_name="部门",
                    ),
                ),
                (
                    "pay_month",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="incentives.paymonth",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incentives.run",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.employee",
                        verbose_name="撤销人",
                    ),
                ),
            ],
            options={
                "verbose_name": "结账步骤",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "calculate",
                                    "preview",
                                    "manager",
                                    "director",
                                    "hr",
                                    "finance",
                                    "general",
                                    "lock",
                                    "export",
                                    "paid",
                                ],
                            )
                        ),
                        name="step_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("department__isnull", True), ("undone_at__isnull", True)
                        ),
                        fields=("pay_month", "kind"),
                        name="step_once",
                        violation_error_message="这一步已经有人办过了",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("department__isnull", False), ("undone_at__isnull", True)
                        ),
                        fields=("pay_month", "kind", "department"),
                        name="step_once_a_department",
                        violation_error_message="这一步已经有人办过了",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="paymonth",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "open"), ("run__isnull", False), _connector="OR"),
                name="paymonth_has_run",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(fields=("statement", "place"), name="line_place"),
        ),
    ]
