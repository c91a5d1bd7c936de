"""The desks as people use them: the commonest at once, the inbox by keys alone, the quotation as it is moved.

Tasks from the desk to what came of them: test_tasks_sales.py, test_tasks_office.py, test_pay_*.py.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.looking import WIDTHS

pytestmark = pytest.mark.xdist_group("browser")

# The commonest task of each role: what is pressed or typed into for it.
FIRST = {
    "salesperson": "li.call .log2 input[name=said]",
    "manager": ".ask.sheet button[data-key=a]",
    "finance": "td.lead a[href*='/sales/receipts/']",
    "clerk": "main input[name=q]",
    "agent": "main input[name=name]",
    "hr": "a[href='/people/employees/hire/']",
    "director": ".tm a[href*='/board/']",
    "general": ".tm a[href*='/board/']",
    "admin": "a[href='/people/logins/open/']",
}
TABS = 54  # px that the bar of tabs covers at the foot of a phone's screen


def not_on_the_first_screen(page, selector) -> list[str]:
    """At which widths the first of these lies outside of what is seen without scrolling."""
    lost = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => scrollTo(0, 0)")
        box = page.locator(selector).first.bounding_box()
        foot = height - (TABS if width == min(WIDTHS) else 0)
        seen = (
            box
            and box["x"] >= 0
            and box["x"] + box["width"] <= width
            and box["y"] >= 0
            and box["y"] + box["height"] <= foot
        )
        if not seen:
            lost.append(f"{selector} at {width}: {box}")
    page.set_viewport_size({"width": max(WIDTHS), "height": WIDTHS[max(WIDTHS)]})
    return lost


@pytest.mark.parametrize("role", FIRST)
def test_the_commonest_task_is_on_the_first_screen(role, window):
    page = window(role)
    page.goto("/")
    assert not not_on_the_first_screen(page, FIRST[role])


def test_the_inbox_is_worked_by_keys_alone(window):
    page = window("manager")
    page.goto("/")
    cards = page.locator(".ask.sheet")
    count = cards.count()
    assert count >= 2, "the demo has approvals that wait"
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.closest('.ask').id")
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.closest('.ask').id")
    assert first != second
    page.keyboard.press("Shift+A")
    expect(page.locator(".said").first).to_contain_text("先勾选要批的")
    for key in "jX":  # as with Caps Lock
        page.keyboard.press(key)
    expect(page.locator("input[name=pick]:checked")).to_have_count(1)
    refused = order_on(cards.filter(has=page.locator("input[name=pick]:checked")))
    page.keyboard.press("r")
    assert focused(page) == "comment"
    page.keyboard.press("Enter")  # without a reason nothing is refused
    page.keyboard.press("Escape")
    expect(cards).to_have_count(count)
    page.keyboard.press("Shift+R")
    assert page.evaluate("document.activeElement.form.id") == "batch"
    page.keyboard.type("低于成本")
    page.keyboard.press("Enter")
    expect(page.locator(".said").first).to_contain_text("已驳回 1 项")
    expect(page.locator(".ask.sheet")).to_have_count(count - 1)
    page.keyboard.press("j")
    agreed = order_on(cards.first)
    page.keyboard.press("a")
    expect(page.locator(".said").first).to_contain_text("已同意")
    expect(page.locator(".ask.sheet")).to_have_count(count - 2)
    for order, said in ((refused, "驳回 低于成本"), (agreed, "同意")):
        page.goto(order)
        expect(page.locator("ul.line", has_text="沈国栋").first).to_contain_text(f"沈国栋 {said}")


def order_on(card):
    """The address of the order that a card asks about."""
    return card.locator("a[href*='/sales/orders/']").first.get_attribute("href")


def focused(page):
    return page.evaluate("document.activeElement.name || document.activeElement.dataset.key")


def test_each_way_to_decide_has_its_key(window):
    page = window("director")
    page.goto("/")
    page.keyboard.press("j")
    assert focused(page) == "a"
    for key, field in (("m", "ratio"), ("s", "who"), ("t", "who"), ("R", "comment")):
        page.keyboard.press(key)
        assert focused(page) == field, key
        page.keyboard.press("Escape")
        assert focused(page) == "a"


def test_upgrades_and_services_are_worked_by_the_keys_of_the_inbox(window):
    page = window("manager")
    page.goto("/")
    upgrades = page.locator("form[action$='/nominations/decide/'] [data-card]")
    assert upgrades.count(), "the demo has upgrades that wait"
    for _each in range(page.locator(".ask.sheet").count() + 1):
        page.keyboard.press("j")
    assert focused(page) == "pick"
    page.keyboard.press("x")
    expect(upgrades.first.locator("input[name=pick]")).to_be_checked()
    page.keyboard.press("x")
    expect(upgrades.first.locator("input[name=pick]")).not_to_be_checked()
    page.keyboard.press("r")
    expect(upgrades.first.locator("input[name=pick]")).to_be_checked()
    assert focused(page) == "answer", "why is asked for first"
    page.keyboard.press("Escape")
    customer = upgrades.first.locator("b a").get_attribute("href")
    page.keyboard.press("a")
    expect(page.locator(".said").first).to_contain_text("已同意")
    expect(page.locator("h1")).to_have_text("今日")
    expect(upgrades.locator(f"a[href='{customer}']")).to_have_count(0)
    page.goto(customer)
    expect(page.locator(".head")).to_contain_text("大客户")


def test_a_call_is_logged_in_its_row(window):
    page = window("salesperson")
    page.goto("/")
    rows = page.locator("li.call").count()
    box = page.locator(".log2 input[name=said]").first
    box.fill("谈好春节福利，下一步 12-20")
    box.press("Enter")
    expect(page.locator("li.call.done")).to_have_count(1)
    expect(page.locator("li.call.done")).to_contain_text("12-20")
    expect(page.locator("li.call")).to_have_count(rows)


def test_a_call_is_logged_without_script(fresh, states):
    page = fresh(storage_state=states["salesperson"], java_script_enabled=False)
    page.goto("/")
    box = page.locator(".log2 input[name=said]").first
    box.fill("谈好元旦")
    box.press("Enter")
    expect(page.locator(".said").first).to_contain_text("已记下")


def test_the_quotation_follows_the_slider_and_works_backwards(window):
    page = window("salesperson")
    page.goto("/")
    page.locator("li.call a[href*='orders/new']").first.click()
    page.fill("[name=line0-good]", "HJ-0102")
    page.fill("[name=line0-quantity]", "100")
    live = page.locator("#live")
    expect(live.locator("svg.ruler")).to_be_visible()
    slider = page.locator("input[type=range]")
    slider.focus()
    for _press in range(26):
        slider.press("ArrowLeft")
    expect(page.locator("[name=all-overall]")).to_have_value("7.4")
    expect(live).to_contain_text("低于折扣底线")
    page.fill("[name=all-want]", "2000")
    expect(live.locator("#least")).to_contain_text("最低到")
    live.get_by_role("button", name="用 ").click()
    found = page.locator("[name=all-overall]").input_value()
    expect(live.locator("text.here")).to_have_text(f"{found}折", timeout=20_000)
    thumb, ruler = slider.bounding_box(), live.locator("svg.ruler").bounding_box()
    needle = live.locator("line.here").first.bounding_box()["x"]
    share = (float(slider.input_value()) - 5) / 5
    assert abs(needle - (thumb["x"] + 8 + share * (thumb["width"] - 16))) <= 6, "one scale"
    assert ruler["y"] - thumb["y"] < 60, "the ruler lies under its slider"


def test_an_agent_is_answered_while_typing(window):
    page = window("agent")
    page.goto("/")
    page.fill("[name=name]", "从来没有过的一家单位")
    expect(page.locator("#verdict")).to_contain_text("可以报备")
    theirs = window("director")
    theirs.goto("/")
    theirs.locator("td.lead a[href*='/customers/']").first.click()
    known = theirs.locator("h1").inner_text()
    page.fill("[name=name]", known)
    expect(page.locator("#verdict")).to_contain_text("不能报备")
