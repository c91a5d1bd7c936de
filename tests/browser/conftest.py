"""One browser and one site for all tests of pages; a signed-in window for each role."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import sync_playwright

from assay.site.logins import LOGINS, PASSWORD
from tests.browser.chromium import ARGUMENTS, CHINESE, MISSING, shell
from tests.browser.looking import WIDTHS
from tests.browser.server import running
from tests.browser.tasks import Desk


@pytest.fixture(scope="package")
def browser():
    """Chromium without a head."""
    program = shell()
    if program is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=program, chromium_sandbox=False, args=ARGUMENTS, env=CHINESE
        )
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def site(browser, tmp_path_factory, demo_folder):
    """The address of the demo's site."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(demo_folder / "demo" / "site", folder / "site")
    with running(folder) as address:
        yield address


@pytest.fixture
def fresh(browser, site):
    """Windows where nobody has signed in; closed after the test."""
    opened = []

    def window(**said):
        context = browser.new_context(
            base_url=site, locale="zh-CN", viewport={"width": 1440, "height": 900}, **said
        )
        opened.append(context)
        return context.new_page()

    yield window
    for context in opened:
        context.close()


@pytest.fixture(scope="package")
def states(browser, site):
    """What a browser remembers of each role once it has signed in."""
    kept = {}
    for role, name in LOGINS:
        context = browser.new_context(base_url=site, locale="zh-CN")
        page = context.new_page()
        page.goto("/sign-in/")
        page.fill("[name=username]", name)
        page.fill("[name=password]", PASSWORD)
        page.click("main button.main")
        page.wait_for_url(f"{site}/")
        kept[role] = context.storage_state()
        context.close()
    return kept


@pytest.fixture
def window(fresh, states):
    """A window of a role: window("manager")."""

    def of(role, **said):
        return fresh(storage_state=states[role], **said)

    return of


@pytest.fixture(scope="module")
def desk(browser, site, states):
    """The desk of a role, opened anew: desk("salesperson", width=390); one window a role and module."""
    held = {}

    def of(role, width=1440):
        if role not in held:
            held[role] = browser.new_context(
                base_url=site, locale="zh-CN", storage_state=states[role]
            ).new_page()
        held[role].set_viewport_size({"width": width, "height": WIDTHS[width]})
        return Desk(held[role])

    yield of
    for page in held.values():
        page.context.close()
