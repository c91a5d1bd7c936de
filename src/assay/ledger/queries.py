"""What the books say: balances, an account's movements, the trial balance."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import Coalesce

from assay.ledger.chart import CHART, Control
from assay.ledger.models import Account, Posting


def balance(code: str, on: date | None = None) -> int:
    """An account's balance on its own side, in 分; `on`: at the end of that day. 0 where not open."""
    account = Account.objects.filter(code=code).first()
    if account is None:
        return 0
    if on is None:
        return account.held
    moved = Posting.objects.filter(Q(debit=account) | Q(credit=account), entry__on__lte=on)
    return int(moved.aggregate(s=Coalesce(Sum(_signed(account)), 0))["s"])


def balances(control: str) -> dict[str, int]:
    """Party -> balance on the account's own side, in 分, of a control account with parties."""
    return {row.party: row.held for row in Account.objects.filter(control=control)}


def _signed(account: Account) -> Any:
    """A posting's amount as it moves an account, on the account's own side."""
    sign = 1 if account.side == "debit" else -1
    into = When(debit=account, then=F("amount") * Value(sign))
    return Case(into, default=F("amount") * Value(-sign), output_field=BigIntegerField())


def movements(account: Account) -> QuerySet[Posting]:
    """An account's postings by day, each with `moved` and the balance `after` it, on its own side."""
    rows = Posting.objects.filter(Q(debit=account) | Q(credit=account))
    order = [F("entry__on").asc(), F("pk").asc()]
    told = rows.annotate(moved=_signed(account))
    told = told.annotate(after=Window(Sum("moved"), order_by=order))
    return told.select_related("entry", "debit", "credit").order_by("-entry__on", "-pk")


def trial_balance() -> list[tuple[str, Control, int, int]]:
    """(control, its line of the chart, debit balance, credit balance) in 分; the two columns are equal."""
    held = dict(
        Account.objects.values("control")
        .annotate(s=Sum("balance"))
        .values_list("control", "s")
        .order_by()
    )
    return [
        (control, line, max(0, held[control]), max(0, -held[control]))
        for control, line in CHART.items()
        if control in held
    ]
