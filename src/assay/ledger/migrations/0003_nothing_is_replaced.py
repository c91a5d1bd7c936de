"""SQLite refuses REPLACE in the books, and a balance that no posting moves; an account says which moved it last.

A later migration that makes SQLite build one of these tables anew must run its guards again.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.db import migrations, models

from assay.furniture.guards import irreplaceable

LAST = """
UPDATE ledger_account SET moved = (
  SELECT max(p.id) FROM ledger_posting p
  WHERE p.debit_id = ledger_account.id OR p.credit_id = ledger_account.id
)
"""

BEFORE = import_module("assay.ledger.migrations.0002_guards").GUARDS
# Guards of before that are made anew here, and again on the way back.
ANEW = {
    "sqlite": ("CREATE TRIGGER ledger_posting_moves ", "CREATE TRIGGER ledger_account_new "),
    "postgresql": ("CREATE FUNCTION ledger_move()",),
}
# A posting counts once: when it comes, and only if it comes after the last that counted.
SQLITE = [
    "DROP TRIGGER ledger_posting_moves",
    "CREATE TRIGGER ledger_posting_moves AFTER INSERT ON ledger_posting FOR EACH ROW BEGIN"
    " UPDATE ledger_account SET balance = balance + NEW.amount, moved = NEW.id"
    " WHERE id = NEW.debit_id;"
    " UPDATE ledger_account SET balance = balance - NEW.amount, moved = NEW.id"
    " WHERE id = NEW.credit_id; END",
    "CREATE TRIGGER ledger_account_moves BEFORE UPDATE OF balance, moved ON ledger_account"
    " FOR EACH ROW WHEN NEW.moved IS NULL OR NEW.moved <= OLD.moved OR NOT EXISTS ("
    "SELECT 1 FROM ledger_posting p WHERE p.id = NEW.moved AND NEW.balance - OLD.balance = CASE OLD.id"
    " WHEN p.debit_id THEN p.amount WHEN p.credit_id THEN -p.amount END)"
    " BEGIN SELECT RAISE(ABORT, 'ledger: balances move by postings alone'); END",
    "DROP TRIGGER ledger_account_new",
    "CREATE TRIGGER ledger_account_new BEFORE INSERT ON ledger_account FOR EACH ROW"
    " WHEN NEW.balance <> 0 OR NEW.moved IS NOT NULL"
    " BEGIN SELECT RAISE(ABORT, 'ledger: an account opens empty'); END",
    "CREATE TRIGGER ledger_account_stays BEFORE DELETE ON ledger_account FOR EACH ROW"
    " WHEN OLD.moved IS NOT NULL BEGIN SELECT RAISE(ABORT, 'ledger: what is written stays'); END",
]
POSTGRESQL = [
    """
CREATE OR REPLACE FUNCTION ledger_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM (SELECT DISTINCT entry_id FROM fresh) f JOIN ledger_entry e ON e.id = f.entry_id
    WHERE e.legs <> (SELECT count(*) FROM ledger_posting p WHERE p.entry_id = e.id)
  ) THEN
    RAISE EXCEPTION 'ledger: an entry is written once, whole'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  UPDATE ledger_account a SET balance = a.balance + m.moved, moved = m.last
  FROM (
    SELECT id, sum(amount) AS moved, max(leg) AS last FROM (
      SELECT debit_id AS id, amount, id AS leg FROM fresh
      UNION ALL SELECT credit_id, -amount, id FROM fresh
    ) s GROUP BY id
  ) m WHERE a.id = m.id;
  RETURN NULL;
END $$
""",
    "CREATE TRIGGER ledger_account_stays BEFORE DELETE ON ledger_account FOR EACH ROW"
    " WHEN (OLD.moved IS NOT NULL) EXECUTE FUNCTION ledger_refuse()",
]


def put_up(apps: Any, editor: Any) -> None:
    """Say of each account what moved it last; from here on only a posting does."""
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE ledger_account DISABLE TRIGGER ledger_account_kept")
        editor.execute(LAST)
        editor.execute("ALTER TABLE ledger_account ENABLE TRIGGER ledger_account_kept")
        for statement in POSTGRESQL:
            editor.execute(statement)
        return
    editor.execute(LAST)
    for statement in SQLITE:
        editor.execute(statement)
    for table in ("account", "entry", "posting"):
        said = "ledger: what is written stays"
        for statement in irreplaceable(editor.connection, f"ledger_{table}", said):
            editor.execute(statement)


def put_back(apps: Any, editor: Any) -> None:
    """The guards as they were before; what moved an account last follows from the postings again."""
    vendor = editor.connection.vendor
    for statement in _taken_away(editor.connection):
        editor.execute(statement)
    for statement in BEFORE[vendor]:
        if any(named in statement for named in ANEW[vendor]):
            editor.execute(statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


def _taken_away(connection: Any) -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield "DROP TRIGGER ledger_account_stays ON ledger_account"
        return
    for name in ("posting_moves", "account_new", "account_moves", "account_stays"):
        yield f"DROP TRIGGER ledger_{name}"
    for table in ("account", "entry", "posting"):
        for verb in ("insert", "update"):
            yield f"DROP TRIGGER ledger_{table}_irreplaceable_{verb}"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guards")]
    operations = [
        migrations.AddField(
            model_name="account",
            name="moved",
            # May be NULL, so that SQLite adds it to the table as it stands and its guards stay.
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.RunPython(put_up, put_back),
    ]
