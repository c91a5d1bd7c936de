"""The address that watchers ask, and pages when the database is away."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.test import Client


@pytest.mark.django_db
def test_it_answers_when_the_database_does():
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_it_says_so_when_the_database_does_not(monkeypatch):
    def away(*args):
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", away)
    assert Client().get("/healthz").status_code == 503
