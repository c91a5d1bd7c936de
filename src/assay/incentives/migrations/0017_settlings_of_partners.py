"""What is settled is an agent's or a shop's, too, each of his own payable."""

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

BEFORE = import_module("assay.incentives.migrations.0015_settlings_stay")


def put_back(apps: Any, editor: Any) -> None:
    """The last of the way back: the guards of the table as it is then, once its indexes are there."""
    while editor.deferred_sql:
        editor.execute(editor.deferred_sql.pop(0))
    BEFORE.put_up(apps, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("incentives", "0016_days_rewound"),
        ("people", "0004_quotations"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, put_back),
        migrations.AlterModelOptions(
            name="settling",
            options={"verbose_name": "欠款清账"},
        ),
        migrations.AddField(
            model_name="settling",
            name="agent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settlings",
                to="people.agent",
                verbose_name="代理商",
            ),
        ),
        migrations.AddField(
            model_name="settling",
            name="shop",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settlings",
                to="people.shop",
                verbose_name="银楼",
            ),
        ),
        migrations.AlterField(
            model_name="settling",
            name="employee",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settlings",
                to="people.employee",
                verbose_name="员工",
            ),
        ),
        migrations.AddConstraint(
            model_name="settling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("agent__isnull", True), ("employee__isnull", False), ("shop__isnull", True)
                    ),
                    models.Q(
                        ("agent__isnull", False), ("employee__isnull", True), ("shop__isnull", True)
                    ),
                    models.Q(
                        ("agent__isnull", True), ("employee__isnull", True), ("shop__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="settling_whose",
            ),
        ),
        migrations.AddConstraint(
            model_name="settling",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")),
                fields=("agent",),
                name="settling_agent_waits",
                violation_error_message="已经有一笔在等总经理批",
            ),
        ),
        migrations.AddConstraint(
            model_name="settling",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")),
                fields=("shop",),
                name="settling_shop_waits",
                violation_error_message="已经有一笔在等总经理批",
            ),
        ),
    ]
