"""The facts of the database: the sample department, paid from files and from the database alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from assay.engine.inputs import complete, read_inputs, wanted_by
from assay.engine.publish import publish
from assay.engine.run import months_of, run_program
from assay.facts.assemble import facts_of
from assay.facts.database import tables_of
from assay.facts.selects import SELECTS, written
from assay.plan.compile import compile_plan
from assay.site.demo import people, sales

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    made = people.settle(logins=False)
    sales.trade(made)
    return made


def held():
    """Every table of the facts as this very transaction sees it."""
    rows = {}
    with connection.cursor() as cursor:
        for table in SELECTS:
            cursor.execute(written(table, connection.vendor == "sqlite"))
            rows[table] = list(cursor.fetchall())
    return tables_of(rows)


def paid(program, text, facts, folder: Path):
    assert not facts.rejected
    months = months_of(program, facts)
    publish(program, text, facts, run_program(program, facts, months, "duckdb"), months, folder)


def test_the_demo_department_pays_the_same_from_files_and_from_the_database(
    house, key_account, department, tmp_path
):
    program = compile_plan(key_account, {})
    paid(program, "", read_inputs(program, department), tmp_path / "files")
    paid(program, "", complete(program, facts_of(held(), wanted_by(program))), tmp_path / "db")
    for name in ("statements.csv", "credits.csv"):
        one, other = (tmp_path / way / name for way in ("files", "db"))
        assert one.read_bytes() == other.read_bytes(), name
        assert one.stat().st_size > 10_000
