"""Rows that the tests of a module share: made once, and undone after the last of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def undone(blocker: Any) -> Iterator[None]:
    """What is written here is seen by each test of the module, which undoes only what it adds itself.

    blocker: pytest-django's django_db_blocker. A test's own transaction is a savepoint within this one,
    so no test with transaction=True may stand in such a module.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
