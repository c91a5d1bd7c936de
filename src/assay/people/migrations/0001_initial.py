"""The first tables of people."""

import django.contrib.postgres.operations
import django.db.models.deletion
from django.db import migrations, models

import assay.furniture.fields
import assay.furniture.spans


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.CreateModel(
            name="Training",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                ("title", models.CharField(max_length=120, verbose_name="培训")),
                ("day", models.DateField(verbose_name="日期")),
                ("hours", models.PositiveSmallIntegerField(default=1, verbose_name="课时")),
                ("trainer", models.CharField(blank=True, max_length=60, verbose_name="讲师")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="地点")),
            ],
            options={
                "verbose_name": "培训",
            },
        ),
        migrations.CreateModel(
            name="Agent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("company", "公司"), ("person", "个人")],
                        max_length=7,
                        verbose_name="类型",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("pinyin", models.CharField(editable=False, max_length=200)),
                ("sounds", models.CharField(editable=False, max_length=500)),
                ("contact", models.CharField(blank=True, max_length=60, verbose_name="联系人")),
                (
                    "phone",
                    assay.furniture.fields.SealedField(blank=True, null=True, verbose_name="手机"),
                ),
                (
                    "id_number",
                    assay.furniture.fields.SealedField(
                        blank=True, null=True, verbose_name="证件号"
                    ),
                ),
                (
                    "id_mark",
                    models.CharField(editable=False, max_length=64, null=True, unique=True),
                ),
                ("agreement", models.CharField(blank=True, max_length=60, verbose_name="协议编号")),
                (
                    "pay_by",
                    models.CharField(
                        choices=[
                            ("invoice", "对公转账，凭发票"),
                            ("labour", "转账到个人，按劳务报酬"),
                        ],
                        max_length=7,
                        verbose_name="付款方式",
                    ),
                ),
                ("bank", models.CharField(blank=True, max_length=120, verbose_name="开户行")),
                (
                    "account",
                    assay.furniture.fields.SealedField(blank=True, null=True, verbose_name="账号"),
                ),
                ("start", models.DateField(verbose_name="协议开始")),
                ("stop", models.DateField(blank=True, null=True, verbose_name="协议结束")),
            ],
            options={
                "verbose_name": "代理商",
                "indexes": [models.Index(fields=["pinyin", "id"], name="agent_by_sound")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stop__isnull", True), ("stop__gt", models.F("start")), _connector="OR"
                        ),
                        name="agent_span",
                        violation_error_message="结束日期要晚于开始日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["company", "person"])), name="agent_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "company"), ("pay_by", "invoice")),
                            ("kind", "person"),
                            _connector="OR",
                        ),
                        name="agent_pay_by",
                        violation_error_message="公司代理只能对公转账，凭发票",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Company",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="公司名称")),
                (
                    "credit_code",
                    models.CharField(blank=True, max_length=18, verbose_name="统一社会信用代码"),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="电话")),
                ("bank", models.CharField(blank=True, max_length=120, verbose_name="开户行")),
                ("account", models.CharField(blank=True, max_length=40, verbose_name="账号")),
                ("demo", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "公司",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="company_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                ("name", models.CharField(max_length=60, verbose_name="部门")),
                ("start", models.DateField(verbose_name="设立日期")),
                ("stop", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="people.department",
                        verbose_name="上级部门",
                    ),
                ),
            ],
            options={
                "verbose_name": "部门",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stop__isnull", True), ("stop__gt", models.F("start")), _connector="OR"
                        ),
                        name="department_span",
                        violation_error_message="结束日期要晚于开始日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="department_not_own",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Employee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="工号")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("pinyin", models.CharField(editable=False, max_length=200)),
                ("sounds", models.CharField(editable=False, max_length=500)),
                (
                    "phone",
                    assay.furniture.fields.SealedField(blank=True, null=True, verbose_name="手机"),
                ),
                (
                    "id_number",
                    assay.furniture.fields.SealedField(
                        blank=True, null=True, verbose_name="证件号"
                    ),
                ),
                (
                    "id_mark",
                    models.CharField(editable=False, max_length=64, null=True, unique=True),
                ),
                ("start", models.DateField(verbose_name="入职日期")),
                ("stop", models.DateField(blank=True, null=True, verbose_name="离职日期")),
                ("reason", models.CharField(blank=True, max_length=120, verbose_name="离职原因")),
            ],
            options={
                "verbose_name": "员工",
                "indexes": [models.Index(fields=["pinyin", "id"], name="employee_by_sound")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stop__isnull", True), ("stop__gt", models.F("start")), _connector="OR"
                        ),
                        name="employee_span",
                        violation_error_message="结束日期要晚于开始日期",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("present", "正常"),
                            ("late", "迟到"),
                            ("early", "早退"),
                            ("absent", "缺勤"),
                            ("leave", "请假"),
                            ("trip", "外出"),
                        ],
                        max_length=7,
                        verbose_name="考勤",
                    ),
                ),
                ("minutes", models.PositiveIntegerField(default=0, verbose_name="迟到或早退分钟")),
                ("remark", models.CharField(blank=True, max_length=120, verbose_name="备注")),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance",
                        to="people.employee",
                        verbose_name="员工",
                    ),
                ),
            ],
            options={
                "verbose_name": "考勤",
                "constraints": [
                    models.UniqueConstraint(fields=("employee", "day"), name="attendance_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["present", "late", "early", "absent", "leave", "trip"])
                        ),
                        name="attendance_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minutes", 0), ("state__in", ["late", "early"]), _connector="OR"
                        ),
                        name="attendance_minutes",
                        violation_error_message="只有迟到和早退才有分钟数",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("username", models.CharField(max_length=60, unique=True, verbose_name="登录名")),
                ("admin", models.BooleanField(default=False, verbose_name="管理员")),
                ("is_active", models.BooleanField(default=True, verbose_name="可登录")),
                ("renew", models.BooleanField(default=False, verbose_name="下次登录要改密码")),
                (
                    "agent",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="login",
                        to="people.agent",
                        verbose_name="代理商",
                    ),
                ),
                (
                    "employee",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="login",
                        to="people.employee",
                        verbose_name="员工",
                    ),
                ),
            ],
            options={
                "verbose_name": "登录",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("admin", False),
                                ("agent__isnull", True),
                                ("employee__isnull", False),
                            ),
                            models.Q(
                                ("admin", False),
                                ("agent__isnull", False),
                                ("employee__isnull", True),
                            ),
                            models.Q(
                                ("admin", True), ("agent__isnull", True), ("employee__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="login_of_one",
                        violation_error_message="一个登录只属于一名员工、一个代理商或管理员",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Shop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                ("name", models.CharField(max_length=60, verbose_name="银楼")),
                ("pinyin", models.CharField(editable=False, max_length=200)),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="电话")),
                ("start", models.DateField(verbose_name="开业日期")),
                ("stop", models.DateField(blank=True, null=True, verbose_name="停业日期")),
            ],
            options={
                "verbose_name": "银楼",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stop__isnull", True), ("stop__gt", models.F("start")), _connector="OR"
                        ),
                        name="shop_span",
                        violation_error_message="结束日期要晚于开始日期",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("salesperson", "业务员"),
                            ("manager", "部门经理"),
                            ("finance", "财务"),
                            ("clerk", "店员"),
                            ("hr", "人事"),
                            ("director", "总监"),
                            ("general", "总经理"),
                        ],
                        max_length=12,
                        verbose_name="角色",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=40, verbose_name="职务")),
                ("start", models.DateField(verbose_name="开始日期")),
                ("stop", models.DateField(blank=True, null=True, verbose_name="结束日期")),
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
                        related_name="assignments",
                        to="people.employee",
                        verbose_name="员工",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.shop",
                        verbose_name="银楼",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stop__isnull", True), ("stop__gt", models.F("start")), _connector="OR"
                        ),
                        name="assignment_span",
                        violation_error_message="结束日期要晚于开始日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "salesperson",
                                    "manager",
                                    "finance",
                                    "clerk",
                                    "hr",
                                    "director",
                                    "general",
                                ],
                            )
                        ),
                        name="assignment_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "clerk"), ("shop__isnull", False)),
                            models.Q(
                                models.Q(("role", "clerk"), _negated=True),
                                ("department__isnull", False),
                                ("shop__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="assignment_place",
                        violation_error_message="店员要有银楼；其他人要有部门，没有银楼",
                    ),
                    assay.furniture.spans.NoOverlap(
                        fields=("employee", "role"),
                        name="assignment_once",
                        violation_error_message="这名员工在这段时间里已有同样的角色",
                        where=None,
                    ),
                    assay.furniture.spans.NoOverlap(
                        fields=("department",),
                        name="assignment_one_manager",
                        violation_error_message="这个部门在这段时间里已有经理",
                        where=("role", "manager"),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingSeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("attended", models.BooleanField(null=True, verbose_name="到场")),
                (
                    "result",
                    models.CharField(
                        choices=[("open", "未评"), ("passed", "合格"), ("failed", "不合格")],
                        default="open",
                        max_length=6,
                        verbose_name="结果",
                    ),
                ),
                (
                    "score",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="分数"),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trainings",
                        to="people.employee",
                        verbose_name="员工",
                    ),
                ),
                (
                    "training",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="people.training",
                    ),
                ),
            ],
            options={
                "verbose_name": "培训名单",
                "constraints": [
                    models.UniqueConstraint(fields=("training", "employee"), name="seat_once"),
                    models.CheckConstraint(
                        condition=models.Q(("result", "open"), ("attended", True), _connector="OR"),
                        name="seat_result",
                        violation_error_message="没有到场就没有结果",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__isnull", True), ("score__lte", 100), _connector="OR"
                        ),
                        name="seat_score",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("base_wage", assay.furniture.fields.FenField(verbose_name="基本工资")),
                ("phone_allowance", assay.furniture.fields.FenField(verbose_name="电话补助")),
                ("start", models.DateField(verbose_name="开始日期")),
                ("stop", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wages",
                        to="people.employee",
                        verbose_name="员工",
                    ),
                ),
            ],
            options={
                "verbose_name": "基本工资",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stop__isnull", True), ("stop__gt", models.F("start")), _connector="OR"
                        ),
                        name="wage_span",
                        violation_error_message="结束日期要晚于开始日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("base_wage__gte", 0), ("phone_allowance__gte", 0)),
                        name="wage_not_negative",
                    ),
                    assay.furniture.spans.NoOverlap(
                        fields=("employee",),
                        name="wage_once",
                        violation_error_message="这名员工在这段时间里已有基本工资",
                        where=None,
                    ),
                ],
            },
        ),
    ]
