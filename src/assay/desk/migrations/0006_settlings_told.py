"""Notices of what people who left owe: that it waits to be decided, and that it was."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0005_everything_told"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="choice",
            name="choice_words",
        ),
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_kind",
        ),
        migrations.AlterField(
            model_name="choice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("asked", "有审批等我"),
                    ("decided", "我的申请有结果"),
                    ("upgrade", "升级或特色服务等我批"),
                    ("money", "应收到期"),
                    ("protection", "保护期将满"),
                    ("assigned", "分来新客户"),
                    ("enquiry", "询问等我答复"),
                    ("festival", "节日最晚下单日"),
                    ("close", "结账轮到我"),
                    ("dispute", "异议等我答复"),
                    ("answered", "我的异议有答复"),
                    ("plan", "方案等我签认"),
                    ("statement", "提成单等我确认"),
                    ("settling", "欠款清账等我批"),
                    ("settled", "欠款清账有结果"),
                    ("claim", "请款有变化"),
                    ("import", "导入完成"),
                ],
                max_length=10,
                verbose_name="什么事",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("asked", "有审批等我"),
                    ("decided", "我的申请有结果"),
                    ("upgrade", "升级或特色服务等我批"),
                    ("money", "应收到期"),
                    ("protection", "保护期将满"),
                    ("assigned", "分来新客户"),
                    ("enquiry", "询问等我答复"),
                    ("festival", "节日最晚下单日"),
                    ("close", "结账轮到我"),
                    ("dispute", "异议等我答复"),
                    ("answered", "我的异议有答复"),
                    ("plan", "方案等我签认"),
                    ("statement", "提成单等我确认"),
                    ("settling", "欠款清账等我批"),
                    ("settled", "欠款清账有结果"),
                    ("claim", "请款有变化"),
                    ("import", "导入完成"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="choice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "asked",
                            "decided",
                            "upgrade",
                            "money",
                            "protection",
                            "assigned",
                            "enquiry",
                            "festival",
                            "close",
                            "dispute",
                            "answered",
                            "plan",
                            "statement",
                            "settling",
                            "settled",
                            "claim",
                            "import",
                        ],
                    ),
                    ("way__in", ["page", "email", "robot"]),
                    ("when__in", ["now", "daily", "never"]),
                ),
                name="choice_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "asked",
                            "decided",
                            "upgrade",
                            "money",
                            "protection",
                            "assigned",
                            "enquiry",
                            "festival",
                            "close",
                            "dispute",
                            "answered",
                            "plan",
                            "statement",
                            "settling",
                            "settled",
                            "claim",
                            "import",
                        ],
                    )
                ),
                name="notice_kind",
            ),
        ),
    ]
