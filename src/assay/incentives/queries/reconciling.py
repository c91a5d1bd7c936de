"""What is owed to each payee against what made it: statements locked, less all that was paid out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from assay.incentives.models import Claim, PaidRow, PayMonth, Run, Settling, Statement
from assay.incentives.queries.parties import PAYABLES, STAFF, kind_of
from assay.ledger.chart import split_code
from assay.ledger.models import Account, Posting

Party = tuple[str, str]
"""A payable and the code of whom it is owed to."""


def payable_faults() -> Iterator[str]:
    """Sentences on payables that are not what the statements and payments come to; none where all are.

    Statements of locked months, less rows payroll paid, less claims paid, less transfers to shops. A
    movement of a payable that none of these made is named by its entry, and a payment beyond what was
    owed when it was booked.
    """
    due, paid, claimed, settled = _due(), _paid(), _claimed(), _settled()
    moved, wrong = _transfers_and_strangers()
    yield from wrong
    held = {
        (row.control, row.party): row.held for row in Account.objects.filter(control__in=PAYABLES)
    }
    for key in sorted({*held, *due, *paid, *claimed, *settled}):
        wanted = due[key] - paid[key] - claimed[key] - moved[key] + settled[key]
        if held.get(key, 0) != wanted:
            yield _(
                "%(who)s：账上应付 %(held)s 分，应为 %(wanted)s 分"
                "（提成单 %(due)s − 工资 %(paid)s − 请款 %(claimed)s − 转账 %(moved)s + 清账 %(settled)s）"
            ) % {
                "who": key[1], "held": held.get(key, 0), "wanted": wanted, "due": due[key],
                "paid": paid[key], "claimed": claimed[key], "moved": moved[key], "settled": settled[key],
            }  # fmt: skip


def _payable(one: Statement) -> Party:
    return kind_of(one).payable, one.code


def _due() -> Counter[Party]:
    found: Counter[Party] = Counter()
    runs = PayMonth.objects.filter(state__in=PayMonth.SHUT).values("run")
    for one in Statement.objects.filter(run__in=runs).iterator(chunk_size=2000):
        found[_payable(one)] += one.total
    return found


def _paid() -> Counter[Party]:
    """What payroll paid of what was owed; a row of somebody to whom nothing was due books nothing."""
    found: Counter[Party] = Counter()
    for one in PaidRow.objects.filter(pay_month__state="paid", gross__gt=0):
        found[STAFF.payable, one.code] += one.gross
    return found


def _claimed() -> Counter[Party]:
    found: Counter[Party] = Counter()
    for one in Claim.objects.filter(state="paid").select_related("statement"):
        found[_payable(one.statement)] += one.amount
    return found


def _settled() -> Counter[Party]:
    """What those who left paid back, or what was written off of theirs."""
    found: Counter[Party] = Counter()
    rows = Settling.objects.filter(state="done").select_related("employee", "agent", "shop")
    for one in rows:
        control, party, _control = split_code(one.account)
        found[control, party] += one.amount
    return found


def _known() -> dict[str, set[str]]:
    """Kind of a source -> those there are: runs locked, rows paid, claims paid, statements of shops."""
    runs = Run.objects.filter(pk__in=PayMonth.objects.filter(state__in=PayMonth.SHUT).values("run"))
    rows = {
        "run": runs.values_list("digest", flat=True),
        "paid": PaidRow.objects.filter(pay_month__state="paid").values_list("pk", flat=True),
        "claim": Claim.objects.filter(state="paid").values_list("pk", flat=True),
        "settled": Settling.objects.filter(state="done").values_list("pk", flat=True),
        "statement": Statement.objects.filter(run__in=runs, shop__isnull=False).values_list(
            "pk", flat=True
        ),
    }
    return {kind: {str(one) for one in found} for kind, found in rows.items()}


def _transfers_and_strangers() -> tuple[Counter[Party], list[str]]:
    """What transfers to shops took off each payable; and sentences on entries that no record of pay
    stands behind, or that paid more than was owed.
    """
    known, moved, owed = _known(), Counter[Party](), Counter[Party]()
    foreign: dict[str, str] = {}
    beyond: dict[tuple[Party, str], int] = {}
    touched = Q(debit__control__in=PAYABLES) | Q(credit__control__in=PAYABLES)
    rows = Posting.objects.filter(touched).select_related("entry", "debit", "credit")
    for leg in rows.order_by("pk").iterator(chunk_size=2000):
        kind, _colon, which = leg.entry.source.partition(":")
        payee = leg.debit.control, leg.debit.party
        owed[leg.credit.control, leg.credit.party] += leg.amount
        owed[payee] -= leg.amount
        if which not in known.get(kind, ()):
            foreign[leg.entry.key] = _("%(key)s：动了应付，来源“%(source)s”没有对应的记录") % {
                "key": leg.entry.key, "source": leg.entry.source,
            }  # fmt: skip
        elif kind == "statement":
            moved[payee] += leg.amount
        if kind != "run" and leg.debit.control in PAYABLES and owed[payee] < 0:
            beyond[payee, leg.entry.key] = -owed[payee]
    told = _("%(who)s：%(key)s 付的比当时应付的多 %(sum)s 分")
    more = [
        told % {"who": payee[1], "key": key, "sum": amount}
        for (payee, key), amount in beyond.items()
    ]
    return moved, [*foreign.values(), *more]
