"""SQLite refuses REPLACE of what stays of pay and plans; a draft says what was signed in it, and consulted about.

On PostgreSQL plans and who acknowledged them are not emptied, either. The columns may be NULL, so that
SQLite adds them to the table as it stands and its guards stay.

A later migration that makes SQLite build one of these tables anew must run its guards again.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from assay.furniture.guards import irreplaceable, taken_down

# Table -> which of its rows nothing may take away ('' for all), as in 0003 and 0007.
STAYS = {
    **dict.fromkeys(
        (
            "run", "statement", "line", "receipt", "payfile", "study", "remark", "explained",
            "daykept", "claim", "dispute", "step", "nod",
        ),
        "",
    ),
    "paymonth": "held.state IN ('locked', 'exported', 'paid')",
    "planversion": "held.state = 'published'",
}  # fmt: skip


def put_up(apps: Any, editor: Any) -> None:
    """Every guard, as a statement of its own."""
    if editor.connection.vendor == "postgresql":
        for table in ("nod", "planversion"):
            editor.execute(
                f"CREATE TRIGGER plan_{table}_whole BEFORE TRUNCATE ON incentives_{table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION pay_refuse()"
            )
        return
    for table, stays in STAYS.items():
        said = "pay: what is written stays"
        for statement in irreplaceable(editor.connection, f"incentives_{table}", said, stays):
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("incentives", "0008_codes_of_rows")]
    operations = [
        migrations.AddField(
            model_name="planversion",
            name="signed",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="planversion",
            name="consulted_digest",
            field=models.CharField(blank=True, max_length=64, null=True, verbose_name="协商的文本"),
        ),
        migrations.AddField(
            model_name="planversion",
            name="consulted_substance",
            field=models.CharField(max_length=64, editable=False, null=True),
        ),
        migrations.RunPython(put_up, taken_down(put_up)),
    ]
