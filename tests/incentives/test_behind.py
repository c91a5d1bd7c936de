"""A line paid by the month is opened on its page down to each order, for whom they are to see alone."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assay.incentives.actions.running import run_month
from assay.incentives.models import Line, PayMonth, Statement
from assay.incentives.queries import behind
from assay.period import Month
from assay.sales.actions.orders import cancel
from tests import factories
from tests.incentives.reading import only

pytestmark = pytest.mark.django_db
PLAN = """plan: ours
effective: 2026-01
clauses: {"一": 按当月业绩提, "二": 部门池}
facts: {order: {to: {who: order.salesperson, as: [salesperson, manager], counts_for: team}}}
measures:
  sales: {is: "sum(order.amount)", title: {zh: 业绩, en: sales}}
  big: {is: "count(order)", where: "order.amount >= 5万元", title: {zh: 大单数, en: big orders}}
  pool: {is: "team.sum(order.amount)", title: {zh: 部门业绩, en: team sales}}
  of_each: {is: "team.sum(sales)", title: {zh: 各人业绩, en: sales of each}}
rules:
  - name: quota
    title: {zh: 月度奖, en: monthly bonus}
    for: salesperson
    cite: "一"
    pay: "sales * 1% + number(big) * 100元"
  - name: share
    title: {zh: 分池, en: share}
    for: salesperson
    cite: "二"
    pay: "share(pool * 1%, by: sales, among: team)"
  - {name: override, title: {zh: 管理奖, en: override}, for: manager, cite: "二", pay: "of_each * 1%"}
"""
HTMX = {"HX-Request": "true"}


@pytest.fixture
def paid(house, settings, tmp_path):
    """March paid by a plan whose lines are all of the month, open to queries."""
    cache.clear()
    settings.PLANS = tmp_path / "plans"
    settings.PLANS.mkdir()
    (settings.PLANS / "ours.yaml").write_text(PLAN, encoding="utf-8")
    run_month(Month.parse("2026-03"))
    show()
    return house


def show():
    """The month is open to queries."""
    row = PayMonth.objects.get()
    row.state = "preview"
    row.save()


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def opened(browser, url, line, **more):
    """What a line of a statement opens to, as its page asks for it."""
    return text(browser.get(f"{url}order/", {"line": line, **more}, headers=HTMX))


def figures(html):
    """The amounts in the rows of a piece, in 分."""
    found = re.findall(r'first-figure">([\d,.]+)元', html)
    return [int(one.replace(",", "").replace(".", "")) for one in found]


def test_a_monthly_line_opens_to_its_orders_which_come_to_its_sums(paid):
    """The bonus on a sum: each order with its day, customer and amount; the count without those too small."""
    browser = factories.signed_in("salesperson", paid.first)
    url = f"/pay/statements/{Statement.objects.get(code='S01').pk}/"
    page = text(browser.get(url))
    assert "0 单" not in page, "how many orders is said where they are listed"
    link = only(r'hx-get="([^"]*line=quota)"', page)
    assert link == f"{url}order/?line=quota"
    piece = opened(browser, url, "quota")
    assert "<html" not in piece
    sums, counted = piece.split("<details")[1:]
    assert "业绩" in sums
    assert figures(sums) == [36_000_00, 76_500_00]
    assert '<span class="n nums">112,500.00元</span>' in sums
    for order in paid.orders[:2]:
        assert f'<a href="/sales/orders/{order.pk}/">{order.customer.name}</a>' in sums
        assert f"订单 {order.number}" in sums
        assert f"{order.day:%Y-%m-%d}" in sums
    assert "大单数" in counted
    assert paid.orders[1].number in counted
    assert paid.orders[0].number not in counted
    assert "另有 1 项不计" in counted
    whole = text(browser.get(f"{url}order/?line=quota"))
    assert "<html" in whole
    assert "月度奖" in whole


def test_a_member_of_a_pool_sees_his_orders_and_only_the_sum_of_the_others(paid):
    browser = factories.signed_in("salesperson", paid.first)
    url = f"/pay/statements/{Statement.objects.get(code='S01').pk}/"
    piece = opened(browser, url, "share")
    pool = piece.split("<details")[1]
    assert figures(pool) == [36_000_00, 76_500_00, 48_000_00]
    assert "别人的 1 笔，只看合计" in pool
    told = text(browser.get(url)) + piece + "".join(
        opened(browser, url, "share", at=at) for at in ("0", "1")
    ) + text(browser.get(f"{url}keep/"))  # fmt: skip
    for foreign in (paid.orders[2].number, paid.orders[2].customer.name, paid.second.name):
        assert foreign not in told
    for at in (
        "0.2",
        "9",
        "0.x",
        "-1",
        "0.0.0",
    ):  # others' parts have no place; rows open no further
        answer = browser.get(f"{url}order/", {"line": "share", "at": at}, headers=HTMX)
        assert answer.status_code == 404 or paid.orders[2].number not in text(answer)
    assert browser.get(f"{url}order/?line=override").status_code == 404
    other = f"/pay/statements/{Statement.objects.get(code='S02').pk}/order/?line=share"
    assert browser.get(other).status_code == 404, "a colleague's statement is not his"


def test_a_manager_opens_his_peoples_sums_by_name_and_each_down_to_its_orders(paid):
    browser = factories.signed_in("manager", paid.manager)
    url = f"/pay/statements/{Statement.objects.get(code='M01', role='manager').pk}/"
    piece = opened(browser, url, "override")
    assert figures(piece) == [0, 112_500_00, 48_000_00]
    assert paid.second.name in piece
    links = re.findall(r'<a href="([^"]*at=[^"]*)">([^<]*)</a>', piece)
    (link,) = (one.replace("&amp;", "&") for one, name in links if name == paid.second.name)
    below = text(browser.get(link, headers=HTMX))
    assert paid.orders[2].number in below
    assert figures(below) == [48_000_00]
    assert paid.orders[0].number not in below


def test_a_sum_of_many_orders_lists_the_first_and_leads_to_all_page_by_page(paid, monkeypatch):
    """As many queries with many orders as with few; the pages together come to the sum."""
    monkeypatch.setattr(behind, "FIRST", 2)
    monkeypatch.setattr(behind, "PAGE", 3)
    browser = factories.signed_in("salesperson", paid.first)

    def asked():
        url = f"/pay/statements/{Statement.objects.filter(code='S01').latest('pk').pk}/"
        opened(browser, url, "quota")
        with CaptureQueriesContext(connection) as seen:
            piece = opened(browser, url, "quota")
        return url, piece, len(seen)

    _url, _piece, few = asked()
    for at in range(5):
        factories.order(paid.first, pieces=at + 1, ratio="0.9", of=paid.good, placed=True,
                        day=date(2026, 3, 12 + at))  # fmt: skip
    run_month(Month.parse("2026-03"))
    show()
    url, piece, many = asked()
    assert many == few
    first = piece.split("<details")[1]
    assert "另外 5 项，全部列出" in first
    assert sum(figures(first)) == 126_000_00, "what is not listed is told together"
    assert f"{url}order/?line=quota&amp;at=0" in first
    pages = [text(browser.get(f"{url}order/?line=quota&at=0&page={n}")) for n in (1, 2, 3, 99)]
    assert "1–3 / 7" in pages[0]
    assert "at=0&amp;page=2" in pages[0]
    assert pages[3].count("7–7 / 7") == 1, "beyond the last page is the last"
    assert sum(sum(figures(one)) for one in pages[:3]) == 126_000_00
    for wrong in ("x", "-1", "0.", "9" * 4400):
        assert browser.get(f"{url}order/?line=quota&at={wrong}").status_code == 404, wrong[:9]


def test_the_running_month_opens_to_its_orders_too(paid):
    made = factories.order(paid.first, pieces=3, ratio="0.9", of=paid.good, placed=True)
    browser = factories.signed_in("salesperson", paid.first)
    page = text(browser.get("/pay/statements/running/"))
    link = only(r'hx-get="([^"]*line=quota)"', page).replace("&amp;", "&")
    piece = text(browser.get(link, headers=HTMX))
    assert made.number in piece
    assert figures(piece.split("<details")[1]) == [2_700_00]


def test_what_a_later_month_puts_right_shows_the_rows_as_they_were_and_as_they_are(paid):
    row = PayMonth.objects.get()
    row.state = "locked"
    row.save()
    cancel(paid.orders[0], why="客户改主意")
    run_month(Month.parse("2026-04"))
    april = PayMonth.objects.get(month=Month.parse("2026-04").index)
    april.state = "preview"
    april.save()
    line = Line.objects.get(line="adjustment:quota", statement__code="S01")
    browser = factories.signed_in("salesperson", paid.first)
    page = text(browser.get(f"/pay/adjustments/{line.pk}/"))
    gone, stays = paid.orders[0].number, paid.orders[1].number
    assert f"业绩 112,500.00元 计入 2 笔：订单 {gone}" in page
    assert f"业绩 76,500.00元 计入 1 笔：订单 {stays}" in page
    assert paid.orders[2].number not in page
