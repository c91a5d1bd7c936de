"""The running month as a statement: whose, what it comes to, recomputed, and since a day that was kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assay.errors import UserError
from assay.furniture.models import Change
from assay.incentives.actions import days
from assay.incentives.actions.days import keep_day, keep_yesterday
from assay.incentives.models import DayKept, Line
from assay.incentives.queries.facts import facts_of_day
from assay.incentives.queries.live import FRESH, live, watched
from assay.incentives.queries.moved import moved
from assay.incentives.views import order_pages
from assay.people.access import viewer_of
from assay.people.models import User
from assay.period import Month
from assay.sales.actions import orders, targets
from tests import factories
from tests.incentives.reading import only, opened_orders

pytestmark = pytest.mark.django_db
RUNNING = "/pay/statements/running/"


def begun(house):
    """Orders of today: 1,000 yuan a piece, 40 at 9折 and 20 at 8.5折."""
    house.today = timezone.localdate()
    house.live = [
        factories.order(house.first, pieces=40, ratio="0.9", of=house.good, placed=True),
        factories.order(house.second, house.agent, pieces=20, ratio="0.85", of=house.good, placed=True),
    ]  # fmt: skip


@pytest.fixture
def month(house):
    cache.clear()
    house.browser = factories.signed_in("salesperson", house.first)
    house.who = viewer_of(User.objects.get(employee=house.first))
    return house


def page(browser, url=RUNNING):
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def total_of(html):
    return only(r"<small>¥</small>([\d,.]+)", html)


def test_a_salesperson_sees_his_month_so_far_with_each_order_opened(month):
    html = page(month.browser)
    # (36,000 - 20,000) * 8 % + 1,800 + 100
    assert total_of(html) == "3,180.00"
    assert month.live[0].number in html
    assert month.live[1].number not in html, "a colleague's order is not his"
    assert "9折以上（含）" in html
    assert "16,000.00 × 8%" in html
    assert "算至" in html
    told = opened_orders(month.browser, html)
    assert "= 1,280.00元" in told
    assert "基本任务量 20,000.00元 按日期、订单号先后扣" in told
    assert "六.1.1" in told


def test_an_order_is_opened_by_whom_it_pays_and_without_script_as_a_page(month):
    url = f"{RUNNING}order/?who=S01:salesperson&line=commission&order={month.live[0].number}"
    whole = page(month.browser, url)
    assert "<html" in whole
    assert "基本任务量 20,000.00元" in whole
    assert month.browser.get(url.replace("commission", "override")).status_code == 404
    colleague = factories.signed_in("salesperson", month.second)
    assert colleague.get(url).status_code == 404
    mine = url.replace("S01", "S02")
    assert colleague.get(mine).status_code == 404, "not an order of his"


def test_many_orders_come_page_by_page(month, monkeypatch):
    monkeypatch.setattr(order_pages, "PAGE", 2)
    for pieces in (1, 2):
        factories.order(month.first, pieces=pieces, ratio="0.9", of=month.good, placed=True)
    cache.clear()
    first = page(month.browser)
    assert "1–2 / 3" in first
    assert "合计 3 单" in first, "the sums are of all"
    later = page(month.browser, f"{RUNNING}?p-commission=2")
    assert "3–3 / 3" in later
    numbers = [set(re.findall(r"HT-\d{8}-\d{3}", one)) for one in (first, later)]
    assert len(numbers[0] | numbers[1]) == 3
    whole = page(month.browser, f"{RUNNING}?all=1")
    assert numbers[0] | numbers[1] <= set(re.findall(r"HT-\d{8}-\d{3}", whole))


def test_it_is_worked_out_again_after_a_change(month):
    browser = month.browser
    first = page(browser)
    mark = only(r"mark=(\w+)", first)
    assert "算至" in page(browser, f"{RUNNING}mark/?who=S01:salesperson&mark={mark}")
    factories.order(month.first, pieces=10, ratio="0.9", of=month.good, placed=True)
    cache.clear()  # as FRESH seconds do
    assert 0 < FRESH <= 5
    assert total_of(page(browser)) == "3,900.00"
    told = page(browser, f"{RUNNING}mark/?who=S01:salesperson&mark={mark}")
    assert "有变动，现在是 ¥3,900.00" in told


def test_the_next_step_is_told_with_what_it_adds(month):
    now = Month.of(month.today)
    cells = {(now, None): 40_000_00, (now, month.first.pk): 40_000_00}
    plan = targets.fill_draft(department=month.team, year=month.today.year, cells=cells)
    targets.publish_plan(plan, version=plan.version)
    html = page(month.browser)
    # 48,000 is 120 %; 36,000 are sold; the point on 16,000 is 160.
    assert "再卖超过 <b>¥12,000.00</b>，完成率即超过 120%" in html
    assert "¥160.00" in html
    assert "可得 160.00" in html
    assert "90.00%" in html


def test_each_role_watches_his_own_and_his_people(month):
    manager = factories.signed_in("manager", month.manager)
    html = page(manager)
    assert "M01:manager" in html
    assert month.live[0].number in html
    assert total_of(page(manager, f"{RUNNING}?who=S01:salesperson")) == "3,180.00"
    agent = page(factories.signed_in("agent", month.agent))
    assert total_of(agent) == "170.00"
    clerk = factories.employee("clerk", month.shop)
    shop_order = factories.order(
        None, customer=factories.customer(shop=month.shop), channel="store", shop=month.shop,
        pieces=10, ratio="0.9", of=month.good, placed=True,
    )  # fmt: skip
    cache.clear()
    html = page(factories.signed_in("clerk", clerk))
    assert (total_of(html), shop_order.number in html) == ("693.00", True)


def test_nobody_opens_a_colleagues(month):
    browser = month.browser
    for url in (RUNNING, f"{RUNNING}what-if/", f"{RUNNING}tally/", f"{RUNNING}mark/",
                f"{RUNNING}days/2026-01-01/"):  # fmt: skip
        assert browser.get(f"{url}?who=S02:salesperson").status_code == 404
    assert factories.signed_in("finance", month.finance).get(RUNNING).status_code == 403


def test_a_day_is_kept_once_and_stays(month):
    yesterday = month.today - timedelta(1)
    Change.objects.update(at=timezone.now() - timedelta(9))
    assert keep_day(yesterday) == DayKept.objects.count() > 0
    assert keep_day(yesterday) == 0
    kept = DayKept.objects.get(code="S01")
    assert sum(amount for *_line, amount in kept.told["lines"]) == kept.total
    with pytest.raises(UserError, match="不能改"):
        kept.save()
    with pytest.raises(UserError, match="不能删"):
        kept.delete()
    with pytest.raises(Error), transaction.atomic():
        DayKept.objects.filter(pk=kept.pk).update(total=1)
    with pytest.raises(UserError, match="更早没有留下的日子不再补留"):
        keep_day(month.today - timedelta(8))


def _yesterdays(month):
    """An order of 36,000, put down and dated long before today began."""
    found = factories.order(month.first, pieces=40, ratio="0.9", of=month.good, placed=True,
                            day=month.today - timedelta(1))  # fmt: skip
    Change.objects.update(at=timezone.now() - timedelta(9))
    return found


def test_a_day_holds_what_was_there_when_it_ended(month):
    """What is dated later or was put down later is not in it; days nobody kept are kept afterwards."""
    yesterday = month.today - timedelta(1)
    stood = _yesterdays(month)
    dated = factories.order(month.first, pieces=10, ratio="0.9", of=month.good, placed=True,
                            day=yesterday)  # fmt: skip
    assert keep_day(month.today - timedelta(4)) > 0
    assert keep_yesterday() > 0
    assert sorted(DayKept.objects.values_list("day", flat=True).distinct()) == [
        month.today - timedelta(days) for days in (4, 3, 2, 1)
    ]
    kept = DayKept.objects.get(code="S01", day=yesterday)
    assert {order[1] for order in kept.told["orders"]} == {stood.number}
    assert str(dated.number) not in str(kept.told), "put down today"
    assert kept.total == 318_000
    assert "补留" not in page(month.browser, f"{RUNNING}days/{yesterday}/?who=S01:salesperson")
    long_ago = month.today - timedelta(3)
    if long_ago.month == month.today.month:
        told = page(month.browser, f"{RUNNING}days/{long_ago}/?who=S01:salesperson")
        assert "补留：以后的取消、退货和更正已按历史记录退回" in told


def test_a_fault_in_one_day_keeps_no_later_day_from_being_kept(month, monkeypatch):
    _yesterdays(month)
    four, three, two, one = (month.today - timedelta(back) for back in (4, 3, 2, 1))
    keep_day(four)

    def facts(program, day):
        if day in (three, two):
            raise OSError(f"no facts of {day}")
        return facts_of_day(program, day)

    monkeypatch.setattr(days, "facts_of_day", facts)
    with pytest.raises(OSError, match=f"no facts of {three}"):
        keep_yesterday()
    kept = DayKept.objects.order_by("day").values_list("day", flat=True).distinct()
    assert list(kept) == [four, one]
    monkeypatch.undo()
    assert keep_yesterday() > 0
    assert list(kept.all()) == [four, three, two, one], "tried again, a later one kept or not"


def test_a_day_leaves_out_by_name_only_what_its_date_does_not(month):
    """A day kept long afterwards does not cost what was put down and dated since."""
    _yesterdays(month)
    yesterday = month.today - timedelta(1)
    late, _ahead = (
        factories.order(month.first, pieces=10, ratio="0.9", of=month.good, placed=True, day=day)
        for day in (yesterday, month.today)
    )
    with CaptureQueriesContext(connection) as asked:
        keep_day(yesterday)
    named = {ids for one in asked for ids in re.findall(r"o\.id NOT IN \(([\d, ]+)\)", one["sql"])}
    assert named == {str(late.pk)}


def test_what_moved_since_then_adds_up_order_by_order(month):
    keep_day(month.today)
    more = factories.order(month.first, pieces=10, ratio="0.8", of=month.good, placed=True)
    orders.cancel(month.live[0], why="客户改主意")
    cache.clear()
    html = page(month.browser)
    assert month.live[0].number in html, "shown, and not counted"
    assert "已取消" in html
    kept = DayKept.objects.get(code="S01")
    whose = watched(month.who, month.today)[0]
    account = live(whose, month.today, "zh").account
    rows = moved(kept, account)
    assert sum(row.difference for row in rows) == account.total - kept.total
    assert more.number in {row.number for row in rows}
    gone = next(row for row in rows if row.number == month.live[0].number)
    assert (gone.before, gone.after) == (128_000, None)


def test_yesterdays_state_is_looked_at_through_the_page(month):
    _yesterdays(month)
    keep_day(month.today - timedelta(1))
    browser = month.browser
    day = month.today - timedelta(1)
    if day.month != month.today.month:
        pytest.skip("the day before belongs to another month")
    more = factories.order(month.first, pieces=10, ratio="0.9", of=month.good, placed=True)
    html = page(browser)
    assert f"比 {day}" in html
    assert "+720.00" in html
    assert more.number in html
    html = page(browser, f"{RUNNING}days/{day}/?who=S01:salesperson")
    assert "3,180.00" in html
    assert more.number not in html
    other = factories.signed_in("salesperson", month.second)
    assert other.get(f"{RUNNING}days/{day}/?who=S01:salesperson").status_code == 404


def test_nothing_is_written_by_looking(month):
    before = Line.objects.count()
    page(month.browser)
    assert (Line.objects.count(), DayKept.objects.count()) == (before, 0)


def test_a_page_left_open_hears_of_its_own_changes_alone(month):
    browser = month.browser
    mark = only(r"mark=(\w+)", page(browser))
    ask = f"{RUNNING}mark/?who=S01:salesperson&mark={mark}"
    factories.order(month.second, pieces=10, ratio="0.9", of=month.good, placed=True)
    cache.clear()
    assert "有变动" not in page(browser, ask), "a colleague's order does not move his month"
    now = Month.of(month.today)
    cells = {(now, None): 40_000_00, (now, month.first.pk): 40_000_00}
    plan = targets.fill_draft(department=month.team, year=month.today.year, cells=cells)
    targets.publish_plan(plan, version=plan.version)
    cache.clear()
    assert "有变动" in page(browser, ask), "his target is part of what the page shows"


def test_facts_are_read_once_for_all_who_watch_a_department(month):
    colleague = viewer_of(factories.login("salesperson", month.second))
    assert colleague is not None
    other = watched(colleague, month.today)[0]
    mine = watched(month.who, month.today)[0]
    live(mine, month.today, "zh")
    with CaptureQueriesContext(connection) as asked:
        live(other, month.today, "zh")
    assert not [q for q in asked if "sales_match" in q["sql"]], "the facts are there"
