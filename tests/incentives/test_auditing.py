"""The audit: silent where all holds; whatever is changed afterwards is named."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from assay.incentives.models import Line, PaidRow, PayMonth, Statement
from assay.incentives.queries.auditing import audit
from assay.incentives.queries.statements import folder_of
from tests.incentives.test_closing import MONTH, desks, opened, post, signed

pytestmark = pytest.mark.django_db
assert desks is not None
assert opened is not None


@pytest.fixture
def locked(desks, house):
    signed(desks, house)
    post(desks["finance"], f"{MONTH}lock/")
    return PayMonth.objects.get()


def test_all_agrees_down_to_every_line_worked_out_again(locked):
    assert audit(deep=True) == []
    assert call_command("audit") == ""


def change_line(row):
    line = Line.objects.filter(amount__gt=0)[0]
    Line.objects.filter(pk=line.pk).update(amount=line.amount + 1)


def change_total(row):
    one = Statement.objects.filter(total__gt=0)[0]
    Statement.objects.filter(pk=one.pk).update(total=one.total + 1)


def change_file(row):
    path = folder_of(row.run) / "statements.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace("1800.00", "1900.00"), encoding="utf-8-sig")


def change_head(row):
    path = folder_of(row.run) / "run.json"
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")


def lose_file(row):
    (folder_of(row.run) / "plan.yaml").unlink()


@pytest.mark.parametrize("change", [change_line, change_total, change_file, change_head, lose_file])
def test_what_is_changed_afterwards_is_named(locked, change):
    change(locked)
    found = audit()
    assert found, change.__name__
    assert all(said.startswith("2026-03") for said in found)


def test_a_payment_that_is_not_what_is_due_is_named(locked):
    one = Statement.objects.filter(employee__isnull=False, total__gt=0)[0]
    PaidRow.objects.create(
        pay_month=locked, code=one.code, name=one.name, gross=one.total - 1, net=one.total - 1,
        paid_on="2026-04-10",
    )  # fmt: skip
    locked.state = "paid"
    locked.save()
    assert any(one.code in said for said in audit())
