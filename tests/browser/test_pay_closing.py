"""A month closed in the browser: worked out, queried, signed role by role, locked, exported, paid, acknowledged."""

from __future__ import annotations

import csv
import re

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser import looking
from tests.browser.pay import SLOW, fen, month_before, on_desk, opened, own_statement, press
from tests.browser.tasks import Desk

pytestmark = pytest.mark.xdist_group("browser")
MONTH = month_before(3)
PAGE = f"/pay/months/{MONTH}/"
SIGNED = {
    "director": ("总监确认", "人事"), "hr": ("人事确认", "财务"), "finance": ("财务确认", "总经理"),
    "general": ("批准", "锁定"),
}  # fmt: skip


def step(page, words):
    """A point of the checklist."""
    return page.locator("ol.close li", has_text=words).first


def test_a_month_from_the_cut_off_to_the_acknowledgement(window, tmp_path):
    desks = {role: window(role) for role in ("manager", "director", "hr", "general", "salesperson")}
    finance = window("finance")
    opened(finance, MONTH)
    expect(finance.locator(".head p")).to_contain_text("查询期")
    manager = desks["manager"]
    manager.goto(PAGE)
    assert manager.get_by_role("button", name=re.compile("的提成单")).count() == 0, "still queried"
    expect(step(manager, "部门经理确认")).to_contain_text("查询期到")
    finance.goto(f"/days-pass/{MONTH}/")
    director = desks["director"]
    on_desk(director, MONTH)
    press(director, "总监确认", "要先有：部门经理确认")
    on_desk(manager, MONTH)
    manager.get_by_role("button", name=re.compile("^确认 .* 的提成单$")).click()
    expect(manager.locator(".said").first).to_contain_text("已确认")
    for role, (words, following) in SIGNED.items():
        page = finance if role == "finance" else desks[role]
        on_desk(page, MONTH)
        press(page, words, "已确认")
        expect(page.get_by_role("button", name=words, exact=True), "once").to_have_count(0)
        expect(page.locator("ol.close li.next")).to_contain_text(following)
    on_desk(finance, MONTH)
    press(finance, "锁定入账", "已锁定并入账")
    all_slips(desks["hr"])
    rows = exported(finance, tmp_path)
    payer(finance, rows, tmp_path)
    acknowledged(desks["salesperson"], rows)
    claimed(window("agent"), finance)
    late(finance)


def all_slips(page):
    """The page that makes every slip of the month is reached once it is locked, and is fit to be seen."""
    on_desk(page, MONTH)
    page.get_by_role("link", name="全部提成单").click()
    page.wait_for_url("**/slips/**")
    faults = [*looking.english_in_chinese(page)]
    looking.every_way(page, faults.append)
    assert not faults


def exported(page, folder):
    """The payroll file, by one press on the desk, as it is opened in Excel: title -> cell, a row a person."""
    desk = Desk(page)
    row = page.locator("main .plainlist li", has=page.locator(f"a[href='{PAGE}']"))
    with page.expect_download() as waiting:
        desk.press(row.get_by_role("button", name="导出工资文件"))
    path = folder / "pay.xlsx"
    waiting.value.save_as(path)
    sheet = load_workbook(path).worksheets[0]
    heads, *body = sheet.iter_rows(values_only=True)
    rows = [dict(zip(heads, one, strict=True)) for one in body]
    assert {row["期间"] for row in rows} == {str(MONTH)}
    page.goto(PAGE)
    total = sum(fen(str(row["应发合计"])) for row in rows)
    whole = 0
    for one in page.locator("table.t.rows:has(thead) tbody tr").all():
        cells = one.locator("td").all_inner_texts()
        whole += fen(cells[-1])
    assert total == whole, "the file ties to the screen"
    return rows


def payer(page, rows, folder):
    """What payroll sends back comes in: a wrong sum is refused by its row, the right ones are booked."""
    heads = ["期间", "工号", "姓名", "应发合计", "个税", "社保", "公积金", "实发", "发放日"]
    day = MONTH.after.replace(day=10).isoformat()
    good = [
        [str(MONTH), row["工号"], row["姓名"], row["应发合计"], 0, 0, 0, row["应发合计"], day]
        for row in rows if row["人员类型"] == "员工"
    ]  # fmt: skip
    bad = [[*good[0][:3], 1, 0, 0, 0, 1, day], *good[1:]]
    for body, said in ((bad, "导出的是"), (good, "")):
        path = folder / "paid.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([heads, *body])
        page.goto("/pay/import/paid/")
        page.set_input_files("input[type=file]", str(path))
        page.click("main button.main")
        if said:
            expect(page.locator("main")).to_contain_text(said, timeout=SLOW)
            assert page.locator("form[action$='/write/']").count() == 0
    page.locator("form[action$='/write/'] button").click(timeout=SLOW)
    expect(page.locator("main")).to_contain_text("写入了", timeout=SLOW)
    page.goto(PAGE)
    press(page, "确认发放", "已确认发放并入账")
    left = page.locator("ol.close li.next").all_inner_texts()
    assert len(left) == 1, "the house has done every step"
    assert left[0].startswith("签认"), "what is left is each payee's own"


def acknowledged(page, rows):
    """The payee finds his own, the sum payroll got, and acknowledges it once."""
    own_statement(page, MONTH)
    total = page.locator(".fig.one .v").first.inner_text().removeprefix("¥").strip()
    assert fen(total) in {fen(str(row["应发合计"])) for row in rows}
    press(page, "确认这张提成单", "已确认")
    expect(page.locator("main")).to_contain_text(re.compile("已于 .* 确认，校验码 [0-9a-f]{12}"))
    assert page.get_by_role("button", name="确认这张提成单").count() == 0


def claimed(agent, finance):
    """The agent asks for his share of the month with his invoice; finance checks it and pays; he sees it."""
    agent.set_viewport_size({"width": 390, "height": 844})
    desk = Desk(agent)
    row = desk.found(f".plainlist li:has-text('{MONTH} 可以请款')")
    if not row.count():
        return  # a month in which he brought nothing
    desk.press(row.get_by_role("link", name="请款"))
    desk.there("[name=invoice]").fill("25312026080000000077")
    agent.fill("[name=invoice_on]", f"{timezone.localdate()}")
    press(agent, "请款", "已请款")
    number = agent.locator("h1").inner_text()
    for button, name, said in (
        ("收到发票", "发票已收", "发票已收"),
        ("付款", "记入账簿", "已入账"),
    ):
        desk = Desk(finance)
        desk.press("a[href='/pay/claims/']")
        desk.press(f"td.lead a:text-is('{number}')")
        desk.press(finance.get_by_role("link", name=button, exact=True))
        expect(desk.there("h1")).to_contain_text(number)
        if name == "记入账簿":
            finance.fill("[name=reference]", "20261127-0077")
        press(finance, name, said)
    desk = Desk(agent)
    desk.press("a.more[href='/pay/claims/']")
    expect(desk.there(f"tr:has-text('{number}')")).to_contain_text("已付款")


def late(page):
    """What comes back after the lock is a line of the open month, opened as it was and as it is."""
    page.goto(f"/sales/orders/?state=completed&month={MONTH}")
    page.locator("td.lead a").first.click()
    number = page.locator("h1").inner_text()
    page.get_by_role("link", name="退货", exact=True).click()
    expect(page.locator("[name=why]")).to_be_visible()
    for box in page.locator("main input[type=number]").all():
        box.fill(box.get_attribute("max"))
    page.fill("[name=why]", "款式不合适")
    press(page, "保存", "退货已记")
    page.goto("/pay/months/")
    page.fill("#m", str(month_before(1)))
    press(page, "计算", f"{month_before(1)} 已算好")
    page.goto(f"/pay/months/{month_before(1)}/")
    adjusted = page.locator("a[href^='/pay/adjustments/']")
    statements = page.locator("td.lead a[href^='/pay/statements/']")
    for at in [one.get_attribute("href") for one in statements.all()]:
        page.goto(at)
        if adjusted.count():
            break
    adjusted.first.click()
    expect(page.locator("main table")).to_contain_text(number)
    faults = [*looking.english_in_chinese(page)]
    looking.every_way(page, faults.append)
    assert not faults
