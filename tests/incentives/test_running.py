"""A month worked out: what the command pays on exported facts, kept, versioned, verified."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction

import pytest

from assay.engine.folder import open_run
from assay.engine.verify import verify
from assay.facts.export import write_folder
from assay.incentives.actions.running import run_month
from assay.incentives.models import Line, PayMonth, Run
from assay.incentives.queries.statements import changes, folder_of
from assay.money import yuan
from assay.period import Month
from assay.sales.actions import handing
from assay.sales.actions.orders import LineSaid
from assay.sales.queries.facts import all_facts
from tests import factories
from tests.conftest import PLAN, assay

pytestmark = pytest.mark.django_db
MONTH = Month.parse("2026-03")


def lines(run):
    return {
        (x.statement.code, x.statement.role, x.line): x.amount
        for x in Line.objects.filter(statement__run=run).select_related("statement")
    }


def test_every_statement_is_what_the_command_pays_on_exported_facts(house, tmp_path):
    run = run_month(MONTH)
    write_folder(all_facts(), tmp_path / "facts")
    done = assay(
        "run", PLAN, "--facts", tmp_path / "facts", "--month", MONTH, "--out", tmp_path / "out"
    )
    assert done.status == 0, done.err
    with (tmp_path / "out" / "statements.csv").open(encoding="utf-8-sig") as stream:
        paid = {(r["payee_id"], r["role"], r["line"]): r["amount"] for r in csv.DictReader(stream)}
    assert {key: yuan(amount) for key, amount in lines(run).items()} == paid
    assert run.total == sum(lines(run).values()) > 0
    row = PayMonth.objects.get()
    assert (row.state, row.run, run.version) == ("calculated", run, 1)


def test_a_run_is_verified_from_what_is_kept(house):
    run = run_month(MONTH)
    count, wrong = verify(open_run(folder_of(run)))
    assert (count, wrong) == (len(lines(run)), [])


def test_worked_out_again_is_a_new_version_with_its_difference(house):
    first = run_month(MONTH)
    factories.order(house.second, pieces=50, ratio="0.9", of=house.good, placed=True,
                    day=date(2026, 3, 25))  # fmt: skip
    second = run_month(MONTH)
    assert (first.version, second.version) == (1, 2)
    assert Run.objects.count() == 2
    assert PayMonth.objects.get().run == second
    told = changes(first, second)
    assert {(x.code, x.line) for x in told} == {("S02", "commission"), ("M01", "override")}
    assert all(x.difference > 0 for x in told)
    assert changes(second, run_month(MONTH)) == []


@pytest.mark.parametrize("read", ["adjust", "leave_out"])
def test_a_part_that_comes_back_after_the_lock_is_taken_back_or_left_out_as_the_plan_says(
    house, settings, tmp_path, read
):
    """One of two goods of an order, sold at other discounts: what is left is in proportion line by line."""
    settings.PLANS = tmp_path / "plans"
    settings.PLANS.mkdir()
    asked = "readings: [adjust, leave_out], read: "
    text = PLAN.read_text(encoding="utf-8").replace(f"{asked}adjust", f"{asked}{read}")
    (settings.PLANS / "ours.yaml").write_text(text, encoding="utf-8")
    sold = [
        LineSaid(good=house.good, quantity=30, ratio=Fraction(ratio)) for ratio in ("0.95", "0.9")
    ]
    order = factories.order(house.first, lines=sold, placed=True, day=date(2026, 3, 12))
    run_month(MONTH)
    row = PayMonth.objects.get()
    row.state = "locked"
    row.save()
    handing.return_goods(
        order, day=date(2026, 4, 3), why="退货", wanted={order.lines.get(number=2).pk: 10}
    )
    later = Line.objects.filter(statement__run=run_month(MONTH.next()), for_month__isnull=False)
    assert later.exists() is (read == "adjust")
