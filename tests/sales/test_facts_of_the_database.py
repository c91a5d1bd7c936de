"""The facts of the database: the sample department, paid from files and from the database alike."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from assay.engine.inputs import complete, read_inputs, wanted_by
from assay.engine.publish import publish
from assay.engine.run import months_of, run_program
from assay.facts.assemble import facts_of
from assay.facts.database import tables_of
from assay.facts.export import write_folder
from assay.facts.selects import SELECTS, written
from assay.plan.compile import compile_plan
from assay.sales.models import Order, Request
from assay.sales.queries.facts import all_facts
from assay.sales.queries.orders import overdue
from assay.site.demo import dealings, people, sales

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


def test_the_demo_department_has_the_facts_of_the_sample_and_pays_the_same(
    house, key_account, department, tmp_path
):
    program = compile_plan(key_account, {})
    paid(program, "", read_inputs(program, department), tmp_path / "files")
    paid(program, "", complete(program, facts_of(held(), wanted_by(program))), tmp_path / "db")
    for name in ("statements.csv", "credits.csv"):
        one, other = (tmp_path / way / name for way in ("files", "db"))
        assert one.read_bytes() == other.read_bytes(), name
        assert one.stat().st_size > 10_000
    write_folder(all_facts(), tmp_path)
    for table in ("orders", "collections", "order_lines"):
        assert table_of(tmp_path, table) == table_of(department, table), table
    dealings.go_on(house)
    assert {r.state for r in Request.objects.all()} == {"open", "agreed", "refused", "withdrawn"}
    assert overdue(Order.objects.filter(quote_number__isnull=False), timezone.localdate()).exists()


def table_of(folder: Path, table: str):
    """Rows of a table by what they mean: cancelled and returned orders are those left out."""
    found = []
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            if table == "orders":
                row["channel"] = row["channel"] or "direct"
                gone = row.pop("returned") in ("1", "是")
                words = ("cancelled", "returned", "取消", "已退货")
                row["status"] = "out" if gone or row["status"] in words else row["status"]
            found.append(tuple(row[name] for name in sorted(row)))
    return sorted(found)
