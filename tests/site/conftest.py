"""One house with one of everything for all tests of a module."""

from __future__ import annotations

import pytest

from tests.site import samples
from tests.undone import undone


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """samples.house(), once a module."""
    with undone(django_db_blocker):
        yield samples.house()
