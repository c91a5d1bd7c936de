"""The books read from their first entry to their last: what does not hold is named, entry by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db.models import Sum
from django.utils.translation import gettext as _

from assay.ledger.chart import CHART
from assay.ledger.entry import NOTHING_BEFORE, chained, sealed
from assay.ledger.entry import Entry as Written
from assay.ledger.entry import Posting as Leg
from assay.ledger.models import Account, Entry, Posting, Strand

_AT_ONCE = 2000


def faults() -> list[str]:
    """What does not hold in the books, a sentence each; empty where all holds.

    Every entry is worked out again from its postings and chained to the one before it (a changed
    amount, day, text, person or a missing entry shows), and every balance from the postings.
    """
    found = [*_strands(), *_balances()]
    total = Account.objects.aggregate(s=Sum("balance"))["s"] or 0
    if total:
        found.append(_("所有科目余额之和是 %(sum)s 分，应为 0") % {"sum": total})
    return found


def _strands() -> Iterator[str]:
    heads = {row.pk: (row.size, bytes(row.digest)) for row in Strand.objects.all()}
    codes = dict(Account.objects.values_list("pk", "code"))
    seen: dict[int, tuple[int, bytes]] = {}
    for entry in _entries():
        size, before = seen.get(entry.strand, (0, NOTHING_BEFORE))
        legs = tuple(
            Leg(codes[leg.debit_id], codes[leg.credit_id], leg.amount)
            for leg in sorted(entry.postings.all(), key=lambda leg: leg.place)
        )
        digest = chained(before, sealed(_digest(entry, legs), entry.at, entry.who))
        if entry.place != size + 1:
            yield _("第 %(strand)s 链在第 %(place)s 笔前缺了账") % {
                "strand": entry.strand, "place": entry.place,
            }  # fmt: skip
        elif digest != bytes(entry.digest):
            yield _("%(key)s：内容与链摘要不符，有人改过") % {"key": entry.key}
        # Go on from what stands, so that one fault is told once.
        seen[entry.strand] = (entry.place, bytes(entry.digest))
    for strand in sorted({*heads, *seen}):
        if heads.get(strand) != seen.get(strand):
            yield _("第 %(strand)s 链的末尾与账不符") % {"strand": strand}


def _digest(entry: Entry, legs: tuple[Leg, ...]) -> bytes:
    if not legs:
        return b""
    return Written(entry.key, entry.on, entry.text, legs, entry.source).digest()


def _entries() -> Iterator[Entry]:
    rows = Entry.objects.order_by("strand", "place").prefetch_related("postings")
    yield from rows.iterator(chunk_size=_AT_ONCE)


def _balances() -> Iterator[str]:
    moved: Counter[int] = Counter()
    for field, sign in (("debit", 1), ("credit", -1)):
        for account, amount in (
            Posting.objects.values(field)
            .annotate(s=Sum("amount"))
            .values_list(field, "s")
            .order_by()
        ):
            moved[account] += sign * amount
    for account in Account.objects.order_by("pk").iterator(chunk_size=_AT_ONCE):
        if account.balance != moved[account.pk]:
            yield _("%(account)s：余额 %(held)s 分，分录合计 %(moved)s 分") % {
                "account": account, "held": account.balance, "moved": moved[account.pk],
            }  # fmt: skip
        if account.control not in CHART:
            yield _("科目表里没有 %(code)s") % {"code": account.code}
