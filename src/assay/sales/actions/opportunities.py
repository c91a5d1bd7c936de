"""Opportunities: seen, moved on, won or lost."""

from __future__ import annotations

from typing import Any

from assay.people.queries import team_on
from assay.sales.models import Opportunity


def write_opportunity(row: Opportunity | None = None, **said: Any) -> Opportunity:
    """A new opportunity, or one changed."""
    made = row or Opportunity()
    for name, value in said.items():
        setattr(made, name, value)
    if made.stage != "lost":
        made.why_lost = ""
    if made.seller_id and made.day:
        made.department_id = team_on(made.seller_id, made.day)
    made.full_clean()
    made.save()
    return made


def move_on(row: Opportunity | None, stage: str) -> None:
    """An opportunity follows what happens to its quotation; one that is lost stays lost."""
    if row is not None and row.stage not in ("lost", "won") and row.stage != stage:
        row.stage = stage
        row.save()
