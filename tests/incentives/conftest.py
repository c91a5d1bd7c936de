"""A department with a month of orders, ready to be paid: made once a module, handed to each test as it was."""

from __future__ import annotations

import shutil
from copy import deepcopy
from datetime import date
from types import SimpleNamespace

import pytest
from django.test import override_settings

from assay.people.models import User
from tests import factories
from tests.incentives.drafts import NOW
from tests.undone import undone

MARCH = date(2026, 3, 1)


def march():
    """A manager, two who sell, an agent, a shop; orders in March 2026; plans/key-account in force."""
    team = factories.department(code="KA")
    said = SimpleNamespace(team=team)
    said.manager = factories.employee("manager", team, number="M01", name="沈国栋")
    said.first = factories.employee("salesperson", team, number="S01", name="赵敏")
    said.second = factories.employee("salesperson", team, number="S02", name="钱伟")
    for role, name in (
        ("director", "顾明远"), ("finance", "钱淑华"), ("hr", "苏宁"), ("general", "陆文渊"),
    ):  # fmt: skip
        setattr(said, role, factories.employee(role, team, name=name))
    said.agent = factories.agent(code="A01")
    said.shop = factories.shop(code="Y01")
    good = factories.good()
    day = MARCH
    said.orders = [
        factories.order(said.first, pieces=40, ratio="0.9", of=good, placed=True, day=day),
        factories.order(
            said.first, pieces=90, ratio="0.85", of=good, placed=True, day=date(2026, 3, 11)
        ),
        factories.order(
            said.second, said.agent, pieces=60, ratio="0.8", of=good, placed=True,
            day=date(2026, 3, 20),
        ),
    ]  # fmt: skip
    said.good = good
    return said


@pytest.fixture(scope="module")
def made_once(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """What `house` is a copy of: march(), and what came after it where the module has a function `begun`."""
    begun = getattr(request.module, "begun", None)
    files = tmp_path_factory.mktemp("begun")
    with undone(django_db_blocker):
        said = march()
        if begun is not None:
            with override_settings(MEDIA_ROOT=files):
                begun(said)
        said.files = files
        yield said


@pytest.fixture
def house(made_once, settings, tmp_path):
    """made_once, with a folder of files of its own."""
    shutil.copytree(made_once.files, tmp_path, dirs_exist_ok=True)
    settings.MEDIA_ROOT = tmp_path
    return deepcopy(made_once)


def browsers(house):
    """A browser for each person, who has one login."""
    found = {}
    for role, who in {
        "finance": "finance", "manager": "manager", "director": "director", "hr": "hr",
        "general": "general", "salesperson": "first",
    }.items():  # fmt: skip
        person = getattr(house, who)
        login = User.objects.filter(employee=person).first() or factories.login(role, person)
        found[role] = factories.browser_of(login)
    return found


@pytest.fixture
def desks(house):
    """browsers()."""
    return browsers(house)


@pytest.fixture
def shop(settings, tmp_path):
    """A director, one who sells with two orders last month, an agent; a folder of plans of its own."""
    settings.MEDIA_ROOT, settings.PLANS = tmp_path, tmp_path / "plans"
    team = factories.department(code="KA")
    said = SimpleNamespace(team=team)
    said.director = factories.employee("director", team, name="顾明远")
    said.seller = factories.employee("salesperson", team, number="S01", name="赵敏")
    said.agent = factories.agent(code="A01")
    said.finance = factories.employee("finance", team, name="钱淑华")
    day = NOW.next(-1).first
    for pieces in (20, 30):
        factories.order(
            said.seller, pieces=pieces, ratio="0.9", of=factories.good(), placed=True, day=day
        )
    said.head = factories.signed_in("director", said.director)
    said.payee = factories.signed_in("salesperson", said.seller)
    said.office = factories.signed_in("finance", said.finance)
    return said
