"""Whose rows each person sees on every page of sales, in every export, and by typing an address."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from assay.people import actions as people
from assay.people.models import Agent, Department, Employee
from assay.sales.actions import approvals, handing, money, targets
from assay.sales.models import Opportunity, Order, Receipt, Request
from tests import factories
from tests.undone import undone

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
MOVED = TODAY - timedelta(100)  # the manager went from the first department to the second
EARLY, LATE = MOVED - timedelta(50), MOVED + timedelta(50)


class House:
    """Two departments with an order before and after the day their manager moved; two agents, two shops.

    first-early: of the first department while M led it; first-late: while N did; second-early: of
    the second before M came; second-late: while he leads it.
    """

    def __init__(self) -> None:
        first, second = factories.department(code="KA"), factories.department(code="KB")
        self.who: dict[str, Employee] = {
            "M": factories.employee("manager", first, number="M1"),
            "N": factories.employee("manager", second, number="N1"),
            "S": factories.employee(number="S1", place=first),
            "T": factories.employee(number="T1", place=second),
        }
        for name in "MN":
            people.leave_post(self.who[name].assignments.get(), stop=MOVED)
        for name, to in (("M", second), ("N", first)):
            people.take_post(self.who[name], role="manager", start=MOVED, department=to)
        self.agents: list[Agent] = [factories.agent(), factories.agent()]
        self.shops = [factories.shop(), factories.shop()]
        clerks = [factories.employee("clerk", shop) for shop in self.shops]
        self.who |= {"C": clerks[0], "D": clerks[1]}
        self.orders: dict[str, Order] = {}
        self.pickups: dict[str, Any] = {}
        self.receipts: dict[str, Any] = {}
        self.requests: dict[str, Any] = {}
        self.chances: dict[str, Any] = {}
        for at, (name, seller, day) in enumerate(
            (("first-early", "S", EARLY), ("first-late", "S", LATE),
             ("second-early", "T", EARLY), ("second-late", "T", LATE))
        ):  # fmt: skip
            self._sell(name, self.who[seller], day, at % 2)

    def _sell(self, name: str, seller: Employee, day: date, side: int) -> None:
        asked = factories.order(seller, ratio="0.7", day=day)
        self.requests[name] = approvals.ask(asked, by=seller, why="老客户")
        order = factories.order(
            seller, self.agents[side], pickup_shop=self.shops[side], day=day, placed=True,
            due_on=day + timedelta(1),
        )  # fmt: skip
        self.orders[name] = order
        self.pickups[name] = handing.pick_up(
            order,
            shop=self.shops[side],
            clerk=None,
            person="周敏",
            wanted={order.lines.get().pk: 1},
        )
        receipt = money.record_receipt(day=day, amount=1000, payer=f"付款方 {name}")
        money.match(receipt, order=order, amount=1000)
        self.receipts[name] = receipt
        handing.return_goods(
            order, day=timezone.localdate(), why="包装", wanted={order.lines.get().pk: 2}
        )
        self.chances[name] = factories.opportunity(seller)
        chance = Opportunity.objects.get(pk=self.chances[name].pk)
        chance.day, chance.title, chance.department = day, f"商机 {name}", order.department
        chance.save()


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """Made once: no test changes what another one looks at, rows least of all."""
    with undone(django_db_blocker):
        yield House()


SEEN = {
    "M": {"first-early", "second-late"},
    "N": {"first-late", "second-early"},
    "S": {"first-early", "first-late"},
    "T": {"second-early", "second-late"},
}
# A request is seen besides by who decides it: the manager of the department today.
DECIDES: dict[str, set[str]] = {"M": {"second-early"}, "N": {"first-early"}, "S": set(), "T": set()}
ALL = {"first-early", "first-late", "second-early", "second-late"}


def exported(browser, url):
    """The cells of a workbook, as one text."""
    answer = browser.get(f"{url}?export=xlsx")
    assert answer.status_code == 200, url
    rows = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    return "\n".join(str(cell) for row in rows for cell in row)


def marks(house, url):
    """What names each row on a list."""
    return {
        "/sales/orders/": {n: str(o) for n, o in house.orders.items()},
        "/sales/overdue/": {n: str(o) for n, o in house.orders.items()},
        "/sales/returns/": {n: str(o) for n, o in house.orders.items()},
        "/sales/pickups/": {n: str(p) for n, p in house.pickups.items()},
        "/sales/receipts/": {n: r.payer for n, r in house.receipts.items()},
        "/sales/approvals/all/": {n: str(r) for n, r in house.requests.items()},
        "/sales/opportunities/": {n: f"商机 {n}" for n in house.chances},
    }[url]


@pytest.mark.parametrize("name", list(SEEN))
@pytest.mark.parametrize(
    "url",
    [
        "/sales/orders/", "/sales/overdue/", "/sales/returns/", "/sales/pickups/", "/sales/receipts/",
        "/sales/approvals/all/", "/sales/opportunities/",
    ],
)  # fmt: skip
def test_a_list_and_its_workbook_hold_what_is_theirs_over_time(house, name, url):
    browser = factories.signed_in(who=house.who[name])
    for text in (browser.get(url).content.decode(), exported(browser, url)):
        seen = {n for n, mark in marks(house, url).items() if mark in text}
        assert seen == (SEEN[name] | DECIDES[name] if "approvals" in url else SEEN[name])


@pytest.mark.parametrize("role", ["director", "finance"])
def test_director_and_finance_see_all_of_it(house, role):
    browser = factories.signed_in(role)
    for url in ("/sales/orders/", "/sales/overdue/", "/sales/returns/", "/sales/receipts/"):
        text = exported(browser, url)
        assert {n for n, mark in marks(house, url).items() if mark in text} == ALL


@pytest.mark.parametrize("name", list(SEEN))
def test_an_address_typed_leads_nowhere_for_a_stranger(house, name):
    browser = factories.signed_in(who=house.who[name])
    for at in ALL:
        order, request = house.orders[at].pk, house.requests[at]
        pages = [
            f"/sales/orders/{order}/", f"/sales/orders/{order}/paper/",
            f"/sales/orders/{request.order_id}/", f"/sales/receipts/{house.receipts[at].pk}/",
            f"/sales/receipts/{house.receipts[at].pk}/paper/",
            f"/sales/pickups/{house.pickups[at].pk}/", f"/sales/approvals/{request.pk}/",
            f"/sales/opportunities/{house.chances[at].pk}/",
        ]  # fmt: skip
        for url in pages:
            seen = SEEN[name] | DECIDES[name] if "approvals" in url else SEEN[name]
            assert browser.get(url).status_code == (200 if at in seen else 404), (at, url)


@pytest.mark.parametrize("name", list(SEEN))
def test_a_stranger_s_button_does_nothing(house, name):
    browser = factories.signed_in(who=house.who[name])
    for at in ALL - SEEN[name]:
        placed, quote = house.orders[at], house.requests[at].order_id
        verbs: list[tuple[str, dict[str, Any]]] = [
            (f"/sales/orders/{quote}/{verb}/", {})
            for verb in ("place", "ship", "complete", "cancel", "ask", "change")
        ]
        verbs += [
            (f"/sales/orders/{placed.pk}/ship/", {}),
            ("/sales/orders/price/", {"order": quote}),
        ]
        verbs += [(f"/sales/opportunities/{house.chances[at].pk}/", {})]
        if name in "MN":
            verbs.append((f"/sales/orders/{placed.pk}/return/", {}))
        for url, said in verbs:
            assert browser.post(url, said).status_code == 404, (at, url)


def test_a_manager_who_has_moved_reads_what_was_his_and_changes_nothing_of_it(house):
    browser = factories.signed_in(who=house.who["M"])
    old, now = house.orders["first-early"], house.orders["second-late"]
    page = browser.get(f"/sales/orders/{old.pk}/").content.decode()
    assert "/cancel/" not in page
    assert "/return/" not in page
    for verb in ("ship", "cancel", "complete", "return", "change"):
        assert browser.post(f"/sales/orders/{old.pk}/{verb}/").status_code == 404, verb
        assert browser.post(f"/sales/orders/{now.pk}/{verb}/").status_code != 404, verb
    sign = Request.objects.get(pk=house.requests["first-early"].pk).signs.get()
    assert sign.who == house.who["N"], "who leads today decides"
    other = browser.post(f"/sales/approvals/sign/{sign.pk}/agree/", {"comment": ""}, follow=True)
    assert "不是等你批" in other.content.decode() or other.status_code == 404


def test_several_sent_at_once_are_those_one_may_send_one_by_one(house):
    days = (("S", EARLY), ("T", LATE))
    orders = [factories.order(house.who[name], placed=True, day=day) for name, day in days]
    browser = factories.signed_in(who=house.who["M"])
    browser.post("/sales/orders/ship/", {"pick": [order.pk for order in orders]})
    assert [Order.objects.get(pk=order.pk).status for order in orders] == ["open", "shipped"]


def test_an_agent_sees_what_was_sold_through_him_and_nothing_else(house):
    agent, other = house.agents
    browser = factories.signed_in("agent", agent)
    text = browser.get("/sales/orders/").content.decode()
    seen = {n for n, order in house.orders.items() if str(order) in text}
    assert seen == {"first-early", "second-early"}
    for at, order in house.orders.items():
        for url in (f"/sales/orders/{order.pk}/", f"/sales/orders/{order.pk}/paper/"):
            assert browser.get(url).status_code == (200 if at in seen else 404)
    page = browser.get(f"/sales/orders/{house.orders['first-early'].pk}/").content.decode()
    for told in ("成本", "公司留下"):
        assert told not in page
    assert browser.get("/sales/orders/?export=xlsx").status_code == 403
    for url in ("/sales/receipts/", "/sales/overdue/", "/sales/returns/", "/sales/pickups/",
                "/sales/approvals/all/", "/sales/opportunities/", "/sales/targets/", "/sales/facts/",
                "/customers/", "/people/shops/", f"/sales/receipts/{house.receipts['first-early'].pk}/"):  # fmt: skip
        assert browser.get(url).status_code == 403, url
    assert factories.signed_in("agent", other).get("/customers/prospects/").status_code == 200


def test_a_clerk_sees_his_shop_s_goods_only(house):
    mine, theirs = factories.signed_in(who=house.who["C"]), factories.signed_in(who=house.who["D"])
    for browser, own in (
        (mine, {"first-early", "second-early"}),
        (theirs, {"first-late", "second-late"}),
    ):
        text = browser.get("/sales/waiting/").content.decode()
        assert {n for n, order in house.orders.items() if str(order) in text} == own
        text = exported(browser, "/sales/pickups/")
        assert {n for n, paper in house.pickups.items() if str(paper) in text} == own
        for at in ALL:
            expected = 200 if at in own else 404
            for url in (
                f"/sales/waiting/{house.orders[at].pk}/",
                f"/sales/pickups/{house.pickups[at].pk}/",
            ):
                assert browser.get(url).status_code == expected, url
            assert browser.get(f"/sales/orders/{house.orders[at].pk}/").status_code == 403
        stranger = house.orders[(ALL - own).pop()]
        said = {"person": "x", f"q{stranger.lines.get().pk}": "1"}
        assert browser.post(f"/sales/waiting/{stranger.pk}/", said).status_code == 404


def test_targets_are_read_for_the_years_one_led_and_set_where_one_leads(house):
    first = Department.objects.get(code="KA")
    years = (MOVED.year - 1, TODAY.year + 1)
    plans = {year: targets.draft_plan(department=first, year=year, amount=0) for year in years}
    browser = factories.signed_in(who=house.who["M"])
    assert browser.get(f"/sales/targets/?plan={plans[years[0]].pk}").status_code == 200
    for suffix in ("", "&export=xlsx"):
        later = browser.get(f"/sales/targets/?plan={plans[years[1]].pk}{suffix}")
        assert later.status_code == 404, "he leads another department by then"
    for verb in ("save", "publish"):
        assert browser.post(f"/sales/targets/{plans[years[0]].pk}/{verb}/").status_code == 404
    leader = factories.signed_in(who=house.who["N"])
    assert leader.get(f"/sales/targets/?plan={plans[years[1]].pk}").status_code == 200
    assert (
        leader.post(f"/sales/targets/{plans[years[1]].pk}/save/", {"version": 1}).status_code == 302
    )


def test_nobody_pays_an_order_he_does_not_see(house):
    receipt = Receipt.objects.get(pk=house.receipts["first-early"].pk)
    for name in SEEN:
        browser = factories.signed_in(who=house.who[name])
        assert browser.post(f"/sales/receipts/{receipt.pk}/match/").status_code == 403
