"""Bank statements and targets from Excel: matched, drafted, all or nothing, reasons given back."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from assay.furniture.models import AccessEntry, Job
from assay.people.models import Employee
from assay.period import Month
from assay.sales.actions import orders as of_orders
from assay.sales.actions import targets as of_targets
from assay.sales.models import Match, Order, Receipt, Target, TargetPlan
from tests import factories

pytestmark = pytest.mark.django_db
BANK = ["流水号", "交易日期", "对方户名", "金额", "订单号", "核销金额", "客户编号"]


def sent(browser, kind, head, *rows):
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    file = SimpleUploadedFile("a.csv", text.getvalue().encode("gb18030"))
    answer = browser.post(f"/sales/import/{kind}/", {"file": file}, follow=True)
    return answer.redirect_chain[-1][0], answer.content.decode()


@pytest.fixture
def finance():
    return factories.signed_in("finance")


def placed(net_ratio="0.95") -> Order:
    """An order of 10 pieces: 10,000 yuan at 9.5折 → owes 9,500."""
    return factories.order(factories.employee(), ratio=net_ratio, placed=True)


def bank(reference="B1", days=0, **said):
    """A row of the bank's file; days: from today."""
    given = {
        "流水号": reference,
        "交易日期": str(timezone.localdate() + timedelta(days)),
        "对方户名": "云岭电力",
        "金额": "9,500.00",
        **said,
    }
    return [given.get(name, "") for name in BANK]


def test_a_statement_pays_the_orders_it_names_and_is_updated_by_reference(finance):
    one, other = placed(), placed()
    where, page = sent(
        finance, "collections", BANK, bank("B1", 订单号=one.number, 金额="10,000"),
        bank("B1", 订单号=other.number, 金额="10000.00"), bank("B2", 金额="88"),
    )  # fmt: skip
    assert "写入 3 行" in page
    assert not Receipt.objects.exists()
    finance.post(f"{where}write/")
    paid = {m.order_id: (m.receipt.reference, m.amount) for m in Match.objects.all()}
    assert paid == {one.pk: ("B1", 950_000), other.pk: ("B1", 50_000)}
    one.refresh_from_db()
    assert (one.collected, one.owed) == (950_000, 0)
    one.customer.refresh_from_db()
    assert one.customer.last_paid == one.day, "the customer's standing follows"
    held = Receipt.objects.get(reference="B2")
    assert (held.left, held.number[:3]) == (8_800, "SK-")
    # Said again it changes nothing; money that was waiting is matched by its reference.
    where, page = sent(finance, "collections", BANK, bank("B1", 订单号=one.number, 金额="10000"),
                       bank("B2", 金额="88", 订单号=other.number, 对方户名="碧湖酒店"))  # fmt: skip
    result = Job.objects.latest("id").result
    assert (result["same"], result["changed"], result["failed"]) == (1, 1, 0)
    finance.post(f"{where}write/")
    held.refresh_from_db()
    assert (held.left, held.payer) == (0, "碧湖酒店")
    other.refresh_from_db()
    assert other.collected == 58_800


# Each about an order “owes” of 9,500, one cancelled, one paid in full.
WRONG = [
    (partial(bank, 金额="0"), "金额：要大于 0"),
    (partial(bank, 金额="九千"), "金额：不是金额"),
    (partial(bank, 金额=""), "金额：缺少"),
    (partial(bank, ""), "银行流水号：缺少"),
    (partial(bank, 对方户名=""), "付款方：缺少"),
    (partial(bank, days=1), "收款日期：在今天之后"),
    (partial(bank, 交易日期="03/04/2018"), "收款日期：日期有歧义"),
    (partial(bank, days=-1, 订单号="owes"), "收款日期：收款早于下单日期"),
    (partial(bank, 客户编号="K77"), "客户编号：没有这个编号：K77"),
    (partial(bank, 订单号="HT-0"), "订单号：没有这个编号：HT-0"),
    (partial(bank, 核销金额="5"), "订单号：写了核销金额，要写订单号"),
    (partial(bank, 订单号="owes", 核销金额="0"), "核销金额：要大于 0"),
    (partial(bank, 订单号="owes", 金额="1万", 核销金额="1万"), "核销金额：这一单只欠 9,500.00"),
    (
        partial(bank, 订单号="owes", 金额="100", 核销金额="101"),
        "核销金额：这笔收款只剩 100.00 没有核销",
    ),
    (partial(bank, 订单号="gone"), "订单号：已取消的单不收款"),
    (partial(bank, "B7", 订单号="full"), "订单号：这一单已收齐"),
    (partial(bank, "B0", 金额="5"), "金额：已核销 9,500.00：先撤销核销"),
    (partial(bank, "B0", 订单号="full", 核销金额="5"), "核销金额：已核销 9,500.00：先撤销核销"),
]


@pytest.mark.parametrize(("row", "reason"), WRONG, ids=[reason for _row, reason in WRONG])
def test_money_that_cannot_be_matched_says_why(finance, row, reason):
    of_orders.cancel(named("gone"), why="x")
    named("owes")
    full = named("full")
    where, _page = sent(finance, "collections", BANK, bank("B0", 订单号=full.number))
    finance.post(f"{where}write/")
    _where, page = sent(finance, "collections", BANK, bank("B5", 金额="1"), row())
    assert reason in page
    assert Job.objects.latest("id").result["failed"] == 1


def named(number) -> Order:
    row = Order.objects.get(pk=placed().pk)
    row.number = number
    row.save()
    return row


def test_two_rows_of_a_file_do_not_pay_an_order_twice_and_nothing_of_it_is_written(finance):
    order = placed()
    where, page = sent(
        finance, "collections", BANK, bank("B1", 订单号=order.number), bank("B2", 订单号=order.number),
        bank("B3", 金额="5"), bank("B3", 金额="6", 订单号=order.number),
    )  # fmt: skip
    assert "这一单已收齐" in page
    assert "与同一流水号的第 4 行不同" in page
    finance.post(f"{where}write/")
    assert not Receipt.objects.exists()


def test_money_matched_since_the_check_stops_the_file(finance):
    order = placed()
    first, _page = sent(finance, "collections", BANK, bank("B1", 订单号=order.number))
    second, _page = sent(finance, "collections", BANK, bank("B2", 订单号=order.number))
    finance.post(f"{first}write/")
    page = finance.post(f"{second}write/", follow=True).content.decode()
    assert "没有写入任何一行" in page
    order.refresh_from_db()
    assert order.collected == 950_000
    assert Receipt.objects.count() == 1


GRID = ["部门编号", "月份", "工号", "任务额"]


@pytest.fixture
def team():
    place = factories.department(code="KA")
    boss = factories.employee("manager", place=place)
    factories.employee(number="S01", place=place)
    return place, factories.signed_in(who=boss)


def test_targets_go_into_a_draft_and_are_published_by_hand(team):
    place, browser = team
    where, page = sent(
        browser, "targets", GRID, ["KA", "2027-01", "", "100万"], ["KA", "2027年1月", "S01", "100万"],
        ["KA", "2027-02", "S01", "500,000"],
    )  # fmt: skip
    assert "写入 3 行" in page, page
    browser.post(f"{where}write/")
    plan = TargetPlan.objects.get(department=place, year=2027)
    assert (plan.state, plan.amount, plan.targets.count()) == ("draft", 100_000_000, 3)
    sent(
        browser,
        "targets",
        GRID,
        ["KA", "2027-01", "S01", "100万"],
        ["KA", "2027-02", "S01", "60万"],
    )
    result = Job.objects.latest("id").result
    assert (result["same"], result["changed"]) == (1, 1)
    assert TargetPlan.objects.count() == 1
    of_targets.publish_plan(plan, version=plan.version, why="年初下达")
    where, _page = sent(browser, "targets", GRID, ["KA", "2027-02", "S01", "60万"])
    browser.post(f"{where}write/")
    draft = TargetPlan.objects.get(state="draft")
    assert (draft.edition, draft.targets.count()) == (2, 3), (
        "a new version, begun from that in force"
    )
    said = {t.month: t.amount for t in draft.targets.exclude(employee=None)}
    assert said == {Month.parse("2027-01"): 100_000_000, Month.parse("2027-02"): 60_000_000}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["XX", "2027-01", "", "1"], "部门编号：没有这个部门，或不归你管"),
        (["OTHER", "2027-01", "", "1"], "部门编号：没有这个部门，或不归你管"),
        (["KA", "2027-13", "", "1"], "月份：没有这个月"),
        (["KA", "明年", "", "1"], "月份：不是月份"),
        (["KA", "2027-01", "S99", "1"], "工号：没有这个工号"),
        (["KA", "2027-01", "S77", "1"], "工号：2027-01 不在这个部门卖货"),
        (["KA", "2020-01", "S01", "1"], "工号：2020-01 不在这个部门卖货"),
        (["KA", "2027-01", "S01", "-1"], "任务额：不能为负"),
        (["KA", "2027-01", "S01", ""], "任务额：缺少"),
        (["", "2027-01", "S01", "1"], "部门编号：缺少"),
        (["KA", "2027-05", "", "2"], "月份：在文件里重复，第 2、3 行"),
    ],
)
def test_targets_that_cannot_be_say_why(team, row, reason):
    _place, browser = team
    factories.employee(number="S77", place=factories.department(code="OTHER"))
    where, page = sent(browser, "targets", GRID, ["KA", "2027-05", "", "1"], row)
    assert reason in page
    browser.post(f"{where}write/")
    assert not Target.objects.exists()


def test_the_board_goes_out_and_comes_in_again(team):
    place, browser = team
    seller = Employee.objects.get(number="S01")
    plan = of_targets.draft_plan(department=place, year=2027, amount=1200)
    months = {
        (Month.parse(f"2027-{m:02d}"), who): 100 for m in range(1, 13) for who in (None, seller.pk)
    }
    of_targets.publish_plan(of_targets.set_targets(plan, months, version=1), version=2)
    answer = browser.get(f"/sales/targets/?plan={plan.pk}&export=xlsx")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[0] == ("部门编号", "月份", "工号", "姓名", "任务额", "完成")
    assert len(rows) == 1 + 24
    assert AccessEntry.objects.get(kind="export").rows == 24
    file = SimpleUploadedFile("a.xlsx", answer.content)
    browser.post("/sales/import/targets/", {"file": file}, follow=True)
    result = Job.objects.latest("id").result
    assert (result["same"], result["failed"]) == (24, 0)
