"""What is written of a month's pay stays: the database itself refuses, whoever asks."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assay.errors import UserError
from assay.incentives.actions import claims, closing, disputes
from assay.incentives.actions.acknowledging import acknowledge
from assay.incentives.actions.books import accrue
from assay.incentives.actions.days import keep_day
from assay.incentives.actions.payroll import write_paid
from assay.incentives.models import (
    Explained,
    Nod,
    PaidRow,
    PayFile,
    PayMonth,
    PlanVersion,
    Settling,
    Statement,
    Study,
)
from assay.incentives.queries.statements import statement_digest
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
    ("planversion", "text = 'x'"), ("nod", "digest = 'x'"),
    ("paidrow", "code = 'S99'"), ("settling", "reason = 'x'"), ("settling", "amount = amount + 1"),
    ("settling", "agent_id = 1"),
    ("paidrow", "pay_month_id = pay_month_id + 1"),
]  # fmt: skip


def begun(house):
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
    plan = PlanVersion.objects.create(
        name="p", title="方案", holds_from=MARCH.index, text="x", digest="d", state="published",
        consulted_on=date(2026, 2, 1), published_at=timezone.now(), published_by=house.general,
    )  # fmt: skip
    Nod.objects.create(plan=plan, code="S01", employee=house.first, digest="d", who="x")
    Settling.objects.create(
        employee=house.first, way="off", amount=1, on=date(2026, 6, 1), reason="查过",
        asked_by=house.finance,
    )  # fmt: skip
    PaidRow.objects.create(
        pay_month=row, code="S01", name="赵敏", gross=1, net=1, paid_on=date(2026, 4, 10)
    )
    row.state = "locked"
    row.save()
    accrue(row)
    mine = Statement.objects.get(pk=mine.pk)
    acknowledge(mine, by=who, read=statement_digest(mine))
    agent = viewer_of(factories.login("agent", house.agent))
    assert agent is not None
    claims.ask(Statement.objects.get(agent=house.agent), by=agent)


@pytest.fixture
def month(house):
    return house


def test_the_database_refuses_to_change_it_or_to_take_it_away(month):
    for table, change in CHANGES:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {PLACE}{table}")
            assert cursor.fetchone()[0] > 0, f"there is a row of {table} to refuse for"
        for text in (f"UPDATE {PLACE}{table} SET {change}", f"DELETE FROM {PLACE}{table}"):
            with (
                pytest.raises(DatabaseError, match=r"stay|never changes"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(text)


def _refused(text):
    with (
        pytest.raises(DatabaseError, match="what is written stays"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(text)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_no_table_of_it_is_emptied(month):
    connection.check_constraints()  # what waits for the commit would be refused for another reason
    for table in dict(CHANGES):
        _refused(f"TRUNCATE {PLACE}{table} CASCADE")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no REPLACE")
def test_none_of_it_is_replaced(month):
    """Under its own number, and under each key that is unique, a row comes back as another."""
    for table in dict(CHANGES):
        fields = apps.get_model("incentives", table)._meta.concrete_fields
        every = ", ".join(f'"{field.column}"' for field in fields)
        rest = ", ".join(f'"{field.column}"' for field in fields if not field.primary_key)
        _refused(f"REPLACE INTO {PLACE}{table} ({every}) SELECT {every} FROM {PLACE}{table}")
        if table not in ("study", "remark"):  # they have no other key
            _refused(f"REPLACE INTO {PLACE}{table} ({rest}) SELECT {rest} FROM {PLACE}{table}")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no REPLACE")
def test_a_draft_does_not_take_the_place_of_a_published_plan(month):
    draft = PlanVersion.objects.create(
        name="p", title="草稿", holds_from=MARCH.index, text="y", digest="e"
    )
    say = f"UPDATE OR REPLACE {PLACE}planversion SET"
    _refused(
        f"{say} state = 'published', consulted_on = '2026-01-01', published_at = '2026-01-01'"
        f" WHERE id = {draft.pk}"
    )
    _refused(f"{say} id = {draft.pk - 1} WHERE id = {draft.pk}")
    draft.holds_from = MARCH.next()
    draft.save()


def test_a_claim_goes_on_until_it_is_done_and_no_further(month):
    claim = Statement.objects.get(agent=month.agent).claims.get()
    claims.refuse(claim, by=month.finance, why="发票抬头不对")
    claim.refresh_from_db()
    claim.answer = "别的"
    with pytest.raises(DatabaseError, match="stay"), transaction.atomic():
        claim.save()


def test_rows_of_payroll_are_corrected_until_the_payout_and_never_after(month):
    """A file that comes back once more corrects a figure; of a month that is paid nothing moves and none is added."""
    row = PayMonth.objects.get()
    one = PaidRow.objects.get()
    one.tax = 1
    write_paid([], [one], lambda done, total: None)
    row.state = "paid"
    row.save()
    figures = "pay_month_id, name, gross, tax, social, fund, net, paid_on"
    _refused(f"UPDATE {PLACE}paidrow SET net = 2")
    _refused(
        f"INSERT INTO {PLACE}paidrow (code, {figures}) SELECT 'S99', {figures} FROM {PLACE}paidrow"
    )
    with pytest.raises(UserError, match="2026-03 已确认发放"):
        write_paid([], [one], lambda done, total: None)
    assert PaidRow.objects.get().tax == 1
