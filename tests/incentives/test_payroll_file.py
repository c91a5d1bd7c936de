"""What a locked month pays out: payroll's file, what comes back of it, a transfer to a shop."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from assay.incentives.models import Dispute, Line, PaidRow, PayFile, PayMonth, Statement
from assay.incentives.models import Receipt as Acknowledged
from assay.incentives.queries.statements import statement_digest
from assay.ledger.auditing import faults
from assay.ledger.queries import balance, balances
from assay.period import Month
from assay.sales.actions import targets
from tests import factories
from tests.incentives.steps import MONTH, brought_in, post, press, signed

pytestmark = pytest.mark.django_db
ID = "11010519491231002X"
HEADS = [
    "期间", "批次", "方案版本", "工号", "姓名", "证件号", "部门", "人员类型", "计税方式", "基本工资", "电话补助",
    "销售提成 8%", "销售提成 4%", "销售提成 2%", "销售提成 1.5%", "加点", "单笔奖励", "管理提成", "代理提成",
    "银楼提成 7.7%", "银楼提成 3.7%", "银楼提成 1.7%", "银楼提成 1.2%", "税前补发", "税前补扣", "应发合计",
    "绩效得分", "绩效系数", "申诉状态", "确认时间", "校验码",
]  # fmt: skip


def _exported(desks):
    answer = desks["finance"].post(f"{MONTH}export/")
    rows = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    return answer, [list(row) for row in rows]


def test_the_payroll_file_ties_to_the_statements_and_comes_back(desks, house):
    # 112,500 sold against 40,000: over 120 %.
    march = Month.parse("2026-03")
    cells = {(march, None): 40_000_00, (march, house.first.pk): 40_000_00}
    plan = targets.fill_draft(department=house.team, year=2026, cells=cells)
    targets.publish_plan(plan, version=plan.version)
    house.first.id_number = ID
    house.first.save()
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    one = Statement.objects.get(employee=house.first)
    press(desks["salesperson"], f"/pay/statements/{one.pk}/agree/", read=statement_digest(one))
    _answer, rows = _exported(desks)
    heads = rows[0]
    gross = heads.index("应发合计")
    parts = range(heads.index("计税方式") + 1, gross)
    paid = {row[heads.index("工号")]: row for row in rows[1:]}
    for one in Statement.objects.all():
        row = paid[one.code]
        assert round(row[gross] * 100) == one.total
        assert sum(round((row[i] or 0) * 100) for i in parts) == one.total, "the columns add up"
    assert heads == HEADS
    first = dict(zip(heads, paid["S01"], strict=True))
    # 16,000 beyond the base quota at 8 %, 76,500 at 4 %, and a point more on both.
    assert [first[f"销售提成 {rate}%"] for rate in (8, 4)] == [1_280, 3_060]
    assert first["加点"] == 925
    assert first["证件号"] == f"{ID[:3]}{'*' * 11}{ID[-4:]}"
    assert first["方案版本"].startswith("大客户部薪酬方案 ")
    assert (first["绩效得分"], first["绩效系数"]) == (None, None), "no score counts yet"
    when = timezone.localtime(Acknowledged.objects.get().at)
    assert first["确认时间"] == f"{when:%Y-%m-%d %H:%M}"
    text = desks["finance"].post(f"{MONTH}export/", {"as": "csv"}).content.decode("utf-8-sig")
    batch = {heads.index("批次"), heads.index("校验码")}  # each file is a batch of its own
    told = list(csv.reader(io.StringIO(text)))
    assert told[0] == heads
    for cells, line in zip(rows[1:], told[1:], strict=True):
        for at, (cell, said) in enumerate(zip(cells, line, strict=True)):
            shown = f"{cell:.2f}" if isinstance(cell, int | float) else cell or ""
            assert at in batch or shown == said, heads[at]
    staff = {code: row for code, row in paid.items() if row[heads.index("计税方式")] == "工资薪金"}
    _moved(desks, heads, told[1:])
    _returned(desks, staff, gross)


def test_the_columns_of_the_payroll_file_are_the_plans(desks, house):
    """Nobody has a target or sold under 7折; agent and shop stand in it with how their pay is taxed."""
    factories.order(house.first, pieces=5, ratio="0.9", of=house.good, placed=True,
                    channel="store", shop=house.shop, day=date(2026, 3, 15))  # fmt: skip
    house.agent.kind, house.agent.pay_by, house.agent.id_number = "person", "labour", ID
    house.agent.save()
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    _answer, (heads, *rows) = _exported(desks)
    assert heads == HEADS
    told = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [(one["工号"], one["人员类型"], one["计税方式"]) for one in told[-2:]] == [
        ("A01", "代理商", "劳务报酬"), ("Y01", "银楼", "发票"),
    ]  # fmt: skip
    assert {(one["人员类型"], one["计税方式"]) for one in told[:-2]} == {("员工", "工资薪金")}
    assert told[-2]["代理提成"] == told[-2]["应发合计"] > 0
    assert told[-2]["证件号"].endswith(ID[-4:])
    assert told[-1]["银楼提成 7.7%"] == told[-1]["应发合计"] > 0
    total = PayMonth.objects.values_list("run__total", flat=True).get()
    assert sum(round(one["应发合计"] * 100) for one in told) == total, "as on the month's page"
    gross = f"{told[-2]['应发合计']:.2f}"
    told = brought_in(desks["finance"], [
        "期间,工号,应发合计,实发,发放日", f"2026-03,A01,{gross},{gross},2026-04-10",
    ])  # fmt: skip
    assert "代理商凭请款付款，不随工资发放" in told, "nobody is paid twice"


def test_an_objection_that_is_not_ended_shows_in_the_payroll_file(desks, house):
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    lines = Line.objects.filter(statement__employee=house.first)
    for number, line, state in (("a", lines[0], "open"), ("b", lines[1], "withdrawn")):
        Dispute(number=number, line=line, employee=house.first, state=state,
                due_on=date(2026, 4, 20), reason="少算一单").save()  # fmt: skip
    _answer, (heads, *rows) = _exported(desks)
    said = {row[heads.index("工号")]: row[heads.index("申诉状态")] for row in rows}
    assert (said["S01"], said["S02"]) == ("处理中", "")


def test_a_payroll_file_is_held_against_what_was_sent(desks, house):
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    answer, _rows = _exported(desks)
    sent = PayFile.objects.get()
    assert f"{sent.batch}-{sent.checksum[:12]}.xlsx" in answer["Content-Disposition"]

    def held(body, name):
        file = io.BytesIO(body)
        file.name = name
        return post(desks["finance"], f"{MONTH}sent/", file=file)

    assert "和导出的一样" in held(answer.content, "sent.xlsx")
    text = desks["finance"].post(f"{MONTH}export/", {"as": "csv"}).content.decode("utf-8-sig")
    lines = text.splitlines()
    longer = [f"{lines[0]},个税", *(f"{line},10" for line in lines[1:])]
    assert "和导出的一样" in held("\n".join(longer).encode(), "back.csv"), "payroll adds columns"
    changed = [lines[0], lines[1].replace(",员工,", ",外包,"), *lines[2:]]
    assert "和导出的不一样：第 2 行" in held("\n".join(changed).encode(), "back.csv")
    assert "少了行" in held("\n".join(lines[:-1]).encode(), "back.csv")
    other = "\n".join(lines).replace("GZ-", "GX-")
    assert "这个月没有导出过这一批：GX-" in held(other.encode(), "back.csv")


def _moved(desks, heads, rows):
    """A file that comes back with two rows' figures each in the other's place names both rows."""
    at = [heads.index(title) for title in ("工号", "应发合计", "校验码")]
    one, other = ([row[n] for n in at] for row in rows if row[at[0]] in ("S01", "S02"))
    lines = ["期间,工号,应发合计,实发,发放日,校验码"]
    for (code, gross, _own), bears in ((one, other[2]), (other, other[2])):
        lines.append(f"2026-03,{code},{gross},{gross},2026-04-10,{bears}")
    told = brought_in(desks["finance"], lines)
    assert told.count("校验码：不是导出时这一行的校验码") == 1, "the other one bears its own"
    assert not PaidRow.objects.exists()


def _returned(desks, paid, gross):
    """The file comes back: a wrong row is turned down, a right one pays out and empties the books."""
    lines = ["期间,工号,应发合计,个税,社保,公积金,实发,发放日,校验码"]
    lines += [
        f"2026-03,{code},{row[gross]:.2f},10,20,5,{row[gross] - 35:.2f},2026-04-10,{row[-1]}"
        for code, row in paid.items() if row[gross]
    ]  # fmt: skip
    told = brought_in(desks["finance"], [*lines, "2026-03,X99,1.00,,,,1.00,2026-04-10,"])
    assert "这个月没有他的提成单" in told
    assert not PaidRow.objects.exists()
    assert "还缺" in post(desks["finance"], f"{MONTH}paid/")
    brought_in(desks["finance"], lines)
    assert "已确认发放" in post(desks["finance"], f"{MONTH}paid/")
    assert set(balances("payable.payee").values()) == {0}
    count = len(lines) - 1
    assert balance("withheld.tax") == count * 1000
    assert balance("withheld.social") == count * 2500
    assert faults() == []
    assert PayMonth.objects.get().state == "paid"


def test_a_shop_is_paid_by_transfer_never_more_than_is_owed(desks, house):
    factories.order(house.first, pieces=50, ratio="0.9", of=house.good, placed=True,
                    channel="store", shop=house.shop, day=date(2026, 3, 15))  # fmt: skip
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    one = Statement.objects.get(shop=house.shop)
    url = f"/pay/statements/{one.pk}/transfer/"
    assert url in desks["finance"].get(f"/pay/statements/{one.pk}/").content.decode()
    said = {"on": "2026-04-10", "reference": "20260410-77", "amount": str(one.total / 100 + 1)}
    assert "余额不足，没有记账：应付银楼提成 Y01" in post(desks["finance"], url, **said)
    said["amount"] = str(one.total / 100)
    press(desks["finance"], url, **said)
    assert one.total > 0
    assert balance("payable.store:Y01") == 0
    assert balance("bank") == -one.total
    agent = Statement.objects.get(agent=house.agent)
    assert desks["finance"].get(f"/pay/statements/{agent.pk}/transfer/").status_code == 404
