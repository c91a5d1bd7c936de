"""A month whose facts moved after it was worked out is neither opened, signed nor locked before it is again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assay.errors import UserError
from assay.incentives.actions import closing
from assay.incentives.models import Line, PayMonth, Step
from assay.incentives.queries import overtaken as queries
from assay.incentives.queries.overtaken import overtaken
from assay.people import actions as people
from assay.period import Month
from assay.sales.actions import handing, orders, targets
from tests import factories
from tests.incentives.steps import MONTH, opened, post, press, signed

pytestmark = pytest.mark.django_db
AGAIN = "第 %d 版以后资料有 1 处变动，先重新计算"
MOVED = "资料有变动，要重新计算"


def sold(house, day=date(2026, 3, 28)):
    return factories.order(
        house.first, pieces=500, ratio="0.95", of=house.good, placed=True, day=day
    )


def commission(house):
    run = PayMonth.objects.get().run
    return Line.objects.get(statement__run=run, statement__employee=house.first, line="commission")


def test_an_order_recorded_before_the_lock_is_of_the_month_or_there_is_no_lock(desks, house):
    signed(desks, house)
    before = commission(house).amount
    made = sold(house)
    assert AGAIN % 1 in post(desks["finance"], f"{MONTH}lock/")
    page = desks["finance"].get(MONTH).content.decode()
    assert MOVED in page
    assert f'<a href="/sales/orders/{made.pk}/">订单 {made.number} 新计入 475,000.00</a>' in page
    assert f"{MONTH}lock/" not in page, "no button that would refuse"
    told = desks["manager"].get(MONTH).content.decode()
    assert "等财务重新计算" in told
    assert made.number not in told, "a manager may read of his people's orders only"
    assert "已算好" in post(desks["finance"], "/pay/months/calculate/", month="2026-03")
    assert PayMonth.objects.get().state == "preview", "what was signed was another figure"
    fallen = Step.objects.exclude(undone_at=None)
    assert fallen.count() == 6
    assert set(fallen.values_list("undone_why", "undone_by")) == {
        ("重新计算为第 2 版", house.finance.pk)
    }
    assert MOVED not in desks["finance"].get(MONTH).content.decode()
    press(desks["manager"], f"{MONTH}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr", "finance", "general"):
        press(desks[kind], f"{MONTH}confirm/{kind}/")
    assert "已锁定" in post(desks["finance"], f"{MONTH}lock/")
    assert commission(house).amount > before
    sold(house)
    assert MOVED not in desks["finance"].get(MONTH).content.decode(), "from here on an adjustment"


def test_neither_opened_nor_signed(desks, house):
    post(desks["finance"], "/pay/months/calculate/", month="2026-03")
    orders.cancel(house.orders[1], why="客户改主意")
    assert AGAIN % 1 in post(desks["finance"], f"{MONTH}preview/")
    assert f"订单 {house.orders[1].number} 不再计入" in desks["finance"].get(MONTH).content.decode()
    opened(desks)
    third = house.orders[2]
    handing.return_goods(third, day=date(2026, 4, 3), why="退货", wanted={third.lines.get().pk: 10})
    told = post(desks["manager"], f"{MONTH}confirm/manager/", department=house.team.pk)
    assert AGAIN % 2 in told
    assert f"订单 {third.number} 成交 48,000.00 → 40,000.00" in told


def test_what_changes_no_pay_of_the_month_holds_nothing_up(desks, house):
    opened(desks)
    sold(house, date(2026, 4, 2))
    orders.ship(house.orders[0])
    people.end_employment(house.second, last=date(2026, 5, 31), reason="")
    people.change_employee(house.first, name="赵敏", phone="13800138000", id_number="")
    april = Month.parse("2026-04")
    plan = targets.fill_draft(department=house.team, year=2026, cells={(april, None): 40_000_00})
    targets.publish_plan(plan, version=plan.version, why="先定这些")
    assert overtaken(PayMonth.objects.get()) == []
    assert "已确认" in post(desks["manager"], f"{MONTH}confirm/manager/", department=house.team.pk)
    told = post(desks["finance"], "/pay/months/calculate/", month="2026-03")
    assert "资料也没有变动，不用重算" in told, "no way past whoever signed"
    assert PayMonth.objects.get().state == "confirmed"


def test_targets_and_posts_of_the_month_count(desks, house):
    opened(desks)
    cells = {(Month.parse("2026-03"), house.first.pk): 40_000_00}
    plan = targets.fill_draft(department=house.team, year=2026, cells=cells)
    targets.publish_plan(plan, version=plan.version, why="先定这些")
    assert [one.said for one in overtaken(PayMonth.objects.get())] == ["S01 的任务额 — → 40,000.00"]
    people.end_employment(house.second, last=date(2026, 3, 15), reason="")
    said = [one.said for one in overtaken(PayMonth.objects.get())]
    assert "S02 的岗位有变动" in said


def test_a_look_at_a_month_nothing_moved_in_reads_no_order(desks, house, monkeypatch):
    opened(desks)
    monkeypatch.setattr(queries, "OVERLAP", 0)
    sold(house, date(2026, 4, 2))
    with CaptureQueriesContext(connection) as asked:
        assert overtaken(PayMonth.objects.get()) == []
    assert not [one for one in asked if "sales_orderline" in one["sql"]]
    assert len(asked) <= 6


def test_a_month_worked_out_before_it_was_over_is_for_looking_only(house):
    now = Month.of(timezone.localdate())
    closing.calculate(now, by=house.finance)
    later = now.after + timedelta(3)
    with pytest.raises(UserError, match="截止以前算的"):
        closing.open_preview(now, by=house.finance, today=later)
    page = factories.signed_in("finance", house.finance).get(f"/pay/months/{now}/")
    assert f"/pay/months/{now}/preview/" not in page.content.decode()
