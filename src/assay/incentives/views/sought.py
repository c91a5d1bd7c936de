"""Statements' objections and agents' claims as they are found from anywhere."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assay.furniture.finding import Hit, Sought, numbered
from assay.furniture.links import page_at
from assay.incentives.access import disputes_seen
from assay.incentives.models import Claim, Dispute
from assay.incentives.queries.claims import claims_seen


def _dispute(row: Dispute) -> Hit:
    said = f"{row.line.statement.name} {row.line.title} {row.get_state_display()}"
    return Hit(row.number, said, page_at("incentives:dispute", row.pk))


def _claim(row: Claim) -> Hit:
    said = f"{row.statement.name} {row.get_state_display()}"
    return Hit(row.number, said, page_at("incentives:claim", row.pk))


SOUGHT = [
    Sought(
        _("异议"), "statements.see", disputes_seen, _dispute, own=numbered(number="YY"),
        all_at="incentives:disputes",
    ),
    Sought(
        _("请款"), "claims.see", claims_seen, _claim, own=numbered(number="QK"),
        all_at="incentives:claims",
    ),
]  # fmt: skip
