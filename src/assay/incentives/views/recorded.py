"""Records of pay with their history: who reads it, and what of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse

from assay.furniture.history import Recorded
from assay.furniture.links import page_at
from assay.incentives.access import disputes_seen
from assay.incentives.models import Claim, Dispute, PaidRow, PayMonth, PlanVersion
from assay.incentives.queries.claims import claims_seen
from assay.incentives.queries.plans import plans_seen
from assay.incentives.queries.statements import months
from assay.people.access import Viewer


def _paid(who: Viewer) -> Collection[Any]:
    """What payroll paid each person is for those who make the slips."""
    return () if who.may("pay.slips") else (PaidRow,)


def months_seen(who: Viewer) -> Any:
    """Months are the same for all who see any."""
    return months()


MONTH = Recorded(
    PayMonth, "pay.see", months_seen, lambda row: reverse("incentives:month", args=[str(row.month)]),
    without=_paid,
)  # fmt: skip
DISPUTE = Recorded(
    Dispute, "statements.see", disputes_seen, lambda row: page_at("incentives:dispute", row.pk)
)
CLAIM = Recorded(Claim, "claims.see", claims_seen, lambda row: page_at("incentives:claim", row.pk))
PLAN = Recorded(
    PlanVersion, "plans.text", plans_seen, lambda row: page_at("incentives:plan", row.pk)
)
RECORDED = [MONTH, DISPUTE, CLAIM, PLAN]
