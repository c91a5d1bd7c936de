"""The commands that make and serve a database, on PostgreSQL: new-company and serve."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from django.db import connection

from tests.cli.test_company import outside
from tests.conftest import PLAN, assay
from tests.serving import serving

pytestmark = pytest.mark.django_db  # so that they run where the server of the tests runs


@pytest.fixture
def empty(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty database of the test's own."""
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite: tests/cli/test_company.py")
    server, name = os.environ["DATABASE_URL"], f"command_{os.getpid()}_{request.node.name}"[:60]
    with psycopg.connect(server, autocommit=True) as held:
        held.execute(f'CREATE DATABASE "{name}"')
    yield f"{server.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as held:
        held.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def tables(url: str) -> int:
    with psycopg.connect(url) as held:
        row = held.execute("SELECT count(*) FROM people_company").fetchone()
    assert row is not None
    return int(row[0])


def test_a_company_is_made_and_served(
    empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside(monkeypatch)
    monkeypatch.setenv("DATABASE_URL", empty)
    monkeypatch.setenv("ASSAY_ADMIN_PASSWORD", "a long pass phrase")
    made = ("new-company", "--data", tmp_path / "data", "--name", "试金珠宝", "--plan", PLAN)
    assert assay(*made).status == 0
    assert tables(empty) == 1
    assert not list(tmp_path.rglob("*.sqlite3"))
    with serving("serve", "--data", tmp_path / "data", "--port", "8831") as (address, _process):
        assert urlopen(f"{address}/healthz").status == 200
        assert "/sign-in/" in urlopen(f"{address}/people/employees/").url
