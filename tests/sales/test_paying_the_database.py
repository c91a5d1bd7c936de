"""`run --facts db` pays every month of the demo as the same facts written to files; splits are paid."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from assay.people.models import Employee
from assay.period import Month
from assay.sales.actions.money import match, record_receipt
from assay.sales.models import Order, OrderShare
from assay.samples.department import FIRST, MONTHS
from assay.site.demo import people, sales
from assay.site.demo.fill import fill
from tests import factories
from tests.conftest import PLAN, assay

pytestmark = pytest.mark.django_db(transaction=True)

SPLIT = """
plan: shared
effective: 2024-01
clauses: {"1": Who shares an order shares its commission}
facts:
  split: {of: order, has: {payee: text, percent: rate}}
  order: {to: {who: split.payee, as: salesperson, part: split.percent}}
rules: [{name: commission, for: salesperson, per: order, cite: "1", pay: "order.credited * 10%"}]
"""


def place() -> str:
    """The test's own database as `--facts` names it; what is in it has been committed."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"db:{held['NAME']}"
    return f"db:postgres://{held['USER']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"


def ran(*words: object) -> str:
    done = assay(*words)
    assert done.status == 0, done.err
    return done.out


def lines(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def the_demo(request):
    """The demo's database as `--facts` names it."""
    if connection.vendor == "sqlite":
        return f"db:{request.getfixturevalue('demo_folder') / 'demo' / 'site' / 'assay.sqlite3'}"
    fill()
    return place()


def test_every_month_of_the_demo_is_paid_as_from_files(department, tmp_path, the_demo):
    files, months = tmp_path / "facts", tmp_path / "one"
    ran("facts", files, "--facts", the_demo)
    ran("run", PLAN, "--facts", the_demo, "--out", tmp_path / "db")
    ran("run", PLAN, "--facts", files, "--out", tmp_path / "files")
    for name in ("statements.csv", "credits.csv"):
        one, other = (tmp_path / way / name for way in ("db", "files"))
        assert one.read_bytes() == other.read_bytes(), name
    paid = lines(tmp_path / "db", "statements.csv")
    today = Month.of(timezone.localdate())
    assert {row["month"] for row in paid} == {str(m) for m in Month.span(FIRST, today)}
    # The sample's own months are paid as the sample is.
    ran("run", PLAN, "--facts", department, "--out", tmp_path / "sample")
    last = str(Month(FIRST.index + MONTHS - 1))
    assert lines(tmp_path / "sample", "statements.csv") == [r for r in paid if r["month"] <= last]
    # Written again for one month: what is paid for it is the same.
    ran("facts", months, "--facts", the_demo, "--month", "2025-06")
    ran("run", PLAN, "--facts", months, "--out", tmp_path / "june")
    assert lines(tmp_path / "june", "statements.csv") == [
        r for r in paid if r["month"] == "2025-06"
    ]
    assert {row["order_date"][:7] for row in lines(months, "orders.csv")} == {"2025-06"}
    assert ran("verify", tmp_path / "db")
    # Nothing is written over, and only a database is read.
    again = assay("facts", files, "--facts", the_demo)
    assert (again.status, "is not empty" in again.err) == (2, True)
    assert assay("facts", tmp_path / "x", "--facts", files).status == 2
    none = assay("run", PLAN, "--facts", f"db:{tmp_path / 'none.sqlite3'}")
    assert (none.status, "no such database" in none.err) == (2, True)


def test_splits_are_paid_to_those_who_share_and_the_rest_to_the_seller(tmp_path):
    sales.trade(people.settle(logins=False))
    plan = tmp_path / "shared.yaml"
    plan.write_text(SPLIT.lstrip(), encoding="utf-8")
    order = Order.objects.filter(
        seller__number="S02", day__month=6, day__year=2025, status="completed"
    )
    shared = order.order_by("id")[0]
    for number, part in (("S01", 2_500), ("S02", 7_500)):
        OrderShare(order=shared, employee=Employee.objects.get(number=number), part=part).save()
    for way, facts in (("db", place()), ("files", tmp_path / "facts")):
        if way == "files":
            ran("facts", facts, "--facts", place())
        ran("run", plan, "--facts", facts, "--month", "2025-06", "--out", tmp_path / way)
    assert lines(tmp_path / "db", "credits.csv") == lines(tmp_path / "files", "credits.csv")
    credits = lines(tmp_path / "db", "credits.csv")
    got = {row["payee_id"]: row["amount"] for row in credits if row["order_id"] == shared.number}
    fen = {who: round(float(text) * 100) for who, text in got.items()}
    assert set(fen) == {"S01", "S02"}
    assert abs(fen["S01"] - shared.net_amount * 0.025) <= 1
    assert abs(fen["S02"] - shared.net_amount * 0.075) <= 1
    other = order.order_by("id")[1]
    assert [r["payee_id"] for r in credits if r["order_id"] == other.number] == ["S02"]


def test_one_month_of_a_small_database_is_paid_as_from_its_facts_in_files(tmp_path, monkeypatch):
    team = factories.department(code="KA")
    boss = factories.employee("manager", team, number="M01", name="沈国栋")
    seller = factories.employee("salesperson", team, number="S01", name="赵敏")
    good = factories.good(price=10_000_000)
    for day, ratio in (
        (date(2025, 6, 5), "0.9"),
        (date(2025, 6, 20), "0.8"),
        (date(2025, 7, 1), "1"),
    ):
        order = factories.order(seller, ratio=ratio, of=good, day=day, placed=True)
        receipt = record_receipt(
            day=day, amount=order.net_amount, payer="云岭电力", reference=str(order.number)
        )
        match(receipt, order=order, amount=order.net_amount)
    files = tmp_path / "facts"
    ran("facts", files, "--facts", place())
    for way, facts in (("db", place()), ("files", files)):
        ran("run", PLAN, "--facts", facts, "--month", "2025-06", "--out", tmp_path / way)
    for name in ("statements.csv", "credits.csv"):
        one, other = (tmp_path / way / name for way in ("db", "files"))
        assert one.read_bytes() == other.read_bytes(), name
    paid = lines(tmp_path / "db", "statements.csv")
    assert {row["month"] for row in paid} == {"2025-06"}
    assert {row["payee_id"] for row in paid} == {boss.number, seller.number}
    sold = {row["order_id"] for row in lines(tmp_path / "db", "credits.csv") if row["order_id"]}
    assert sold == set(Order.objects.filter(day__lt="2025-07-01").values_list("number", flat=True))
    # The bare word is the database that the site would open: by its address, else by the data folder.
    named = place().removeprefix("db:")
    monkeypatch.setenv("DATABASE_URL", named if "://" in named else f"sqlite:///{named}")
    ways = [tmp_path / "by address"]
    ran("facts", ways[0], "--facts", "db")
    if "://" not in named:
        monkeypatch.delenv("DATABASE_URL")
        monkeypatch.setenv("ASSAY_DATA", str(tmp_path))
        (tmp_path / "assay.sqlite3").symlink_to(named)
        ways.append(tmp_path / "by folder")
        ran("facts", ways[1])
    for way in ways:
        assert lines(way, "orders.csv") == lines(files, "orders.csv"), way
