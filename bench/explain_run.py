"""The child of `bench explain`: fills the database as `bench close` does, works the month out, opens it to queries."""

from __future__ import annotations

import bench.rooms_setup  # noqa: F401

# isort: split
import json
import sys
from datetime import date

from assay.furniture.kept import acting
from assay.incentives.actions.running import run_month
from assay.incentives.models import PayMonth, Statement
from assay.people import actions as staffing
from bench.close_run import MONTH, SINCE, fill
from bench.rooms_drive import PASSWORD
from bench.rooms_fill import say


def main(payees: int, orders: int) -> list[int]:
    """Statements of people who sell and of managers, spread over all; finance may open each."""
    fill(payees, orders)
    say("filled")
    with acting(None, "bench"):
        place = staffing.open_department(code="FIN", name="财务部", start=SINCE)
        person = staffing.hire(
            number="F01", name="钱淑华", start=SINCE, role="finance", department=place
        )
        staffing.open_login(username="f01", password=PASSWORD, employee=person, renew=False)
        run = run_month(MONTH)
        row = PayMonth.objects.get()
        row.state, row.preview_from, row.preview_to = "preview", date(2026, 4, 1), date(2026, 4, 7)
        row.save()
    say("worked out")
    rows = Statement.objects.filter(run=run, total__gt=0).exclude(role="manager").order_by("pk")
    return list(rows.values_list("pk", flat=True))


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
