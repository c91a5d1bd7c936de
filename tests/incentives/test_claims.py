"""Agents ask to be paid: in their portal, against an invoice or with tax withheld; the books follow."""

from __future__ import annotations

from datetime import date

import pytest

from assay.desk.actions.notices import collect
from assay.desk.models import Notice
from assay.incentives.labour import withheld, withheld_further
from assay.incentives.models import Claim, PayMonth, Statement
from assay.ledger.auditing import faults
from assay.ledger.queries import balance
from tests import factories
from tests.incentives.steps import MONTH, post, press, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def agents(house):
    """A person beside the company that is an agent already, with an order of his own."""
    house.person = factories.agent(
        code="A02", kind="person", name="林晓", pay_by="labour", id_number="11010519491231002X"
    )
    factories.order(house.first, house.person, pieces=1000, ratio="0.9", of=house.good, placed=True,
                    day=date(2026, 3, 21))  # fmt: skip
    return house


def locked(desks, house):
    signed(desks, house)
    told = post(desks["finance"], f"{MONTH}lock/")
    assert "已锁定" in told


def test_an_older_month_that_was_not_asked_for_stands_on_the_desk(desks, agents):
    locked(desks, agents)
    post(desks["finance"], "/pay/months/calculate/", month="2026-04")
    later = PayMonth.objects.latest("month")
    later.state = "locked"
    later.save()
    nothing, march = Statement.objects.filter(agent=agents.agent).order_by("total")
    assert (nothing.total, nothing.run.pay_month) == (0, later)
    page = factories.signed_in("agent", agents.agent).get("/").content.decode()
    assert f"/pay/statements/{march.pk}/claim/" in page


def test_an_agent_asks_finance_receives_the_invoice_and_pays(desks, agents):
    locked(desks, agents)
    portal = factories.signed_in("agent", agents.agent)
    one = Statement.objects.get(agent=agents.agent)
    page = portal.get(f"/pay/statements/{one.pk}/").content.decode()
    assert f"/pay/statements/{one.pk}/claim/" in page
    told = post(portal, f"/pay/statements/{one.pk}/claim/", attachment=factories.pdf("发票.pdf"))
    assert "已请款" in told
    claim = Claim.objects.get()
    assert (claim.amount, claim.way, claim.state) == (one.total, "invoice", "asked")
    assert claim.number in portal.get("/pay/claims/").content.decode()
    assert claim.number in desks["finance"].get("/pay/claims/").content.decode()
    url = f"/pay/claims/{claim.pk}/"
    limit = "带来的成交 48,000.00，占 1%，5% 是 2,400.00"
    seen = desks["finance"].get(url).content.decode()
    assert limit in seen
    assert "没有登记 · <a" in seen, "no account of the agent's is known"
    assert limit not in portal.get(url).content.decode(), "the house's own figure"
    assert desks["finance"].get(f"{url}file/").content.startswith(b"%PDF")
    paid = {"on": "2026-04-10", "reference": "20260410-77"}
    assert "先收到发票再付款" in post(desks["finance"], f"{url}pay/", **paid)
    bill = {"invoice": "25317000000123456789", "invoice_on": "2026-04-08"}
    wrong = post(desks["finance"], f"{url}receive/", **bill, amount="1.00")
    assert "退回让代理商重开" in wrong
    collect()
    assert f"请款 {claim.number}" in desks["finance"].get("/notices/").content.decode()
    assert claim.number not in portal.get("/notices/").content.decode(), "he asked himself"
    press(desks["finance"], f"{url}receive/", **bill, amount=str(one.total / 100))
    collect()
    assert f"请款 {claim.number} 的发票已收" in portal.get("/notices/").content.decode()
    assert not Notice.objects.filter(key=f"claim:{claim.pk}:asked", read_at=None).exists()
    assert "财务已经在办" in post(portal, f"{url}withdraw/")
    assert "已入账" in post(desks["finance"], f"{url}pay/", **paid)
    claim.refresh_from_db()
    assert (claim.state, claim.tax, claim.reference) == ("paid", 0, "20260410-77")
    assert balance("payable.agent:A01") == 0
    assert balance("bank") == -one.total
    assert "已付款" in portal.get(url).content.decode()
    assert faults() == []


def test_a_person_is_paid_with_his_tax_withheld(desks, agents):
    locked(desks, agents)
    portal = factories.signed_in("agent", agents.person)
    one = Statement.objects.get(agent=agents.person)
    assert one.total == 9_000_00  # 1 % of 900,000
    press(portal, f"/pay/statements/{one.pk}/claim/")
    claim = Claim.objects.get()
    url = f"/pay/claims/{claim.pk}/"
    assert "1,440.00" in desks["finance"].get(url).content.decode(), "9,000 × 80 % × 20 %"
    assert "不收发票" in post(
        desks["finance"], f"{url}receive/", invoice="1", invoice_on="2026-04-08", amount="9000"
    )
    form = desks["finance"].get(f"{url}pay/").content.decode()
    assert 'value="1,440.00"' in form
    press(desks["finance"], f"{url}pay/", on="2026-04-10", reference="77", tax="1,440.00")
    assert balance("payable.agent:A02") == 0
    assert balance("withheld.tax") == 1_440_00
    assert balance("bank") == -7_560_00
    assert faults() == []


def test_one_request_a_statement_and_an_invoice_is_used_once(desks, agents):
    locked(desks, agents)
    portal = factories.signed_in("agent", agents.agent)
    one = Statement.objects.get(agent=agents.agent)
    url = f"/pay/statements/{one.pk}/claim/"
    press(portal, url, invoice="No.7", invoice_on="2026-04-01")
    assert "没有可请的款" in post(portal, url, invoice="No.8")
    first = Claim.objects.get()
    press(desks["finance"], f"/pay/claims/{first.pk}/refuse/", why="抬头不对")
    assert "抬头不对" in portal.get(f"/pay/claims/{first.pk}/").content.decode()
    press(portal, url, invoice="No.7", invoice_on="2026-04-02")
    assert Claim.objects.filter(state="asked").count() == 1, "what was sent back may be asked again"
    press(
        desks["finance"], f"/pay/statements/{Statement.objects.get(agent=agents.person).pk}/claim/"
    )
    other = Claim.objects.get(way="labour")
    other.way, other.invoice = "invoice", "No.7"
    with pytest.raises(Exception, match=r"发票号码|claim_invoice_once"):
        other.full_clean()


def test_nobody_asks_before_the_lock_or_for_somebody_else(desks, agents):
    post(desks["finance"], "/pay/months/calculate/", month="2026-03")
    press(desks["finance"], f"{MONTH}preview/")
    portal = factories.signed_in("agent", agents.agent)
    one = Statement.objects.get(agent=agents.agent)
    assert "锁定以后才能请款" in post(portal, f"/pay/statements/{one.pk}/claim/")
    other = Statement.objects.get(agent=agents.person)
    assert portal.get(f"/pay/statements/{other.pk}/claim/").status_code == 404
    staff = Statement.objects.get(employee=agents.first)
    assert desks["finance"].get(f"/pay/statements/{staff.pk}/claim/").status_code == 404
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("gross", "tax"),
    [
        (800_00, 0), (801_00, 20), (4_000_00, 640_00), (4_000_01, 640_00), (5_000_00, 800_00),
        (25_000_00, 4_000_00), (25_000_01, 4_000_00), (50_000_00, 10_000_00),
        (62_500_00, 13_000_00), (100_000_00, 25_000_00),
    ],
)  # fmt: skip
def test_tax_withheld_of_services(gross, tax):
    assert withheld(gross) == tax


def test_what_comes_within_a_month_is_taxed_together():
    first = withheld(3_000_00)
    second = withheld_further(3_000_00, 3_000_00, first)
    assert first + second == withheld(6_000_00) == 960_00
