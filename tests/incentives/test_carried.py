"""A month that comes out below zero: decided before it is signed, carried into the next file, and settled."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from assay.incentives.models import PaidRow, PayMonth, Statement
from assay.incentives.queries.auditing import audit
from assay.ledger.queries import balances
from assay.sales.actions import handing
from tests import factories
from tests.incentives.reading import only
from tests.incentives.steps import MONTH, brought_in, post, signed

pytestmark = pytest.mark.django_db
APRIL, MAY = "/pay/months/2026-04/", "/pay/months/2026-05/"


def previewed(desks, month):
    post(desks["finance"], "/pay/months/calculate/", month=month)
    post(desks["finance"], f"/pay/months/{month}/preview/")
    row = PayMonth.objects.get(run__folder__contains=month)
    row.preview_to = date(2026, 1, 1)
    row.save()
    return row


def locked(desks, house, url):
    post(desks["manager"], f"{url}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr", "finance", "general"):
        post(desks[kind], f"{url}confirm/{kind}/")
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
        post(desks[kind], f"{APRIL}confirm/{kind}/", department=house.team.pk)
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
    post(finance, f"{MONTH}lock/")
    paid(finance, MONTH, "2026-03")
    large = house.orders[1]
    wanted = {large.lines.get().pk: 90}
    handing.return_goods(large, day=date(2026, 4, 3), why="退货", wanted=wanted)

    row = previewed(desks, "2026-04")
    short = Statement.objects.get(run=row.run, employee=house.first).total
    assert short < 0
    post(desks["manager"], f"{APRIL}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr"):
        post(desks[kind], f"{APRIL}confirm/{kind}/")
    assert "例外要先说明：赵敏" in post(finance, f"{APRIL}confirm/finance/")
    told = only('(id="x-negative".*?</section>)', finance.get(APRIL).content.decode())
    subject = only('name="subject" value="(negative:[^"]*)"', told)
    post(finance, f"{APRIL}explain/", subject=subject, text="从五月里扣，本人同意")
    for kind in ("finance", "general"):
        post(desks[kind], f"{APRIL}confirm/{kind}/")
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
