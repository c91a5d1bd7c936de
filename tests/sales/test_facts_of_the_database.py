"""The facts of the database: the sample department, paid from files and from the database alike."""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
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
from tests.conftest import PLAN, assay

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


def as_file(path: Path) -> Path:
    """The database of this test as a file beside its plan, as a company keeps them."""
    connection.ensure_connection()
    target = sqlite3.connect(path)
    target.executescript("\n".join(connection.connection.iterdump()))
    target.close()
    (path.parent / "plans").mkdir()
    shutil.copy(PLAN, path.parent / "plans")
    return path


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


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="a file is SQLite's")
def test_the_command_pays_a_month_out_of_the_file_as_out_of_the_folder(house, department, tmp_path):
    place = as_file(tmp_path / "assay.sqlite3")
    month = ("--month", "2024-08")
    one = assay("run", PLAN, "--facts", department, *month, "--out", tmp_path / "a")
    other = assay("run", "--facts", f"db:{place}", *month, "--out", tmp_path / "b")
    assert (one.status, other.status) == (0, 0), other.err
    for name in ("statements.csv", "credits.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert assay("verify", tmp_path / "b").status == 0
    missing = assay("run", "--facts", f"db:{tmp_path / 'none.sqlite3'}")
    assert missing.status == 2
    assert "no such database" in missing.err


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
