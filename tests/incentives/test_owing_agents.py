"""What an agent owes whose agreement ended, and a shop that closed, is settled of his own payable."""

from __future__ import annotations

import re
from datetime import date

import pytest

from assay.desk.actions.notices import collect
from assay.incentives.models import Claim, Settling, Statement
from assay.incentives.queries.auditing import audit
from assay.ledger.models import Account
from assay.ledger.queries import balance, balances
from assay.money import grouped
from assay.sales.actions import handing
from tests import factories
from tests.incentives.reading import only
from tests.incentives.steps import MONTH, post, press, signed
from tests.incentives.test_carried import APRIL, previewed
from tests.incentives.test_owing import section

pytestmark = pytest.mark.django_db


def lock_april(desks, house):
    """Everybody signs April, finance with a word on each exception, and it is locked."""
    finance = desks["finance"]
    press(desks["manager"], f"{APRIL}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr"):
        press(desks[kind], f"{APRIL}confirm/{kind}/")
    page = finance.get(APRIL).content.decode()
    for subject in set(re.findall('name="subject" value="([^"]*)"', page)):
        press(finance, f"{APRIL}explain/", subject=subject, text="退货")
    for kind in ("finance", "general"):
        press(desks[kind], f"{APRIL}confirm/{kind}/")
    assert "已锁定" in post(finance, f"{APRIL}lock/")


@pytest.fixture
def ended(desks, house):
    """An agent paid for March; in April what he brought came back, and April is locked."""
    finance, agent = desks["finance"], house.agent
    signed(desks, house)
    press(finance, f"{MONTH}lock/")
    portal = factories.signed_in("agent", agent)
    march = Statement.objects.get(agent=agent)
    press(portal, f"/pay/statements/{march.pk}/claim/", attachment=factories.pdf("发票.pdf"))
    url = f"/pay/claims/{Claim.objects.get().pk}/"
    amount = str(march.total / 100)
    press(
        finance,
        f"{url}receive/",
        invoice="25317000000123456789",
        invoice_on="2026-04-08",
        amount=amount,
    )
    press(finance, f"{url}pay/", on="2026-04-10", reference="T0")
    brought = house.orders[2]
    handing.return_goods(
        brought, day=date(2026, 4, 3), why="退货", wanted={brought.lines.get().pk: 60}
    )
    row = previewed(desks, "2026-04")
    house.short = -Statement.objects.get(run=row.run, agent=agent).total
    assert 0 < house.short <= march.total
    lock_april(desks, house)
    house.form = f"/pay/owing/{Account.objects.get(code='payable.agent:A01').pk}/"
    return house


def test_what_an_agent_owes_whose_agreement_ended_is_settled_of_his_own_payable(desks, ended):
    finance, general, owed = desks["finance"], desks["general"], ended.short
    assert balances("payable.agent")["A01"] == -owed
    assert "以后的提成单先抵" in section(finance)
    off = {"way": "off", "amount": f"{owed / 100:.2f}", "on": "2026-06-01", "reason": "追不回"}
    assert "没有要这样清的欠款" in post(finance, ended.form, **off), "his agreement holds"
    ended.agent.stop = date(2026, 4, 21)
    ended.agent.save()
    assert ended.form in section(finance)
    others = balances("payable.payee"), balances("payable.store")
    assert "已提交" in post(finance, ended.form, **off)
    assert "已经有一笔在等" in post(finance, ended.form, **off)
    url = f"/pay/settlings/{Settling.objects.get().pk}/"
    assert url in section(general)
    collect()
    assert f"申请核销 {ended.agent.name} 欠的" in general.get("/notices/").content.decode()
    assert "已批准并入账" in post(general, url)
    assert balances("payable.agent")["A01"] == 0
    assert (balances("payable.payee"), balances("payable.store")) == others, "nobody's else"
    assert balance("expense.written_off") == owed
    assert audit() == []
    assert ended.form not in section(finance)


@pytest.fixture
def closed(desks, house):
    """A shop paid for a March order that came back in April; April is locked, and the shop still sells."""
    finance = desks["finance"]
    brought = factories.order(
        house.first, pieces=50, ratio="0.85", of=house.good, placed=True, channel="store",
        shop=house.shop, day=date(2026, 3, 15),
    )  # fmt: skip
    signed(desks, house)
    press(finance, f"{MONTH}lock/")
    march = Statement.objects.get(shop=house.shop)
    house.owed = march.total
    assert house.owed > 0
    url = f"/pay/statements/{march.pk}/transfer/"
    press(finance, url, amount=f"{march.total / 100:.2f}", on="2026-04-10", reference="T0")
    assert balances("payable.store")["Y01"] == 0
    wanted = {brought.lines.get().pk: 50}
    handing.return_goods(brought, day=date(2026, 4, 3), why="退货", wanted=wanted)
    previewed(desks, "2026-04")
    lock_april(desks, house)
    house.form = f"/pay/owing/{Account.objects.get(code='payable.store:Y01').pk}/"
    return house


def test_what_a_shop_owes_that_closed_is_transferred_back_to_its_own_payable(desks, closed):
    finance, general, owed = desks["finance"], desks["general"], closed.owed
    assert balances("payable.store")["Y01"] == -owed
    told = section(finance)
    assert closed.shop.name in told
    assert "以后的提成单先抵" in told, "while it sells, what it earns makes it up"
    back = {
        "way": "back", "amount": f"{owed / 100:.2f}", "on": "2026-06-01", "reason": "停业结清",
        "reference": "T9",
    }  # fmt: skip
    assert "没有要这样清的欠款" in post(finance, closed.form, **back)
    closed.shop.stop = date(2026, 4, 21)
    closed.shop.save()
    form = finance.get(closed.form).content.decode()
    assert "对方转回" in form
    assert "本人" not in only("(<form.*?</form>)", form[form.index("<main") :]), (
        "a shop is no person"
    )
    others = balances("payable.payee"), balances("payable.agent")
    more = back | {"amount": f"{owed / 100 + 1:.2f}"}
    assert f"{closed.shop.name} 欠 {grouped(owed)}" in post(finance, closed.form, **more)
    assert "已提交" in post(finance, closed.form, **back)
    asked = Settling.objects.get()
    assert (asked.shop, asked.employee, asked.agent) == (closed.shop, None, None)
    assert "已批准并入账" in post(general, f"/pay/settlings/{asked.pk}/")
    assert balances("payable.store")["Y01"] == 0
    assert (balances("payable.payee"), balances("payable.agent")) == others, "nobody's else"
    assert audit() == []
    told = section(finance)
    assert closed.form not in told
    assert "对方转回" in told
