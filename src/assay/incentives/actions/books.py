"""What a close writes into the books: owed at the lock, paid at the payout; nothing is netted."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from assay.incentives.models import PayMonth, Statement
from assay.incentives.queries.parties import kind_of, payable_of
from assay.ledger.actions import post
from assay.ledger.entry import Entry, Posting
from assay.ledger.queries import balance


def accrue(row: PayMonth) -> None:
    """Commission expense / payable of each payee, once a run, dated to the month's last day."""
    assert row.run is not None
    postings = []
    for one in row.run.statements.order_by("code", "role"):
        expense, payable = kind_of(one).expense, payable_of(one)
        if one.total > 0:
            postings.append(Posting(expense, payable, one.total))
        elif one.total < 0:
            postings.append(Posting(payable, expense, -one.total))
    if postings:
        with override("zh-hans"):  # the books speak one language, whoever writes them
            text = _("计提 %(month)s") % {"month": row.month}
        key, last = f"accrue:{row.month}:v{row.run.version}", row.month.after - timedelta(1)
        post(Entry(key, last, text, tuple(postings), f"run:{row.run.digest}"))


def owed(statement: Statement) -> int:
    """What the books say is owed to a statement's payee now, in 分."""
    return balance(payable_of(statement))
