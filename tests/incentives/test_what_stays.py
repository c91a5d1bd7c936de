"""What is written of a month's pay stays: the database itself refuses, whoever asks."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assay.incentives.actions import claims, closing, disputes
from assay.incentives.actions.acknowledging import acknowledge
from assay.incentives.actions.books import accrue
from assay.incentives.actions.days import keep_day
from assay.incentives.models import Explained, PayFile, Statement, Study
from assay.people.access import viewer_of
from assay.period import Month
from tests import factories

pytestmark = pytest.mark.django_db
MARCH = Month(2026 * 12 + 2)
PLACE = "incentives_"
CHANGES = [
    ("run", "digest = 'x'"), ("statement", "total = total + 1"), ("line", "amount = amount + 1"),
    ("receipt", "digest = 'x'"), ("payfile", "total = 0"), ("study", "result = '{}'"),
    ("remark", "text = 'x'"), ("explained", "text = 'x'"), ("daykept", "total = 0"),
    ("claim", "amount = amount + 1"), ("dispute", "reason = 'x'"), ("dispute", "state = 'open'"),
    ("step", "by_id = by_id + 1"), ("paymonth", "state = 'preview'"), ("paymonth", "run_id = NULL"),
]  # fmt: skip


@pytest.fixture
def month(house):
    """A locked month with a row of every kind."""
    closing.calculate(MARCH, by=house.finance)
    row = closing.open_preview(MARCH, by=house.finance, today=date(2026, 4, 1))
    mine = Statement.objects.get(employee=house.first)
    who = viewer_of(factories.login("salesperson", house.first))
    assert who is not None
    disputes.withdraw(disputes.raise_dispute(mine.lines.all()[0], by=who, reason="少一单"), by=who)
    Explained.objects.create(subject="x", statement=mine, text="查过", by=house.finance)
    Study.objects.create(
        kind="assay", substance="s", first=MARCH.index, last=MARCH.index, who="x", result={}
    )
    assert row.run is not None
    PayFile.objects.create(
        pay_month=row, run=row.run, batch="GZ-1", by=house.finance, rows=1, total=1, checksum="c"
    )
    keep_day(timezone.localdate())
    row.state = "locked"
    row.save()
    accrue(row)
    acknowledge(Statement.objects.get(pk=mine.pk), by=who)
    agent = viewer_of(factories.login("agent", house.agent))
    assert agent is not None
    claims.ask(Statement.objects.get(agent=house.agent), by=agent)
    return house


def test_the_database_refuses_to_change_it_or_to_take_it_away(month):
    for table, change in CHANGES:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {PLACE}{table}")
            assert cursor.fetchone()[0] > 0, f"there is a row of {table} to refuse for"
        for text in (f"UPDATE {PLACE}{table} SET {change}", f"DELETE FROM {PLACE}{table}"):
            with (
                pytest.raises(DatabaseError, match="stay"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(text)


def test_a_claim_goes_on_until_it_is_done_and_no_further(month):
    claim = Statement.objects.get(agent=month.agent).claims.get()
    claims.refuse(claim, by=month.finance, why="发票抬头不对")
    claim.refresh_from_db()
    claim.answer = "别的"
    with pytest.raises(DatabaseError, match="stay"), transaction.atomic():
        claim.save()
