"""Takes docs/screenshots: a walk through the rooms as each role, at both widths; ./assay screenshots."""

from __future__ import annotations

import argparse
import base64
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from assay.site.logins import LOGINS, PASSWORD
from tests.browser.chromium import ARGUMENTS, CHINESE, MISSING, chromium
from tests.browser.looking import WIDTHS
from tests.browser.server import ROOT, running

OUT = ROOT / "docs" / "screenshots"
MOST = 4_600_000  # bytes of all pictures together
TALLEST = 1800  # px; longer pages are cut there
QUALITY = 75


@dataclass(frozen=True)
class Shot:
    """A picture: its name, who looks (empty: nobody signed in), where, and what to do there first.

    follow: the first link that this selects; filled: boxes there and what is typed into them; waits: for
    what that brings; dark: taken in the dark theme too; whole: the wide one
    goes down to its end.
    """

    name: str
    role: str
    path: str
    follow: str = ""
    dark: bool = False
    whole: bool = False
    filled: Sequence[tuple[str, str]] = ()
    waits: str = ""


SHOTS = (
    Shot("sign-in", "", "/sign-in/"),
    Shot("salesperson-today", "salesperson", "/", dark=True),
    Shot("salesperson-month", "salesperson", "/pay/statements/running/"),
    Shot("statement", "salesperson", "/pay/statements/", "td.lead a"),
    Shot("month", "finance", "/pay/months/", "td.lead a"),
    Shot("dispute", "manager", "/pay/disputes/", "td.lead a"),
    Shot("claim", "finance", "/pay/claims/", "td.lead a"),
    Shot("accrual", "finance", "/pay/accrual/"),
    Shot("books", "finance", "/pay/books/"),
    Shot("plan", "director", "/pay/plans/", "td.lead a"),
    Shot("notices", "manager", "/notices/"),
    Shot("customers", "salesperson", "/customers/"),
    Shot("customer", "salesperson", "/customers/", "td.lead a", dark=True),
    Shot("customer-form", "salesperson", "/customers/open/"),
    Shot("orders", "salesperson", "/sales/orders/"),
    Shot(
        "quotation-new",
        "salesperson",
        "/sales/orders/new/",
        filled=(
            ("line0-good", "HJ-0102"),
            ("line0-quantity", "100"),
            ("all-overall", "8.5"),
            ("all-want", "2000"),
        ),
        waits="#least",
    ),
    Shot("quotation", "manager", "/sales/orders/?state=waiting", "td.lead a"),
    Shot("quotation-paper", "salesperson", "/sales/orders/", "td.lead a", dark=False),
    Shot("targets", "manager", "/sales/targets/"),
    Shot("manager-today", "manager", "/", dark=True),
    Shot("board", "manager", "/board/"),
    Shot("finance-today", "finance", "/"),
    Shot("receipts", "finance", "/sales/receipts/"),
    Shot("clerk-today", "clerk", "/"),
    Shot("slip", "clerk", "/sales/pickups/", "td.lead a"),
    Shot("hr-today", "hr", "/"),
    Shot("agent-today", "agent", "/"),
    Shot("director-today", "director", "/"),
    Shot("admin-today", "admin", "/"),
    Shot("import", "manager", "/customers/import/customers/"),
    Shot("clauses", "salesperson", "/help/clauses/"),
    Shot("glossary", "salesperson", "/help/terms/"),
    Shot("looks", "salesperson", "/looks/", dark=True, whole=True),
    Shot("not-found", "salesperson", "/no-such-page/"),
)


def main(words: Sequence[str]) -> int:
    """Take all, or those named; 1 where they grow too large together."""
    options = argparse.ArgumentParser(prog="./assay screenshots", description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", help="only these")
    options.add_argument("--out", type=Path, default=OUT, help="where they go")
    said = options.parse_args(words)
    program = chromium()
    if program is None:
        print(MISSING, file=sys.stderr)
        return 2
    said.out.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="assay-screenshots-"))
    try:
        with running(folder) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=program, chromium_sandbox=False, args=ARGUMENTS, env=CHINESE
            )
            _walk(
                browser,
                address,
                [s for s in SHOTS if not said.names or s.name in said.names],
                said.out,
            )
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    size = sum(path.stat().st_size for path in said.out.glob("*.webp"))
    print(f"{said.out}: {len(list(said.out.glob('*.webp')))} pictures, {size / 1e6:.2f} MB")
    return int(size > MOST)


def _walk(browser: Browser, address: str, shots: Sequence[Shot], out: Path) -> None:
    logins = dict(LOGINS)
    for role in dict.fromkeys(shot.role for shot in shots):
        context = browser.new_context(base_url=address, locale="zh-CN")
        page = context.new_page()
        if role:
            page.goto("/sign-in/")
            page.fill("[name=username]", logins[role])
            page.fill("[name=password]", PASSWORD)
            page.click("main button.main")
        for shot in shots:
            if shot.role == role:
                _take(page, shot, out)
        context.close()


def _take(page: Any, shot: Shot, out: Path) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(shot.path)
    if shot.follow:
        page.goto(page.locator(shot.follow).first.get_attribute("href"))
    for name, said in shot.filled:
        page.fill(f"[name={name}]", said)
    if shot.waits:
        page.locator(shot.waits).wait_for()
    if shot.name.endswith("-paper"):
        page.goto(f"{page.url}paper/")
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark") if shot.dark and width > 1000 else ("light",):
            page.emulate_media(color_scheme=theme)
            if shot.waits:  # what is waited for is what is pictured, wherever on the page it stands
                page.locator(shot.waits).evaluate("one => one.closest('.sec').scrollIntoView()")
            dark = "-dark" if theme == "dark" else ""
            (out / f"{shot.name}-{width}{dark}.webp").write_bytes(
                _picture(page, width, shot.whole and width > 1000)
            )
    print(shot.name, flush=True)


def _picture(page: Any, width: int, whole: bool) -> bytes:
    """The page as WebP, down to the tallest or to its end."""
    tall = page.evaluate("document.documentElement.scrollHeight")
    tall = tall if whole else min(tall, TALLEST)
    page.set_viewport_size({"width": width, "height": max(tall, WIDTHS[width])})
    answer = page.context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": QUALITY}
    )
    return base64.b64decode(answer["data"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
