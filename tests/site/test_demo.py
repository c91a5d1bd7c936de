"""The demo's company is the sample department of the run, person by person, and lets each role in."""

from __future__ import annotations

import csv

import pytest
from django.test import Client

from assay.facts.cells import read_since, read_until
from assay.people import queries
from assay.people.models import Employee
from assay.period import Month
from assay.samples.department import FIRST, MONTHS
from assay.site.demo import people
from assay.site.demo.people import OPENED
from assay.site.logins import LOGINS, PASSWORD

pytestmark = pytest.mark.django_db


def test_the_same_people_in_the_same_roles_on_every_day(department):
    with (department / "people.csv").open(encoding="utf-8-sig", newline="") as stream:
        written = [
            (
                row["payee_id"], row["name"], row["role"], row["team"],
                read_since(row["from"]) if row["from"] else OPENED,
                read_until(row["to"]) if row["to"] else None,
            )
            for row in csv.DictReader(stream)
        ]  # fmt: skip
    people.settle()
    assert sorted(queries.payees(), key=str) == sorted(written, key=str)
    assert FIRST.first > OPENED
    assert Month(FIRST.index + MONTHS).first > OPENED
    wages = {e.number: e.wages.get().base_wage for e in Employee.objects.exclude(wages=None)}
    assert (wages["M01"], wages["S01"]) == (240_000, 180_000)


def test_each_role_signs_in_with_the_login_that_is_printed(settings):
    settings.DEMO = True
    people.settle()
    for role, name in LOGINS:
        browser = Client()
        answer = browser.post("/sign-in/", {"username": name, "password": PASSWORD})
        assert answer.status_code == 302, role
        assert browser.get("/").context["viewer"].role == role
