"""What is settled of an agent or a shop stays as well: the guards of the table, put up anew.

A later migration that makes SQLite build the table anew must run these guards again.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from assay.errors import UserError
from assay.furniture.guards import irreplaceable

TABLE = "incentives_settling"
SAID = "pay: what is written stays"
FIXED = (
    "employee_id", "agent_id", "shop_id", "way", "amount", "on", "reference", "reason",
    "asked_by_id", "asked_at",
)  # fmt: skip


def _rules(differs: str) -> dict[str, str]:
    moved = " OR ".join(f'NEW."{name}" {differs} OLD."{name}"' for name in FIXED)
    return {"UPDATE": f"OLD.state <> 'asked' OR {moved}", "DELETE": "true"}


def put_up(apps: Any, editor: Any) -> None:
    """Every guard, as a statement of its own."""
    _drop(editor)
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


def _drop(editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        for name in ("update", "delete", "whole"):
            editor.execute(f"DROP TRIGGER IF EXISTS pay_settling_{name} ON {TABLE}")
        return
    for name in ("pay_settling_UPDATE", "pay_settling_DELETE", f"{TABLE}_irreplaceable_insert",
                 f"{TABLE}_irreplaceable_update"):  # fmt: skip
        editor.execute(f"DROP TRIGGER IF EXISTS {name}")


def take_down(apps: Any, editor: Any) -> None:
    """The way back: only while everything settled is a person's; the table before has no room for more."""
    rows = apps.get_model("incentives", "Settling").objects.filter(employee__isnull=True)
    count = rows.count()
    if count:
        raise UserError(
            f"cannot go back before incentives 0018: {count} settled debts of agents or shops stand in"
            f" {TABLE}, and that version has no place for them. Stay at 0018 or later, or go back by a"
            " backup made before the first of them"
        )
    _drop(editor)


class Migration(migrations.Migration):
    # Apart from the table: its unique indexes are there once that migration is through.
    dependencies = [("incentives", "0017_settlings_of_partners")]
    operations = [migrations.RunPython(put_up, take_down)]
