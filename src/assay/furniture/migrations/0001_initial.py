"""The first tables of the furniture."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AccessEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="时间")),
                ("user_id", models.BigIntegerField(db_index=True, null=True)),
                ("who", models.CharField(max_length=150, verbose_name="操作人")),
                (
                    "kind",
                    models.CharField(
                        choices=[("reveal", "显示"), ("export", "导出"), ("file", "下载")],
                        max_length=6,
                        verbose_name="动作",
                    ),
                ),
                ("what", models.CharField(max_length=200, verbose_name="内容")),
                ("label", models.CharField(blank=True, max_length=80)),
                ("key", models.BigIntegerField(null=True)),
                ("rows", models.IntegerField(null=True, verbose_name="行数")),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="来源")),
            ],
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("last", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间"),
                ),
                ("user_id", models.BigIntegerField(null=True)),
                ("who", models.CharField(max_length=150, verbose_name="操作人")),
                ("label", models.CharField(max_length=80)),
                ("key", models.BigIntegerField()),
                (
                    "verb",
                    models.CharField(
                        choices=[("add", "新建"), ("change", "修改"), ("delete", "删除")],
                        max_length=6,
                    ),
                ),
                ("what", models.JSONField()),
            ],
            options={
                "indexes": [models.Index(fields=["label", "key", "id"], name="change_of")],
            },
        ),
    ]
