"""The audit: silent where all holds; whatever is changed afterwards is named."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.utils import timezone

from assay.incentives.actions.days import keep_day
from assay.incentives.models import (
    DayKept,
    Dispute,
    Line,
    Nod,
    PaidRow,
    PayFile,
    PayMonth,
    PlanVersion,
    Receipt,
    Run,
    Statement,
)
from assay.incentives.queries.auditing import audit
from assay.incentives.queries.statements import folder_of
from assay.ledger.actions import post as write
from assay.ledger.entry import Entry, Posting
from assay.period import Month
from assay.plan.source import digest
from tests.incentives.conftest import browsers
from tests.incentives.steps import MONTH, press, signed
from tests.tidying import guards_off

pytestmark = pytest.mark.django_db


def begun(house):
    """March signed by all and locked."""
    desks = browsers(house)
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")


@pytest.fixture
def locked(house):
    return PayMonth.objects.get()


def test_all_agrees_down_to_every_line_worked_out_again(locked):
    assert audit(deep=True) == []
    assert call_command("audit") == ""


def change_line(row):
    line = Line.objects.filter(amount__gt=0)[0]
    with guards_off():
        Line.objects.filter(pk=line.pk).update(amount=line.amount + 1)


def change_total(row):
    one = Statement.objects.filter(total__gt=0)[0]
    with guards_off():
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


def change_facts(row):
    path = folder_of(row.run) / "facts" / "orders.parquet"
    path.write_bytes(path.read_bytes() + b" ")


@pytest.mark.parametrize(
    "change", [change_line, change_total, change_file, change_head, lose_file, change_facts]
)
def test_what_is_changed_afterwards_is_named(locked, change):
    change(locked)
    found = audit()
    assert found, change.__name__
    of_all_months = [said for said in found if "：账上应付" in said]
    assert all(said.startswith("2026-03") for said in found if said not in of_all_months)
    assert bool(of_all_months) == (change is change_total)


def test_what_was_acknowledged_handed_out_or_kept_is_worked_out_again(locked, house):
    """Each forgery by itself is named; the last of them beside all others."""
    assert audit() == []
    mine = Statement.objects.get(employee=house.first)
    keep_day(timezone.localdate())
    plan = PlanVersion.objects.create(
        name="p", title="旧案", holds_from=Month.parse("2020-01").index, text="x", digest=digest("x"),
        state="published", consulted_on=date(2020, 1, 1), published_at=timezone.now(),
    )  # fmt: skip
    about = set(audit())
    assert all("旧案" in said for said in about), "its file is not there; nothing else is wrong"

    def change(row, **said):
        with guards_off():
            type(row).objects.filter(pk=row.pk).update(**said)

    forged = {
        "签认的摘要值与提成单不符": lambda: Receipt.objects.create(
            statement=mine, who="x", digest="0" * 64
        ),
        "工资文件 GZ-1：记着 999 行 7 分": lambda: PayFile.objects.create(
            pay_month=locked, run=locked.run, batch="GZ-1", by=house.finance, rows=999, total=7,
            checksum="c", codes={"S01": "x"},
        ),
        "签认的不是发布的文本": lambda: Nod.objects.create(
            plan=plan, code="S01", employee=house.first, digest="0" * 64, who="x"
        ),
        "S01：留下的一天与摘要值不符": lambda: change(
            DayKept.objects.get(code="S01"), told={"lines": [], "orders": []}, total=0
        ),
        "文件不见了": lambda: Dispute.objects.create(
            number="YY-1", line=mine.lines.all()[0], employee=house.first, reason="x",
            attachment="disputes/gone.pdf", attachment_digest="0" * 64, due_on=date(2026, 4, 9),
        ),
        "全部提成单合起来与校验根不符": lambda: change(locked.run, root="0" * 64),
        "S01：提成单与它的校验叶不符": lambda: change(mine, salt="x"),
        "2026-03 v9：保存的计算读不出来": lambda: Run.objects.create(
            pay_month=locked, version=9, who="x", plan_name="p", plan_digest="d",
            folder="runs/2026-03/v9", digest="d", total=0, payees=0,
        ),
    }  # fmt: skip
    for wanted, forge in forged.items():
        forge()
        found = set(audit())
        assert any(wanted in said for said in found - about), (wanted, found)
        about = found


def test_a_payment_beyond_what_was_owed_is_named(locked, house):
    one = Statement.objects.get(employee=house.first)
    row = PaidRow.objects.create(
        pay_month=locked, code=one.code, name=one.name, gross=one.total + 1, net=one.total + 1,
        paid_on="2026-04-10",
    )  # fmt: skip
    locked.state = "paid"
    locked.save()
    legs = (Posting(f"payable.payee:{one.code}", "bank", one.total + 1),)
    write(Entry(f"pay:2026-03:{one.code}", date(2026, 4, 10), "发放", legs, f"paid:{row.pk}"))
    assert f"{one.code}：pay:2026-03:{one.code} 付的比当时应付的多 1 分" in audit()


def test_a_payment_that_is_not_what_is_due_is_named(locked):
    one = Statement.objects.filter(employee__isnull=False, total__gt=0)[0]
    PaidRow.objects.create(
        pay_month=locked, code=one.code, name=one.name, gross=one.total - 1, net=one.total - 1,
        paid_on="2026-04-10",
    )  # fmt: skip
    locked.state = "paid"
    locked.save()
    assert any(one.code in said for said in audit())
