"""Ready-made people for tests: made by the actions that people use, with what a test does not name."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from assay.customers import actions as customers
from assay.people import actions
from assay.people.models import Agent, Company, Department, Employee, Shop, Training, User
from assay.sales.actions import goods as of_goods
from assay.sales.actions import opportunities
from assay.sales.actions.orders import LineSaid, place_order, write_order
from assay.sales.models import GoldPrice, Good, Opportunity, Order

LONG_AGO = date(2022, 1, 1)
PASSWORD = "a long pass phrase"
_NEXT = count(1)


def department(code="", name="大客户部", start=LONG_AGO, parent=None) -> Department:
    return actions.open_department(
        code=code or f"T{next(_NEXT)}", name=name, start=start, parent=parent
    )


def shop(code="", name="南京路银楼", start=LONG_AGO) -> Shop:
    return actions.open_shop(code=code or f"Y{next(_NEXT):03d}", name=name, start=start)


def employee(role="salesperson", place=None, **said) -> Employee:
    """Somebody in a role; a clerk in a shop, others in a department of their own unless named."""
    number = said.pop("number", f"E{next(_NEXT):03d}")
    given = {"number": number, "name": "陈雅琴", "start": LONG_AGO, **said}
    if role == "clerk":
        return actions.hire(role=role, shop=place or shop(), **given)
    return actions.hire(role=role, department=place or department(), **given)


def agent(**said: Any) -> Agent:
    given: dict[str, Any] = {
        "code": f"A{next(_NEXT):03d}",
        "kind": "company",
        "name": "锦程礼品有限公司",
    }
    given |= {"start": LONG_AGO, "pay_by": "invoice", **said}
    return actions.sign_agent(**given)


def company(**said) -> Company:
    return actions.found_company(**{"name": "成色珠宝有限公司", **said})


def training(*people: Employee, day=date(2026, 3, 5), title="新品知识") -> Training:
    return actions.plan_training(
        title=title, day=day, hours=2, trainer="顾明远", place="", employees=list(people)
    )


def login(role="salesperson", who=None, **said) -> User:
    """A login of a role; `who` is the employee or agent it belongs to (made where not named)."""
    given = {"username": f"u{next(_NEXT)}", "password": PASSWORD, "renew": False, **said}
    if role == "admin":
        return actions.open_login(admin=True, **given)
    if role == "agent":
        return actions.open_login(agent=who or agent(), **given)
    return actions.open_login(employee=who or employee(role), **given)


def signed_in(role="salesperson", who=None) -> Client:
    """A browser in which somebody of a role has signed in."""
    return browser_of(login(role, who))


def browser_of(whose: User) -> Client:
    """A browser in which this login has signed in."""
    browser = Client()
    browser.force_login(whose, "django.contrib.auth.backends.ModelBackend")
    return browser


def customer(owner=None, **said: Any):
    """A customer of somebody's; in the pool where nobody is named."""
    given = {"name": f"云岭第{next(_NEXT)}电力设计院", "day": LONG_AGO, "owner": owner, **said}
    return customers.open_customer(**given)


def contact(whose, **said: Any):
    given = {
        "name": "杨慧敏",
        "part": "decide",
        "title": "工会主席",
        "phone": "13812345678",
        **said,
    }
    return customers.add_contact(whose, **given)


def pdf(name="营业执照.pdf", body=b"%PDF-1.7 a licence") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, body)


def good(price: int | None = 100_000, cost: int | None = 60_000, **said: Any) -> Good:
    """Something sold by piece at 1,000 yuan that costs 600, unless said otherwise."""
    given = {"number": f"G{next(_NEXT)}", "name": "足金吊坠", "way": "piece", **said}
    if given["way"] == "piece":
        given |= {"list_price": price, "cost": cost}
    return of_goods.write_good(**given)


def gold_price(day=None, price=90_000, cost=85_000, metal="gold999") -> GoldPrice:
    return of_goods.write_gold_price(
        day=day or timezone.localdate(), metal=metal, price=price, cost=cost
    )


def opportunity(seller, **said: Any) -> Opportunity:
    today = timezone.localdate()
    given = {"title": "福利银条", "stage": "lead", "expected": 10_000_000, **said}
    return opportunities.write_opportunity(
        customer=customer(seller), seller=seller, day=today, expected_on=today, **given
    )


def order(
    seller, through=None, *, pieces=10, ratio="0.95", of=None, lines=None, placed=False, **head
) -> Order:
    """A quotation of pieces at a ratio (or of `lines`); `placed` makes it an order of its day."""
    given = {
        "customer": head.pop("customer", None) or customer(seller), "seller": seller,
        "channel": "agent" if through else "direct", "agent": through,
        "day": timezone.localdate(), **head,
    }  # fmt: skip
    lines = lines or [LineSaid(good=of or good(), quantity=pieces, ratio=Fraction(ratio))]
    made = write_order(None, given, lines)
    return place_order(made, day=made.day) if placed else made


def good_of(order: Order) -> str:
    """The number of the good in an order's only line."""
    found = order.lines.get().good
    assert found is not None
    return str(found.number)
