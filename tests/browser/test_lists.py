"""Lists by keys alone: found, saved, columns, order, terms, rows ticked; and the workbook is what is shown."""

from __future__ import annotations

import datetime as dt
import io
import re

import openpyxl
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")
ROWS = """() => [...document.querySelectorAll('[data-list] tbody tr')].map(row =>
  [...row.querySelectorAll('td:not(.tick)')].map(cell => {
    const said = cell.cloneNode(true);
    said.querySelectorAll('small').forEach(one => one.remove());
    return said.textContent.trim();
  }))"""
# Of each cell its first and its second line.
LINES = """() => [...document.querySelectorAll('[data-list] tbody tr')].map(row =>
  [...row.querySelectorAll('td:not(.tick)')].map(cell => {
    const said = cell.cloneNode(true), below = said.querySelector('small');
    below?.remove();
    return [said, below].map(one => one ? one.textContent.trim() : '');
  }))"""
HEADS = "() => [...document.querySelectorAll('[data-list] th[scope]')].map(one => one.firstChild.textContent.trim())"


def press(page, where, key="Enter"):
    """A key on something, reached as Tab reaches it."""
    page.locator(where).first.focus()
    page.keyboard.press(key)


def sheet(download):
    """Rows of a workbook as a page shows them: 1,234.50, 2026-11-23."""
    found = openpyxl.load_workbook(io.BytesIO(download.path().read_bytes())).active
    return [[shown(cell.value) for cell in row] for row in found.iter_rows()]


def shown(value):
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return "" if value is None else str(value)


def alike(rows):
    """Cells with an amount without its commas, a dash as nothing."""
    return [
        [re.sub(r"^—$", "", re.sub(r"(?<=\d),(?=\d{3})|\.00$", "", one)) for one in row]
        for row in rows
    ]


def spread(lines, heads):
    """Rows with second lines as columns of their own, less what has no head; the heads, "" for those."""
    two = {at for row in lines for at, (_first, below) in enumerate(row) if below}
    titles = [
        title for at, one in enumerate(heads) for title in ([one, ""] if at in two else [one])
    ]
    rows = [
        [said for at, cell in enumerate(row[: len(heads)]) for said in cell[: 1 + (at in two)]]
        for row in lines
    ]
    return titles, rows


def test_a_list_is_worked_by_keys_alone(window):
    page = window("salesperson")
    page.goto("/customers/")
    every = len(page.evaluate(ROWS))
    press(page, ".narrow-by select[name=tier]", "ArrowDown")
    page.wait_for_url(re.compile("tier="))
    assert 0 < len(page.evaluate(ROWS)) < every
    press(page, ".of-list summary")
    page.keyboard.press("Tab")
    page.keyboard.type("我的大客户")
    page.keyboard.press("Enter")
    expect(page.locator(".views a[aria-current]")).to_have_text("我的大客户")
    narrowed = page.evaluate(ROWS)
    page.goto("/customers/")
    press(page, ".views a")
    page.wait_for_url(re.compile("tier="))
    assert page.evaluate(ROWS) == narrowed

    page.goto("/customers/")
    press(page, ".of-list summary")
    press(page, "[name=col][value=chengshi]", "Space")
    press(page, "[name=col][value=hangye]", "Space")
    press(page, ".of-list .menu .btn.main")
    expect(page.locator("th", has_text="城市")).to_be_visible()
    assert "行业" not in page.evaluate(HEADS)

    press(page, "th a.sort >> nth=-1")
    page.wait_for_url(re.compile("sort="))
    assert page.locator("th[aria-sort]").count() == 1
    press(page, "th .term.mark")
    expect(page.locator(".told")).to_be_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "term mark"

    press(page, ".of-list summary")
    press(page, "[name=usual]")
    expect(page.locator("th", has_text="行业")).to_be_visible()
    press(page, ".views button")
    expect(page.locator(".views")).to_have_count(0)


def test_rows_are_ticked_by_keys_and_the_workbook_is_what_is_shown(window):
    page = window("salesperson")
    page.goto("/customers/")
    heads, rows = spread(page.evaluate(LINES), page.evaluate(HEADS))
    assert "" in heads, "the group stands below the name"
    assert page.locator(".pages a").count() == 0, (
        "all of the salesperson's customers are on one page"
    )
    with page.expect_download() as whole:
        press(page, ".act a[href*='export=']")
    told = sheet(whole.value)
    assert told[0] == [head or "集团" for head in heads]
    assert alike(told[1:]) == alike(rows)
    for key in "jxjjx":
        page.keyboard.press(key)
    expect(page.locator("tr.ticked")).to_have_count(2)
    with page.expect_download() as ticked:
        press(page, "[name=export]")
    assert alike(sheet(ticked.value)[1:]) == alike([rows[0], rows[2]])


def test_what_is_done_with_rows_begins_with_those_ticked(window):
    page = window("manager")
    page.goto("/customers/")
    names = [row[0] for row in page.evaluate(ROWS)[:2]]
    for key in "jxJX":  # as with Caps Lock
        page.keyboard.press(key)
    press(page, ".batch [formaction*='hand-over']")
    page.wait_for_url(re.compile("/hand-over/"))
    for name in names:
        expect(page.locator("main")).to_contain_text(name)


def test_on_a_phone_a_list_is_put_in_order_by_a_choice_and_its_words_open(window):
    page = window("salesperson")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/customers/")
    first = page.evaluate(ROWS)[0][0]
    page.select_option("select[name=sort]", index=1)
    page.wait_for_url(re.compile("sort=-"))
    assert page.evaluate(ROWS)[0][0] != first
    page.locator(".of-list summary").first.click()
    page.locator(".of-list .term.mark").first.click()
    expect(page.locator(".told")).to_be_visible()


def test_an_import_with_errors_is_mended_from_its_file_and_written(window, tmp_path):
    page = window("manager")
    page.goto("/customers/import/customers/")
    file = tmp_path / "a.csv"
    file.write_text("编号,客户名称,级别\nK9101,滇池试验银行,普通客户\nK9102,,普通客户\n", "utf-8")
    page.set_input_files("input[type=file]", str(file))
    page.click("main button.main")
    expect(page.locator("text=不能写入的行")).to_be_visible(timeout=60_000)
    with page.expect_download() as back:
        page.click("text=下载失败的行")
    mended = tmp_path / "b.xlsx"
    back.value.save_as(mended)
    book = openpyxl.load_workbook(mended)
    lines = book.active
    heads = [cell.value for cell in lines[1]]
    at = {name: heads.index(name) + 1 for name in ("编号", "客户名称", "级别")}
    assert lines.max_row == 2, "only the row that failed comes back"
    assert "客户名称" in str([cell.value for cell in lines[2]]), "with the reason"
    lines.cell(2, at["客户名称"]).value = "滇池试验小学"
    for name, said in (("编号", "K9101"), ("客户名称", "滇池试验银行"), ("级别", "普通客户")):
        lines.cell(3, at[name]).value = said
    book.save(mended)
    page.click("text=换一个文件")
    page.set_input_files("input[type=file]", str(mended))
    page.click("main button.main")
    write = page.locator("form[action$='/write/'] button")
    expect(write).to_have_text("写入 2 行", timeout=60_000)
    write.click()
    expect(page.locator("h2", has_text="写入了")).to_be_visible(timeout=60_000)
    page.goto("/customers/?q=滇池试验")
    assert sorted(row[0] for row in page.evaluate(ROWS)) == ["滇池试验小学", "滇池试验银行"]
