"""What the database itself sees to: balances follow postings, and what is written stays as it is.

A later migration that makes SQLite build one of these tables anew must run GUARDS again.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from assay.furniture.guards import taken_down

KEPT = ("ledger_entry", "ledger_posting")

SQLITE = [
    *(
        f"CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} FOR EACH ROW BEGIN"
        f" SELECT RAISE(ABORT, 'ledger: what is written stays'); END"
        for table in KEPT
        for verb in ("UPDATE", "DELETE")
    ),
    # An account keeps its name and side; one that has moved stays.
    "CREATE TRIGGER ledger_account_named BEFORE UPDATE OF id, code, control, party, side, guarded"
    " ON ledger_account FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'ledger: an account keeps its name');"
    " END",
    "CREATE TRIGGER ledger_account_new BEFORE INSERT ON ledger_account FOR EACH ROW"
    " WHEN NEW.balance <> 0 BEGIN SELECT RAISE(ABORT, 'ledger: an account opens empty'); END",
    "CREATE TRIGGER ledger_posting_place BEFORE INSERT ON ledger_posting FOR EACH ROW"
    " WHEN NEW.place NOT BETWEEN 1 AND (SELECT legs FROM ledger_entry WHERE id = NEW.entry_id)"
    " BEGIN SELECT RAISE(ABORT, 'ledger: an entry is written once'); END",
    "CREATE TRIGGER ledger_posting_moves AFTER INSERT ON ledger_posting FOR EACH ROW BEGIN"
    " UPDATE ledger_account SET balance = balance + NEW.amount WHERE id = NEW.debit_id;"
    " UPDATE ledger_account SET balance = balance - NEW.amount WHERE id = NEW.credit_id; END",
]

POSTGRESQL = [
    """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    IF NOT EXISTS (SELECT 1 FROM ledger_entry) THEN RETURN NULL; END IF;
  END IF;
  RAISE EXCEPTION 'ledger: what is written stays' USING ERRCODE = 'integrity_constraint_violation';
END $$
""",
    *(
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"
        for table in KEPT
    ),
    *(
        f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        for table in KEPT
    ),
    """
CREATE FUNCTION ledger_account_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.balance = 0 THEN RETURN NEW; END IF;
  ELSIF pg_trigger_depth() > 1 AND ROW(NEW.id, NEW.code, NEW.control, NEW.party, NEW.side, NEW.guarded)
      IS NOT DISTINCT FROM ROW(OLD.id, OLD.code, OLD.control, OLD.party, OLD.side, OLD.guarded) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'ledger: balances move by postings alone'
    USING ERRCODE = 'integrity_constraint_violation';
END $$
""",
    "CREATE TRIGGER ledger_account_kept BEFORE INSERT OR UPDATE ON ledger_account"
    " FOR EACH ROW EXECUTE FUNCTION ledger_account_kept()",
    """
CREATE FUNCTION ledger_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM (SELECT DISTINCT entry_id FROM fresh) f JOIN ledger_entry e ON e.id = f.entry_id
    WHERE e.legs <> (SELECT count(*) FROM ledger_posting p WHERE p.entry_id = e.id)
  ) THEN
    RAISE EXCEPTION 'ledger: an entry is written once, whole'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  UPDATE ledger_account a SET balance = a.balance + m.moved
  FROM (
    SELECT id, sum(amount) AS moved FROM (
      SELECT debit_id AS id, amount FROM fresh UNION ALL SELECT credit_id, -amount FROM fresh
    ) s GROUP BY id
  ) m WHERE a.id = m.id;
  RETURN NULL;
END $$
""",
    "CREATE TRIGGER ledger_posting_moves AFTER INSERT ON ledger_posting"
    " REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_move()",
]

GUARDS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def put_up(apps: Any, editor: Any) -> None:
    """Every guard, as a statement of its own."""
    for statement in GUARDS[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(put_up, taken_down(put_up))]
