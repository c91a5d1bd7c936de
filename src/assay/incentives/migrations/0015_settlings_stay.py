"""What somebody who left owes, settled by hand: what was asked stays as it was asked, what was decided stays whole.

A later migration that makes SQLite build the table anew must run these guards again.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from assay.furniture.guards import irreplaceable, taken_down

TABLE = "incentives_settling"
SAID = "pay: what is written stays"
FIXED = (
    "employee_id", "way", "amount", "on", "reference", "reason", "asked_by_id", "asked_at",
)  # fmt: skip


def _rules(differs: str) -> dict[str, str]:
    moved = " OR ".join(f'NEW."{name}" {differs} OLD."{name}"' for name in FIXED)
    return {"UPDATE": f"OLD.state <> 'asked' OR {moved}", "DELETE": "true"}


def put_up(apps: Any, editor: Any) -> None:
    """Every guard, as a statement of its own."""
    if editor.connection.vendor == "postgresql":
        for verb, when in _rules("IS DISTINCT FROM").items():
            editor.execute(
                f"CREATE TRIGGER pay_settling_{verb.lower()} BEFORE {verb} ON {TABLE} FOR EACH ROW"
                f" WHEN ({when}) EXECUTE FUNCTION pay_refuse()"
            )
        editor.execute(
            f"CREATE TRIGGER pay_settling_whole BEFORE TRUNCATE ON {TABLE}"
            " FOR EACH STATEMENT EXECUTE FUNCTION pay_refuse()"
        )
        return
    for verb, when in _rules("IS NOT").items():
        editor.execute(
            f"CREATE TRIGGER pay_settling_{verb} BEFORE {verb} ON {TABLE} FOR EACH ROW"
            f" WHEN {when} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )
    for statement in irreplaceable(editor.connection, TABLE, SAID):
        editor.execute(statement)


class Migration(migrations.Migration):
    # Apart from the table: its unique indexes are there once that migration is through.
    dependencies = [("incentives", "0014_settling")]
    operations = [migrations.RunPython(put_up, taken_down(put_up))]
