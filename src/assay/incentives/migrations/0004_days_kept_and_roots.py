"""Days of the running month that are kept, and the root over a run's statements."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import assay.furniture.fields
from assay.furniture.guards import taken_down


def keep(apps: Any, editor: Any) -> None:
    """A day that was kept is never written again, whoever asks."""
    if editor.connection.vendor == "sqlite":
        editor.execute(
            "CREATE TRIGGER incentives_daykept_stays BEFORE UPDATE ON incentives_daykept"
            " FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'a day that was kept stays'); END"
        )
        return
    editor.execute(
        "CREATE FUNCTION incentives_daykept_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'a day that was kept stays'"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    editor.execute(
        "CREATE TRIGGER incentives_daykept_stays BEFORE UPDATE ON incentives_daykept"
        " FOR EACH ROW EXECUTE FUNCTION incentives_daykept_refuse()"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("incentives", "0003_published_stays"),
        ("people", "0002_found_by_clues"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="root",
            field=models.CharField(blank=True, max_length=64, verbose_name="校验根"),
        ),
        migrations.AddField(
            model_name="statement",
            name="salt",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="statement",
            name="leaf",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.CreateModel(
            name="DayKept",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("month", assay.furniture.fields.MonthField(verbose_name="月份")),
                ("code", models.CharField(max_length=30, verbose_name="编号")),
                ("name", models.CharField(max_length=120, verbose_name="姓名")),
                ("role", models.CharField(max_length=40, verbose_name="角色")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                ("plan_digest", models.CharField(max_length=64)),
                ("total", assay.furniture.fields.FenField(verbose_name="应发")),
                ("told", models.JSONField()),
                ("digest", models.CharField(max_length=64, verbose_name="摘要值")),
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
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.department",
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
            ],
            options={
                "verbose_name": "某日的提成",
                "constraints": [
                    models.UniqueConstraint(fields=("day", "code", "role"), name="daykept_once")
                ],
            },
        ),
        migrations.RunPython(keep, taken_down(keep)),
    ]
