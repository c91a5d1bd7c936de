"""A plan in the browser: a value by its form, the text with its faults, questions, findings, publication, paper."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assay.period import Month
from tests.browser import looking
from tests.browser.pay import SLOW, press
from tests.browser.tasks import Desk
from tests.incentives.drafts import TEXT
from tests.incentives.reading import read_pdf

pytestmark = pytest.mark.xdist_group("browser")
NEXT = Month.of(timezone.localdate()).next()


@pytest.fixture(scope="module")
def draft(browser, site, states):
    """The address of a small plan, uploaded by the director."""
    context = browser.new_context(base_url=site, locale="zh-CN", storage_state=states["director"])
    page = context.new_page()
    page.goto("/pay/plans/new/")
    file = {"name": "mini.yaml", "mimeType": "application/yaml", "buffer": TEXT.encode()}
    page.set_input_files("input[type=file]", file)
    press(page, "上传", "已成为草稿")
    yield page.url
    context.close()


def test_a_value_is_changed_by_its_form_and_the_comment_stays(window, draft):
    page = window("director")
    page.goto(f"{draft}edit/")
    field = page.get_by_label("补助").first
    assert field.input_value() == "100元"
    field.fill("150元")
    page.locator("#policies").get_by_role("button", name="保存").click()
    expect(page.locator(".said").first).to_contain_text("已保存")
    text = page.locator("#plan-text").input_value()
    assert 'is: 150元, cite: "二", title: {zh: 补助}}   # 补助的注释' in text
    assert text.replace("150元, cite", "100元, cite").rstrip() == TEXT.rstrip(), (
        "nothing else moved"
    )
    page.get_by_label("补助").first.fill("100元")
    page.locator("#policies").get_by_role("button", name="保存").click()
    expect(page.get_by_label("补助").first).to_have_value("100元")


def test_faults_are_told_by_their_line_as_one_types(window, draft):
    page = window("director")
    page.goto(f"{draft}edit/")
    box = page.locator("#plan-text")
    expect(page.locator("#faults")).to_contain_text("没有错误")
    text = box.input_value()
    box.fill(text.replace("order.amount * tier", "order.amout * tier"))
    box.press("End")
    line = 1 + text[: text.index("order.amount * tier")].count("\n")
    fault = page.locator("#faults li").first
    expect(fault).to_contain_text(f"第 {line} 行")
    expect(page.locator(".gutter .bad")).to_have_text(str(line))
    fault.locator("a").click()
    chosen = box.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)")
    assert "amout" in chosen, "the fault leads to its line"
    faults: list[str] = []
    looking.every_way(page, faults.append)
    assert not faults
    box.fill(text)
    expect(page.locator("#faults")).to_contain_text("没有错误")


def test_it_is_published_only_once_all_conditions_hold_and_all_have_acknowledged(window, draft):
    page, seller = window("director"), window("salesperson")
    desk = Desk(page)
    desk.press(f".plainlist a[href='{path(draft)}']")
    press(page, "发布", "还不能发布", anyway=True)
    for said in ("还没有算过各读法", "还没有检验", "没有协商日期"):
        expect(page.locator(".said").first).to_contain_text(said)
    press(page, "算各读法的影响", "已开始算")
    expect(page.get_by_role("button", name="重新算影响")).to_be_visible(timeout=SLOW)
    desk = Desk(page)
    desk.press(f"a.btn[href='{path(draft)}#questions']")
    desk.there("#q-top")
    decided(page, "top")
    if not decided_note(page, "tiny").count():
        decided(page, "tiny")
    press(page, "检验", "已开始算")
    expect(page.get_by_role("button", name="重新检验")).to_be_visible(timeout=SLOW)
    signed_off(page)
    press(page, "发布", "还不能发布", anyway=True)
    page.get_by_role("link", name="写协商记录").click()
    page.fill("[name=text]", "全员会议讨论，公示七天；提出的两条意见已逐条答复。")
    press(page, "保存", "已记下")
    press(page, "发布", "还没有交付签认", anyway=True)
    press(page, "交付签认", "已交付签认")
    signed = page.locator(".digest code").inner_text()
    printed = read_pdf(page.request.get(f"{draft}paper/").body())
    assert signed in printed, "the paper people sign bears the digest they acknowledge"
    assert "满一万按比例提" in printed
    seller.goto("/pay/plans/")
    seller.locator(".said", has_text="小方案").get_by_role("link", name="读方案").click()
    press(seller, "我已阅读并签认", "已签认")
    expect(seller.locator(".acked")).to_contain_text(signed[:12])
    page.reload()
    page.locator("summary", has_text="登记纸质签认").click()
    for box in page.locator("[name=code]").all():
        box.check()
    page.fill("[name=note]", "人事档案柜 3")
    press(page, "记下", "已记下")
    press(page, "发布", "已发布")
    expect(page.locator(".head p").first).to_contain_text("已发布")
    assert page.get_by_role("link", name="修改方案").count() == 0, "it never changes again"
    assert page.request.get(f"{draft}edit/").status == 404
    assert page.locator(".digest code").inner_text() == signed
    compared(page, draft)


def path(url):
    """The address without its site."""
    return "/" + url.split("/", 3)[3]


def decided_note(page, name):
    return page.locator(f"#q-{name} .note", has_text="已定")


def decided(page, name):
    """Decide a question as it reads now, by one's own name and today."""
    asked = page.locator(f"#q-{name}")
    if not asked.locator("details").evaluate("one => one.open"):
        asked.locator("summary").click()
    asked.get_by_role("button", name="定", exact=True).click()
    expect(page.locator(".said").first).to_contain_text("已定，写入方案")
    expect(decided_note(page, name)).to_contain_text("顾明远")


def signed_off(page):
    """Sign every open finding off with a reason, one after the other."""
    for _each in range(12):
        left = page.locator(".finding summary", has_text="签认照用")
        if not left.count():
            return
        one = page.locator(".finding", has=page.locator("summary", has_text="签认照用")).first
        one.locator("summary", has_text="签认照用").click()
        one.locator("[name=why]").fill("满一万按整单提，本意如此")
        one.get_by_role("button", name="签认", exact=True).click()
        expect(page.locator(".said").first).to_contain_text("已签认")
    raise AssertionError("findings without an end")


def compared(page, draft):
    """What the published one changes against the department's plan; its file is the text, to the letter."""
    page.goto(draft)
    page.get_by_role("link", name="改了什么").click()
    expect(page.locator("h1")).to_have_text("改了什么")
    expect(page.locator("main")).to_contain_text(re.compile(rf"→ {NEXT} 起的一版"))
    expect(page.locator("#clause-一")).to_contain_text("满一万按比例提")
    expect(page.locator("#lines del").first).to_be_visible()
    faults: list[str] = [*looking.english_in_chinese(page)]
    looking.every_way(page, faults.append)
    assert not faults
    body = page.request.get(f"{draft}file/").body().decode()
    assert "# 极小的单" in body
    assert "decided_by" in body
