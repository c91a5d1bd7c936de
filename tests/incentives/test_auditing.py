"""The audit: silent where all holds; whatever is changed afterwards is named."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from assay.errors import UserError
from assay.incentives.actions import plans
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
from assay.ledger.queries import balance
from assay.period import Month
from assay.plan.source import digest
from assay.sales.queries import plan as plan_in_force
from assay.sales.queries.pricing import appraise
from assay.sales.queries.running import running
from tests import factories
from tests.conftest import PLAN
from tests.incentives.steps import MONTH, opened, press, signed
from tests.story.test_two_months import _pay, _pay_agent
from tests.tidying import guards_off

pytestmark = pytest.mark.django_db
assert opened is not None


@pytest.fixture
def locked(desks, house):
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
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


def test_each_payable_is_what_statements_less_payments_come_to(desks, house):
    factories.order(house.first, pieces=50, ratio="0.9", of=house.good, placed=True,
                    channel="store", shop=house.shop, day=date(2026, 3, 15))  # fmt: skip
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    agent = Statement.objects.get(agent=house.agent)
    _pay_agent(desks["finance"], agent)
    shop = Statement.objects.get(shop=house.shop)
    said = {"on": "2026-04-10", "reference": "20260410-77", "amount": "100"}
    press(desks["finance"], f"/pay/statements/{shop.pk}/transfer/", **said)
    _pay(desks["finance"], MONTH, "2026-03")
    assert PayMonth.objects.get().state == "paid"
    assert balance("payable.store:Y01") == shop.total - 100_00 > 0
    assert audit() == [], "statements less wages, less the claim, less the transfer"
    # A payment that was made and is no longer on record as paid.
    claim = agent.claims.get()
    state = "UPDATE incentives_claim SET state = %s WHERE id = %s"
    with guards_off(), connection.cursor() as cursor:
        cursor.execute(state, ["received", claim.pk])
    told = audit()
    assert any(f"A01：账上应付 0 分，应为 {agent.total} 分" in said for said in told), told
    assert any(f"来源“claim:{claim.pk}”没有对应的记录" in said for said in told)
    with guards_off(), connection.cursor() as cursor:
        cursor.execute(state, ["paid", claim.pk])
    assert audit() == []
    # Money that moves a payable with no record of pay behind it.
    write(Entry("stray", date(2026, 4, 11), "", (Posting("payable.payee:S01", "bank", 7),)))
    told = audit()
    assert any(said.startswith("stray：动了应付") for said in told), "it is of no month"
    assert any("S01：账上应付 -7 分，应为 0 分" in said for said in told)


@pytest.fixture
def registered(house, settings, tmp_path):
    """The plan in force taken up as published, in a folder of its own."""
    settings.PLANS = tmp_path / "plans"
    settings.PLANS.mkdir()
    file = settings.PLANS / "ours.yaml"
    file.write_text(PLAN.read_text(encoding="utf-8"), encoding="utf-8")
    row = plans.register(by=house.director, on=house.director.start, text="公示一周")
    assert audit() == []
    return row, file


def test_a_file_that_is_no_longer_what_was_published_is_named(registered):
    row, file = registered
    file.write_text(row.text.replace("is: 2万元", "is: 1万元"), encoding="utf-8")
    (said,) = audit()
    assert "ours.yaml" in said
    assert row.digest[:12] in said
    file.write_text(row.text.replace("effective: 2024-01", "effective: 2023-01"), encoding="utf-8")
    (said,) = audit()
    assert "没有它的文件" in said
    file.write_text(row.text, encoding="utf-8")
    (file.parent / "second.yaml").write_text(row.text, encoding="utf-8")
    (said,) = audit()
    assert "ours.yaml, second.yaml" in said


@pytest.mark.parametrize("url", ["running/", "running/what-if/?o0-listed=100&o0-ratio=9折",
                                 "running/order/?who=S01:salesperson&line=commission&order=1"])  # fmt: skip
def test_a_running_month_is_not_paid_by_a_changed_file(registered, house, url):
    row, file = registered
    browser = factories.signed_in("salesperson", house.first)
    assert "与发布的方案不同" not in browser.get(f"/pay/statements/{url}").content.decode()
    file.write_text(row.text.replace("is: 2万元", "is: 1万元"), encoding="utf-8")
    cache.clear()
    html = browser.get(f"/pay/statements/{url}").content.decode()
    assert "与发布的方案不同" in html
    assert row.digest[:12] in html


def test_a_process_that_opens_no_page_is_held_to_it_too(registered, monkeypatch):
    row, file = registered
    monkeypatch.setattr(plan_in_force, "_checks", [])
    apps.get_app_config("incentives").ready()
    file.write_text(row.text.replace("is: 2万元", "is: 1万元"), encoding="utf-8")
    with pytest.raises(UserError, match="与发布的方案不同"):
        plan_in_force.plan_of(row.holds_from)


def test_no_price_no_desk_and_no_clause_goes_by_a_changed_file(registered, house):
    row, file = registered
    quote = factories.order(house.first, pieces=10, ratio="0.9", of=house.good)
    assert not appraise(quote).fault
    file.write_text(row.text.replace("is: 2万元", "is: 1万元"), encoding="utf-8")
    assert "与发布的方案不同" in appraise(quote).fault
    with pytest.raises(UserError, match="与发布的方案不同"):
        running(timezone.localdate(), [house.team.pk])
    assert "与发布的方案不同" in factories.signed_in("admin").get("/").content.decode()


def changed(file):
    file.write_text(file.read_text(encoding="utf-8").replace("is: 2万元", "is: 1万元"), "utf-8")


def taken_away(file):
    file.unlink()


def one_beside_it(file):
    file.with_name("second.yaml").write_bytes(file.read_bytes())


def no_plan(file):
    file.write_text("plan: [", encoding="utf-8")


def no_text(file):
    file.write_bytes(b"\xff\xfe")


HARMS = [
    (changed, "与发布的方案不同"), (taken_away, "文件不在方案文件夹里"), (one_beside_it, "同月生效"),
    (no_plan, "ours.yaml:1"), (no_text, "不是 UTF-8"),
]  # fmt: skip


def test_nothing_is_placed_or_asked_by_a_plan_nobody_can_go_by(registered, house):
    row, file = registered
    quote = factories.order(house.first, pieces=10, ratio="0.95", of=house.good)
    browser = factories.signed_in("salesperson", house.first)
    address = f"/sales/orders/{quote.pk}/"
    for harm, said in HARMS:
        harm(file)
        assert said in browser.get(address).content.decode()
        assert said in browser.post(f"{address}place/", follow=True).content.decode()
        assert said in browser.get(f"{address}ask/").content.decode()
        assert said in browser.post(f"{address}ask/", {"why": "老客户"}).content.decode()
        quote.refresh_from_db()
        assert (quote.status, quote.number, quote.requests.count()) == ("quote", None, 0)
        file.with_name("second.yaml").unlink(missing_ok=True)
        file.write_text(row.text, encoding="utf-8")
    browser.post(f"{address}place/")
    quote.refresh_from_db()
    assert quote.number


def test_where_no_plan_was_ever_published_an_order_is_placed(house, settings, tmp_path):
    settings.PLANS = tmp_path / "none"
    quote = factories.order(house.first, pieces=10, ratio="0.6", of=house.good)
    browser = factories.signed_in("salesperson", house.first)
    browser.post(f"/sales/orders/{quote.pk}/place/")
    quote.refresh_from_db()
    assert quote.number
