"""What is written of a month's pay stays: results and answers whole, claims, disputes and steps in what they say.

A later migration that makes SQLite build one of these tables anew must run GUARDS again.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from assay.furniture.guards import taken_down

ROOM = "incentives_"
# Only ever added. A day that was kept is guarded against change since migration 0004.
KEPT = (
    "run", "statement", "line", "receipt", "payfile", "study", "remark", "explained", "daykept",
)  # fmt: skip
# Rows that go on: what never changes of them, and when nothing does any more.
FIXED = {
    "claim": (
        ("number", "statement_id", "way", "amount", "asked_at", "who"),
        "OLD.state IN ('paid', 'refused', 'withdrawn')",
    ),
    "dispute": (
        ("number", "line_id", "employee_id", "agent_id", "reason", "attachment_digest", "at"),
        "OLD.state IN ('adjusted', 'withdrawn') OR (OLD.state = 'explained' AND OLD.level = 2)",
    ),
    "step": (
        ("pay_month_id", "kind", "run_id", "department_id", "by_id", "at", "note"),
        "OLD.undone_at IS NOT NULL",
    ),
}
# A month that is locked keeps its run and never opens again.
SHUT = "OLD.state IN ('locked', 'exported', 'paid')"
BACK = "NEW.state NOT IN ('locked', 'exported', 'paid')"


def _moved(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in columns)


def _rules(differs: str) -> list[tuple[str, str, str]]:
    """(table, verb, condition under which it is refused; '' for always)."""
    rules = [(table, verb, "") for table in KEPT for verb in ("UPDATE", "DELETE")]
    rules.remove(("daykept", "UPDATE", ""))
    for table, (columns, closed) in FIXED.items():
        rules.append((table, "UPDATE", f"{closed} OR {_moved(columns, differs)}"))
        rules.append((table, "DELETE", ""))
    kept = _moved(("run_id", "month"), differs)
    rules.append(("paymonth", "UPDATE", f"{SHUT} AND ({BACK} OR {kept})"))
    rules.append(("paymonth", "DELETE", SHUT))
    return rules


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER pay_{table}_{verb} BEFORE {verb} ON {ROOM}{table} FOR EACH ROW"
        f"{f' WHEN {when}' if when else ''}"
        " BEGIN SELECT RAISE(ABORT, 'pay: what is written stays'); END"
        for table, verb, when in _rules("IS NOT")
    ]


REFUSE = """
CREATE FUNCTION pay_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held boolean;
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || quote_ident(TG_TABLE_NAME) || ')' INTO held;
    IF NOT held THEN RETURN NULL; END IF;
  END IF;
  RAISE EXCEPTION 'pay: what is written stays' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _postgresql() -> list[str]:
    rows = [
        f"CREATE TRIGGER pay_{table}_{verb.lower()} BEFORE {verb} ON {ROOM}{table} FOR EACH ROW"
        f"{f' WHEN ({when})' if when else ''} EXECUTE FUNCTION pay_refuse()"
        for table, verb, when in _rules("IS DISTINCT FROM")
    ]
    whole = [
        f"CREATE TRIGGER pay_{table}_whole BEFORE TRUNCATE ON {ROOM}{table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION pay_refuse()"
        for table in (*KEPT, *FIXED)
    ]
    return [REFUSE, *rows, *whole]


GUARDS = {"sqlite": _sqlite, "postgresql": _postgresql}


def put_up(apps: Any, editor: Any) -> None:
    """Every guard, as a statement of its own."""
    for statement in GUARDS[editor.connection.vendor]():
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("incentives", "0006_acknowledged_first")]
    operations = [migrations.RunPython(put_up, taken_down(put_up))]
