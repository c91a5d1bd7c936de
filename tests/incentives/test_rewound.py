"""A day that is kept afterwards is the day it was: what was written since is undone by the history."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assay.facts.selects import OF_ORDERS
from assay.furniture.models import Change
from assay.incentives.actions.days import keep_day
from assay.incentives.models import DayKept
from assay.incentives.queries.facts import pulled, tables_of_day
from assay.people import actions as people
from assay.people.models import Assignment
from assay.period import Month
from assay.sales.actions import handing, money, orders, targets
from assay.sales.models import Match
from assay.sales.queries.plan import plan_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def yesterday(house):
    """Yesterday's state: orders of the day before, collections, targets; all put down long before today."""
    cache.clear()
    house.today = timezone.localdate()
    house.day = house.today - timedelta(1)
    give = {"of": house.good, "placed": True, "day": house.day}
    house.sold = [
        factories.order(house.first, pieces=pieces, ratio="0.9", **give)
        for pieces in (40, 30, 20, 10)
    ]
    house.paid = money.record_receipt(day=house.day, amount=900_000, payer="x")
    money.match(house.paid, order=house.sold[3], amount=900_000)
    month = Month.of(house.day)
    cells = {(month, None): 40_000_00, (month, house.first.pk): 40_000_00}
    plan = targets.fill_draft(department=house.team, year=house.day.year, cells=cells)
    targets.publish_plan(plan, version=plan.version)
    Change.objects.update(at=timezone.now() - timedelta(9))
    return house


def rows(tables):
    return {
        name: sorted(map(str, table.to_pylist()))
        for name, table in tables.items()
        if name != "customers"
    }


def much_happens(house):
    """Today: cancelled, returned in part and whole, collections taken off and put on, a target, posts, a new order."""
    orders.cancel(house.sold[0], why="客户改主意")
    for order, pieces in ((house.sold[1], 10), (house.sold[2], 20)):
        wanted = {order.lines.get().pk: pieces}
        handing.return_goods(order, day=house.today, why="退货", wanted=wanted)
    money.unmatch(Match.objects.get())
    money.match(house.paid, order=house.sold[1], amount=100)
    factories.order(house.second, pieces=50, ratio="0.9", of=house.good, placed=True, day=house.day)
    month = Month.of(house.day)
    cells = {(month, None): 50_000_00, (month, house.first.pk): 50_000_00}
    plan = targets.fill_draft(department=house.team, year=house.day.year, cells=cells)
    targets.publish_plan(plan, version=plan.version, why="上调")
    people.leave_post(Assignment.objects.get(employee=house.second), stop=house.day)
    factories.employee("salesperson", house.team, name="新人")


def test_every_table_of_the_facts_is_what_it_was(yesterday):
    program, _text = plan_of(Month.of(yesterday.day))
    month = Month.of(yesterday.day)
    before = rows(pulled(program, month, month))
    assert rows(tables_of_day(program, yesterday.day)) == before, "nothing was written since"
    much_happens(yesterday)
    now = rows(pulled(program, month, month))
    changed = {name for name in before if now[name] != before[name]}
    assert changed >= {*OF_ORDERS, "posts", "targets", "employees"} - {"split"}
    after = rows(tables_of_day(program, yesterday.day))
    for name, said in before.items():
        assert after[name] == said, name


def test_a_day_of_which_nothing_was_known_is_not_worked_out_again_and_again(yesterday):
    Change.objects.update(at=timezone.now())
    assert keep_day(yesterday.day) == 0
    with CaptureQueriesContext(connection) as asked:
        assert keep_day(yesterday.day) == 0
    assert len(asked) <= 1


def test_what_was_cancelled_today_stands_in_yesterdays_page(yesterday):
    if yesterday.day.month != yesterday.today.month:
        pytest.skip("the day before belongs to another month")
    keep_day(yesterday.day - timedelta(1))
    gone = yesterday.sold[0]
    orders.cancel(gone, why="客户改主意")
    keep_day(yesterday.day)
    kept = DayKept.objects.get(code="S01", day=yesterday.day)
    assert kept.rewound
    assert gone.number in {row[1] for row in kept.told["orders"]}
    browser = factories.signed_in("salesperson", yesterday.first)
    url = f"/pay/statements/running/days/{yesterday.day}/?who=S01:salesperson"
    assert gone.number in browser.get(url).content.decode()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL takes any number")
def test_any_number_of_orders_may_have_been_written_of(yesterday, monkeypatch):
    """As after an import: more than SQLite lets one statement name."""
    connection.ensure_connection()
    kind, many = sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, set(range(1, 1000))
    monkeypatch.setattr("assay.incentives.queries.facts.orders_since", lambda _moment: many)
    program, _text = plan_of(Month.of(yesterday.day))
    before = connection.connection.setlimit(kind, 500)
    try:
        tables = tables_of_day(program, yesterday.day)
    finally:
        connection.connection.setlimit(kind, before)
    assert len(tables["orders"]) == len(yesterday.sold)
