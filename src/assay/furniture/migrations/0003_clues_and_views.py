"""Clues to find records by, and views of lists people saved."""

from django.db import migrations, models

import assay.furniture.begins


class Migration(migrations.Migration):
    dependencies = [
        ("furniture", "0002_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clue",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind",
                        "place",
                        "text",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("place", models.PositiveSmallIntegerField()),
                ("text", assay.furniture.begins.BytewiseField(max_length=20)),
                ("key", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "key"], name="clue_of")],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("page", models.CharField(max_length=80)),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="名称")),
                ("query", models.CharField(max_length=1000)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user_id", "page", "name"), name="view_once")
                ],
            },
        ),
    ]
