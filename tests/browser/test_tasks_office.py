"""What finance, HR, the plan's owner and the administrator do most, each from the desk to what came of it.

Months of pay from the cut-off to the acknowledgement, with the agent's claim: test_pay_closing.py; objections:
test_pay_disputes.py; a plan's decisions and its publication: test_pay_plans.py; a change tried on past months:
test_pay_what_if.py.
"""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.pay import SLOW, fen, press

pytestmark = pytest.mark.xdist_group("browser")
PHONE = 390
SECRET = "Lanqiao-7731-xiyu"


# -- finance


def test_finance_matches_a_receipt_where_one_order_fits(desk):
    finance = desk("finance", PHONE)
    row = finance.found("tr:has(form.inrow)")
    receipt = row.locator("td.lead a").get_attribute("href")
    number = row.locator("[name=order]").get_attribute("value")
    finance.press(finance.there(row.get_by_role("button")))
    expect(finance.page.locator(".said").first).to_contain_text("核销")
    finance.page.goto(receipt)
    expect(finance.found(".fig:has-text('未核销') .v")).to_have_text("0.00")
    finance.shows(number)


def test_finance_notes_a_receipt_and_matches_it(desk):
    finance = desk("finance")
    late = finance.found("section:has-text('逾期未收') tr:has(td.lead a)")
    order, number = late.locator("td.lead a"), late.locator("td.lead small").inner_text()
    link, owed = order.get_attribute("href"), late.locator("td.n").first.inner_text()
    payer = order.inner_text()
    finance.press("a[href='/sales/receipts/new/']")
    finance.there("[name=amount]").fill(owed)
    finance.fill("day", f"{timezone.localdate()}")
    finance.fill("payer", f"{payer}出纳")
    press(finance.page, "保存")
    finance = desk("finance")
    finance.press(f"td.lead a:has-text('{payer}出纳')")
    finance.there("[name=order]").fill(number)
    finance.fill("amount", owed)
    press(finance.page, "按订单号核销", "核销")
    finance.page.goto(link)
    expect(finance.found(".fig:has-text('未收') .v")).to_have_text("0.00")


def test_finance_urges_what_is_overdue_and_its_seller_is_told(desk):
    finance = desk("finance")
    finance.press("a[href='/sales/overdue/']")
    row = finance.found("tbody tr:has-text('赵敏')")
    number = row.locator("td.lead a").inner_text()
    finance.press(row.locator("[name=pick]"))
    finance.press(finance.there(".batch [formaction*='urge']"))
    finance.done("催")
    seller = desk("salesperson")
    seller.page.goto(f"/sales/overdue/?q={number}")
    expect(seller.found("tbody tr")).to_contain_text(f"{timezone.localdate()}")


# -- HR


def test_hr_takes_somebody_on_and_sets_the_base_pay(desk):
    hr = desk("hr")
    hr.press("a[href='/people/employees/hire/']")
    hr.there("[name=number]").fill("S77")
    hr.fill("name", "柳青禾")
    hr.fill("start", f"{timezone.localdate()}")
    hr.page.select_option("main [name=department]", label="大客户部")
    press(hr.page, "保存")
    hr = desk("hr", PHONE)
    row = hr.page.locator("main .plainlist li", has_text="柳青禾").first
    expect(row).to_contain_text("没有基本工资")
    hr.press(row.locator("a"))
    hr.there("[name=base_wage]").fill("1,800")
    press(hr.page, "保存")
    hr = desk("hr")
    expect(hr.page.locator("main .plainlist li", has_text="柳青禾").first).to_contain_text("入职")
    director = desk("director")
    director.page.goto("/people/employees/?q=柳青禾")
    director.press("td.lead a")
    director.shows("1,800.00")


def test_hr_brings_attendance_in(desk):
    hr = desk("hr")
    minutes = "tr:has-text('周㐱') td.first-figure"
    before = re.findall(r"\d+", " ".join(hr.page.locator(minutes).all_inner_texts()) or "0")[0]
    hr.press("a[href='/people/import/attendance/']")
    day = timezone.localdate()
    rows = f"工号,日期,考勤,分钟\nS08,{day},迟到,41\n"
    file = {"name": "kq.csv", "mimeType": "text/csv", "buffer": rows.encode("utf-8-sig")}
    hr.there("input[type=file]").set_input_files(file)
    press(hr.page, "检查")
    hr.page.locator("form[action$='/write/'] button").click(timeout=SLOW)
    expect(hr.page.locator("h2", has_text="写入了")).to_be_visible(timeout=SLOW)
    hr = desk("hr", PHONE)
    hr.shows(f"导入到 {day}")
    expect(hr.found(minutes)).to_contain_text(f"{int(before) + 41} 分钟")


def test_hr_plans_a_training_and_notes_who_came(desk):
    hr = desk("hr")
    hr.press("a[href='/people/trainings/plan/']")
    hr.there("[name=title]").fill("贵金属首饰标识")
    hr.fill("day", f"{timezone.localdate()}")
    hr.fill("hours", "2")
    hr.page.get_by_label("赵敏 S04").check()
    press(hr.page, "保存")
    hr = desk("hr")
    hr.press(hr.page.locator("main .plainlist a", has_text="贵金属首饰标识"))
    hr.press("a[href$='/results/']")
    hr.there("table select").select_option(label="是")
    press(hr.page, "保存")
    seller = desk("salesperson")
    seller.page.goto("/people/trainings/")
    seller.press(seller.page.locator("td.lead a", has_text="贵金属首饰标识"))
    expect(seller.found("tr:has-text('赵敏')")).to_contain_text("是")


# -- the plan's owner: the director


def test_director_agrees_to_a_price_below_every_band(desk):
    director = desk("director", PHONE)
    card = director.found(".ask.sheet")
    order = card.locator("a[href*='/sales/orders/']").first.get_attribute("href")
    card.locator("[name=comment]").fill("清库存，就这一次")
    director.press(director.there(card.get_by_role("button", name="同意")))
    director.done("已同意")
    director.page.goto(order)
    director.shows("清库存，就这一次")


def test_director_reads_the_plan_beside_its_source(desk):
    director = desk("director")
    director.press("section:has(h2:text-is('方案')) .plainlist a[href^='/pay/plans/'] >> nth=-1")
    director.press(".clauses-index a[href='#clause-六.1.1']")
    clause = director.there("[id='clause-六.1.1']")
    expect(clause.locator(".src")).to_be_visible()
    expect(clause.locator(".matter")).to_contain_text("8%")


def test_director_answers_why_somebody_got_what_he_got(desk):
    director = desk("director")
    director.press("a[href^='/pay/months/2']")
    director.press("td.lead a:has-text('赵敏')")
    total = director.found(".fig.one .v").inner_text()
    assert fen(total) > 0
    director.press("details.od summary.or")
    expect(director.there("details.od[open] .opened li")).to_contain_text("元")


def test_general_manager_goes_from_the_company_to_a_customer(desk):
    general = desk("general", PHONE)
    general.press(".tm a[href*='/board/']")
    general.press(".tm a[href*='/board/']")
    general.press("td.lead a")
    general.page.wait_for_url(re.compile(r"/customers/\d+/$"))
    general.there("h1")


# -- the administrator


def test_admin_opens_a_login_and_it_lets_in(desk, fresh):
    admin = desk("admin")
    admin.press("a[href='/people/logins/open/']")
    admin.there("[name=username]").fill("admin2")
    admin.fill("password", SECRET)
    admin.page.get_by_label("管理员").check()
    press(admin.page, "保存", "登录已开")
    assert "/me/password/" in signed_in(fresh, "admin2", SECRET), (
        "the first password is changed at once"
    )


def test_admin_sets_a_password_anew_and_shuts_a_login(desk, fresh):
    admin = desk("admin", PHONE)
    admin.press("a[href='/people/logins/']")
    admin.press("td.lead a:text-is('c03')")
    login = admin.page.url
    admin.press("a[href$='/password/']")
    admin.there("[name=password]").fill(SECRET)
    press(admin.page, "保存", "密码已重设")
    assert "/me/password/" in signed_in(fresh, "c03", SECRET)
    press(admin.page, "停用")
    expect(admin.page.get_by_role("button", name="重新启用")).to_be_visible()
    assert admin.page.url == login
    assert "/sign-in/" in signed_in(fresh, "c03", SECRET)


def test_admin_sees_who_looked(desk):
    hr = desk("hr")
    hr.page.goto("/people/employees/?q=赵敏")
    hr.press("td.lead a")
    shown = hr.found("form.masked")
    shown.locator("select").select_option(label="核对身份")
    shown.get_by_role("button").click()
    expect(hr.page.locator("main")).to_contain_text("已记录")
    admin = desk("admin", PHONE)
    admin.press("a[href='/access-log/']")
    expect(admin.there("tbody tr")).to_contain_text("核对身份")


def test_admin_changes_the_company_and_its_papers_say_so(desk):
    admin = desk("admin")
    admin.press("a[href='/people/company/']")
    admin.there("[name=phone]").fill("021-5555 0198")
    press(admin.page, "保存", "已保存")
    seller = desk("salesperson")
    seller.page.goto("/sales/orders/")
    seller.press("td.lead a")
    seller.press("a[href$='/paper/']")
    seller.shows("021-5555 0198")


def signed_in(fresh, name, password):
    """Where somebody comes to who signs in."""
    page = fresh()
    page.goto("/sign-in/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    page.click("main button.main")
    page.wait_for_load_state()
    return page.url
