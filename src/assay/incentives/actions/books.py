"""What a close writes into the books: owed at the lock, paid at the payout; nothing is netted."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from assay.incentives.models import PayMonth, Statement
from assay.ledger.actions import post
from assay.ledger.entry import Entry, Posting
from assay.ledger.queries import balance

# A role's expense and its payable; agents have a payable of their own (财税〔2009〕29号).
AGENT, STORE = "agent", "store"
ACCOUNTS = {
    AGENT: ("expense.agent", "payable.agent"),
    STORE: ("expense.store", "payable.store"),
}
STAFF = ("expense.commission", "payable.payee")


def accounts_of(statement: Statement) -> tuple[str, str]:
    """(expense, payable of this payee) a statement moves. Told by whose it is, not by role names."""
    kind = AGENT if statement.agent_id else STORE if statement.shop_id else ""
    expense, payable = ACCOUNTS.get(kind, STAFF)
    return expense, f"{payable}:{statement.code}"


def accrue(row: PayMonth) -> None:
    """Commission expense / payable of each payee, once a run, dated to the month's last day."""
    assert row.run is not None
    postings = []
    for one in row.run.statements.order_by("code", "role"):
        expense, payable = accounts_of(one)
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
    return balance(accounts_of(statement)[1])
