"""The night: protections end by date, the pool takes what nobody looks after, once a date."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from django.utils import timezone

from assay.customers import actions
from assay.customers.actions import nightly as module
from assay.customers.models import Customer, Turn
from assay.furniture import jobs
from assay.furniture.models import Job
from tests import factories
from tests.conftest import ROOT
from tests.races import environment

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 10)


@pytest.fixture
def house():
    """A manager, a seller with customers whose protection ends a day before, on, and after DAY."""
    actions.furnish()
    place = factories.department()
    seller = factories.employee(place=place)
    rows = {}
    for name, days in (("over", -1), ("last day", 0), ("later", 1)):
        rows[name] = factories.customer(seller, day=DAY + timedelta(days - 30), name=name)
    rows["key"] = factories.customer(seller, name="key", tier="key")
    rows["pool"] = factories.customer(None, name="pool", day=date(2025, 1, 1))
    return factories.employee("manager", place=place), seller, rows


def owners():
    return {row.name: row.owner_id for row in Customer.objects.all()}


def test_what_is_past_its_protection_goes_to_the_pool_on_the_day_after(house):
    manager, seller, rows = house
    done = actions.night(DAY)
    assert (done.pooled, done.expired) == (1, 0)
    assert owners() == {
        "over": None, "last day": seller.pk, "later": seller.pk, "key": seller.pk, "pool": None
    }  # fmt: skip
    turn = rows["over"].turns.latest("pk")
    assert (turn.how, turn.day, turn.before, turn.after) == ("recycled", DAY, seller, None)
    assert rows["over"].ownerships.get().stop == DAY
    page = factories.signed_in(who=manager).get("/customers/pool/").content.decode()
    assert "over" in page
    assert actions.night(DAY).pooled == 0, "once more finds nothing"
    assert actions.night(DAY + timedelta(1)).pooled == 1
    assert actions.night(DAY + timedelta(2)).pooled == 1
    assert owners()["key"] == seller.pk, "a key account is never recycled"


def test_a_visit_or_an_order_keeps_a_customer(house):
    _manager, seller, rows = house
    rows["over"].refresh_from_db()
    actions.log_visit(rows["over"], by=seller, kind="call", said="问候", day=DAY - timedelta(2))
    actions.record_purchase_day(rows["last day"], source="HT-1", day=DAY - timedelta(9), amount=100)
    assert actions.night(DAY + timedelta(50)).pooled == 1
    assert {n for n, owner in owners().items() if owner == seller.pk} == {"over", "last day", "key"}
    assert actions.night(DAY + timedelta(59)).pooled == 1, "60 days after the visit"
    assert actions.night(DAY + timedelta(387)).pooled == 0
    assert actions.night(DAY + timedelta(388)).pooled == 1, "396 days after the order"


def test_where_people_recycle_the_night_leaves_it_to_them(house):
    manager, _seller, _rows = house
    browser = factories.signed_in(who=manager)
    page = browser.get("/customers/rules/").content.decode()
    assert "每晚自动回收" in page
    actions.change_rules(recycle_by_night=False)
    assert actions.night(DAY).pooled == 0
    assert not Turn.objects.filter(how="recycled").exists()


def test_registrations_of_agents_end_and_silence_is_counted_on_its_day(house):
    _manager, seller, _rows = house
    agent = factories.agent()
    held = actions.register_prospect(
        agent, name="滇池银行", contact="段丽", day=DAY - timedelta(91)
    )
    later = actions.register_prospect(
        agent, name="琴川机电", contact="段丽", day=DAY - timedelta(90)
    )
    for name, day in (("warned", date(2025, 8, 10)), ("lost", DAY - timedelta(396))):
        factories.customer(seller, day=day, name=name)
    done = actions.night(DAY)
    assert (done.expired, done.warned, done.lost) == (1, 1, 1)
    held.refresh_from_db()
    later.refresh_from_db()
    assert (held.state, later.state) == ("expired", "held")
    assert (actions.night(DAY + timedelta(1)).warned, actions.night(DAY + timedelta(1)).lost) == (
        0,
        0,
    )


def test_the_site_does_it_by_itself_once_a_date(house, monkeypatch):
    monkeypatch.setattr(module, "HOUR", 24)
    assert actions.begin_night() is None, "not before its hour"
    monkeypatch.setattr(module, "HOUR", 0)
    assert actions.begin_night() is not None
    assert actions.begin_night() is None, "another worker asks too"
    job = jobs.claim()
    assert job is not None
    assert jobs.run(job).state == "done"
    assert job.result["pooled"] == 3
    assert Job.objects.filter(kind="night").count() == 1
    assert module._round in jobs.ROUNDS, "a worker asks every few minutes"


@pytest.mark.django_db(transaction=True)
def test_the_command_does_a_date_by_hand(house, tmp_path):
    factories.company()
    env = environment(tmp_path)

    def run(*words):
        command = [sys.executable, "-m", "assay", "night", "--data", str(tmp_path), *words]
        return subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )

    done = run("--day", str(DAY))
    assert done.returncode == 0, done.stderr
    assert "2026-06-10: 1 customers went to the pool" in done.stdout
    assert Turn.objects.get(how="recycled").day == DAY
    assert "0 customers went to the pool" in run("--day", str(DAY)).stdout
    late = run("--day", str(timezone.localdate() + timedelta(1)))
    assert (late.returncode, "lies after today" in late.stderr) == (2, True)
    assert run("--day", "03/04/2018").returncode == 2
