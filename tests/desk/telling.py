"""What tests of notices do again and again: something to tell, a worker's round, the settings saved."""

from __future__ import annotations

from assay.desk.actions import notices as actions
from assay.furniture import jobs
from assay.sales.actions import approvals
from tests import factories


def told(browser, url) -> str:
    return " ".join(browser.get(url).content.decode().split())


def asked(seller, ratio="0.7"):
    return approvals.ask(factories.order(seller, ratio=ratio), by=seller, why="竞品报 6.9折")


def work(now=None) -> None:
    """What a worker does, until nothing is left that is due."""
    actions.collect(now)
    actions.digest(now)
    actions.mend()
    while (job := jobs.claim()) is not None:
        jobs.run(job)


def settings_of(browser, **said):
    """The settings page filled in and saved; what is not said stands as it is."""
    given = {"email": "", "robot": "", "hour": "8", **said}
    answer = browser.post("/notices/settings/", given)
    assert answer.status_code == 302, answer.content.decode()
