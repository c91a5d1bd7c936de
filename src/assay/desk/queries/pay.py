"""Months of pay on their way, and somebody's latest statement."""

from __future__ import annotations

from datetime import date
from typing import Any

from assay.incentives.access import disputes_seen
from assay.incentives.models import PayMonth, Statement
from assay.incentives.queries.claims import claims_seen
from assay.incentives.queries.statements import statements_seen
from assay.people.access import Viewer
from assay.period import Month


def closing(who: Viewer, today: date) -> dict[str, Any]:
    """Months that are not paid yet, the last one where nobody has worked it out, open objections,
    agents who wait for their money.
    """
    last = Month(Month.of(today).index - 1)
    rows = list(PayMonth.objects.exclude(state="paid").select_related("run").order_by("-month")[:3])
    begun = PayMonth.objects.filter(month=last.index, run__isnull=False).exists()
    return {
        "pay_months": rows, "pay_due": None if begun else last,
        "disputes": disputes_seen(who).filter(state="open").count(),
        "claims": claims_seen(who).filter(state__in=("asked", "received")).count(),
    }  # fmt: skip


def latest(who: Viewer) -> Statement | None:
    """The newest statement that is somebody's own and may be read."""
    own = {"agent": who.agent_id} if who.agent_id is not None else {"employee": who.employee_id}
    rows = statements_seen(who).filter(**own)
    found: Statement | None = rows.order_by("-run__pay_month__month", "pk").first()
    return found
