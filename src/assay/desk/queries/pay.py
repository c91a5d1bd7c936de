"""Months of pay on their way, what waits for whom there, and somebody's latest statements."""

from __future__ import annotations

from datetime import date
from typing import Any

from assay.incentives.access import disputes_seen
from assay.incentives.models import Claim, PayMonth, Statement
from assay.incentives.queries.claims import claimable, claims_seen
from assay.incentives.queries.owing import to_decide
from assay.incentives.queries.plans import plan_now, plans_seen
from assay.incentives.queries.statements import statements_seen
from assay.people.access import Viewer
from assay.period import Month

MOST = 5


def closing(who: Viewer, today: date) -> dict[str, Any]:
    """Months that are not paid yet, the last one where nobody has worked it out, open objections,
    agents who wait for their money, what is to be decided of who left owing, and for HR the objections taken to it.
    """
    last = Month(Month.of(today).index - 1)
    unpaid = PayMonth.objects.exclude(state="paid").select_related("run")
    unpaid = unpaid.exclude(
        state="open", runs__isnull=False
    )  # set aside: a version, none that counts
    rows = list(unpaid.order_by("-month")[:3])
    begun = PayMonth.objects.filter(month=last.index, run__isnull=False).exists()
    waiting = disputes_seen(who).filter(state="open")
    appeals = waiting.filter(level=2).order_by("due_on", "pk")
    hr = who.role == "hr"
    return {
        "appeals": list(appeals[:MOST]) if hr else [], "appealed": appeals.count() if hr else 0,
        "pay_months": rows, "pay_due": None if begun else last,
        "disputes": waiting.count(), "disputes_late": waiting.filter(due_on__lt=today).count(),
        "claims": claims_seen(who).filter(state__in=("asked", "received")).count(),
        "settlings": len(to_decide(who)),
    }  # fmt: skip


def plans(who: Viewer, today: date) -> dict[str, Any]:
    """Plans on their way and the one that holds; owner: whether this is the one who decides what is open."""
    drafts = plans_seen(who).filter(state="draft").order_by("-holds_from", "-pk")[:MOST]
    now = plan_now(today)
    return {"plans": [*drafts, *([now] if now else [])], "owner": who.may("plans.edit")}


def papers(who: Viewer) -> dict[str, Any]:
    """An agent's latest statements, and the newest one with something to be paid for (None)."""
    rows = statements_seen(who).filter(agent=who.agent_id).order_by("-run__pay_month__month", "pk")
    locked = rows.filter(run__pay_month__state__in=PayMonth.SHUT, total__gt=0)
    asked = Claim.objects.filter(statement__agent=who.agent_id, state__in=Claim.LIVE)
    newest = locked.exclude(pk__in=asked.values("statement")).first()
    payable = newest if newest is not None and claimable(newest) > 0 else None
    return {"papers": list(rows[:3]), "payable": payable}


def latest(who: Viewer) -> Statement | None:
    """The newest statement that is somebody's own and may be read."""
    own = {"agent": who.agent_id} if who.agent_id is not None else {"employee": who.employee_id}
    rows = statements_seen(who).filter(**own)
    found: Statement | None = rows.order_by("-run__pay_month__month", "pk").first()
    return found
