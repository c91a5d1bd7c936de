"""What payroll says it paid stays: a row is never taken away, and of a paid month it never changes and none is added.

Until the payout a file that comes back again may correct a row's figures, not whose or of which month it
is. A later migration that makes SQLite build the table anew must run these guards again.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from assay.furniture.guards import irreplaceable, taken_down

TABLE = "incentives_paidrow"
SAID = "pay: what is written stays"
PAID = (
    "EXISTS (SELECT 1 FROM incentives_paymonth m WHERE m.state = 'paid'"
    " AND m.id IN (NEW.pay_month_id, {old}))"
)
SQLITE = {
    "insert": PAID.format(old="NEW.pay_month_id"),
    "update": "NEW.pay_month_id <> OLD.pay_month_id OR NEW.code <> OLD.code OR "
    + PAID.format(old="OLD.pay_month_id"),
    "delete": "1",
}
# The month is held while it is looked at, so that no row slips in beside a payout that is under way.
POSTGRESQL = [
    """
CREATE FUNCTION pay_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE standing text;
BEGIN
  SELECT state INTO standing FROM incentives_paymonth WHERE id = NEW.pay_month_id FOR SHARE;
  IF standing = 'paid' OR TG_OP = 'UPDATE'
    AND (NEW.pay_month_id <> OLD.pay_month_id OR NEW.code <> OLD.code)
  THEN
    RAISE EXCEPTION 'pay: what is written stays' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$
""",
    f"CREATE TRIGGER pay_paidrow_stays BEFORE INSERT OR UPDATE ON {TABLE} FOR EACH ROW"
    " EXECUTE FUNCTION pay_row_stays()",
    f"CREATE TRIGGER pay_paidrow_delete BEFORE DELETE ON {TABLE} FOR EACH ROW"
    " EXECUTE FUNCTION pay_refuse()",
    f"CREATE TRIGGER pay_paidrow_whole BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT"
    " EXECUTE FUNCTION pay_refuse()",
]


def put_up(apps: Any, editor: Any) -> None:
    """Every guard, as a statement of its own."""
    if editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL:
            editor.execute(statement)
        return
    for verb, when in SQLITE.items():
        editor.execute(
            f"CREATE TRIGGER pay_paidrow_{verb} BEFORE {verb.upper()} ON {TABLE} FOR EACH ROW"
            f" WHEN {when} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )
    for statement in irreplaceable(editor.connection, TABLE, SAID):
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("incentives", "0010_seen_up_to")]
    operations = [migrations.RunPython(put_up, taken_down(put_up))]
