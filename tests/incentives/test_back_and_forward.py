"""Migrations of pay go back and forward again, and every guard stands as it stood."""

from __future__ import annotations

import os
import shutil
import sqlite3

import psycopg
import pytest
from django.db import connection

from tests import migrated
from tests.races import process

pytestmark = pytest.mark.django_db  # so that it runs where the server of the tests runs
BACK = """
from django.core.management import call_command
for words in (["incentives", "0002"], ["incentives"]):
    call_command("migrate", *words, verbosity=0)
"""
# The books with an entry in them, each step back on its own, then forward.
BOOKS = """
from datetime import date
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from assay.furniture.kept import acting
from assay.ledger.actions import post
from assay.ledger.auditing import faults
from assay.ledger.entry import Entry, Posting
def entry(key):
    legs = (Posting("expense.commission", "payable.payee:S01", 100),)
    with acting(None, "x"):
        post(Entry(key, date(2026, 4, 1), "x", legs, "x"))
def asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
def refused(sql):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        return True
    return False
entry("a")
entry("b")
moved = "SELECT code, balance, moved FROM ledger_account ORDER BY code"
before = asked(moved)
touch = "UPDATE ledger_posting SET amount = amount + 1"
assert refused(touch)
call_command("migrate", "ledger", "0002", verbosity=0)
assert refused(touch), "what is written stays"
assert refused("DELETE FROM ledger_entry")
call_command("migrate", "ledger", "0001", verbosity=0)
assert not refused("UPDATE ledger_posting SET amount = amount"), "no guard is left"
call_command("migrate", "ledger", verbosity=0)
assert asked(moved) == before, asked(moved)
assert refused(touch)
entry("c")
assert faults() == [], faults()
"""
# Settled debts: a person's go back and forward, guarded all the way; a shop's have no place there.
SETTLED = """
from datetime import date
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from assay.errors import UserError
from assay.furniture.kept import acting
from assay.incentives.models import Settling
from assay.people import actions as people
def refused():
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE incentives_settling SET amount = amount + 1")
    except DatabaseError as error:
        return "what is written stays" in str(error)
    return False
day = date(2026, 3, 2)
with acting(None, "x"):
    place = people.open_department(code="KA", name="x", start=day)
    one = people.hire(number="S01", name="x", role="finance", department=place, start=day)
    shop = people.open_shop(code="Y01", name="x", start=day)
def settled(**whose):
    Settling.objects.create(way="off", amount=1, on=day, reason="x", asked_by=one, **whose)
settled(employee=one)
assert refused()
call_command("migrate", "incentives", "0016", verbosity=0)
assert refused(), "guarded there, too"
call_command("migrate", "incentives", verbosity=0)
assert refused()
settled(shop=shop)
try:
    call_command("migrate", "incentives", "0016", verbosity=0)
except UserError as error:
    print(error)
call_command("migrate", "incentives", verbosity=0)
assert refused()
assert Settling.objects.count() == 2, "nothing is lost"
"""
GUARDS = (
    "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    " AND (tgrelid::regclass::text LIKE 'incentives%' OR tgrelid::regclass::text LIKE 'ledger%')"
    " UNION ALL SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'ledger%'"
    " ORDER BY 1, 2"
)
ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1"


@pytest.fixture
def own(tmp_path, kept_databases):
    """A migrated database of the test's own: its environment, and what asks it for its guards."""
    env = {**os.environ, "PYTHONPATH": str(migrated.SRC), "ASSAY_DATA": str(tmp_path)}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    if connection.vendor == "sqlite":
        file = tmp_path / "assay.sqlite3"
        shutil.copyfile(migrated.sqlite_file(kept_databases), file)

        def on_sqlite():
            with sqlite3.connect(file) as held:
                return held.execute(ON_SQLITE).fetchall()

        yield env | {"DATABASE_URL": ""}, on_sqlite
        return
    server, name = os.environ["DATABASE_URL"], f"back_{os.getpid()}"
    url = f"{server.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as held:
        held.execute(f"CREATE DATABASE {name} TEMPLATE migrated_{migrated.digest()}")

    def on_postgresql():
        with psycopg.connect(url) as held:
            return held.execute(GUARDS).fetchall()

    yield env | {"DATABASE_URL": url}, on_postgresql
    with psycopg.connect(server, autocommit=True) as held:
        held.execute(f"DROP DATABASE {name} WITH (FORCE)")


def gone_through(env, text):
    """What a process that runs the text printed."""
    with process(text, env) as child:
        out, said = child.communicate(timeout=200)
    assert child.returncode == 0, said
    return out


def test_guards_of_pay_are_taken_down_on_the_way_back_and_put_up_again(own):
    env, guards = own
    before = guards()
    assert any("paidrow" in name for name, _text in before)
    gone_through(env, BACK)
    assert guards() == before


def test_the_books_go_back_and_forward_with_what_is_in_them(own):
    env, guards = own
    before = guards()
    assert any("ledger_posting_moves" in name for name, _text in before)
    gone_through(env, BOOKS)
    assert guards() == before


def test_settled_debts_go_back_guarded_or_not_at_all(own):
    env, guards = own
    before = guards()
    told = gone_through(env, SETTLED)
    assert "1 settled debts of agents or shops" in told
    assert "Stay at 0018 or later" in told
    assert guards() == before
