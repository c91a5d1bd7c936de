"""Jobs."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("furniture", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待中"),
                            ("running", "进行中"),
                            ("ready", "待确认"),
                            ("done", "已完成"),
                            ("failed", "没有完成"),
                        ],
                        default="waiting",
                        max_length=7,
                        verbose_name="状态",
                    ),
                ),
                ("user_id", models.BigIntegerField(db_index=True, null=True)),
                ("who", models.CharField(max_length=150, verbose_name="操作人")),
                (
                    "made",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间"),
                ),
                ("ended", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("given", models.JSONField(default=dict)),
                ("result", models.JSONField(default=dict)),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["id"],
                        name="job_queue",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "running", "ready", "done", "failed"])
                        ),
                        name="job_state",
                    )
                ],
            },
        ),
    ]
