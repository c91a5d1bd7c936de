"""Who leaves owing: no payroll file takes it back, so finance asks, the general manager decides, the books move."""

from __future__ import annotations

from datetime import date

import pytest

from assay.desk.actions.notices import collect
from assay.desk.models import Notice
from assay.errors import UserError
from assay.incentives.actions import settling
from assay.incentives.models import Settling, Statement
from assay.incentives.queries.auditing import audit
from assay.incentives.queries.payroll import carried_on
from assay.ledger.models import Account
from assay.ledger.queries import balance, balances
from assay.money import grouped
from assay.people import actions as people
from assay.sales.actions import handing
from tests.incentives.conftest import browsers
from tests.incentives.reading import only
from tests.incentives.steps import MONTH, post, press, signed
from tests.incentives.test_carried import APRIL, paid, previewed

pytestmark = pytest.mark.django_db
ACCRUAL = "/pay/accrual/"


def section(browser):
    return only('(id="owing".*?</section>)', browser.get(ACCRUAL).content.decode())


def begun(house):
    """Paid for March; in April most of it came back, he left on the 20th, and April came to less than nothing."""
    desks = browsers(house)
    finance = desks["finance"]
    signed(desks, house)
    press(finance, f"{MONTH}lock/")
    paid(finance, MONTH, "2026-03")
    large = house.orders[1]
    handing.return_goods(large, day=date(2026, 4, 3), why="退货", wanted={large.lines.get().pk: 90})
    people.end_employment(house.first, last=date(2026, 4, 20))
    row = previewed(desks, "2026-04")
    house.short = -Statement.objects.get(run=row.run, employee=house.first).total
    assert house.short > 0
    press(desks["manager"], f"{APRIL}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr"):
        press(desks[kind], f"{APRIL}confirm/{kind}/")
    page = finance.get(APRIL).content.decode()
    subject = only('name="subject" value="(negative:[^"]*)"', page)
    press(finance, f"{APRIL}explain/", subject=subject, text="已离职，另行追回")
    for kind in ("finance", "general"):
        press(desks[kind], f"{APRIL}confirm/{kind}/")
    house.form = f"/pay/owing/{Account.objects.get(code='payable.payee:S01').pk}/"
    told = post(finance, house.form, way="off", amount="1", on="2026-06-01", reason="x")
    assert "没有要这样清的欠款" in told, "April is not locked"
    assert "已锁定" in post(finance, f"{APRIL}lock/")
    paid(finance, APRIL, "2026-04")
    assert balances("payable.payee")["S01"] == -house.short


@pytest.fixture
def gone(house):
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
    press(general, f"/pay/settlings/{Settling.objects.latest('pk').pk}/")
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
    press(finance, gone.form, **off)
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
    press(general, f"/pay/settlings/{asked.pk}/", refuse="1", why="先再催一次")
    collect()
    held.refresh_from_db()
    assert held.read_at, "what is decided waits for nobody"
    assert waits not in general.get("/").content.decode()
    came = f"{gone.first.name} 的欠款清账已驳回，100.00：“先再催一次”"
    assert came in finance.get("/notices/").content.decode()
    press(finance, gone.form, **off)
    press(general, f"/pay/settlings/{Settling.objects.latest('pk').pk}/")
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
