"""What the books say: balances, an account's movements, the trial balance."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import Coalesce, TruncMonth

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


def by_month(control: str, first: date, after: date) -> list[tuple[date, int, int]]:
    """(first day of the month, debited, credited) in 分, of a control account, month by month."""
    moved: dict[date, list[int]] = {}
    rows = Posting.objects.filter(entry__on__gte=first, entry__on__lt=after)
    for place, side in enumerate(("debit", "credit")):
        sums = rows.filter(**{f"{side}__control": control})
        for month, amount in (
            sums.annotate(month=TruncMonth("entry__on"))
            .values("month").annotate(s=Sum("amount")).values_list("month", "s").order_by("month")
        ):  # fmt: skip
            moved.setdefault(month, [0, 0])[place] = amount
    return [(month, moved[month][0], moved[month][1]) for month in sorted(moved)]


def balance_of(control: str, before: date) -> int:
    """What a control account comes to before a day, on its own side, in 分."""
    rows = Posting.objects.filter(entry__on__lt=before)
    debit, credit = (
        rows.filter(**{f"{side}__control": control}).aggregate(s=Coalesce(Sum("amount"), 0))["s"]
        for side in ("debit", "credit")
    )
    return int(debit - credit if CHART[control].side == "debit" else credit - debit)


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
