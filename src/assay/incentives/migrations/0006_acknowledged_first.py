"""A plan is acknowledged before it is published; on paper too, with where the paper lies."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from assay.furniture.guards import taken_down

# SQLite makes the table of acknowledgements anew for these changes, and its guards go with the old one.
NODS = [
    f"CREATE TRIGGER plan_nod_{verb} BEFORE {verb} ON incentives_nod FOR EACH ROW"
    " BEGIN SELECT RAISE(ABORT, 'plans: an acknowledgement stays'); END"
    for verb in ("UPDATE", "DELETE")
]


def put_up(apps: Any, editor: Any) -> None:
    """The guards of migration 0003 once more, where they are gone."""
    if editor.connection.vendor == "sqlite":
        for statement in NODS:
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("incentives", "0005_claims_and_answers"),
        ("people", "0002_found_by_clues"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="nod",
            name="nod_once",
        ),
        migrations.AddField(
            model_name="nod",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.employee",
                verbose_name="经办人",
            ),
        ),
        migrations.AddField(
            model_name="nod",
            name="how",
            field=models.CharField(
                choices=[("login", "本人在系统里"), ("paper", "纸质")],
                default="login",
                max_length=5,
                verbose_name="方式",
            ),
        ),
        migrations.AddField(
            model_name="nod",
            name="note",
            field=models.CharField(blank=True, max_length=300, verbose_name="存放处"),
        ),
        migrations.AddField(
            model_name="nod",
            name="on",
            field=models.DateField(blank=True, null=True, verbose_name="签字日期"),
        ),
        migrations.AddField(
            model_name="planversion",
            name="offered_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="交付签认时间"),
        ),
        migrations.AddConstraint(
            model_name="nod",
            constraint=models.UniqueConstraint(fields=("plan", "code", "digest"), name="nod_once"),
        ),
        migrations.AddConstraint(
            model_name="nod",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["login", "paper"])), name="nod_how"
            ),
        ),
        migrations.AddConstraint(
            model_name="nod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("how", "login"),
                    models.Q(
                        ("by__isnull", False),
                        ("on__isnull", False),
                        models.Q(("note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="nod_paper_whole",
            ),
        ),
        migrations.RunPython(put_up, taken_down(put_up)),
    ]
