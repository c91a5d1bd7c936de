"""The books as workbooks: the trial balance, what each is owed, an account's movements, as on the screen."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from assay.furniture.models import AccessEntry
from assay.incentives.models import Statement
from assay.money import grouped
from tests.incentives.steps import MONTH, press, signed

pytestmark = pytest.mark.django_db
BOOKS, EXPENSE = "/pay/books/", "/pay/books/expense.commission/"


def sheets(browser, url):
    book = load_workbook(io.BytesIO(browser.get(url, {"export": "xlsx"}).content))
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book]


def fen(value):
    return round((value or 0) * 100)


def test_the_books_and_an_account_go_to_excel_as_they_stand_on_the_screen(desks, house):
    assert 'export=xlsx"' not in desks["finance"].get(BOOKS).content.decode(), "nothing posted yet"
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    paid = sum(s.total for s in Statement.objects.filter(employee__isnull=False))
    page, moved = (desks["finance"].get(url).content.decode() for url in (BOOKS, EXPENSE))
    assert 'href="?export=xlsx"' in page
    assert 'href="?export=xlsx"' in moved

    trial, parties = sheets(desks["finance"], BOOKS)
    assert trial[0] == ["科目", "借方余额", "贷方余额"]
    assert trial[-1][0] == "合计"
    assert trial[-1][1] == trial[-1][2] == pytest.approx(sum(row[1] or 0 for row in trial[1:-1]))
    assert paid in [fen(row[1]) for row in trial[1:]]
    assert house.first.name in {row[1] for row in parties}
    assert all(grouped(fen(row[2])) in page for row in parties[1:])

    [entries] = sheets(desks["finance"], EXPENSE)
    assert fen(entries[1][-1]) == paid, "the balance after all, the newest first"
    assert sum(fen(row[-2]) for row in entries[1:]) == paid
    assert all(grouped(fen(row[-2])) in moved for row in entries[1:])
    assert house.first.name in {row[5] for row in entries}
    assert [one.rows for one in AccessEntry.objects.filter(what="账簿").order_by("pk")] == [
        len(trial) + len(parties) - 2, len(entries) - 1,
    ]  # fmt: skip
    for role in ("salesperson", "manager", "hr"):
        for url in (BOOKS, EXPENSE):
            assert desks[role].get(url, {"export": "xlsx"}).status_code == 403, role
