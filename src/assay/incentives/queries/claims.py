"""Claims: whose they are, what of a statement can still be asked for, the tax a person's payment bears."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet, Sum

from assay.incentives.labour import withheld_further
from assay.incentives.models import Claim, PayMonth, Statement
from assay.incentives.queries.parties import payable_of
from assay.ledger.queries import balance
from assay.people.access import Viewer
from assay.period import Month


def claims_seen(who: Viewer) -> QuerySet[Claim]:
    """The offices all; an agent his own."""
    rows = Claim.objects.select_related("statement__run__pay_month", "statement__agent")
    if who.everything:
        return rows
    return rows.filter(statement__agent=who.agent_id) if who.agent_id else rows.none()


def claimable(statement: Statement) -> int:
    """What an agent can ask for of a statement, in 分: its sum, never more than the books owe him.

    What he has asked for and was not paid yet is owed to him, too, and taken off.
    """
    row = statement.run.pay_month
    counts = row.state in PayMonth.SHUT and row.run_id == statement.run_id
    if statement.agent_id is None or not counts:
        return 0
    live = Claim.objects.filter(statement__agent=statement.agent_id, state__in=Claim.LIVE)
    if live.filter(statement=statement).exists():
        return 0
    waiting = live.exclude(state="paid").aggregate(s=Sum("amount"))["s"] or 0
    owed = balance(payable_of(statement)) - waiting
    return max(0, min(int(statement.total), owed))


def tax_of(claim: Claim, on: date) -> int:
    """What is withheld of a claim that is paid on a day, in 分; nothing where there is an invoice."""
    if claim.way != "labour":
        return 0
    month = Month.of(on)
    paid = Claim.objects.filter(
        statement__agent=claim.statement.agent_id, way="labour", state="paid",
        paid_on__gte=month.first, paid_on__lt=month.after,
    ).exclude(pk=claim.pk)  # fmt: skip
    sums = paid.aggregate(gross=Sum("amount"), tax=Sum("tax"))
    return withheld_further(claim.amount, sums["gross"] or 0, sums["tax"] or 0)
