"""The board, the upgrades and their access as workbooks: rows and figures of the page, for those who see it."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from assay.customers import actions as customers
from assay.furniture.models import AccessEntry
from tests import factories
from tests.desk.test_manager import give_targets

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return factories.department(code="KA", name="大客户一部")


@pytest.fixture
def boss(team):
    return factories.employee("manager", team, name="陈国栋")


@pytest.fixture
def seller(team):
    return factories.employee("salesperson", team, name="周敏")


def sheets(browser, url, **said):
    """Rows of each sheet, as values."""
    answer = browser.get(url, {"export": "xlsx", **said})
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book]


def asked_for(browser, url):
    """The workbook the page's own button leads to."""
    page = browser.get(url).content.decode()
    [link] = re.findall(r'href="(\?[^"]*export=xlsx)"', page)
    return page, link.replace("&amp;", "&")


def test_the_board_goes_to_excel_as_it_stands_on_the_screen(team, boss, seller):
    other = factories.employee("salesperson", team, name="王志强")
    give_targets(team, **{f"e{seller.pk}": 10_000_000, f"e{other.pk}": 20_000_000})
    row = factories.customer(seller, name="长汀茶业")
    factories.order(seller, customer=row, pieces=121, ratio="1", placed=True)
    browser = factories.signed_in("manager", boss)
    url = f"/board/{team.pk}/"
    page, link = asked_for(browser, url)
    [rows] = sheets(browser, url + link.replace("export=xlsx", ""))
    assert rows[0] == ["业务员", "业绩", "任务", "完成率", "平均折扣", "距 120%"]
    assert rows[1:] == [
        ["周敏", 121_000, 100_000, "121.00%", "10.00折", "已超过"],
        ["王志强", 0, 200_000, "0.00%", "—", 240_000],
        ["大客户一部", 121_000, 300_000, "40.33%", "10.00折", rows[3][5]],
    ]
    names = re.findall(r'<div class="tm(?: sum)?"><span>(?:<a[^>]*>)?([^<]+)', page)
    assert [one[0] for one in rows[1:]] == names, "as they stand on the screen"
    for one in rows[1:]:
        assert one[3] in page
        if isinstance(one[5], int | float):
            assert f"{one[5] / 10_000:.2f} 万" in page
    assert AccessEntry.objects.get(kind="export").what == "目标板"
    assert AccessEntry.objects.get(kind="export").rows == 3

    mine = f"{url}{seller.pk}/"
    [shares] = sheets(browser, mine)
    assert shares[1] == ["长汀茶业", 121_000, "10折", 121_000, 0, None]
    assert "export=xlsx" in browser.get(mine).content.decode()
    general = factories.signed_in("general")
    asked_for(general, url)
    assert len(sheets(general, url)[0]) == 4, "sums of people"
    assert "export=xlsx" not in general.get(mine).content.decode(), "customers by name"
    assert general.get(mine, {"export": "xlsx"}).status_code == 403


def test_the_board_of_departments_and_of_a_month_before_and_who_gets_none(team, boss, seller):
    second = factories.department(code="KB", name="大客户二部")
    there = factories.employee("salesperson", second, name="段丽")
    for who, month in ((seller, None), (there, None), (seller, date(2026, 3, 5))):
        day = month or timezone.localdate()
        factories.order(who, pieces=10, ratio="0.95", placed=True, day=day)
    director = factories.signed_in("director")
    [rows] = sheets(director, "/board/")
    assert [(one[0], one[1]) for one in rows] == [
        ("部门", "业绩"), ("大客户一部", 9_500), ("大客户二部", 9_500), ("全公司", 19_000),
    ]  # fmt: skip
    _page, link = asked_for(director, "/board/?month=2026-03")
    assert "month=2026-03" in link
    [before] = sheets(director, "/board/", month="2026-03")
    assert [one[1] for one in before[1:]] == [9_500]
    manager = factories.signed_in("manager", boss)
    assert manager.get(f"/board/{second.pk}/?export=xlsx").status_code == 404
    for role in ("salesperson", "clerk", "hr", "agent"):
        assert factories.signed_in(role).get("/board/?export=xlsx").status_code == 403, role


def test_upgrades_go_to_excel_as_they_stand_on_the_screen(team, boss, seller):
    waiting = factories.customer(seller, name="碧湖酒店")
    decided = factories.customer(seller, name="澜桥酒店")
    factories.customer(factories.employee(), name="别人的")
    customers.nominate(waiting, by=seller, reason="=1+1 规模大")
    done = customers.nominate(decided, by=seller, reason="去年买了很多")
    customers.decide(done, by=boss, agreed=False, answer="再看半年")
    other = factories.employee("salesperson")
    theirs = factories.customer(other, name="别家酒店")
    customers.nominate(theirs, by=other, reason="x")
    browser = factories.signed_in("manager", boss)
    page, link = asked_for(browser, "/customers/nominations/")
    first, services, last = sheets(browser, "/customers/nominations/" + link.split("export")[0])
    assert [row[0] for row in first[1:]] == ["碧湖酒店"]
    told = dict(zip(first[0], first[1], strict=True))
    assert (told["申报"], told["理由"], told["负责人"]) == ("普通 → 大客户", "=1+1 规模大", "周敏")
    assert f"{told['门槛']:,.2f}" in page
    assert f"{told['近 12 个月实收']:,.2f}" in page
    assert f"{told['建档天数']:,}<small>天" in page
    assert services[1:] == []
    assert last[1][:6] == [
        "澜桥酒店",
        "普通 → 大客户",
        "周敏",
        "去年买了很多",
        "已驳回",
        "再看半年",
    ]
    assert AccessEntry.objects.get(kind="export").rows == 2
    for role in ("finance", "clerk", "hr", "agent"):
        answer = factories.signed_in(role).get("/customers/nominations/?export=xlsx")
        assert answer.status_code == 403, role


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("hr", ["今日", "人员", "送礼节日", "销售任务", "提成"]), ("clerk", ["今日", "客户", "提货", "提成", "人员"]),
        ("finance", ["今日", "目标板", "客户", "销售", "提成", "人员"]),
    ],
)  # fmt: skip
def test_first_words_of_the_navigation_say_what_they_are_to_a_role(role, words):
    page = factories.signed_in(role).get("/")
    assert [str(place.title) for place in page.context["places"]] == words
    assert all(f">{word}</a>" in page.content.decode() for word in words)
