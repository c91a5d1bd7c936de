"""What is written in the books stays; an insider with the owner's rights could get past the guards."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.tidying import guards_off


@pytest.fixture
def unguarded():
    """A function that runs SQL as such an insider would."""

    def run(*statements):
        with guards_off(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return run


@pytest.fixture
def tidied(transactional_db):
    """For tests whose threads commit."""
