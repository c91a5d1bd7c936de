"""Notices of claims that change."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0003_statements_told"),
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
                    ("money", "应收到期"),
                    ("protection", "归属保护将满"),
                    ("import", "导入完成"),
                    ("assigned", "分来新客户"),
                    ("festival", "节日最晚下单日"),
                    ("plan", "方案等我签认"),
                    ("statement", "提成单等我确认"),
                    ("claim", "请款有变化"),
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
                    ("money", "应收到期"),
                    ("protection", "归属保护将满"),
                    ("import", "导入完成"),
                    ("assigned", "分来新客户"),
                    ("festival", "节日最晚下单日"),
                    ("plan", "方案等我签认"),
                    ("statement", "提成单等我确认"),
                    ("claim", "请款有变化"),
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
                            "money",
                            "protection",
                            "import",
                            "assigned",
                            "festival",
                            "plan",
                            "statement",
                            "claim",
                        ],
                    ),
                    ("way__in", ["email", "robot"]),
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
                            "money",
                            "protection",
                            "import",
                            "assigned",
                            "festival",
                            "plan",
                            "statement",
                            "claim",
                        ],
                    )
                ),
                name="notice_kind",
            ),
        ),
    ]
