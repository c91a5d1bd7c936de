"""The salesperson's desk: whom to call and why, the log right there, the own month by the plan."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from assay.customers import actions as customers
from assay.customers.models import Customer, Visit
from assay.period import Month
from assay.sales.actions import targets
from assay.sales.models import Order
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return factories.employee("salesperson")


@pytest.fixture
def browser(seller):
    return factories.signed_in("salesperson", seller)


def paid(row: Customer, *days_ago: int, amount: int = 5_000_000) -> Customer:
    """Orders paid so many days ago."""
    for days in days_ago:
        day = timezone.localdate() - timedelta(days)
        customers.record_purchase_day(row, source=f"{row.pk}-{days}", day=day, amount=amount)
    return row


def told(browser, query="") -> str:
    return " ".join(browser.get(f"/{query}").content.decode().split())


def give_target(seller, amount: int) -> None:
    today = timezone.localdate()
    department = seller.assignments.get().department
    plan = targets.draft_plan(department=department, year=today.year, amount=amount)
    month = Month.of(today)
    plan = targets.set_targets(plan, {(month, None): amount, (month, seller.pk): amount}, version=1)
    targets.publish_plan(plan, version=plan.version, why="试")


def test_a_festival_bought_for_last_year_calls_before_its_last_day_to_order(browser, seller):
    today = timezone.localdate()
    ahead = today + timedelta(30)
    customers.set_festival(None, name="春节", day=ahead, lead=20)
    before = ahead.replace(year=ahead.year - 1) if (ahead.month, ahead.day) != (2, 29) else ahead
    customers.set_festival(None, name="春节", day=before, lead=20)
    row = factories.customer(seller, name="澜桥物业")
    day = before - timedelta(10)
    customers.record_purchase_day(row, source="a", day=day, amount=18_600_000)
    factories.customer(seller, name="没买过的医院")
    page = told(browser, "?why=festival")
    assert f"春节最晚 {today + timedelta(10):%m-%d} 下单，还有 10 天" in page
    assert "去年买了 186,000.00" in page
    assert "没买过的医院" not in page
    factories.order(seller, customer=row)
    assert "春节最晚" not in told(browser)


def test_silence_beyond_the_own_pace_calls_and_says_when_it_is_churn(browser, seller):
    quick = paid(factories.customer(seller, name="青岩小学"), 200, 160, 120)
    paid(factories.customer(seller, name="泰和人寿"), 300, 30)
    page = told(browser, "?why=silence")
    assert "沉默 120 天，再过 276 天算流失" in page
    assert "平时 40 天一次" in page
    assert "泰和人寿" not in page
    assert quick.name in told(browser, "?why=silence")
    assert quick.name not in told(browser, "?why=money")


def test_money_due_is_chased_with_the_order_at_hand_even_after_the_customer_was_handed_over(
    browser, seller
):
    today = timezone.localdate()
    other = factories.employee("salesperson")
    row = factories.customer(other, name="恒岳建设")
    order = factories.order(seller, customer=row, placed=True, due_on=today - timedelta(3))
    page = told(browser)
    assert "应收 9,500.00，逾期 3 天" in page
    assert f"/sales/orders/{order.pk}/" in page
    assert f"/customers/{row.pk}/" not in page, "a customer of somebody else's is not opened"


def test_a_debt_does_not_fall_to_the_end_of_the_list_by_growing_old_and_a_large_one_stays_above(
    browser, seller
):
    today = timezone.localdate()
    for name, days, pieces in (
        ("刚到期", 1, 10), ("逾期三十天", 30, 10), ("逾期卅三天", 33, 10), ("逾期半年", 180, 10),
        ("逾期半年的大单", 180, 1000), ("还没到期", -5, 10),
    ):  # fmt: skip
        row = factories.customer(seller, name=name)
        factories.order(
            seller, customer=row, pieces=pieces, placed=True, due_on=today - timedelta(days)
        )
    calls = browser.get("/?why=money").context["calls"]
    assert [call.customer.name for call in calls.rows] == [
        "逾期三十天", "逾期卅三天", "逾期半年的大单", "刚到期", "逾期半年", "还没到期",
    ]  # fmt: skip


def test_protection_that_runs_out_calls_and_a_logged_contact_renews_it(browser, seller):
    row = factories.customer(seller, name="盛原汽车")
    row.protected_until = timezone.localdate() + timedelta(4)
    row.save()
    assert "归属保护还剩 4 天" in told(browser)
    answer = browser.post(
        f"/desk/log/{row.pk}/", {"kind": "call", "said": "谈年会，下一步 12-01"}, follow=True
    )
    page = " ".join(answer.content.decode().split())
    assert "已记下：盛原汽车" in page
    assert "归属保护还剩" not in page
    assert "今天已联系" in page
    visit = Visit.objects.get(customer=row)
    assert (visit.kind, visit.employee_id, visit.day) == ("call", seller.pk, timezone.localdate())
    row.refresh_from_db()
    assert row.protected_until >= timezone.localdate() + timedelta(60)


def test_with_a_script_the_row_alone_comes_back_and_says_what_is_wrong(browser, seller):
    row = factories.customer(seller, name="盛原汽车")
    url = f"/desk/log/{row.pk}/"
    done = browser.post(url, {"kind": "visit", "said": "见了工会"}, headers={"HX-Request": "true"})
    text = done.content.decode()
    assert "<html" not in text
    assert "已记下" in text
    wrong = browser.post(url, {"kind": "visit", "said": " "}, headers={"HX-Request": "true"})
    assert "必填" in wrong.content.decode()
    assert wrong["HX-Retarget"] == f"#log{row.pk}"
    assert Visit.objects.count() == 1


def test_nobody_logs_on_somebody_else_s_customer(browser):
    row = factories.customer(factories.employee("salesperson"))
    assert browser.post(f"/desk/log/{row.pk}/", {"kind": "call", "said": "x"}).status_code == 404
    assert not Visit.objects.exists()


def test_what_was_promised_for_today_stands_first(browser, seller):
    today = timezone.localdate()
    paid(factories.customer(seller, name="青岩小学"), 390, 360, 330)
    row = factories.customer(seller, name="望江物业")
    customers.log_visit(
        row, by=seller, kind="visit", said=f"报方案，下一步 {today:%m-%d}", day=today - timedelta(5)
    )
    page = told(browser)
    assert f"约好 {today:%m-%d}" in page
    assert page.index("望江物业") < page.index("青岩小学")


def test_the_own_month_is_what_the_plan_pays_and_follows_every_order(browser, seller):
    give_target(seller, 10_000_000)
    factories.order(seller, pieces=100, ratio="0.95", placed=True)
    page = told(browser)
    # 95,000 at 9.5折: (95,000 - 20,000) x 8 % = 6,000; base pay 1,800, phone 100
    assert "<small>¥</small>7,900.00" in page
    for title, amount in (
        ("销售提成", "6,000.00"),
        ("基本工资", "1,800.00"),
        ("电话补助", "100.00"),
    ):
        line = (
            f'<li><span>{title} <a class="chip" href="/help/clauses/#c-[^<]*</a></span>'
            f'<span class="nums">{amount}</span></li>'
        )
        assert re.search(line, page), f"{title} names its clause"
    assert "95.00%" in page
    # 120 % of 100,000 is passed beyond 25,000 more; the point on 75,000 is 750
    assert '再卖超过 <b class="nums">¥25,000.00</b>' in page
    assert '<b class="gold nums">¥750.00</b>' in page
    order = factories.order(seller, pieces=30, ratio="0.9", placed=True)
    # 122,000 sold, over 120 %: 75,000 x 9 % + 27,000 x 9 % = 9,180
    assert "<small>¥</small>11,080.00" in told(browser)
    assert "已超过 120%" in told(browser)
    Order.objects.get(pk=order.pk)
    month = told(browser, "pay/statements/running/")
    assert "11,080.00" in month
    assert "9,180.00" in month, "what the orders come to"
    assert '已超过 120%。 <a class="chip" href="/help/clauses/#c-六.1.2"' in month


def test_without_a_plan_the_desk_says_so_and_still_works(browser, settings, tmp_path):
    settings.PLANS = tmp_path
    page = told(browser)
    assert "没有" in page
    assert "今天联系谁" in page
    assert browser.get("/pay/statements/running/").status_code == 200


def test_a_quotation_that_waits_is_on_the_desk(browser, seller):
    order = factories.order(seller, ratio="0.7", pieces=10)
    assert f"/sales/orders/{order.pk}/" in told(browser)


def test_the_desk_asks_the_database_a_bounded_number_of_times(
    browser, seller, django_assert_max_num_queries
):
    today = timezone.localdate()
    customers.set_festival(None, name="春节", day=today + timedelta(30), lead=20)
    for n in range(12):
        row = paid(factories.customer(seller), 400, 300 + n)
        factories.contact(row)
        factories.order(seller, customer=row, placed=True, due_on=today - timedelta(n))
    browser.get("/")
    with django_assert_max_num_queries(40) as first:
        browser.get("/")
    for n in range(12):
        row = paid(factories.customer(seller), 380, 200 + n)
        factories.contact(row)
        factories.order(seller, customer=row, placed=True, due_on=today - timedelta(n))
    with django_assert_max_num_queries(len(first)):
        browser.get("/")
