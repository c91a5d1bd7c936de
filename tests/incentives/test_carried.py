"""A month that comes out below zero: decided before it is signed, carried into the next file, and settled."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from openpyxl import load_workbook

from assay.incentives.models import Line, PaidRow, PayMonth, Statement
from assay.incentives.queries.auditing import audit
from assay.incentives.queries.payroll import gross_of
from assay.ledger.queries import balances
from assay.sales.actions import handing
from tests import factories
from tests.incentives.reading import only
from tests.incentives.steps import MONTH, brought_in, confirmed, post, press, signed

pytestmark = pytest.mark.django_db
APRIL, MAY = "/pay/months/2026-04/", "/pay/months/2026-05/"


def previewed(desks, month):
    post(desks["finance"], "/pay/months/calculate/", month=month)
    press(desks["finance"], f"/pay/months/{month}/preview/")
    row = PayMonth.objects.get(run__folder__contains=month)
    row.preview_to = date(2026, 1, 1)
    row.save()
    return row


def locked(desks, house, url):
    confirmed(desks, house, url)
    assert "已锁定" in post(desks["finance"], f"{url}lock/")


def paid(finance, url, month):
    """The file goes out, all its rows come back, and the month is paid; S01 of the file, in 分."""
    answer = finance.post(f"{url}export/")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    lines = ["期间,工号,应发合计,实发,发放日,校验码"]
    lines += [
        f"{month},{one['工号']},{one['应发合计']:.2f},{max(one['应发合计'], 0):.2f},2026-06-10,"
        for one in found
        if one["人员类型"] == "员工"
    ]
    brought_in(finance, lines)
    assert "已确认发放" in post(finance, f"{url}paid/")
    mine = next(one for one in found if one["工号"] == "S01")
    return round((mine["税前补扣"] or 0) * 100), round(mine["应发合计"] * 100)


def test_months_are_locked_one_after_the_other(desks, house):
    """What was never worked out holds nobody up; an earlier month on its way does, and is one click away."""
    signed(desks, house)
    factories.order(
        house.first, pieces=30, ratio="0.9", of=house.good, placed=True, day=date(2026, 4, 9)
    )
    PayMonth.objects.create(
        month=PayMonth.objects.get().month.next(-1)
    )  # taken up, never worked out
    previewed(desks, "2026-04")
    for kind in ("manager", "director", "hr", "finance", "general"):
        press(desks[kind], f"{APRIL}confirm/{kind}/", department=house.team.pk)
    told = post(desks["finance"], f"{APRIL}lock/")
    assert "2026-03 算过，还没有锁定：先锁定它，再锁定 2026-04" in told
    assert f'月份按次序锁定。先锁定：<a class="nums" href="{MONTH}">2026-03</a>' in told
    assert f"{APRIL}lock/" not in told, "no button that is refused"
    assert not balances("payable.payee")
    assert "已锁定" in post(desks["finance"], f"{MONTH}lock/")
    assert "已锁定" in post(desks["finance"], f"{APRIL}lock/")


def test_what_a_month_cannot_take_back_the_next_one_does(desks, house):
    finance = desks["finance"]
    signed(desks, house)
    press(finance, f"{MONTH}lock/")
    paid(finance, MONTH, "2026-03")
    large = house.orders[1]
    wanted = {large.lines.get().pk: 90}
    handing.return_goods(large, day=date(2026, 4, 3), why="退货", wanted=wanted)

    row = previewed(desks, "2026-04")
    short = Statement.objects.get(run=row.run, employee=house.first).total
    assert short < 0
    press(desks["manager"], f"{APRIL}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr"):
        press(desks[kind], f"{APRIL}confirm/{kind}/")
    assert "例外要先说明：赵敏" in post(finance, f"{APRIL}confirm/finance/")
    told = only('(id="x-negative".*?</section>)', finance.get(APRIL).content.decode())
    subject = only('name="subject" value="(negative:[^"]*)"', told)
    press(finance, f"{APRIL}explain/", subject=subject, text="从五月里扣，本人同意")
    for kind in ("finance", "general"):
        press(desks[kind], f"{APRIL}confirm/{kind}/")
    assert "已锁定" in post(finance, f"{APRIL}lock/")
    assert paid(finance, APRIL, "2026-04")[1] == short
    assert PaidRow.objects.get(pay_month=row, code="S01").net == 0
    assert balances("payable.payee")["S01"] == short, "he owes it"

    factories.order(
        house.first, pieces=200, ratio="0.95", of=house.good, placed=True, day=date(2026, 5, 9)
    )
    row = previewed(desks, "2026-05")
    told = only('(id="x-carried".*?</section>)', finance.get(MAY).content.decode())
    assert "赵敏" in told
    locked(desks, house, MAY)
    own = Statement.objects.get(run=row.run, employee=house.first).total
    assert own + short > 0
    assert paid(finance, MAY, "2026-05") == (short, own + short)
    assert set(balances("payable.payee").values()) == {0}
    assert audit() == []


def returned(order, pieces, day):
    """So much of a paid order comes back."""
    handing.return_goods(order, day=day, why="退货", wanted={order.lines.get().pk: pieces})


def signed_by_all(desks, house, url):
    """Every signature, whatever has to be answered for on the way."""
    post(desks["manager"], f"{url}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr"):
        post(desks[kind], f"{url}confirm/{kind}/")
    page = desks["finance"].get(url).content.decode()
    for subject in set(re.findall('name="subject" value="([^"]*)"', page)):
        post(desks["finance"], f"{url}explain/", subject=subject, text="查过")
    for kind in ("finance", "general"):
        post(desks[kind], f"{url}confirm/{kind}/")


def test_no_month_is_locked_over_one_that_was_passed_over(desks, house):
    finance = desks["finance"]
    signed(desks, house)
    post(finance, f"{MONTH}lock/")
    previewed(desks, "2026-05")
    signed_by_all(desks, house, MAY)
    assert "2026-04 还没有算过：先算好、锁定它，再锁定 2026-05" in post(finance, f"{MAY}lock/")
    page = finance.get(MAY).content.decode()
    assert "2026-04 还没有算过" in page
    assert "计算 2026-04" in page, "one press away"
    assert f"{MAY}lock/" not in page, "no button that is refused"
    previewed(desks, "2026-04")
    signed_by_all(desks, house, APRIL)
    assert "已锁定" in post(finance, f"{APRIL}lock/")
    assert "已锁定" in post(finance, f"{MAY}lock/")


def test_a_month_made_up_for_goes_into_the_next_file_and_takes_nothing_twice(
    desks, house, monkeypatch
):
    """April was passed over before months had to follow one another: May is paid, then April is made up for."""
    finance, first = desks["finance"], house.first
    monkeypatch.setattr("assay.incentives.actions.closing.never_worked_out", lambda row: [])
    signed(desks, house)
    post(finance, f"{MONTH}lock/")
    paid(finance, MONTH, "2026-03")
    returned(house.orders[1], 30, date(2026, 4, 3))
    factories.order(
        first, pieces=200, ratio="0.95", of=house.good, placed=True, day=date(2026, 5, 9)
    )
    may = previewed(desks, "2026-05")
    signed_by_all(desks, house, MAY)
    assert "已锁定" in post(finance, f"{MAY}lock/")
    taken = Line.objects.get(statement__run=may.run, line="adjustment:commission")
    assert taken.amount < 0
    in_may = paid(finance, MAY, "2026-05")

    april = previewed(desks, "2026-04")
    own = Statement.objects.get(run=april.run, employee=first)
    assert not own.lines.filter(line__startswith="adjustment:"), "May took it already"
    returned(house.orders[1], 60, date(2026, 4, 4))
    april = previewed(desks, "2026-04")
    own = Statement.objects.get(run=april.run, employee=first)
    assert own.lines.filter(line="adjustment:commission").count() == 1
    assert own.total < 0
    signed_by_all(desks, house, APRIL)
    assert "已锁定" in post(finance, f"{APRIL}lock/")
    assert paid(finance, APRIL, "2026-04")[1] == own.total
    assert gross_of(PayMonth.objects.get(month=may.month))["S01"] == in_may[1], "as it was sent"
    assert audit() == []

    factories.order(
        first, pieces=200, ratio="0.95", of=house.good, placed=True, day=date(2026, 6, 9)
    )
    june = previewed(desks, "2026-06")
    later = Statement.objects.get(run=june.run, employee=first)
    assert not later.lines.filter(line__startswith="adjustment:"), "nothing a second time"
    signed_by_all(desks, house, "/pay/months/2026-06/")
    assert "已锁定" in post(finance, "/pay/months/2026-06/lock/")
    assert paid(finance, "/pay/months/2026-06/", "2026-06") == (own.total, later.total + own.total)
    assert balances("payable.payee")["S01"] == 0
    assert audit() == []


def test_what_an_earlier_month_put_right_a_later_one_does_not_put_right_again(desks, house):
    """Both were worked out after the return; once the first of them is locked, the other is worked out anew."""
    finance = desks["finance"]
    signed(desks, house)
    post(finance, f"{MONTH}lock/")
    returned(house.orders[1], 30, date(2026, 4, 3))
    april, may = previewed(desks, "2026-04"), previewed(desks, "2026-05")
    for row in (april, may):
        assert Line.objects.filter(statement__run=row.run, line="adjustment:commission").exists()
    for url in (APRIL, MAY):
        signed_by_all(desks, house, url)
    assert "已锁定" in post(finance, f"{APRIL}lock/")
    told = post(finance, f"{MAY}lock/")
    assert "2026-04 在这一版以后锁定，里面的补发补扣不能再算一次" in told
    assert f"{MAY}lock/" not in told
    may = previewed(desks, "2026-05")
    assert not Line.objects.filter(statement__run=may.run, line="adjustment:commission").exists()
    signed_by_all(desks, house, MAY)
    assert "已锁定" in post(finance, f"{MAY}lock/")
