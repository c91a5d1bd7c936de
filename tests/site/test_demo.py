"""The demo's company is the sample department of the run, gone on to the present; it lets each role in."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from assay.customers.models import (
    Contact,
    Customer,
    Enquiry,
    Festival,
    Group,
    Nomination,
    Prospect,
    Visit,
)
from assay.customers.queries.boards import going
from assay.customers.queries.owning import pool, protection_over
from assay.facts.cells import read_since, read_until
from assay.people import queries
from assay.people.models import Attendance, Employee, Training
from assay.period import Month
from assay.sales.models import Opportunity, Order, Receipt, Sign, Target
from assay.sales.queries.orders import overdue
from assay.samples.department import FIRST, MONTHS, tables
from assay.samples.present import present
from assay.site.demo import people
from assay.site.demo.names import BIG
from assay.site.demo.people import OPENED
from assay.site.logins import LOGINS, PASSWORD
from tests.conftest import PLAN

pytestmark = pytest.mark.django_db


def test_the_same_people_in_the_same_roles_on_every_day(department):
    with (department / "people.csv").open(encoding="utf-8-sig", newline="") as stream:
        written = [
            (
                row["payee_id"], row["name"], row["role"], row["team"],
                read_since(row["from"]) if row["from"] else OPENED,
                read_until(row["to"]) if row["to"] else None,
            )
            for row in csv.DictReader(stream)
        ]  # fmt: skip
    people.settle()
    assert sorted(queries.payees(), key=str) == sorted(written, key=str)
    assert FIRST.first > OPENED
    assert Month(FIRST.index + MONTHS).first > OPENED
    wages = {e.number: e.wages.get().base_wage for e in Employee.objects.exclude(wages=None)}
    assert (wages["M01"], wages["S01"]) == (240_000, 180_000)


def test_each_role_signs_in_with_the_login_that_is_printed(settings):
    settings.DEMO = True
    people.settle()
    for role, name in LOGINS:
        browser = Client()
        answer = browser.post("/sign-in/", {"username": name, "password": PASSWORD})
        assert answer.status_code == 302, role
        assert browser.get("/").context["viewer"].role == role


def test_the_demo_reaches_today_and_each_role_finds_what_waits_for_it(settings, tmp_path):
    today = timezone.localdate()
    week, month = today + timedelta(7), today - timedelta(30)
    settings.PLANS = tmp_path / "plans"
    call_command("prepare_demo", plan=PLAN)  # as `./assay demo` does, on either database
    seller, orders = Employee.objects.get(number="S04"), Order.objects.exclude(number=None)
    own = Customer.objects.filter(owner=seller)
    owing = overdue(orders, today)
    waits = {
        "orders of today": orders.filter(day=today),
        "money that came in this month": Receipt.objects.filter(day__gte=month),
        "targets of this month": Target.objects.filter(month=Month.of(today).index),
        "the seller's next steps": Visit.objects.filter(employee=seller, next_on=today),
        "his protections that end": own.filter(protected_until__range=(today, week), tier="ordinary"),
        "his customers who go silent": going(own, today),
        "his money due": owing.filter(seller=seller),
        "his opportunities": Opportunity.objects.filter(seller=seller, expected_on__range=(today, week)),
        "his enquiries": Enquiry.objects.filter(employee=seller, state="open"),
        "the manager's nominations": Nomination.objects.filter(state="waiting"),
        "what the manager signs": Sign.objects.filter(who__number="M01", said="waiting"),
        "what the director signs": Sign.objects.filter(who__number="D01", said="waiting"),
        "protections that are over": protection_over(Customer.objects.all(), today),
        "the pool": pool(),
        "finance's unmatched money": Receipt.objects.filter(matched=0),
        "the clerk's pick-ups": Order.objects.filter(pickup_shop__code="Y01", status="shipped"),
        "the agent's protection that ends": Prospect.objects.filter(
            agent__code="A01", state="held", protected_until__lte=week
        ),
        "attendance of yesterday's month": Attendance.objects.filter(day__gte=month),
        "a training to come": Training.objects.filter(day__gt=today),
    }  # fmt: skip
    assert [name for name, rows in waits.items() if not rows.exists()] == []
    silent = going(Customer.objects.all(), today).count()
    assert 20 < silent < 75, "most customers are alive"
    assert owing.count() < 120, "most orders are paid"
    assert not Order.objects.filter(day__gt=today).exists()
    assert not Receipt.objects.filter(day__gt=today).exists()
    assert not Visit.objects.filter(day__gt=today).exists()
    archives_are_full()
    kept = Order.objects.count()
    call_command("prepare_demo", plan=PLAN)
    assert Order.objects.count() == kept, "a second start fills nothing again"
    assert [path.name for path in settings.PLANS.iterdir()] == [PLAN.name]


def archives_are_full():
    """300 customers, some in groups, each with contacts and dealings, visited before festivals."""
    assert Customer.objects.count() == 300
    groups = Group.objects.annotate(n=Count("customers"))
    assert groups.filter(n__gt=1).count() > 5, "groups of several customers"
    assert 30 < Customer.objects.exclude(group=None).count() < 120, "one in five"
    contacts = Counter(Contact.objects.values_list("customer", flat=True))
    assert len(contacts) == 300
    assert set(contacts.values()) == {2, 3, 4}
    assert Contact.objects.filter(part="decide").count() == 300
    assert not Contact.objects.filter(phone=None).exists()
    festivals = list(Festival.objects.filter(name__in=BIG))
    visits = list(Visit.objects.filter(next_on=None))  # without a step that still lies ahead
    assert len(visits) > 1000
    about = [(v, [f for f in festivals if f.name in v.said]) for v in visits]
    told = [(v, fs) for v, fs in about if fs]
    assert len(told) > len(visits) * 9 // 10, "most speak of a festival"
    far = [v.said for v, fs in told if not any(3 <= (f.day - v.day).days < 50 for f in fs)]
    assert far == [], "a visit speaks of the festival that is near"


@pytest.mark.parametrize("until", [date(2026, 2, 28), date(2027, 7, 1)])
def test_what_the_department_went_on_to_do_leaves_its_months_as_they_are(until):
    once, again = present(1, until), present(1, until)
    assert once == again
    base = {name: rows for name, (_header, rows) in tables(1).items()}
    for name, rows in base.items():
        if name != "orders":
            assert once.tables.get(name, rows)[: len(rows)] == rows, name
    for now, then in zip(once.tables["orders"], base["orders"], strict=False):
        assert (now[:9], now[10]) == (then[:9], then[10])
    later = once.tables["orders"][len(base["orders"]) :]
    assert {row[1][:7] for row in later} == {
        str(m) for m in Month.span(Month.parse("2026-01"), Month.of(until))
    }
    assert max(row[1] for row in later) <= str(until)
