"""What if, in the browser: orders imagined on the running month; another number of the plan on past months."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pay import SLOW, fen, month_before, press
from tests.browser.tasks import Desk

pytestmark = pytest.mark.xdist_group("browser")


def test_imagined_orders_move_the_pay_and_are_explained(window):
    page = window("salesperson")
    page.goto("/pay/statements/running/")
    now = fen(page.locator(".fig.one .v").first.inner_text())
    page.get_by_role("link", name="再卖几单会怎样").click()
    page.fill("[name=o0-listed]", "20万")
    press(page, "算一算")
    expect(page.locator("p.wrong").first).to_contain_text("写成交价或折扣")
    page.fill("[name=o0-ratio]", "8.5折")
    press(page, "算一算")
    gain = page.locator(".fig.one .v").first
    first = fen(gain.inner_text())
    assert first > 0
    assert page.input_value("[name=o0-listed]"), "the row stays to be changed"
    page.fill("[name=o1-listed]", "10万")
    page.fill("[name=o1-net]", "9万")
    press(page, "算一算")
    second = fen(page.locator(".fig.one .v").first.inner_text())
    assert second > first
    figures = [fen(one) for one in page.locator(".figs .fig .v").all_inner_texts()[1:3]]
    assert figures == [now, now + second], "from what the running month shows"
    page.locator("details.od summary", has_text="假设").first.click()
    expect(page.locator("details.od[open] .opened li").first).to_be_visible()
    page.goto("/pay/statements/running/")
    assert fen(page.locator(".fig.one .v").first.inner_text()) == now, "nothing was written"


def test_a_manager_sees_what_an_order_of_his_people_brings_him(window):
    page = window("manager")
    page.goto("/pay/statements/running/what-if/")
    page.select_option("#seller", index=1)
    page.fill("[name=o0-listed]", "100万")
    page.fill("[name=o0-ratio]", "9折")
    press(page, "算一算")
    assert fen(page.locator(".fig.one .v").first.inner_text()) > 0


@pytest.mark.parametrize(("role", "whose"), [("director", "全公司"), ("manager", "你管的部门")])
def test_another_number_of_the_plan_over_past_months(role, whose, window):
    page = window(role)
    desk = Desk(page)
    if role == "manager":
        desk.press(page.locator(".top nav a", has_text="提成"))
        desk.press(page.locator(".inner a", has_text="改一改"))
    else:
        desk.press("a[href='/pay/what-if/']")
    desk.there("[name=first]")
    expect(page.locator(".head p")).to_contain_text(whose)
    page.fill("[name=first]", str(month_before(3)))
    page.fill("[name=last]", str(month_before(2)))
    press(page, "算一算")
    expect(page.locator("main")).to_contain_text("改一样")
    label = page.locator("[name=number] option", has_text="基本任务量").first.inner_text()
    page.select_option("[name=number]", label=label)
    page.fill("[name=value]", "5%")
    press(page, "算一算")
    expect(page.locator("main [role=alert], main .wrong").first).to_contain_text("2万元")
    page.fill("[name=value]", "4万元")
    page.fill("[name=budget]", "100万")
    press(page, "算一算")
    expect(page.locator("main")).to_contain_text("按人", timeout=SLOW)
    total = fen(page.locator(".fig.one .v").first.inner_text())
    assert total < 0, "a larger base quota pays less"
    people = page.locator("section.sec", has_text="按人").last
    gaps = [fen(one) for one in people.locator("tbody td.first-figure").all_inner_texts()]
    assert sum(gaps) == total
    months = page.locator("section.sec", has_text="按月").first
    assert months.locator("tbody tr").count() == 2
    expect(page.locator(".figs").first).to_contain_text("预算")
