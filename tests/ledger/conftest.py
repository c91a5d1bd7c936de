"""What is written in the books stays, so a test that commits takes the guards off to tidy up."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.fixture
def unguarded():
    """A function that runs SQL as an insider with the owner's rights would, past every guard."""

    def run(*statements):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                for statement in statements:
                    cursor.execute(statement)
                cursor.execute("SET session_replication_role = DEFAULT")
                return
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger%'"
            )
            guards = cursor.fetchall()
            for name, _sql in guards:
                cursor.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                cursor.execute(statement)
            for _name, sql in guards:
                cursor.execute(sql)

    return run


@pytest.fixture
def tidied(unguarded, transactional_db):
    """For tests whose threads commit: the books are emptied before Django empties the rest."""
    yield
    tables = ("posting", "entry", "strand", "account")
    unguarded(*(f"DELETE FROM ledger_{table}" for table in tables))
