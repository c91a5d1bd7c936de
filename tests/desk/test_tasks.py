"""Each role's most frequent tasks: found from the first screen in at most three clicks or keys."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from assay.customers import actions as customers
from assay.sales.actions import approvals, money
from tests import factories
from tests.undone import undone

pytestmark = pytest.mark.django_db

# role -> task -> what is clicked, page after page: addresses of links, of forms, or of what htmx asks.
TASKS = {
    "salesperson": {
        "whom to call": [r"/customers/\d+/"],
        "log a visit": [r"/desk/log/\d+/"],
        "quote and see the commission": [r"/sales/orders/new/\?customer=\d+", r"/sales/orders/price/"],
        "chase a payment": [r"/sales/orders/\d+/"],
        "what will I get, and why": [r"/pay/statements/running/"],
    },
    "manager": {
        "approve a discount": [r"/sales/approvals/sign/\d+/agree/"],
        "approve many": [r"/sales/approvals/decide/"],
        "approve an upgrade": [r"/customers/nominations/decide/"],
        "target against actual": [r"/board/\d+/\d+/\?month=[\d-]+", r"/customers/\d+/"],
        "reassign customers": [r"/customers/hand-over/"],
    },
    "finance": {
        "match a receipt": [r"/sales/receipts/\d+/match/"],
        "record a receipt": [r"/sales/receipts/new/"],
        "chase what is overdue": [r"/sales/orders/\d+/"],
        "run commission": [r"/pay/months/calculate/"],
        "months of pay": [r"/pay/months/"],
    },
    "clerk": {
        "hand goods over": [r"/sales/waiting/\d+/"],
        "find an order": [r"/sales/waiting/"],
        "print a receipt again": [r"/sales/pickups/\d+/"],
        "take an enquiry": [r"/customers/enquiries/take/"],
        "open a customer": [r"/customers/open/"],
    },
    "agent": {
        "register a prospect": [r"/customers/prospects/register/"],
        "the answer at once": [r"/customers/prospects/verdict/"],
        "status of a deal": [r"/sales/orders/\d+/"],
        "how long it is mine": [r"/customers/prospects/\d+/"],
        "what I earned, and why": [r"/pay/statements/running/"],
    },
    "hr": {
        "hire": [r"/people/employees/hire/"],
        "base pay": [r"/people/employees/\d+/wage/"],
        "import attendance": [r"/people/import/attendance/"],
        "plan a training": [r"/people/trainings/plan/"],
        "note who came": [r"/people/trainings/\d+/", r"/people/trainings/\d+/results/"],
    },
    "director": {
        "company, department, person": [
            r"/board/\d+/\?month=[\d-]+", r"/board/\d+/\d+/\?month=[\d-]+", r"/customers/\d+/",
        ],
        "approve what is beyond a manager": [r"/sales/approvals/sign/\d+/agree/"],
        "a large customer": [r"/customers/\d+/"],
        "what is overdue": [r"/sales/overdue/"],
        "months of pay": [r"/pay/months/"],
    },
    "admin": {
        "open a login": [r"/people/logins/open/"],
        "logins": [r"/people/logins/"],
        "who looked at what": [r"/access-log/"],
        "the company": [r"/people/company/"],
        "terms": [r"/help/terms/"],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def waiting(house, django_db_blocker):
    """The house, and what waits for each role today."""
    with undone(django_db_blocker):
        _what_waits(house)
        yield house


def _what_waits(made):
    today = timezone.localdate()
    people = {role: user.employee for role, user in made.logins.items() if user.employee}
    seller, agent = people["salesperson"], made.logins["agent"].agent
    shop = people["clerk"].assignments.get().shop
    row = factories.customer(seller)
    factories.order(
        seller, agent, customer=row, placed=True, due_on=today - timedelta(2), pickup_shop=shop
    )
    money.record_receipt(day=today, amount=950_000, payer=row.name)
    customers.register_prospect(agent, name="澄江船舶修造", contact="段丽")
    for ratio in ("0.7", "0.7", "0.5"):
        approvals.ask(factories.order(seller, ratio=ratio), by=seller, why="老客户")
    training = factories.training(seller, day=today - timedelta(2))
    assert training.pk


@pytest.mark.parametrize("role", TASKS)
def test_a_role_s_tasks_are_three_clicks_away_at_most(role, waiting):
    browser = waiting.browser(role)
    lost = []
    for task, steps in TASKS[role].items():
        assert len(steps) <= 3
        url = "/"
        for step in steps:
            page = browser.get(url).content.decode().replace("&amp;", "&")
            found = re.search(rf'(?:href|action|formaction|hx-get|hx-post)="({step})["#?]', page)
            if found is None:
                lost.append(f"{task}: {step} is not on {url}")
                break
            url = found[1]
        else:
            answer = browser.get(url)
            if answer.status_code not in (200, 405):
                lost.append(f"{task}: {url} answers {answer.status_code}")
    assert not lost
