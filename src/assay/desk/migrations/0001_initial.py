"""The first tables of the desk: notices and how they go out."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import assay.furniture.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("email", "邮件"), ("robot", "群机器人")], max_length=5
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待发送"),
                            ("sending", "发送中"),
                            ("sent", "已发送"),
                            ("skipped", "不用再发"),
                            ("failed", "没有发出"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("job", models.BigIntegerField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("made", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=200)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "发送",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["id"],
                        name="delivery_open",
                    ),
                    models.Index(fields=["user", "-id"], name="delivery_of"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "way", "key"), name="delivery_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "sending", "sent", "skipped", "failed"])
                        ),
                        name="delivery_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
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
                            ("asked", "有审批等我"),
                            ("decided", "我的申请有结果"),
                            ("money", "应收到期"),
                            ("protection", "归属保护将满"),
                            ("import", "导入完成"),
                            ("assigned", "分来新客户"),
                            ("festival", "节日最晚下单日"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("data", models.JSONField(default=dict)),
                ("url", models.CharField(max_length=200)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "通知",
                "indexes": [
                    models.Index(fields=["user", "-id"], name="notice_of"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["user"],
                        name="notice_unread",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "key"), name="notice_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "asked",
                                    "decided",
                                    "money",
                                    "protection",
                                    "import",
                                    "assigned",
                                    "festival",
                                ],
                            )
                        ),
                        name="notice_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("email", "邮件"), ("robot", "群机器人")], max_length=5
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="desk.delivery",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="desk.notice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("delivery__isnull", True)),
                        fields=["way"],
                        name="part_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "way"), name="part_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="邮箱")),
                (
                    "robot",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dingtalk", "钉钉"),
                            ("wecom", "企业微信"),
                            ("feishu", "飞书"),
                            ("plain", "自建（签名的 JSON）"),
                        ],
                        max_length=8,
                        verbose_name="机器人",
                    ),
                ),
                (
                    "robot_url",
                    assay.furniture.fields.SealedField(
                        blank=True, null=True, verbose_name="机器人地址"
                    ),
                ),
                (
                    "robot_secret",
                    assay.furniture.fields.SealedField(
                        blank=True, null=True, verbose_name="加签密钥"
                    ),
                ),
                ("hour", models.PositiveSmallIntegerField(default=8, verbose_name="每天几点")),
                (
                    "language",
                    models.CharField(default="zh-hans", max_length=10, verbose_name="语言"),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscription",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "通知设置",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hour__lte", 23)), name="subscription_hour"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("robot__in", ["", "dingtalk", "wecom", "feishu", "plain"])
                        ),
                        name="subscription_robot",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Choice",
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
                            ("asked", "有审批等我"),
                            ("decided", "我的申请有结果"),
                            ("money", "应收到期"),
                            ("protection", "归属保护将满"),
                            ("import", "导入完成"),
                            ("assigned", "分来新客户"),
                            ("festival", "节日最晚下单日"),
                        ],
                        max_length=10,
                        verbose_name="什么事",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("email", "邮件"), ("robot", "群机器人")],
                        max_length=5,
                        verbose_name="方式",
                    ),
                ),
                (
                    "when",
                    models.CharField(
                        choices=[("now", "随时"), ("daily", "每天一次"), ("never", "不发")],
                        max_length=5,
                        verbose_name="什么时候",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="choices",
                        to="desk.subscription",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知选择",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subscription", "kind", "way"), name="choice_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "asked",
                                    "decided",
                                    "money",
                                    "protection",
                                    "import",
                                    "assigned",
                                    "festival",
                                ],
                            ),
                            ("way__in", ["email", "robot"]),
                            ("when__in", ["now", "daily", "never"]),
                        ),
                        name="choice_words",
                    ),
                ],
            },
        ),
    ]
