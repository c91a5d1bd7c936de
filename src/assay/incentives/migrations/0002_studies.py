"""What was worked out of plans, kept by what they pay by."""

from django.db import migrations, models

import assay.furniture.fields


class Migration(migrations.Migration):
    dependencies = [
        ("incentives", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Study",
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
                        choices=[("effect", "读法的影响"), ("assay", "检验")],
                        max_length=6,
                        verbose_name="种类",
                    ),
                ),
                ("substance", models.CharField(max_length=64)),
                ("first", assay.furniture.fields.MonthField(verbose_name="起始月份")),
                ("last", assay.furniture.fields.MonthField(verbose_name="截止月份")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                ("who", models.CharField(max_length=150, verbose_name="操作人")),
                ("result", models.JSONField()),
            ],
            options={
                "verbose_name": "方案测算",
                "indexes": [models.Index(fields=["kind", "substance", "-id"], name="study_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["effect", "assay"])), name="study_kind"
                    )
                ],
            },
        ),
    ]
