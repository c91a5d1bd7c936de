"""The manager's desk: the inbox with its figures, many at once, and the board down to the customer."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from assay.customers import actions as customers
from assay.furniture.templatetags.figures import percent
from assay.period import Month
from assay.sales.actions import approvals, targets
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return factories.department(code="KA")


@pytest.fixture
def boss(team):
    return factories.employee("manager", team, name="陈国栋")


@pytest.fixture
def seller(team):
    return factories.employee("salesperson", team, name="周敏")


@pytest.fixture
def browser(boss):
    return factories.signed_in("manager", boss)


def told(browser, url="/") -> str:
    return " ".join(browser.get(url).content.decode().split())


def asked(seller, ratio="0.7", **said):
    order = factories.order(seller, ratio=ratio, **said)
    return approvals.ask(order, by=seller, why="竞品报 6.9折")


def give_targets(team, **by_employee):
    month = Month.of(timezone.localdate())
    whole = sum(by_employee.values())
    plan = targets.draft_plan(department=team, year=month.first.year, amount=whole)
    cells: dict[tuple[Month, int | None], int | None] = {(month, None): whole}
    cells |= {(month, int(pk[1:])): amount for pk, amount in by_employee.items()}
    plan = targets.set_targets(plan, cells, version=1)
    targets.publish_plan(plan, version=plan.version, why="试")


def test_the_card_shows_what_everybody_gets_and_what_the_company_keeps(browser, seller):
    asked(seller, pieces=100)  # 100,000 at 7折: 70,000; cost 60,000
    page = told(browser)
    for figure in ("70,000.00", "60,000.00", "750.00", "250.00", "9,000.00"):
        # commission (70,000 - 20,000) x 1.5 %; override (70,000 - 20,000) x 0.5 %
        assert figure in page, figure
    assert "竞品报 6.9折" in page
    assert 'placeholder="7折"' in page
    card = page[page.index("<article") : page.index("</article>")]
    assert re.findall(r'class="chip"[^>]*>([^<]+)<', card) == ["六.1.2", "六.1.2", "六.2", "六.1.1"]
    rate = '<span class="nums">1.5%</span>'
    assert f"− 销售提成 {rate}</dt><dd>750.00 <a" in card


def test_keys_are_named_as_far_as_they_do_something_and_the_rest_of_the_cards_are_a_link_away(
    browser, seller
):
    def keys():
        page = told(browser)
        here = page[page.index("待我审批") : page.index('class="asks"')]
        return re.findall(r"<kbd>(.)</kbd>", here), "全部 6 项" in here

    assert keys() == ([], False)
    asked(seller)
    assert keys() == (["J", "K", "A", "R"], False), "one card has no box to tick"
    for _another in range(5):
        asked(seller)
    assert keys() == (["J", "K", "A", "R", "X"], True)


def test_many_are_agreed_at_once_and_each_is_told_by_itself(browser, seller, boss):
    first, second = asked(seller), asked(seller)
    approvals.agree(second.signs.get(), by=boss)
    picks = [request.signs.get().pk for request in (first, second)]
    page = browser.post(
        "/sales/approvals/decide/", {"pick": picks, "verb": "agree", "back": "home"}, follow=True
    )
    text = page.content.decode()
    assert page.request["PATH_INFO"] == "/"
    assert "已同意 1 项" in text
    assert "已经办过了" in text
    first.refresh_from_db()
    assert first.state == "agreed"


def test_many_are_refused_only_with_a_reason(browser, seller):
    request = asked(seller)
    pick = {"pick": [request.signs.get().pk], "verb": "refuse"}
    assert (
        "驳回要写原因"
        in browser.post("/sales/approvals/decide/", pick, follow=True).content.decode()
    )
    browser.post("/sales/approvals/decide/", {**pick, "comment": "低于成本"})
    request.refresh_from_db()
    assert request.state == "refused"


def test_what_waits_for_somebody_else_is_not_decided_in_a_batch(seller, boss):
    request = asked(seller)
    other = factories.signed_in("manager", factories.employee("manager"))
    other.post("/sales/approvals/decide/", {"pick": [request.signs.get().pk], "verb": "agree"})
    request.refresh_from_db()
    assert request.state == "open"


def test_one_card_agreed_on_the_desk_comes_back_to_the_desk(browser, seller):
    sign = asked(seller).signs.get()
    answer = browser.post(
        f"/sales/approvals/sign/{sign.pk}/agree/", {"back": "home", "comment": ""}
    )
    assert answer["Location"] == "/"


def test_an_upgrade_that_waits_lies_on_the_desk(browser, seller):
    row = factories.customer(seller, name="碧湖酒店")
    customers.nominate(row, by=seller, reason="规模大")
    page = told(browser)
    assert "碧湖酒店" in page
    assert "普通 → 大客户" in page


def test_the_board_measures_as_the_plan_does_and_goes_down_to_the_customer(
    browser, seller, boss, team
):
    other = factories.employee("salesperson", team, name="王志强")
    give_targets(team, **{f"e{seller.pk}": 10_000_000, f"e{other.pk}": 20_000_000})
    row = factories.customer(seller, name="长汀茶业")
    factories.order(seller, customer=row, pieces=121, ratio="1", placed=True)
    factories.order(other, pieces=100, ratio="0.7", placed=False)
    home = told(browser)
    today = timezone.localdate()
    gone = percent(Fraction(today.day - 1, monthrange(today.year, today.month)[1]), 0)
    assert f"本月时间已过 {gone}" in home
    bars = home[home.index('class="tm head"') :]
    assert ">今日</text>" in bars, "a line for the time gone"
    assert ">120%</text>" in bars, "a line where more is paid"
    assert "距 120%" in bars
    assert bars.count('class="need"') >= 3, "it stands in each bar: two people and the department"
    assert "121.00%" in home  # 121,000 of 100,000: over the line
    assert "已超过" in home
    assert "40.33%" in home  # the department: 121,000 of 300,000
    assert "24.00 万" in home  # the other has all of 240,000 to go
    page = told(browser, f"/board/{team.pk}/{seller.pk}/")
    assert "长汀茶业" in page
    assert "12.1" in page
    assert "到今天应发（税前）" in page


def test_the_bars_of_the_board_have_one_scale_that_reaches_to_the_largest(browser, seller, team):
    other = factories.employee("salesperson", team, name="王志强")
    give_targets(team, **{f"e{seller.pk}": 10_000_000, f"e{other.pk}": 10_000_000})
    factories.order(seller, pieces=160, ratio="1", placed=True)
    factories.order(other, pieces=144, ratio="1", placed=True)
    page = told(browser, f"/board/{team.pk}/")
    widths = re.findall(r'<rect class="f\w" x="0" width="([\d.]+)%"', page)
    assert widths == ["100.000", "90.000", "95.000"], "160 %, 144 %, and the department's 152 %"


def test_the_average_under_the_floor_is_said_in_words(browser, seller, boss):
    request = asked(seller, ratio="0.7", pieces=100)
    approvals.agree(request.signs.get(), by=boss)
    order = request.order
    order.refresh_from_db()
    from_page = browser.post(f"/sales/orders/{order.pk}/place/", {"version": order.version})
    assert from_page.status_code == 302
    home = told(browser)
    assert re.search(r"7\.00折\s*<small[^>]*>低于底线</small>", home)


def test_a_past_month_is_shown_as_it_stands_and_a_future_one_is_not(browser, team, boss):
    past = Month(Month.of(timezone.localdate()).index - 1)
    assert str(past) in told(browser, f"/board/{team.pk}/?month={past}")
    ahead = Month(past.index + 2)
    now = Month.of(timezone.localdate())
    assert f"<p>{now}" in told(browser, f"/board/{team.pk}/?month={ahead}")
    assert browser.get(f"/board/{team.pk}/?month=x").status_code == 200


def test_a_manager_sees_the_months_in_which_he_led_and_no_department_of_others(browser, team):
    elsewhere = factories.department()
    assert browser.get(f"/board/{elsewhere.pk}/").status_code == 404
    stranger = factories.employee("salesperson", elsewhere)
    assert browser.get(f"/board/{team.pk}/{stranger.pk}/").status_code == 404


def test_the_desk_asks_the_database_a_bounded_number_of_times(
    browser, seller, boss, django_assert_max_num_queries
):
    for _n in range(2):
        asked(seller, pieces=5)
        customers.nominate(factories.customer(seller), by=seller, reason="规模大")
    browser.get("/")
    with django_assert_max_num_queries(52) as first:
        browser.get("/")
    for _n in range(2):
        asked(seller, pieces=5)
        customers.nominate(factories.customer(seller), by=seller, reason="规模大")
        factories.order(seller, placed=True, due_on=timezone.localdate() - timedelta(3))
    with django_assert_max_num_queries(len(first)):
        browser.get("/")
