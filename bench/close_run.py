"""The children of `bench close`: one fills the database, one pays the rows of the last version bare."""

from __future__ import annotations

import bench.rooms_setup  # noqa: F401

# isort: split
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

from assay.customers import actions as customers
from assay.engine.inputs import read_inputs
from assay.engine.publish import publish
from assay.engine.run import run_program
from assay.furniture.kept import acting
from assay.incentives.models import Line, PayMonth, Run, Statement
from assay.incentives.queries.statements import folder_of
from assay.people import actions as staffing
from assay.people.models import Assignment, Employee
from assay.period import Month
from assay.sales.queries.plan import plan_of
from bench.rooms_drive import PASSWORD
from bench.rooms_fill import ORDER, Table, say, settle

MONTH = Month.parse("2026-03")
SINCE = date(2022, 1, 1)
TEAMS = 100
STAFF = Table(Employee, "id", "number", "name", "pinyin", "start")
POST = Table(Assignment, "id", "employee_id", "role", "department_id", "start")


def fill(payees: int, orders: int) -> None:
    """A hundred departments, each with its manager and people, and a month of their orders."""
    call_command("migrate", verbosity=0)
    with acting(None, "bench"):
        staffing.found_company(name="成色珠宝有限公司")
        teams = [
            staffing.open_department(code=f"T{n:03d}", name=f"大客户{n}部", start=SINCE).pk
            for n in range(TEAMS)
        ]
        buyer = customers.open_customer(name="云岭电力设计院", day=SINCE).pk
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    STAFF.write((n, f"S{n:05d}", f"员工{n}", f"s{n}", SINCE) for n in range(1, payees + 1))
    POST.write(
        (n, n, "manager" if n <= TEAMS else "salesperson", teams[n % TEAMS], SINCE)
        for n in range(1, payees + 1)
    )
    ORDER.write(_orders(payees, orders, teams, buyer))
    settle([STAFF, POST, ORDER])


def _orders(payees: int, count: int, teams: list[int], buyer: int) -> Iterator[tuple[Any, ...]]:
    for n in range(1, count + 1):
        who = n % payees + 1
        day = MONTH.first + timedelta(n % 31)
        listed = 100_000 + n % 9_000_000
        net = listed * (60 + n % 41) // 100
        yield (
            n, f"HT-{day:%Y%m%d}-{n}", f"BJ-{day:%Y%m%d}-{n}", day, "completed", buyer, who,
            teams[who % TEAMS], listed, net, net // 2, listed, net, net, day, day,
        )  # fmt: skip


def bare(run: Run) -> None:
    """The same rows from the files kept with the run: read, paid, published."""
    program, text = plan_of(MONTH)
    facts = read_inputs(program, folder_of(run) / "facts")
    months = range(MONTH.index, MONTH.index + 1)
    outcome = run_program(program, facts, months, "duckdb")
    with tempfile.TemporaryDirectory() as folder:
        publish(program, text, facts, outcome, months, Path(folder) / "out", "parquet")


def timed(work: Callable[[], Any], rounds: int) -> tuple[dict[str, float], Any]:
    """The best round, and what the last one came to."""
    best = {"wall": 0.0, "cpu": 0.0}
    made = None
    for _ in range(rounds):
        start, cpu = time.perf_counter(), time.process_time()
        made = work()
        found = {"wall": time.perf_counter() - start, "cpu": time.process_time() - cpu}
        best = found if not best["wall"] or found["wall"] < best["wall"] else best
    return best, made


def people(payees: int) -> str:
    """Logins of finance, who clicks, and of the last payee, who reads; the payee's name."""
    with acting(None, "bench"):
        place = staffing.open_department(code="FIN", name="财务部", start=SINCE)
        office = staffing.hire(
            number="F01", name="钱淑华", start=SINCE, role="finance", department=place
        )
        own = Employee.objects.get(number=f"S{payees:05d}")
        for username, person in (("f01", office), ("payee", own)):
            staffing.open_login(username=username, password=PASSWORD, employee=person, renew=False)
    return "payee"


def main(words: list[str]) -> str | dict[str, object]:
    """`PAYEES ORDERS`: fill, and the payee's login; `bare ROUNDS`: the bare run, and how much it paid."""
    if words[0] != "bare":
        fill(*map(int, words))
        found = people(int(words[0]))
        say("filled")
        return found
    run = PayMonth.objects.get().run
    assert run is not None
    alone, _none = timed(lambda: bare(run), int(words[1]))
    return {
        "bare": alone, "statements": Statement.objects.filter(run=run).count(),
        "lines": Line.objects.filter(statement__run=run).count(),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
