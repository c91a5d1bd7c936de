"""Who leaves owing: no payroll file takes it back, so finance asks, the general manager decides, the books move."""

from __future__ import annotations

import re
from datetime import date

import pytest

from assay.desk.actions.notices import collect
from assay.desk.models import Notice
from assay.errors import UserError
from assay.incentives.actions import settling
from assay.incentives.models import Claim, Settling, Statement
from assay.incentives.queries.auditing import audit
from assay.incentives.queries.payroll import carried_on
from assay.ledger.models import Account
from assay.ledger.queries import balance, balances
from assay.money import grouped
from assay.people import actions as people
from assay.sales.actions import handing
from tests import factories
from tests.incentives.reading import only
from tests.incentives.steps import MONTH, post, signed
from tests.incentives.test_carried import APRIL, paid, previewed

pytestmark = pytest.mark.django_db
ACCRUAL = "/pay/accrual/"


def section(browser):
    return only('(id="owing".*?</section>)', browser.get(ACCRUAL).content.decode())


@pytest.fixture
def gone(desks, house):
    """Paid for March; in April most of it came back, he left on the 20th, and April came to less than nothing."""
    finance = desks["finance"]
    signed(desks, house)
    post(finance, f"{MONTH}lock/")
    paid(finance, MONTH, "2026-03")
    large = house.orders[1]
    handing.return_goods(large, day=date(2026, 4, 3), why="退货", wanted={large.lines.get().pk: 90})
    people.end_employment(house.first, last=date(2026, 4, 20))
    row = previewed(desks, "2026-04")
    house.short = -Statement.objects.get(run=row.run, employee=house.first).total
    assert house.short > 0
    post(desks["manager"], f"{APRIL}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr"):
        post(desks[kind], f"{APRIL}confirm/{kind}/")
    page = finance.get(APRIL).content.decode()
    subject = only('name="subject" value="(negative:[^"]*)"', page)
    post(finance, f"{APRIL}explain/", subject=subject, text="已离职，另行追回")
    for kind in ("finance", "general"):
        post(desks[kind], f"{APRIL}confirm/{kind}/")
    house.form = f"/pay/owing/{Account.objects.get(code='payable.payee:S01').pk}/"
    told = post(finance, house.form, way="off", amount="1", on="2026-06-01", reason="x")
    assert "没有要这样清的欠款" in told, "April is not locked"
    assert "已锁定" in post(finance, f"{APRIL}lock/")
    paid(finance, APRIL, "2026-04")
    assert balances("payable.payee")["S01"] == -house.short
    return house


def test_what_he_owes_is_paid_back_in_part_and_the_rest_is_written_off(desks, gone):
    finance, general, owed = desks["finance"], desks["general"], gone.short
    told = section(finance)
    assert grouped(owed) in told
    assert gone.form in told
    assert gone.form not in section(general), "finance asks"
    back = {"way": "back", "amount": "100", "on": "2026-06-01", "reason": "分期", "reference": "T1"}
    assert "写银行流水号" in post(finance, gone.form, **back | {"reference": ""})
    assert f"赵敏 欠 {grouped(owed)}" in post(finance, gone.form, **back | {"amount": "99999"})
    assert not Settling.objects.exists()
    assert "已提交" in post(finance, gone.form, **back)
    assert "已经有一笔在等" in post(finance, gone.form, **back | {"reference": "T2"})
    asked = Settling.objects.get()
    url = f"/pay/settlings/{asked.pk}/"
    assert url in section(general)
    assert url not in section(finance)
    assert finance.post(url).status_code == 403
    assert balances("payable.payee")["S01"] == -owed, "nothing moves before it is decided"
    assert "驳回要写原因" in post(general, url, refuse="1")
    assert "已批准并入账" in post(general, url)
    assert "已经办结" in post(general, url)
    assert balances("payable.payee")["S01"] == 100_00 - owed
    assert audit() == []
    rest = (owed - 100_00) / 100
    assert "流水号已经用过" in post(finance, gone.form, **back | {"amount": f"{rest:.2f}"})
    off = {"way": "off", "amount": f"{rest:.2f}", "on": "2026-06-02", "reason": "追不回，核销"}
    assert "已提交" in post(finance, gone.form, **off)
    url = f"/pay/settlings/{Settling.objects.latest('pk').pk}/"
    assert "已驳回" in post(general, url, refuse="1", why="先再催一次")
    assert "先再催一次" in section(finance)
    assert "已提交" in post(finance, gone.form, **off)
    post(general, f"/pay/settlings/{Settling.objects.latest('pk').pk}/")
    assert set(balances("payable.payee").values()) == {0}
    assert balance("expense.written_off") == owed - 100_00
    assert carried_on() == {}, "should he come back, nothing is taken twice"
    assert audit() == []
    assert "办理清账" not in section(finance)


def test_the_general_manager_learns_what_waits_and_finance_what_came_of_it(desks, gone):
    finance, general = desks["finance"], desks["general"]
    waits = "1 笔欠款清账等你批"
    collect()
    assert waits not in general.get("/").content.decode()
    off = {"way": "off", "amount": "100", "on": "2026-06-01", "reason": "追不回"}
    post(finance, gone.form, **off)
    collect()
    assert waits in general.get("/").content.decode()
    assert "欠款清账" not in finance.get("/").content.decode(), "who asked does not decide"
    told = f"{gone.finance.name} 申请核销 {gone.first.name} 欠的 100.00，等你批：“追不回”"
    assert told in general.get("/notices/").content.decode()
    for role in ("finance", "director", "salesperson"):
        assert "等你批：“追不回”" not in desks[role].get("/notices/").content.decode()
    asked = Settling.objects.get()
    held = Notice.objects.get(kind="settling")
    assert (held.url, held.read_at) == (f"{ACCRUAL}#owing", None)
    post(general, f"/pay/settlings/{asked.pk}/", refuse="1", why="先再催一次")
    collect()
    held.refresh_from_db()
    assert held.read_at, "what is decided waits for nobody"
    assert waits not in general.get("/").content.decode()
    came = f"{gone.first.name} 的欠款清账已驳回，100.00：“先再催一次”"
    assert came in finance.get("/notices/").content.decode()
    post(finance, gone.form, **off)
    post(general, f"/pay/settlings/{Settling.objects.latest('pk').pk}/")
    collect()
    page = finance.get("/notices/").content.decode()
    assert f"{gone.first.name} 的欠款清账已批准并入账，100.00" in page
    for role, kind, other in (
        ("general", "settling", "settled"),
        ("finance", "settled", "settling"),
    ):
        page = desks[role].get("/notices/settings/").content.decode()
        assert (f'name="{kind}-page"' in page, f'name="{other}-page"' in page) == (True, False)


def test_who_is_here_still_has_it_taken_by_the_next_file(desks, gone):
    gone.first.refresh_from_db()
    gone.first.stop = None
    gone.first.save()
    told = section(desks["finance"])
    assert "下个月工资文件里扣" in told
    assert gone.form not in told
    said = {"way": "off", "amount": "1", "on": "2026-06-01", "reason": "x"}
    assert "没有要这样清的欠款" in post(desks["finance"], gone.form, **said)


def test_nobody_settles_what_he_owes_himself(gone):
    row = Settling.objects.create(
        employee=gone.first, way="off", amount=1, on=date(2026, 6, 1), reason="x",
        asked_by=gone.finance,
    )  # fmt: skip
    for who in (gone.finance, gone.first):
        with pytest.raises(UserError, match="由别人批"):
            settling.approve(row, by=who)


@pytest.fixture
def ended(desks, house):
    """An agent paid for March; in April what he brought came back, and April is locked."""
    finance, agent = desks["finance"], house.agent
    signed(desks, house)
    post(finance, f"{MONTH}lock/")
    portal = factories.signed_in("agent", agent)
    march = Statement.objects.get(agent=agent)
    post(portal, f"/pay/statements/{march.pk}/claim/", attachment=factories.pdf("发票.pdf"))
    url = f"/pay/claims/{Claim.objects.get().pk}/"
    amount = str(march.total / 100)
    post(
        finance,
        f"{url}receive/",
        invoice="25317000000123456789",
        invoice_on="2026-04-08",
        amount=amount,
    )
    post(finance, f"{url}pay/", on="2026-04-10", reference="T0")
    brought = house.orders[2]
    handing.return_goods(
        brought, day=date(2026, 4, 3), why="退货", wanted={brought.lines.get().pk: 60}
    )
    row = previewed(desks, "2026-04")
    house.short = -Statement.objects.get(run=row.run, agent=agent).total
    assert 0 < house.short <= march.total
    post(desks["manager"], f"{APRIL}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr"):
        post(desks[kind], f"{APRIL}confirm/{kind}/")
    page = finance.get(APRIL).content.decode()
    for subject in set(re.findall('name="subject" value="([^"]*)"', page)):
        post(finance, f"{APRIL}explain/", subject=subject, text="退货")
    for kind in ("finance", "general"):
        post(desks[kind], f"{APRIL}confirm/{kind}/")
    assert "已锁定" in post(finance, f"{APRIL}lock/")
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
    post(finance, f"{MONTH}lock/")
    march = Statement.objects.get(shop=house.shop)
    house.owed = march.total
    assert house.owed > 0
    url = f"/pay/statements/{march.pk}/transfer/"
    post(finance, url, amount=f"{march.total / 100:.2f}", on="2026-04-10", reference="T0")
    assert balances("payable.store")["Y01"] == 0
    wanted = {brought.lines.get().pk: 50}
    handing.return_goods(brought, day=date(2026, 4, 3), why="退货", wanted=wanted)
    previewed(desks, "2026-04")
    post(desks["manager"], f"{APRIL}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr"):
        post(desks[kind], f"{APRIL}confirm/{kind}/")
    page = finance.get(APRIL).content.decode()
    for subject in set(re.findall('name="subject" value="([^"]*)"', page)):
        post(finance, f"{APRIL}explain/", subject=subject, text="退货")
    for kind in ("finance", "general"):
        post(desks[kind], f"{APRIL}confirm/{kind}/")
    assert "已锁定" in post(finance, f"{APRIL}lock/")
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
