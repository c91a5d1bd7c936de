"""Lists as somebody wants them: saved filters, columns, rows ticked, a workbook of what is shown."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import openpyxl
import pytest
from django.utils import timezone

from assay.customers.models import Customer
from assay.desk.actions.notices import collect
from assay.desk.models import Notice
from assay.desk.queries.notices import said as words_of
from assay.furniture import lists
from assay.furniture.models import AccessEntry, SavedView
from assay.sales.actions import money
from assay.sales.models import Order
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "customers:customers"


@pytest.fixture
def seller():
    return factories.employee("salesperson")


def heads(page):
    return re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]*)<', page)  # a deed has no head


def sheet(answer):
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def get(browser, url):
    return browser.get(url).content.decode()


def test_filters_are_saved_under_a_name_and_are_ones_own(seller):
    factories.customer(seller, name="云岭银行", tier="key")
    factories.customer(seller, name="碧湖酒店")
    browser, other = factories.signed_in(who=seller), factories.signed_in("salesperson")
    said = {"page": LIST, "query": "tier=key&sort=-opened&after=xyz", "name": "我的大客户"}
    answer = browser.post("/lists/save/", said)
    assert answer["Location"] == "/customers/?tier=key&sort=-opened"
    page = get(browser, "/customers/")
    [link] = re.findall(r'<li><a href="(\?[^"]+)">我的大客户</a>', page)
    page = get(browser, f"/customers/{unescape(link)}")
    assert "云岭银行" in page
    assert "碧湖酒店" not in page
    assert '<a href="?tier=key&amp;sort=-opened" aria-current="true">我的大客户</a>' in page
    assert "我的大客户" not in get(other, "/customers/")
    assert "我的大客户" not in get(browser, "/customers/pool/")
    view = SavedView.objects.get()
    assert other.post(f"/lists/{view.pk}/drop/", {"page": LIST}).status_code == 404
    browser.post(f"/lists/{view.pk}/drop/", {"page": LIST})
    assert not SavedView.objects.exists()


def test_a_name_said_again_stands_for_the_new_filters_and_none_is_refused(seller):
    browser = factories.signed_in(who=seller)
    for query in ("tier=key", "tier=ordinary"):
        browser.post("/lists/save/", {"page": LIST, "query": query, "name": "常用"})
    assert SavedView.objects.get().query == "tier=ordinary"
    page = browser.post("/lists/save/", {"page": LIST, "name": " "}, follow=True).content.decode()
    assert "给这组筛选起个名字" in page
    assert browser.post("/lists/save/", {"page": "no:list", "name": "a"}).status_code == 404


def test_columns_are_chosen_stay_chosen_and_come_back(seller):
    factories.customer(seller, name="云岭银行", city="苏州")
    browser = factories.signed_in(who=seller)
    usual = heads(get(browser, "/customers/"))
    assert "城市" not in usual
    browser.post("/lists/columns/", {"page": LIST, "col": ["jibie", "chengshi"]})
    page = get(browser, "/customers/")
    assert heads(page) == ["客户", "级别", "城市"]
    assert "苏州" in page
    assert heads(get(browser, "/customers/?cols=bianhao")) == ["客户", "编号"]
    browser.post("/language/", {"language": "en"})
    assert 'name="col" value="chengshi" checked' in get(browser, "/customers/")
    browser.post("/language/", {"language": "zh-hans"})
    browser.post("/lists/columns/", {"page": LIST, "usual": "1"})
    assert heads(get(browser, "/customers/")) == usual


def test_the_workbook_holds_what_is_on_the_screen_in_its_order(seller):
    for name, city in (("云岭银行", "苏州"), ("碧湖酒店", "无锡"), ("安邦银行", "苏州")):
        group = "云岭集团" if "云" in name else None
        factories.customer(seller, name=name, city=city, group=group)
    browser = factories.signed_in(who=seller)
    browser.post("/lists/columns/", {"page": LIST, "col": ["chengshi"]})
    page = get(browser, "/customers/?q=银行&sort=-pinyin")
    [link] = re.findall(r'href="(\?[^"]*export=xlsx[^"]*)"', page)
    rows = sheet(browser.get(f"/customers/{unescape(link)}"))
    assert "<small>云岭集团</small>" in page
    assert rows == [
        ["客户", "集团", "城市"],
        ["云岭银行", "云岭集团", "苏州"],
        ["安邦银行", "", "苏州"],
    ]
    assert [entry.rows for entry in AccessEntry.objects.filter(kind="export")] == [2]
    both = sheet(browser.get("/customers/?cols=jituan,chengshi&export=xlsx"))
    assert both[0] == ["客户", "集团", "城市"], "not twice where it is a column besides"


def test_only_the_rows_ticked_are_exported_and_none_of_anothers(seller):
    mine = [factories.customer(seller, name=f"云岭{n}银行") for n in "一二三"]
    others = factories.customer(factories.employee("salesperson"), name="安邦银行")
    browser = factories.signed_in(who=seller)
    said = {"export": "xlsx", "pick": [mine[0].pk, mine[2].pk, others.pk]}
    rows = sheet(browser.post("/customers/?cols=bianhao", said))
    assert {row[0] for row in rows[1:]} == {"云岭一银行", "云岭三银行"}
    assert rows[0] == ["客户", "集团", "编号"]
    clerk = factories.signed_in("clerk")
    assert clerk.post("/customers/", {"export": "xlsx", "pick": [mine[0].pk]}).status_code == 403


def test_several_are_picked_out_of_the_pool_and_what_the_rules_forbid_is_told(seller):
    free = [factories.customer(name=f"云岭{n}银行") for n in "一二"]
    key = factories.customer(name="安邦银行", tier="key")
    browser = factories.signed_in(who=seller)
    assert 'formaction="/customers/pool/pick/"' in get(browser, "/customers/pool/")
    said = {"pick": [row.pk for row in (*free, key)], "next": "/customers/pool/?tier=key"}
    answer = browser.post("/customers/pool/pick/", said, follow=True)
    assert answer.redirect_chain[0][0] == "/customers/pool/?tier=key"
    page = answer.content.decode()
    assert "已领取 2 位" in page
    assert "安邦银行: 大客户由经理分派" in page
    assert set(Customer.objects.filter(owner=seller)) == set(free)


def test_rows_ticked_are_handed_over_aimed_at_and_shipped(seller):
    team = seller.assignments.get().department
    boss = factories.employee("manager", team)
    other = factories.employee("salesperson", team)
    rows = [factories.customer(seller, name=f"云岭{n}银行") for n in "一二"]
    browser = factories.signed_in(who=boss)
    picks = {"pick": [row.pk for row in rows], "begin": "1"}
    page = browser.post("/customers/hand-over/", picks).content.decode()
    ticked = re.findall(r'name="pick" value="(\d+:\d+)" checked', page)
    assert len(ticked) == 2
    browser.post("/customers/hand-over/", {"pick": ticked, "to": other.pk, "reason": "调整"})
    assert {row.owner for row in Customer.objects.all()} == {other}
    browser.post("/customers/targets/add/", picks)
    assert "云岭一银行" in get(browser, "/customers/targets/")
    orders = [factories.order(other, customer=rows[0], placed=True) for _n in range(2)]
    answer = factories.signed_in(who=other).post(
        "/sales/orders/ship/", {"pick": [order.pk for order in orders]}, follow=True
    )
    assert "2 单已记发货" in answer.content.decode()


def test_nothing_ticked_or_anothers_ticked_changes_nothing(seller):
    order = factories.order(factories.employee("salesperson"), placed=True)
    browser = factories.signed_in(who=seller)
    answer = browser.post(
        "/sales/orders/ship/", {"pick": [order.pk, "x"], "next": "//evil"}, follow=True
    )
    assert "先在列表里勾选" in answer.content.decode()
    assert answer.redirect_chain[0][0] == "/sales/orders/"
    order.refresh_from_db()
    assert order.status == "open"


def test_a_list_too_long_for_a_workbook_says_so_and_gives_none_short(seller, monkeypatch):
    monkeypatch.setattr(lists, "MAX_ROWS", 2)
    for name in ("云岭银行", "碧湖酒店", "锦程物流"):
        factories.customer(seller, name=name)
    browser = factories.signed_in(who=seller)
    page = browser.get("/customers/?export=xlsx&sort=-opened", follow=True)
    assert page.redirect_chain == [("?sort=-opened", 302)]
    assert "超过 2 行，没有导出" in page.content.decode()
    assert not AccessEntry.objects.exists()
    assert len(sheet(browser.get("/customers/?export=xlsx&q=云岭"))) == 2


def test_receipts_ticked_are_matched_where_one_order_is_surely_paid(seller):
    order = factories.order(seller, placed=True)
    day, name = order.day, order.customer.name
    sure = money.record_receipt(day=day, amount=order.net_amount, payer=name)
    lost = money.record_receipt(day=day, amount=123, payer="不认识的公司")
    browser = factories.signed_in("finance")
    assert "核销到对得上的单" in get(browser, "/sales/receipts/")
    answer = browser.post("/sales/receipts/match/", {"pick": [sure.pk, lost.pk]}, follow=True)
    page = answer.content.decode()
    assert "1 笔已核销" in page
    assert "没有唯一对得上的单" in page
    order.refresh_from_db()
    assert order.owed == 0
    assert factories.signed_in(who=seller).post("/sales/receipts/match/").status_code == 403


def test_the_sellers_of_overdue_orders_are_urged_once_a_day_and_told(seller):
    today = timezone.localdate()
    order = factories.order(
        seller, placed=True, day=today - timedelta(90), due_on=today - timedelta(60)
    )
    factories.login("salesperson", seller)
    browser = factories.signed_in("finance")
    assert "催业务员" in get(browser, "/sales/overdue/")
    picks = {"pick": [order.pk]}
    page = browser.post("/sales/overdue/urge/", picks, follow=True).content.decode()
    assert "1 单已催" in page
    assert (
        "今天已经催过" in browser.post("/sales/overdue/urge/", picks, follow=True).content.decode()
    )
    collect()
    notice = Notice.objects.get(key__startswith="urged:")
    assert (notice.user.employee, notice.kind) == (seller, "money")
    assert words_of(notice).startswith(f"催收：{order.customer.name}")
    receipt = money.record_receipt(day=today, amount=order.net_amount, payer="x")
    money.match(receipt, order=Order.objects.get(pk=order.pk), amount=order.net_amount)
    collect()
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_overdue_orders_are_narrowed_by_age_and_seller(seller):
    today = timezone.localdate()
    old, new = (
        factories.order(
            seller, placed=True, day=today - timedelta(200), due_on=today - timedelta(n)
        )
        for n in (100, 10)
    )
    browser = factories.signed_in("finance")
    page = get(browser, f"/sales/overdue/?age=91&seller={seller.pk}")
    assert old.number in page
    assert new.number not in page
    assert f"<span>{seller.name}</span>" in page
    other = factories.employee("salesperson")
    assert "没有符合的" in get(browser, f"/sales/overdue/?seller={other.pk}")
