"""Each role's most frequent tasks: found from the first screen in at most three clicks or keys."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from assay.customers import actions as customers
from assay.incentives.actions import closing, disputes
from assay.incentives.models import Dispute
from assay.incentives.queries.closing import benches, departments_to_confirm
from assay.people.access import Viewer
from assay.period import Month
from assay.sales.actions import approvals, money
from tests import factories
from tests.undone import undone

pytestmark = pytest.mark.django_db

# Frequent tasks whose room is not built yet. Nothing below stands in for them; each comes in with its room:
# prepaid: salesperson issues vouchers; clerk redeems cards and vouchers, reloads, voids today's, hands over the
# shift; finance holds cards and vouchers against the ledger; agent asks for samples. appraisal: manager scores
# the staff, HR runs the cycle. expenses: manager approves them, finance checks what staff claim.
# customers: complaints over 20 h, for manager and salesperson; and the page behind a QR code, by which the customer
# himself sees balance and history, complains, orders again, asks for an invoice or a service.
#
# role -> task -> what is clicked, page after page: addresses of links, of forms, or of what htmx asks.
# <locked> and <handed> are the months that _pay_waits prepares.
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
        "settle a month: the payroll file": [r"/pay/months/<locked>/export/"],
        "check a claim of an agent's": [
            r"/pay/claims/", r"/pay/claims/\d+/", r"/pay/claims/\d+/receive/",
        ],
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
        "a past statement": [r"/pay/statements/\d+/"],
        "ask to be paid": [r"/pay/statements/\d+/claim/"],
    },
    "hr": {
        "hire": [r"/people/employees/hire/"],
        "base pay": [r"/people/employees/\d+/wage/"],
        "import attendance": [r"/people/import/attendance/"],
        "plan a training": [r"/people/trainings/plan/"],
        "note who came": [r"/people/trainings/\d+/", r"/people/trainings/\d+/results/"],
        "an objection taken to HR": [r"/pay/disputes/\d+/"],
        "hand pay on": [r"/pay/months/<handed>/", r"/pay/months/<handed>/confirm/hr/"],
    },
    "director": {
        "company, department, person": [
            r"/board/\d+/\?month=[\d-]+", r"/board/\d+/\d+/\?month=[\d-]+", r"/customers/\d+/",
        ],
        "approve what is beyond a manager": [r"/sales/approvals/sign/\d+/agree/"],
        "a large customer": [r"/customers/\d+/"],
        "what is overdue": [r"/sales/overdue/"],
        "months of pay": [r"/pay/months/"],
        # the owner of the plan is a director
        "read the plan": [r"/pay/plans/\d+/"],
        "decide what is open": [r"/pay/plans/\d+/", r"/pay/plans/\d+/decide/"],
        "try a change on past months": [r"/pay/plans/\d+/", r"/pay/[a-z/-]+\?draft=\d+"],
        "publish": [r"/pay/plans/\d+/", r"/pay/plans/\d+/publish/"],
        "answer why": [r"/pay/months/<locked>/", r"/pay/statements/\d+/"],
    },
    "general": {
        "company, department, person": [
            r"/board/\d+/\?month=[\d-]+", r"/board/\d+/\d+/\?month=[\d-]+", r"/customers/\d+/",
        ],
        "a large customer": [r"/customers/\d+/"],
        "what is overdue": [r"/sales/overdue/"],
        "a month that goes round": [r"/pay/months/<handed>/"],
        "read the plan": [r"/pay/plans/\d+/"],
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
    _pay_waits(made, people, agent)


def _pay_waits(made, people, agent):
    """A month locked and not exported, the one before it signed up to HR, an objection taken to HR."""
    locked, handed = (Month.of(timezone.localdate()).next(-n) for n in (2, 3))
    factories.order(people["salesperson"], agent, placed=True, day=locked.first)
    _signed(locked, people, closing.SIGNS)
    closing.lock(locked, by=people["finance"])
    _signed(handed, people, closing.SIGNS[:2])
    made.texts |= {"<locked>": str(locked), "<handed>": str(handed)}
    row = Dispute.objects.filter(employee=people["salesperson"], state="open").first()
    assert row is not None
    disputes.explain(row, by=people["manager"], answer="合同上写的是 7折")
    mine = Viewer(0, "周敏", "salesperson", employee_id=people["salesperson"].pk)
    disputes.appeal(row, by=mine, why="补充协议改成了 8折")


def _signed(month, people, kinds):
    """A month worked out, open to queries once it was over, and signed so far."""
    closing.calculate(month, by=people["finance"])
    row = closing.open_preview(month, by=people["finance"], today=month.after)
    assert row.preview_to is not None
    after = row.preview_to + timedelta(1)
    for department in departments_to_confirm(row, benches(row, after)):
        closing.confirm(month, "manager", by=people["manager"], department=department, today=after)
    for kind in kinds[1:]:
        closing.confirm(month, kind, by=people[kind], today=after)


@pytest.mark.parametrize("role", TASKS)
def test_a_role_s_tasks_are_three_clicks_away_at_most(role, waiting):
    browser = waiting.browser(role)
    lost = []
    for task, steps in TASKS[role].items():
        assert len(steps) <= 3
        url = "/"
        for wanted in steps:
            step = re.sub("<[a-z]+>", lambda found: waiting.texts[found[0]], wanted)
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
