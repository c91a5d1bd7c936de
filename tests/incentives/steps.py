"""A month taken through its close as people do it: calculated, opened, signed by each, paid."""

from __future__ import annotations

import io
from datetime import date

from assay.incentives.models import PayMonth

MONTH = "/pay/months/2026-03/"


def post(browser, url, **said):
    return browser.post(url, said, follow=True).content.decode()


def press(browser, url, **said):
    """A step on the way to what a test looks at: done; where it leads to is not drawn, what it says not kept."""
    assert browser.post(url, said).status_code == 302, url
    browser.cookies.pop("messages", None)


def opened(desks):
    post(desks["finance"], "/pay/months/calculate/", month="2026-03")
    press(desks["finance"], f"{MONTH}preview/")
    row = PayMonth.objects.get()
    row.preview_to = date(2026, 4, 8)
    row.save()


def signed(desks, house):
    opened(desks)
    confirmed(desks, house, MONTH)


def confirmed(desks, house, url):
    """All five seats, one after the other."""
    press(desks["manager"], f"{url}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr", "finance", "general"):
        press(desks[kind], f"{url}confirm/{kind}/")


def brought_in(browser, lines):
    file = io.BytesIO("\n".join(lines).encode())
    file.name = "paid.csv"
    answer = browser.post("/pay/import/paid/", {"file": file}, follow=True)
    page = answer.content.decode()
    if answer.resolver_match.url_name == "import_paid_job" and "写入" in page:
        browser.post(answer.request["PATH_INFO"] + "write/", follow=True)
    return page
