"""One house with one of everything for all tests of a module; a manager with one who sells."""

from __future__ import annotations

import pytest

from tests import factories
from tests.site.conftest import house

__all__ = ["house"]


@pytest.fixture
def team():
    return factories.department()


@pytest.fixture
def boss(team):
    return factories.employee("manager", team)


@pytest.fixture
def seller(team):
    return factories.employee("salesperson", team)


@pytest.fixture
def sent_out(settings):
    """A site that sends e-mail, with links to itself."""
    settings.EMAIL_READY = True
    settings.SITE_URL = "https://chengse.example"
