"""A published plan stays as it is, and so does who has acknowledged it: the database sees to it.

A later migration that makes SQLite build one of these tables anew must run GUARDS again.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from assay.furniture.guards import taken_down

PLAN, NOD = "incentives_planversion", "incentives_nod"

SQLITE = [
    *(
        f"CREATE TRIGGER plan_published_{verb} BEFORE {verb} ON {PLAN} FOR EACH ROW"
        " WHEN OLD.state = 'published'"
        " BEGIN SELECT RAISE(ABORT, 'plans: a published plan never changes'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    *(
        f"CREATE TRIGGER plan_nod_{verb} BEFORE {verb} ON {NOD} FOR EACH ROW"
        " BEGIN SELECT RAISE(ABORT, 'plans: an acknowledgement stays'); END"
        for verb in ("UPDATE", "DELETE")
    ),
]
POSTGRESQL = [
    """
CREATE FUNCTION plans_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'plans: what is published or acknowledged never changes'
    USING ERRCODE = 'integrity_constraint_violation';
END $$
""",
    f"CREATE TRIGGER plan_published_stays BEFORE UPDATE OR DELETE ON {PLAN} FOR EACH ROW"
    " WHEN (OLD.state = 'published') EXECUTE FUNCTION plans_refuse()",
    f"CREATE TRIGGER plan_nod_stays BEFORE UPDATE OR DELETE ON {NOD} FOR EACH ROW"
    " EXECUTE FUNCTION plans_refuse()",
]
GUARDS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def put_up(apps: Any, editor: Any) -> None:
    """Every guard, as a statement of its own."""
    for statement in GUARDS[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("incentives", "0002_studies")]
    operations = [migrations.RunPython(put_up, taken_down(put_up))]
