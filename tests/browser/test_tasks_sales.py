"""What salespeople, managers, agents and clerks do most, each from the desk to what came of it."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assay.period import Month
from tests.browser.pay import fen, press

pytestmark = pytest.mark.xdist_group("browser")
PHONE = 390


def path(url):
    """The address without its site."""
    return "/" + url.split("/", 3)[3]


def order_opened(desk):
    """An order of the month so far opened; where it has none yet, one of the latest statement."""
    if not desk.page.locator("main details.od summary.or").count():
        desk.page.goto("/")
        desk.pressed = 0
        desk.press("a[href^='/pay/statements/']:not([href*='running'], [href='/pay/statements/'])")
    desk.press("details.od summary.or")


# -- salesperson, on a phone


def test_salesperson_rings_who_is_to_be_called(desk):
    seller = desk("salesperson", PHONE)
    row = seller.found("li.call:has(details.phone)")
    name = row.locator("b").first.inner_text()
    seller.press(row.locator("details.phone summary"))
    seller.press(row.get_by_role("button", name="显示"))
    number = seller.there("li.call a[href^='tel:']").inner_text()
    assert re.fullmatch(r"1\d{10}", number), "a number that a tap rings"
    log = desk("admin")
    log.shows("联系本人")
    assert name


def test_salesperson_logs_a_visit(desk):
    seller = desk("salesperson", PHONE)
    row = seller.found("li.call:not(.done):has(.log2)")
    link = row.locator("b a").get_attribute("href")
    row.locator("[name=kind]").select_option(label="拜访")
    seller.there(row.locator("[name=said]")).fill("看了样品，下一步 12-21")
    seller.key("Enter")
    expect(seller.page.locator("li.call.done")).to_contain_text("看了样品")
    manager = desk("manager")
    manager.page.goto(link)
    expect(manager.page.locator(".line li").first).to_contain_text("看了样品")


def test_salesperson_chases_a_payment(desk):
    seller = desk("salesperson", PHONE)
    seller.press("a[href='?why=money']")
    row = seller.found("li.call:not(.done):has(.log2)")
    expect(row).to_contain_text("应收")
    link = row.locator("b a").get_attribute("href")
    seller.there(row.locator("[name=said]")).fill("财务说下周一付，下一步 12-07")
    seller.press(row.get_by_role("button", name="记下"))
    expect(seller.page.locator("li.call.done")).to_contain_text("12-07")
    manager = desk("manager")
    manager.page.goto(link)
    expect(manager.page.locator(".line li").first).to_contain_text("财务说下周一付")


def test_salesperson_sees_what_he_gets_and_why(desk):
    seller = desk("salesperson", PHONE)
    shown = fen(seller.found(".sig2 .fig.one .v").inner_text())
    seller.press(".sig2 a[href='/pay/statements/running/']")
    assert fen(seller.found(".fig.one .v").inner_text()) == shown
    order_opened(seller)
    said = seller.there("details.od[open] .opened li")
    expect(said).to_contain_text(re.compile(r"\d"))
    expect(seller.found("details.od[open] .opened .chip")).to_have_text(re.compile("^六"))


def test_salesperson_quotes_below_the_floor_manager_agrees_and_it_becomes_an_order(desk):
    seller = desk("salesperson", PHONE)
    seller.press("li.call a[href*='orders/new']")
    seller.there("[name=line0-good]").fill("HJ-0102")
    seller.fill("line0-quantity", "100")
    seller.fill("all-overall", "7.2")
    expect(seller.page.locator("#live")).to_contain_text("低于折扣底线")
    press(seller.page, "保存报价")
    quoted = seller.page.url
    seller.press("a[href$='/ask/']")
    seller.fill("why", "老客户，年底要货")
    seller.page.locator("main form .btn.main").last.click()
    manager = desk("manager", PHONE)
    card = manager.page.locator(".ask.sheet", has_text="老客户，年底要货")
    manager.press(manager.there(card.get_by_role("button", name="同意")))
    manager.done("已同意")
    seller = desk("salesperson", PHONE)
    row = seller.page.locator("section", has_text="在路上的报价").locator(
        f"tr:has(a[href='{path(quoted)}'])"
    )
    expect(row).to_contain_text("可以下单")
    seller.press(row.locator("a"))
    press(seller.page, "下单")
    expect(seller.page.locator(".head p")).to_contain_text("已下单")


# -- manager; discounts are agreed to above, and by keys alone in test_desks.py


def test_manager_agrees_to_an_upgrade_and_it_is_a_key_account(desk):
    manager = desk("manager", PHONE)
    card = manager.found("form[action$='/nominations/decide/'] .ask:has-text('普通 → 大客户')")
    link = card.locator("b a").get_attribute("href")
    manager.press(card.locator("[name=pick]"))
    manager.press(manager.there("form[action$='/nominations/decide/'] button[value='1']"))
    manager.done("已同意")
    expect(manager.page.locator("h1")).to_have_text("今日")
    director = desk("director")
    director.page.goto(link)
    expect(director.page.locator(".head")).to_contain_text("大客户")


def test_manager_holds_targets_against_what_was_sold_down_to_the_customer(desk):
    manager = desk("manager", PHONE)
    row = manager.found(".tm:has(a[href*='/board/people/']), .tm:has(a[href*='/board/'])")
    name, share = row.locator("a").first.inner_text(), row.locator(".n").first.inner_text()
    manager.press(row.locator("a"))
    expect(manager.page.locator("h1")).to_have_text(name)
    manager.shows(share)
    manager.press("td.lead a")
    manager.page.wait_for_url(re.compile(r"/customers/\d+/$"))
    manager.there("h1")


def test_manager_sets_a_target_and_the_salesperson_sees_it(desk):
    manager, seller = desk("manager"), desk("salesperson")
    now = fen(re.findall(r"任务 ([\d,.]+)", seller.found(".sig2").inner_text())[0])
    manager.press("a[href='/sales/targets/']")
    manager.press("a[href='/sales/targets/draft/']")
    manager.there("[name=amount]").fill("5,191万")
    press(manager.page, "保存", "草稿已建")
    cell = manager.page.get_by_label(re.compile(rf"赵敏 {Month.of(timezone.localdate())}"))
    wanted = now + 1_000_000
    cell.fill(f"{wanted // 100}")
    press(manager.page, "保存草稿", "草稿已保存")
    manager.page.get_by_label("说明").fill("赵敏的客户加单")
    press(manager.page, "发布这一版", "已发布")
    expect(desk("salesperson").found(".sig2")).to_contain_text(f"任务 {wanted // 100:,}.00")


def test_manager_reassigns_a_customer_and_the_new_owner_has_it(desk):
    manager = desk("manager")
    manager.press("a[href='/customers/hand-over/']")
    manager.press("a[href^='?from=']:not(:has-text('赵敏'))")
    row = manager.page.locator("table tbody tr").first
    name = row.locator("td.lead a").inner_text()
    manager.there(row.locator("[name=pick]")).check()
    field_of = manager.page.locator("main select").first
    field_of.select_option(
        label=next(o for o in field_of.locator("option").all_inner_texts() if "赵敏" in o)
    )
    manager.fill("reason", "片区调整")
    press(manager.page, "移交勾选的", "移交了 1 位客户")
    seller = desk("salesperson", PHONE)
    seller.page.goto(f"/customers/?q={name}")
    expect(seller.page.locator("td.lead a").first).to_have_text(name)


def test_manager_gives_an_enquiry_that_waits_too_long_and_it_is_answered(desk):
    manager = desk("manager")
    late = manager.found("li:has(a[href^='/customers/enquiries/'])")
    expect(late).to_contain_text("超过 20 小时")
    waiting = int(re.findall(r"\d+", late.inner_text())[0])
    manager.press(late.locator("a"))
    said = manager.found("td.lead a").inner_text()
    manager.press("td.lead a")
    manager.press("a[href$='/give/']")
    chosen = manager.there("select")
    chosen.select_option(
        label=next(o for o in chosen.locator("option").all_inner_texts() if "赵敏" in o)
    )
    press(manager.page, "保存", "已派")
    seller = desk("salesperson", PHONE)
    seller.press(seller.page.locator("main .plainlist a", has_text=said))
    seller.there("[name=answer]").fill("可以，专票随货寄")
    press(seller.page, "答复", "已答复")
    manager = desk("manager")
    left = manager.page.locator("main li:has(a[href^='/customers/enquiries/'])")
    expect(left).to_have_text(re.compile(rf"还没答复的询问\s*{waiting - 1}\b"))


# -- agent, on a phone; statement and invoice are in test_pay_closing.py


def test_agent_registers_a_prospect_and_the_manager_makes_it_a_customer(desk):
    agent = desk("agent", PHONE)
    agent.there("[name=name]").fill("太湖测绘设计有限公司")
    agent.fill("contact", "顾安")
    agent.fill("phone", "13900001234")
    expect(agent.page.locator("#verdict")).to_contain_text("可以报备")
    press(agent.page, "报备", "报备成功")
    agent = desk("agent", PHONE)
    expect(agent.found(".ck:has-text('太湖测绘设计有限公司')")).to_contain_text("90")
    manager = desk("manager")
    manager.press(manager.page.locator("main .plainlist a", has_text="太湖测绘设计有限公司"))
    manager.press("a[href$='/decide/']")
    chosen = manager.there("select[name=owner]")
    chosen.select_option(index=1)
    press(manager.page, "保存")
    agent = desk("agent", PHONE)
    agent.shows("已成为客户")


def test_agent_sees_where_his_deals_stand(desk):
    agent = desk("agent", PHONE)
    row = agent.found("table.t.rows tbody tr")
    stands, owed = row.locator("td").nth(2).inner_text(), row.locator("td").nth(3).inner_text()
    agent.press(row.locator("td.lead a"))
    expect(agent.there(".head p")).to_contain_text(stands)
    expect(agent.found(".fig:has-text('未收') .v")).to_have_text(owed)


def test_agent_sees_what_he_earned_and_why(desk):
    agent = desk("agent", PHONE)
    shown = fen(agent.found(".fig.one .v").inner_text())
    agent.press("a[href='/pay/statements/running/']")
    assert fen(agent.found(".fig.one .v").inner_text()) == shown
    order_opened(agent)
    expect(agent.there("details.od[open] .opened ol")).to_contain_text("1%")


# -- clerk


def test_clerk_hands_over_and_prints_the_slip(desk):
    clerk = desk("clerk")
    number = clerk.found("td.lead a").inner_text()
    clerk.press("td.lead a")
    clerk.there("[name=person]").fill("王敏")
    clerk.page.locator("main input[type=number]").first.fill("1")
    press(clerk.page, "提货并打小票")
    clerk.shows("王敏")
    expect(clerk.found("[data-print]")).to_be_visible()
    clerk = desk("clerk", PHONE)
    again = clerk.page.locator(f"main .plainlist li:has-text('{number}')", has_text="王敏")
    clerk.press(again.get_by_role("link"))
    expect(clerk.there(".slip")).to_contain_text("王敏")
    seller = desk("manager")
    seller.page.goto(f"/sales/orders/?q={number}")
    seller.press("td.lead a")
    seller.shows("王敏")


def test_clerk_finds_an_order_by_keys_alone(desk):
    clerk = desk("clerk")
    assert clerk.page.evaluate("document.activeElement.name") == "q", "one types at once"
    clerk.page.keyboard.type("huifeng")
    clerk.key("Enter")
    expect(clerk.there("td.lead a")).to_contain_text("HT-")
    clerk.key("j")
    clerk.key("Enter")
    expect(clerk.there("[name=person]")).to_be_visible()


def test_clerk_takes_an_enquiry_and_answers_it(desk):
    clerk = desk("clerk", PHONE)
    clerk.press("a[href='/customers/enquiries/take/']")
    clerk.there("[name=asker]").fill("路过的许老师")
    clerk.fill("text", "校庆纪念章能不能刻名字")
    press(clerk.page, "保存", "询问已记")
    clerk = desk("clerk", PHONE)
    clerk.press(clerk.page.locator("main .plainlist a", has_text="刻名字"))
    clerk.there("[name=answer]").fill("可以，三十枚起")
    press(clerk.page, "答复", "已答复")
    director = desk("director")
    director.page.goto("/customers/enquiries/?q=许老师")
    expect(director.page.locator("tbody tr")).to_contain_text("已答复")


def test_clerk_opens_a_customer_of_the_shop(desk):
    clerk = desk("clerk", PHONE)
    own = int(clerk.found(".plainlist li:has(a[href='/customers/']) .n").inner_text())
    clerk.press("a[href='/customers/open/']")
    clerk.there("[name=name]").fill("弄堂口老年大学")
    press(clerk.page, "建档")
    expect(clerk.page.locator("h1")).to_contain_text("弄堂口老年大学")
    clerk = desk("clerk")
    assert int(clerk.found(".plainlist li:has(a[href='/customers/']) .n").inner_text()) == own + 1
