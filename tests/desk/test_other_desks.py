"""The desks of agents, finance, clerks, HR, the heads and the administrator; each asks a bounded number of times."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from assay.customers import actions as customers
from assay.furniture.models import Job
from assay.people.models import Attendance, User
from assay.sales.actions import money
from assay.sales.models import Match
from tests import factories

pytestmark = pytest.mark.django_db


def told(browser, url="/") -> str:
    return " ".join(browser.get(url).content.decode().split())


@pytest.mark.parametrize(
    ("role", "finds"),
    [("clerk", "查客户、联系人、单号"), ("agent", "查报备、订单号"), ("hr", "查员工、代理商、银楼"),
     ("admin", "查员工、代理商、银楼")],
)  # fmt: skip
def test_the_search_box_says_what_it_finds_for_who_looks(role, finds):
    assert f'placeholder="{finds}"' in told(factories.signed_in(role))


# -- agent


@pytest.fixture
def agent():
    return factories.agent()


@pytest.fixture
def portal(agent):
    return factories.signed_in("agent", agent)


def test_an_agent_registers_on_the_first_screen_and_sees_how_long_it_is_his(portal):
    assert "填名称就知道能不能报备" in told(portal)
    assert 'hx-get="/customers/prospects/verdict/"' in told(portal)
    portal.post(
        "/customers/prospects/register/",
        {"name": "滇池银行", "contact": "段丽", "phone": "13812345678"},
    )
    page = told(portal)
    assert "滇池银行" in page
    assert "保护还剩 90 天" in page
    answer = told(portal, "/customers/prospects/verdict/?name=滇池银行")
    assert "你已报备过这家单位" in answer


def test_an_agent_sees_his_own_deals_and_what_they_earn_and_nobody_else_s(portal, agent):
    seller = factories.employee("salesperson")
    mine = factories.order(seller, agent, pieces=100, ratio="1", placed=True)
    other = factories.order(
        seller, factories.agent(name="别家礼品"), pieces=100, ratio="1", placed=True
    )
    page = told(portal)
    assert str(mine) in page
    assert str(other) not in page
    assert "<small>¥</small>1,000.00" in page  # 1 % of 100,000
    assert "平均折扣" not in page


# -- finance


@pytest.fixture
def books():
    return factories.signed_in("finance")


def test_a_receipt_that_fits_one_order_is_matched_by_one_press(books):
    seller = factories.employee("salesperson")
    row = factories.customer(seller, name="泰和人寿")
    order = factories.order(seller, customer=row, placed=True)  # 9,500
    factories.order(seller, customer=row, pieces=20, placed=True)
    receipt = money.record_receipt(day=timezone.localdate(), amount=950_000, payer="泰和人寿")
    page = told(books)
    assert f"核销 {order.number}" in page
    books.post(
        f"/sales/receipts/{receipt.pk}/match/", {"order": order.number, "amount": "9,500.00"}
    )
    assert Match.objects.get().order_id == order.pk
    assert "收款都核销了" in told(books)


def test_a_receipt_that_could_pay_several_orders_is_not_guessed(books):
    seller = factories.employee("salesperson")
    row = factories.customer(seller, name="泰和人寿")
    for _n in range(2):
        factories.order(seller, customer=row, placed=True)
    money.record_receipt(day=timezone.localdate(), amount=950_000, payer="泰和人寿")
    assert "2 单可选" in told(books)


def test_overdue_stands_by_age_and_money_to_pay_back_is_an_exception(books):
    today, seller = timezone.localdate(), factories.employee("salesperson")
    for days, pieces in ((5, 10), (45, 20), (100, 30)):
        factories.order(seller, pieces=pieces, placed=True, due_on=today - timedelta(days))
    page = told(books)
    for owed in ("9,500.00", "19,000.00", "28,500.00"):
        assert owed in page
    assert "91 天以上" in page
    order = factories.order(seller, pieces=1, placed=True)
    receipt = money.record_receipt(day=today, amount=200_000, payer="多付的")
    money.match(receipt, order=order, amount=200_000, over="预收下一单")
    page = told(books)
    assert "应退客户 1,050.00" in page
    assert "预收下一单" in page
    back = books.get("/sales/orders/?state=back").content.decode()
    assert re.findall(r"HT-[\d-]+", back)[:1] == [order.number]
    assert back.count('<td class="lead">') == 1, "the one that was paid too much for"


def test_orders_without_a_cost_are_reached_from_the_desk(books):
    seller = factories.employee("salesperson")
    order = factories.order(seller, placed=True, of=factories.good(cost=None))
    other = factories.order(seller, placed=True)
    assert "?cost=none" in told(books)
    rows = books.get("/sales/orders/?cost=none").content.decode()
    assert str(order.number) in rows
    assert str(other.number) not in rows
    theirs = factories.signed_in(who=seller).get("/sales/orders/?cost=none").content.decode()
    assert str(other.number) in theirs, "who sees no costs is not told which order has one"


def test_finance_works_out_the_last_month_from_the_desk(books):
    today = timezone.localdate()
    last = (today.replace(day=1) - timedelta(1)).replace(day=1)
    seller = factories.employee("salesperson")
    factories.order(seller, pieces=100, placed=True, day=last)
    page = told(books)
    assert f'name="month" value="{last:%Y-%m}"' in page
    books.post("/pay/months/calculate/", {"month": f"{last:%Y-%m}"})
    page = told(books)
    assert f'value="{last:%Y-%m}"' not in page
    assert f'href="/pay/months/{last:%Y-%m}/"' in page


# -- clerk


def test_a_clerk_sees_what_is_to_be_picked_up_in_his_own_shops_only():
    shop = factories.shop()
    browser = factories.signed_in("clerk", factories.employee("clerk", shop))
    seller = factories.employee("salesperson")
    mine = factories.order(seller, pickup_shop=shop, placed=True)
    other = factories.order(seller, pickup_shop=factories.shop(), placed=True)
    page = told(browser)
    assert str(mine) in page
    assert "10 件" in page
    assert f"/sales/waiting/{mine.pk}/" in page
    assert str(other) not in page


# -- HR


def test_hr_sees_who_has_no_base_pay_and_what_training_was_never_noted():
    browser = factories.signed_in("hr")
    row = factories.employee("salesperson", name="黄晓东")
    factories.training(row, day=timezone.localdate() - timedelta(3), title="新品知识")
    page = told(browser)
    assert f"/people/employees/{row.pk}/wage/" in page
    assert "没有基本工资" in page
    assert "1 人没记到场" in page


def test_hr_sees_who_was_late_and_how_long():
    browser = factories.signed_in("hr")
    row = factories.employee("salesperson", name="黄晓东")
    Attendance.objects.create(employee=row, day=timezone.localdate(), state="late", minutes=25)
    page = told(browser)
    late = page[page.index(f'<a href="/people/employees/{row.pk}/">黄晓东</a>') :]
    said = re.sub("<[^>]+>", " ", late[: late.index("</tr>")]).split()
    assert said == ["黄晓东", "1", "0", "0", "25", "分钟"]


# -- heads


def test_the_heads_see_the_whole_company_in_ten_thousands():
    browser = factories.signed_in("director")
    for name in ("大客户一部", "大客户二部"):
        team = factories.department(name=name)
        factories.order(factories.employee("salesperson", team), pieces=500, ratio="1", placed=True)
    page = told(browser)
    assert "大客户一部" in page
    assert "大客户二部" in page
    assert "100.00 万" in page  # the company: two times 500,000
    assert "全公司" in page
    assert told(factories.signed_in("general")).count("大客户一部") >= 1


# -- administrator


def test_the_administrator_sees_health_and_imports_and_no_customer():
    browser = factories.signed_in("admin")
    factories.customer(factories.employee("salesperson"), name="滇池银行")
    Job.objects.create(
        kind="import", state="failed", who="h01", given={"name": "考勤11月.xlsx"},
        made=timezone.now(),
    )  # fmt: skip
    Job.objects.create(
        kind="import", made=timezone.now() - timedelta(minutes=5), given={"name": "a"}
    )
    page = told(browser)
    assert "考勤11月.xlsx" in page
    assert "大客户部薪酬方案" in page
    assert "有任务等了 2 分钟以上" in page
    assert str(User.objects.count()) in page
    assert "滇池银行" not in page


@pytest.mark.parametrize(
    ("role", "most"),
    [
        ("salesperson", 40),
        ("manager", 48),
        ("finance", 40),
        ("clerk", 24),
        ("hr", 26),
        ("agent", 30),
        ("director", 48),
        ("general", 48),
        ("admin", 24),
    ],
)
def test_every_desk_asks_a_bounded_number_of_times(
    role, most, house, django_assert_max_num_queries
):
    browser = house.browser(role)
    browser.get("/")
    with django_assert_max_num_queries(most) as first:
        browser.get("/")
    seller = factories.employee("salesperson")
    agent = house.logins["agent"].agent
    for n in range(6):
        row = factories.customer(seller)
        customers.register_prospect(agent, name=f"滇池第{n}银行", contact="段丽")
        factories.order(seller, agent, customer=row, placed=True)
        money.record_receipt(day=timezone.localdate(), amount=10_000 + n, payer=row.name)
    with django_assert_max_num_queries(len(first) + 2):
        browser.get("/")
