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
GUARDS = (
    "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    " AND tgrelid::regclass::text LIKE 'incentives%' ORDER BY 1, 2"
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


def test_guards_of_pay_are_taken_down_on_the_way_back_and_put_up_again(own):
    env, guards = own
    before = guards()
    assert any("paidrow" in name for name, _text in before)
    with process(BACK, env) as child:
        _out, said = child.communicate(timeout=200)
    assert child.returncode == 0, said
    assert guards() == before
