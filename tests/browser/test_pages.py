"""Every page of every role, as a person sees it: whole, in one language, usable, within the policy."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from playwright.sync_api import Error

from assay.site.logins import LOGINS
from tests.browser import looking
from tests.site.rights import RIGHTS

pytestmark = pytest.mark.xdist_group("browser")
ROLES = [role for role, _name in LOGINS]
# Reached by signing in, not by a link; looked at in test_other_pages.py.
NOT_LINKED = {"sign_in", "sign_in_code", "healthz", "search"}
# Offered only by rows in a state that the first row of their kind need not have; results of imports.
BY_STATE = re.compile(
    r"_job$|^sales:(ask|complete|match)$|^incentives:(appeal|attachment|import_paid|transfer|day|adjustment|register_plan|ask_claim|receive_claim|settle_owing|slips)$"
)
# Pages that show each role something else, or let it do something else: looked at with every role.
OF_ROLE = {
    "customers:customer", "sales:order", "sales:request", "incentives:plan", "incentives:month",
    "incentives:statement",
}  # fmt: skip
# Addresses that are no pages to go to: pieces of pages, files, and what only takes a form.
PIECES = re.compile(
    r"template|_failed|_progress|_write|document$|reveal|twins|verdict|sales:price|sales:suggest_|call_log|term$|clause$|facts$|_mark$|keep$|slip$|claim_file$|slips_file$|patterns$"
)


@cache
def name_of(path):
    """The name of a page's address; nothing where the link leads to a file or elsewhere."""
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    name = f"{found.namespace}:{found.url_name}" if found.namespace else str(found.url_name)
    return "" if PIECES.search(name) else name


def links(page):
    found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
    return inside(found)


def inside(hrefs):
    """Those that lead to a page of the site."""
    return [
        href.partition("#")[0] for href in hrefs if href.startswith("/") and "export=" not in href
    ]


def read(page, at, say):
    """The links of a page that was looked at with another role: fetched, not drawn; against the policy all the same."""
    answer = page.request.get(at)
    if answer.status != 200:
        say(f"a link leads to {answer.status}")
        return []
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return []
    text = answer.text()
    for wrong in re.findall(
        r"<[^>]+ style=[^>]*>|<script(?![^>]+src=)[^>]*>|<[^>]+ on[a-z]+=", text
    ):
        say(f"against the policy: {wrong[:90]}")
    return inside(unescape(href) for href in re.findall(r'<a\b[^>]*? href="([^"]+)"', text))


MOST_REQUESTS = (
    8  # the page, two sheets, htmx, the house's two scripts, one of the page's own, the mark
)
# A script of a page's own, and what it is there for.
OF_PAGES = {"lists.js": "[data-list]", "plan.js": "#plan-text"}
_LOADED = "() => performance.getEntriesByType('resource').map(one => one.name)"
_IDLE = """() => [...document.styleSheets].filter(sheet => {
  const rules = [...sheet.cssRules].flatMap(one => one.cssRules?.length ? [...one.cssRules] : [one]);
  return !rules.some(one => one.selectorText && document.querySelector(one.selectorText));
}).map(sheet => sheet.href)"""


def more_than_is_shown(page):
    """Files a page loads without need: scripts of what is not there, idle sheets, too many at all."""
    loaded = [urlsplit(one) for one in page.evaluate(_LOADED)]
    files = [one.path for one in loaded if one.path.startswith("/static/")]
    found = [f"sheet for nothing: {one}" for one in page.evaluate(_IDLE)]
    found += [
        f"{name} for nothing" for name, what in OF_PAGES.items()
        if any(one.endswith(f"/{name}") for one in files) and not page.locator(what).count()
    ]  # fmt: skip
    if len(files) + 1 > MOST_REQUESTS:
        found.append(f"{len(files) + 1} requests: {files}")
    return found


@pytest.fixture(scope="session")
def written(demo_folder):
    """Whatever somebody wrote in the demo."""
    return looking.written_in(demo_folder / "demo" / "site" / "assay.sqlite3")


@pytest.mark.parametrize(
    ("said", "page_s"),
    [
        ("周敏 客户", True), ("周敏：客户", True), ("Customer 周敏", False), ("周敏", False), ("客户", True),
        ("周敏说客户今年不买", False), ("分 to the 分", False),
        ("Quotation，Approved", True), ("20, 30", False), ("20、30", True),
    ],
)  # fmt: skip
def test_a_name_beside_a_word_does_not_hide_it(said, page_s):
    assert looking.untranslated(said, ("周敏说客户今年不买", "周敏")) is page_s


def in_english(page, at, say, written):
    """The same page in English, where words are longer."""
    speak(page, "en")
    page.goto(at)
    if words := looking.chinese_in_english(page, written):
        say(f"Chinese in an English page: {words}")
    for width, height in looking.WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        if wide := looking.overflow(page):
            say(f"in English, {width}: {wide}")
    page.set_viewport_size({"width": 1440, "height": 900})
    speak(page, "zh-hans")


def speak(page, language):
    home = "/".join(page.url.split("/")[:3]) + "/"
    page.context.add_cookies([{"name": "django_language", "value": language, "url": home}])


@pytest.fixture(scope="session")
def seen():
    """Names of the pages looked at, by all roles."""
    return set()


def follow(hrefs, known, waiting):
    """Put each kind of page that is new to this role on the list."""
    for href in hrefs:
        name = name_of(href)
        if name and name not in known:
            known.add(name)
            waiting.append(href)


@pytest.mark.parametrize("role", ROLES)
def test_the_pages_of_a_role(role, window, seen, written):
    page, faults, at = window(role), [], "/"

    def say(what):
        faults.append(f"{at} {what}")

    page.on(
        "console", lambda m: say(f"console: {m.text}") if m.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: say(f"script: {error}"))
    waiting, known = ["/"], {"home"}
    while waiting:
        at = waiting.pop(0)
        if at != "/" and name_of(at) in seen - OF_ROLE:
            follow(read(page, at, say), known, waiting)
            continue
        try:
            answer = page.goto(at)
        except Error as fault:
            if "Download is starting" not in str(fault):
                raise
            seen.add(name_of(at))  # a file, not a page
            continue
        if answer.status != 200:
            say(f"a link leads to {answer.status}")
            continue
        follow(links(page), known, waiting)
        seen.add(name_of(at))
        for needless in more_than_is_shown(page):
            say(needless)
        for drawing in looking.empty_drawings(page):
            say(f"empty drawing: {drawing}")
        for figure in looking.uneven(page):
            say(f"digits of several widths: {figure}")
        if words := looking.english_in_chinese(page):
            say(f"English in a Chinese page: {words}")
        looking.every_way(page, say)
        in_english(page, at, say, written)
    assert not faults, "\n".join(faults)


def test_every_page_was_looked_at(seen, window):
    """Whoever adds a page links it from somewhere; what only takes forms is no page."""
    if not seen:
        pytest.skip("needs the tests of the roles")
    unseen = {name for name in RIGHTS if not PIECES.search(name)} - seen - NOT_LINKED
    pages = {role: window(role) for role in ROLES}
    asked = {
        name: pages[next(r for r in ROLES if r in RIGHTS[name].split())].request.get(address(name))
        for name in unseen
    }
    forgotten = {name for name, answer in asked.items() if answer.status != 405}
    assert not sorted(name for name in forgotten if not BY_STATE.search(name))


def address(name):
    """An address of that name, whether or not the row it asks for is there."""
    for words in ([], [1], ["post", 1], [1, "post", 1], [1, "phone"]):
        try:
            return reverse(name, args=words)
        except NoReverseMatch:
            continue
    raise AssertionError(name)
