"""Every page of every role: as many queries with three times the rows as with few, and never many."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assay.customers import actions as customers
from assay.customers.models import Campaign, Category, Customer
from assay.people.models import Department, Employee, Shop, Training
from assay.sales.actions import approvals, handing, money
from assay.sales.actions.orders import place_order
from assay.sales.models import Order
from tests import factories
from tests.site import samples
from tests.site.rights import ALL, RIGHTS
from tests.site.test_rights import every_address

pytestmark = pytest.mark.django_db

MOST = 45
WIDEST = ("manager", "director", "hr", "finance", "salesperson", "clerk", "agent", "admin")
# Pages that pay a month or price an order by the plan: what they ask for grows with the month, not with a list.
PAYING = {"home", "month"}


def more(house, count):
    """Further rows of every kind, in every list and below the rows whose pages are opened."""
    seller = Employee.objects.get(pk=house.numbers["people:"])
    whose = {role: house.logins[role].employee for role in ("manager", "clerk")}
    agent = house.logins["agent"].agent
    shop, team = Shop.objects.order_by("pk").first(), Department.objects.get(code="KA")
    row, category = (
        Customer.objects.get(pk=house.numbers["customers:"]),
        Category.objects.get(code="silver"),
    )
    today = timezone.localdate()
    for _n in range(count):
        person = factories.employee("salesperson", team)
        factories.agent()
        factories.training(person, seller, day=today)
        factories.good()
        factories.customer()
        factories.shop()
        one = factories.customer(seller, shop=shop, group=f"集团{person.number}")
        for customer in (row, one):
            contact = factories.contact(customer, name=f"段{person.number}")
            customers.log_visit(customer, by=seller, kind="call", said="问候", contact=contact)
            customers.note_need(customer, year=today.year, category=category, text="银条")
            customers.note_satisfaction(customer, by=seller, score=4)
            customers.keep_document(customer, kind="other", file=factories.pdf())
            customers.add_service(customer, by=seller, title="刻字", text="当天可取")
            customers.take_enquiry(asker="李工", channel="phone", text="刻字", customer=customer)
            _trade(customer, seller, agent, shop, whose, today)
        customers.nominate(one, by=seller, reason="规模大")
        customers.aim_at(one, year=today.year)
        customers.register_prospect(agent, name=f"滇池{person.number}", contact="段丽")
        customers.note_market(by=person, kind="rival", text="降价")
        customers.invite(Campaign.objects.get(pk=house.numbers["customers:campaign"]), one)
        factories.opportunity(seller)


def _trade(customer, seller, agent, shop, whose, today):
    """An order with a request agreed to, money, goods handed over and one that came back."""
    order = factories.order(
        seller, agent, customer=customer, pickup_shop=shop, ratio="0.7", due_on=today
    )
    request = approvals.ask(order, by=seller, why="老客户")
    approvals.agree(request.signs.get(), by=whose["manager"])
    placed = place_order(Order.objects.get(pk=order.pk), day=order.day)
    line = placed.lines.get()
    handing.pick_up(placed, shop=shop, clerk=whose["clerk"], person="周敏", wanted={line.pk: 1})
    receipt = money.record_receipt(day=placed.day, amount=10_000, payer=customer.name)
    money.match(receipt, order=placed, amount=5_000)
    handing.return_goods(
        Order.objects.get(pk=placed.pk), day=placed.day, why="划痕", wanted={line.pk: 1}
    )
    factories.order(seller, agent, customer=customer)


def counted(house):
    """(role, address) -> queries, of every page that answers a GET with a page, for who sees most."""
    found, told = {}, {}
    browsers = {role: house.browser(role) for role in ALL.split()}
    for browser in browsers.values():
        browser.get("/me/")
    for name, pattern in every_address():
        widest = [role for role in WIDEST if role in RIGHTS[name].split()]
        for role in widest[:1] if name not in PAYING else ():
            browser = browsers[role]
            url = reverse(name, kwargs=samples.words(house, name, pattern))
            cache.clear()  # else what is remembered for a minute would count by the clock
            with CaptureQueriesContext(connection) as held:
                answer = browser.get(url)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                found[role, name] = len(held)
                told[role, name] = Counter(query["sql"] for query in held).most_common(2)
    return found, told


def test_no_page_asks_more_where_there_is_more(house):
    more(house, 2)
    few, _told = counted(house)
    more(house, 4)
    many, told = counted(house)
    grown = [
        f"{role} {name}: {few[role, name]} -> {count}, as {told[role, name][0]}"
        for (role, name), count in many.items()
        if count > few[role, name]
    ]
    assert not grown, "\n".join(grown)
    too_many = {page: count for page, count in many.items() if count > MOST}
    assert not too_many
    assert Training.objects.count() > 6
    assert len(many) > 80
