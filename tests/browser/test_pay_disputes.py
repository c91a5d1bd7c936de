"""A line objected to in the browser: reason and file, the manager's answer, HR's, both sides kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pay import month_before, opened, own_statement, press
from tests.browser.tasks import Desk
from tests.factories import pdf

pytestmark = pytest.mark.xdist_group("browser")
MONTH = month_before(4)
WHY = "3 号那一单按补充协议是 9折，应多 1,200 元"


def objected(page, link, file=None):
    """Object to a line of one's statement; the address of the dispute."""
    own_statement(page, MONTH)
    page.locator("a.more", has_text=link).first.click()
    page.fill("[name=reason]", WHY)
    if file is not None:
        page.set_input_files("[name=attachment]", file)
    press(page, "提出异议", "异议已提出")
    return page.url


def answered(page, at, answer, end, corrected=""):
    """From the desk: the manager by the list of what waits, HR by its own desk."""
    desk = Desk(page)
    address = "/" + at.split("/", 3)[3]
    if not page.locator(f"main a[href='{address}']").count():
        desk.press("a[href^='/pay/disputes/']")
    desk.press(f"a[href='{address}']")
    desk.there("[name=answer]").fill(answer)
    page.fill("[name=corrected]", corrected)
    press(page, end)


def test_an_objection_goes_to_the_manager_then_to_hr_and_ends_in_a_correction(window):
    finance, seller = window("finance"), window("salesperson")
    manager, hr = window("manager"), window("hr")
    opened(finance, MONTH)
    file = {"name": "补充协议.pdf", "mimeType": "application/pdf", "buffer": pdf().read()}
    at = objected(seller, "对这一行有异议", file)
    expect(seller.locator(".head p")).to_contain_text("处理中")
    expect(seller.locator("main")).to_contain_text(re.compile(r"还有 \d+ 个工作日"))
    finance.goto(f"/pay/months/{MONTH}/")
    expect(finance.locator("main")).to_contain_text("未办结的异议")
    with manager.expect_download() as waiting:
        manager.goto(at)
        manager.get_by_role("link", name="补充协议.pdf").click()
    assert waiting.value.suggested_filename == "补充协议.pdf"
    answered(manager, at, "补充协议签在次月，这个月按原合同", "解释")
    expect(manager.locator(".said").first).to_contain_text("已答复")
    # The payee does not agree: HR looks at it, the manager no longer does.
    seller.goto(at)
    seller.get_by_role("link", name="申请人事复核").click()
    seller.fill("[name=why]", "协议日期是 3 号，不是次月")
    press(seller, "申请复核", "已交人事复核")
    manager.goto(at)
    assert manager.locator("[name=answer]").count() == 0
    answered(hr, at, "核对过，日期确是 3 号", "已更正")
    expect(hr.locator("main [role=alert]").first).to_contain_text("写明更正了哪条记录")
    answered(hr, at, "核对过，日期确是 3 号", "已更正", "订单的协议日期改为 3 号")
    expect(hr.locator(".said").first).to_contain_text("已答复")
    seller.goto(at)
    expect(seller.locator(".head p")).to_contain_text("已更正")
    for said in (
        WHY,
        "补充协议签在次月",
        "协议日期是 3 号，不是次月",
        "核对过",
        "更正：订单的协议日期",
    ):
        expect(seller.locator("main")).to_contain_text(said)
    assert seller.get_by_role("link", name="申请人事复核").count() == 0, "once"
    own_statement(seller, MONTH)
    expect(seller.locator("a.more", has_text="异议 已更正").first).to_be_visible()


def test_what_is_wrong_is_told_and_nobody_else_sees_it(window):
    seller, other = window("salesperson"), window("agent")
    own_statement(seller, month_before(1))  # the demo's own: open to queries
    link = seller.locator("a.more", has_text="有异议").first
    at = link.get_attribute("href")
    seller.goto(at)
    seller.fill("[name=reason]", "x")
    bad = {"name": "a.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
    seller.set_input_files("[name=attachment]", bad)
    press(seller, "提出异议")
    expect(seller.locator("[role=alert]").first).to_be_visible()
    assert seller.input_value("[name=reason]") == "x", "what was typed stays"
    assert other.goto(at).status == 404
