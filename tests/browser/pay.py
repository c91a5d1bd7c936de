"""What the tests of pay press again and again: buttons by their words, a month opened to queries."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from assay.period import Month
from tests.browser.tasks import Desk

SLOW = 60_000  # ms: a month worked out, a job done, where the machine is busy


def month_before(months: int) -> Month:
    """A month of the sample; each test has one of its own, so that none meets what another left."""
    return Month.of(timezone.localdate()).next(-months)


def press(page: Any, words: str, said: str = "", anyway: bool = False) -> None:
    """Press the button with these words; `said`: what is told afterwards; anyway: though it looks closed."""
    button = page.locator("main").get_by_role("button", name=words, exact=True).first
    button.click(force=anyway)
    page.wait_for_load_state("domcontentloaded")
    if said:
        expect(page.locator(".said").first).to_contain_text(said, timeout=SLOW)


def opened(page: Any, month: Month) -> None:
    """As finance, from the desk: work a month out and open it to queries."""
    desk = Desk(page)
    desk.press("a.more[href='/pay/months/']")
    desk.there("#m").fill(str(month))
    press(page, "计算", f"{month} 已算好")
    on_desk(page, month)
    press(page, "开放查询", "已开放查询")


def on_desk(page: Any, month: Month) -> None:
    """Go from the desk to the page of a month that is not paid yet."""
    desk = Desk(page)
    desk.press(f"a[href='/pay/months/{month}/']")
    expect(desk.there("h1")).to_have_text(str(month))


def own_statement(page: Any, month: Month) -> None:
    """As a payee: open one's statement of a month, as one finds it in the list."""
    page.goto(f"/pay/statements/?month={month}")
    page.locator("td.lead a").first.click()
    expect(page.locator(".head")).to_contain_text(str(month))


def fen(text: str) -> int:
    """Yuan as they are shown, in 分."""
    plain = text.translate({ord(","): "", ord("+"): "", ord("¥"): "", ord("−"): "-"})
    return round(float(plain) * 100)
