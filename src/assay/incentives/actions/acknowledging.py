"""Acknowledging: a payee says he has read his statement; the text of it is held by digest."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.kept import actor
from assay.incentives.models import PayMonth, Receipt, Statement
from assay.incentives.queries.statements import statement_digest
from assay.people.access import Viewer


def mine(row: Statement, who: Viewer) -> bool:
    """Whether a statement is the person's own; a clerk stands for his shop."""
    if who.employee_id is not None and row.employee_id == who.employee_id:
        return True
    if who.agent_id is not None and row.agent_id == who.agent_id:
        return True
    return row.shop_id is not None and row.shop_id in who.shop_ids


@transaction.atomic
def acknowledge(row: Statement, *, by: Viewer, read: str) -> Receipt:
    """Acknowledge one's own statement of a month that is locked; once, for good.

    read: the digest of what was on the page. What differs from it was not read, and is not acknowledged.
    """
    if not mine(row, by):
        raise UserError(_("只能确认自己的提成单"))
    if row.run.pay_month.state not in PayMonth.SHUT:
        raise UserError(_("锁定以后才能确认；现在可以对不同意的一行提异议"))
    if hasattr(row, "receipt"):
        raise UserError(_("已经确认过了"))
    digest = statement_digest(row)
    if read != digest:
        raise UserError(_("打开这一页以后提成单变了：看过现在的再确认"))
    made: Receipt = Receipt.objects.create(
        statement=row, who=actor()[1], digest=digest, root=row.run.root or None
    )
    return made
