"""Emptying the database after a test that commits: what is written for good is only ever deleted here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import TransactionTestCase

_teardown = vars(TransactionTestCase)["_fixture_teardown"]


@contextmanager
def guards_off() -> Iterator[None]:
    """The database's own refusals taken off, as its owner could, and put back as they were."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = cursor.fetchall()
        for name, _sql in guards:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, sql in guards:
            cursor.execute(sql)


def _emptied(case: Any) -> None:
    with guards_off():
        _teardown(case)


def let_tests_tidy_up() -> None:
    """From here on Django empties the tables past the guards after each test that commits."""
    setattr(TransactionTestCase, "_fixture_teardown", _emptied)  # noqa: B010 (Django's own name for it)
