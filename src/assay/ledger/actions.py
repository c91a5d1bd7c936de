"""The one way money moves: post(). Whoever asks names the request; asked twice it answers twice the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.kept import actor
from assay.furniture.reader import series
from assay.ledger.chart import split_code
from assay.ledger.entry import Entry, sealed
from assay.ledger.models import Account
from assay.ledger.models import Entry as Row
from assay.ledger.writing import lock, strand_of, write


@dataclass(frozen=True)
class Posted:
    """An entry in the books. again: it stood there already, and nothing was done."""

    id: int
    key: str
    place: int
    digest: bytes
    again: bool


def post(*entries: Entry, never_dry: Collection[str] = ()) -> list[Posted]:
    """Write entries, all or none; each moves its accounts or is refused by the database itself.

    A key that stands in the books answers with what was written then; under another body it is
    refused (UserError), as is an entry that would take a guarded account below zero. Accounts of the
    chart are opened by their first entry. Locks: accounts, then strands, each in one order.

    never_dry: codes of accounts these entries alone may not take below zero (a payable that is paid
    out). They are looked at once written, under the entry's own lock, and taken back with it.
    """
    if never_dry:
        with transaction.atomic():
            posted = post(*entries)
            if not all(one.again for one in posted):
                held = Account.objects.filter(code__in=never_dry)
                _refuse_dry([row for row in held if row.held < 0])
            return posted
    if len({entry.key for entry in entries}) < len(entries):
        raise UserError(_("同一批里有两笔账用了同一个请求编号"))
    connection.ensure_connection()
    if len(entries) == 1:
        return [_post(entries[0])]  # one transaction of its own, or a savepoint of the caller's
    with transaction.atomic():
        codes = sorted({code for entry in entries for code in entry.codes()})
        open_accounts(codes)
        lock(codes, sorted({strand_of(entry.key) for entry in entries}))
        return [_post(entry) for entry in entries]


def _post(entry: Entry) -> Posted:
    at, who = datetime.now(UTC), actor()[1]
    body = entry.digest()
    seal = sealed(body, at, who)
    try:
        with transaction.atomic(), connection.wrap_database_errors:
            found = write(entry, at=at, who=who, body=body, seal=seal)
    except IntegrityError as error:
        if "account_never_dry" in str(error):
            guarded = [code for code in entry.codes() if split_code(code)[2].guarded]
            _refuse_dry(list(Account.objects.filter(code__in=guarded).order_by("code")))
        row = Row.objects.filter(key=entry.key).first()
        if row is None:
            raise
        return _same(row, body)  # somebody wrote the same key this very moment
    if found is None:
        if (row := Row.objects.filter(key=entry.key).first()) is not None:
            return _same(row, body)
        open_accounts(entry.codes())
        return _post(entry)
    return Posted(found.id, entry.key, found.place, found.digest, again=False)


def _same(row: Row, body: bytes) -> Posted:
    if bytes(row.body) != body:
        raise UserError(_("请求编号 %(key)s 已经记过另一笔账，没有再记") % {"key": row.key})
    return Posted(row.pk, row.key, row.place, bytes(row.digest), again=True)


def _refuse_dry(short: list[Account]) -> None:
    """UserError that names accounts which have too little, if there are any."""
    if short:
        names = series(str(row) for row in short)
        raise UserError(_("余额不足，没有记账：%(accounts)s") % {"accounts": names})


def open_accounts(codes: list[str]) -> None:
    """Open the accounts that are not open yet. UserError where the chart has no such."""
    made = []
    for code in codes:
        control, party, line = split_code(code)
        made.append(
            Account(code=code, control=control, party=party, side=line.side, guarded=line.guarded)
        )
    with transaction.atomic():  # on SQLite nobody opens one in between: its guards refuse a second
        standing = set(Account.objects.filter(code__in=codes).values_list("code", flat=True))
        fresh = [account for account in made if account.code not in standing]
        Account.objects.bulk_create(fresh, 500, ignore_conflicts=True)
