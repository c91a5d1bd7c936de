"""Two people at once on one month, and a process that is killed in the middle: nothing doubled, nothing lost."""

from __future__ import annotations

import signal
from datetime import date
from threading import Barrier, Event, Thread
from time import sleep

import pytest
from django.db import connection, connections, transaction

from assay.engine.folder import open_run
from assay.engine.verify import verify
from assay.errors import UserError
from assay.incentives.actions import closing, settling
from assay.incentives.actions.payroll import pay_partner
from assay.incentives.actions.running import run_month
from assay.incentives.models import PayMonth, Run, Settling, Statement, Step
from assay.incentives.queries.auditing import audit
from assay.incentives.queries.statements import folder_of
from assay.ledger.actions import post
from assay.ledger.auditing import faults
from assay.ledger.entry import Entry as Line
from assay.ledger.entry import Posting
from assay.ledger.models import Entry
from assay.ledger.queries import balances
from assay.period import Month
from assay.sales.actions.orders import cancel
from tests import factories
from tests.incentives.conftest import march
from tests.races import environment, process

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = Month.parse("2026-03")
AFTER = date(2026, 4, 20)


@pytest.fixture
def house(settings, tmp_path):
    """Made for each test: they commit."""
    settings.MEDIA_ROOT = tmp_path
    return march()


# A month from the calculation to the payout in a process of its own; told a function, it is killed
# as soon as that has been called, before anything more is done.
CLOSE = """
import importlib, os, signal
from datetime import date
from django.conf import settings
from pathlib import Path
settings.MEDIA_ROOT, settings.PLANS = map(Path, sys.argv[1:3])
from assay.incentives.actions import closing, payroll
from assay.incentives.models import PaidRow, PayMonth
from assay.incentives.queries.payroll import gross_of
from assay.people.models import Department, Employee
from assay.period import Month
month, after = Month.parse("2026-03"), date(2026, 4, 20)
who = {e.assignments.first().role: e for e in Employee.objects.exclude(number__startswith="S")}
for point in sys.argv[3:]:
    module, _dot, name = point.rpartition(".")
    held = importlib.import_module(module)
    def die(*given, real=getattr(held, name), **named):
        real(*given, **named)
        print("at " + point, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(held, name, die)
row = PayMonth.objects.filter(month=month.index).first()
state = row.state if row else "open"
if state == "open":
    closing.calculate(month, by=who["finance"]); state = "calculated"
if state == "calculated":
    closing.open_preview(month, by=who["finance"], today=date(2026, 4, 1)); state = "preview"
done = set(closing.standing(PayMonth.objects.get()).values_list("kind", flat=True))
for kind in ("manager", "director", "hr", "finance", "general"):
    if kind not in done and state not in ("locked", "exported", "paid"):
        place = Department.objects.get(code="KA") if kind == "manager" else None
        closing.confirm(month, kind, by=who[kind], department=place, today=after)
if PayMonth.objects.get().state == "confirmed":
    closing.lock(month, by=who["finance"])
if PayMonth.objects.get().state == "locked":
    payroll.export(month, by=who["finance"], today=after)
row = PayMonth.objects.get()
if not row.paid_rows.exists():
    payroll.write_paid([
        PaidRow(pay_month=row, code=code, name=code, gross=gross, net=gross, paid_on=after)
        for code, gross in gross_of(row).items()
    ], [], lambda done, total: None)
if row.state == "exported":
    payroll.pay_out(month, by=who["finance"])
"""


def together(*works):
    """Run works in threads that start together; what each came to, errors as their words."""
    ready = Barrier(len(works))
    told: list[str | None] = [None] * len(works)

    def go(at):
        ready.wait()
        try:
            told[at] = works[at]() or "done"
        except UserError as error:
            told[at] = str(error)
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=[at]) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def preview(house):
    closing.calculate(MARCH, by=house.finance)
    closing.open_preview(MARCH, by=house.finance, today=date(2026, 4, 1))


def test_two_who_work_a_month_out_at_once_make_two_versions(house):
    told = together(*[lambda: run_month(MARCH) and "done"] * 3)
    assert told == ["done"] * 3
    assert sorted(Run.objects.values_list("version", flat=True)) == [1, 2, 3]
    row = PayMonth.objects.get()
    assert row.run is not None
    assert row.run.version == 3
    assert (
        Statement.objects.filter(run__version=1).count()
        == Statement.objects.filter(run__version=3).count()
    )


def test_of_two_who_confirm_at_once_one_is_told(house):
    preview(house)

    def confirm():
        closing.confirm(MARCH, "manager", by=house.manager, department=house.team, today=AFTER)

    told = together(confirm, confirm)
    assert told.count("done") == 1, told
    assert Step.objects.filter(kind="manager").count() == 1


def test_a_month_worked_out_while_it_is_confirmed_is_one_or_the_other(house):
    preview(house)

    def confirm():
        closing.confirm(MARCH, "manager", by=house.manager, department=house.team, today=AFTER)

    together(confirm, lambda: closing.calculate(MARCH, by=house.finance))
    row = PayMonth.objects.get()
    step = Step.objects.filter(kind="manager", undone_at=None).first()
    assert row.state in ("preview", "confirmed")
    assert (step is not None) == (row.state == "confirmed")
    if step is not None:
        assert step.run == row.run, "what was confirmed is what counts"


def test_an_order_changed_while_the_month_is_worked_out_counts_whole_or_not_at_all(house):
    told = together(
        lambda: run_month(MARCH) and "done",
        lambda: cancel(house.orders[1], why="客户改主意") and "done",
    )
    assert told == ["done"] * 2
    seen = Statement.objects.get(employee=house.first)
    # 36,000 at 8 % beyond the base quota of 20,000; 76,500 more at 4 % while it stood.
    assert {line.line: line.amount for line in seen.lines.all()}["commission"] in (
        1_280_00, 1_280_00 + 3_060_00,
    )  # fmt: skip
    count, wrong = verify(open_run(folder_of(seen.run)))
    assert count > 0
    assert not wrong
    run_month(MARCH)
    again = Statement.objects.get(employee=house.first, run__version=2)
    assert again.lines.get(line="commission").amount == 1_280_00


def test_two_who_lock_at_once_book_it_once(house):
    preview(house)
    closing.confirm(MARCH, "manager", by=house.manager, department=house.team, today=AFTER)
    for kind in ("director", "hr", "finance", "general"):
        closing.confirm(MARCH, kind, by=getattr(house, kind), today=AFTER)
    told = together(*[lambda: closing.lock(MARCH, by=house.finance) and "done"] * 3)
    assert told.count("done") == 1, told
    assert Entry.objects.count() == 1
    assert faults() == []


def test_two_who_lock_two_months_at_once_never_lock_the_later_alone(house):
    preview(house)
    later = MARCH.next()
    day = date(2026, 5, 20)
    factories.order(
        house.first, pieces=30, ratio="0.9", of=house.good, placed=True, day=later.first
    )
    closing.calculate(later, by=house.finance)
    closing.open_preview(later, by=house.finance, today=date(2026, 5, 1))
    for month in (MARCH, later):
        closing.confirm(month, "manager", by=house.manager, department=house.team, today=day)
        for kind in ("director", "hr", "finance", "general"):
            closing.confirm(month, kind, by=getattr(house, kind), today=day)
    told = together(
        *[lambda m=m: closing.lock(m, by=house.finance) and "done" for m in (later, MARCH)]
    )
    assert told[1] == "done"
    assert told[0] in ("done", "2026-03 算过，还没有锁定：先锁定它，再锁定 2026-04")
    if told[0] != "done":
        closing.lock(later, by=house.finance)
    assert list(Entry.objects.order_by("pk").values_list("key", flat=True)) == [
        "accrue:2026-03:v1", "accrue:2026-04:v1",
    ]  # fmt: skip
    assert faults() == []


def shop_statement(house, month, owed):
    """A locked month's statement of the shop, which the books owe."""
    row = PayMonth.objects.create(month=month)
    run = Run.objects.create(
        pay_month=row, version=1, who="x", plan_name="p", plan_digest="d", folder=f"runs/{month}/v1",
        digest="d", total=owed, payees=1,
    )  # fmt: skip
    row.run, row.state = run, "locked"
    row.save()
    due = Posting("expense.store", "payable.store:Y01", owed)
    post(Line(f"accrue:{month}:v1", AFTER, "计提", (due,), "run:d"))
    return Statement.objects.create(
        run=run, code="Y01", role="store", name="银楼", total=owed, shop=house.shop
    )


def test_a_settling_decided_while_a_month_is_locked_comes_after_that_month(house, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one writes at a time")
    for month in (MARCH, MARCH.next()):
        shop_statement(house, month, 100_00)
    run = Run.objects.latest("pk")
    later = PayMonth.objects.create(month=MARCH.next(2).index, run=run, state="confirmed")
    monkeypatch.setattr(settling, "_enough", lambda party, amount: None)
    row = Settling.objects.create(
        employee=house.first, way="off", amount=1_00, on=AFTER, reason="x", asked_by=house.finance
    )
    ready = Event()

    def lock():
        """What a lock comes to: earlier months held, the month locked while the other one waits."""
        with transaction.atomic():
            before = PayMonth.objects.select_for_update().filter(month__lt=MARCH.next(2).index)
            list(before.order_by("month"))
            later.state = "locked"
            later.save()
            ready.set()
            with connection.cursor() as cursor:
                for _try in range(200):
                    cursor.execute(
                        "SELECT count(*) FROM pg_locks"
                        " WHERE NOT granted AND transactionid = pg_current_xact_id()::xid"
                    )
                    if cursor.fetchone()[0]:
                        return
                    sleep(0.05)
        raise AssertionError("the other one waits")

    def approve():
        ready.wait(10)
        settling.approve(row, by=house.general)

    assert together(lock, approve) == ["done"] * 2
    row.refresh_from_db()
    assert row.after == MARCH.next(2)


def test_two_transfers_to_one_shop_never_pay_more_than_is_owed_together(house):
    ones = [shop_statement(house, MARCH.next(n), 500_00) for n in range(2)]

    def pay(at):
        return pay_partner(ones[at % 2], amount=600_00, on=AFTER, reference=f"T{at}")

    told = together(*[lambda at=at: pay(at) for at in range(4)])
    assert told.count("done") == 1, told
    assert {one for one in told if one != "done"} == {"余额不足，没有记账：应付银楼提成 Y01"}
    assert balances("payable.store") == {"Y01": 400_00}
    assert faults() == []


ACTIONS = "assay.incentives.actions"
KILLED = [
    f"{ACTIONS}.running.publish",  # results kept, no version recorded
    f"{ACTIONS}.running._statements",  # the version recorded, not committed
    f"{ACTIONS}.closing.look_for_patterns",  # the version committed, its step not
    f"{ACTIONS}.closing.accrue",  # in the lock: booked, not locked
    f"{ACTIONS}.payroll.Step",  # in the export: the file recorded, its step not
    f"{ACTIONS}.payroll.write_paid",  # what payroll paid is there, nothing of it is booked
    f"{ACTIONS}.payroll.post",  # in the payout: booked, the month not paid
]


def test_a_close_killed_at_each_point_goes_on_and_nothing_is_doubled(house, settings, tmp_path):
    """Killed at one point after the other, then let through; the books are what the run says."""
    env = environment(tmp_path)
    for point in (*KILLED, ""):
        given = (str(settings.MEDIA_ROOT), str(settings.PLANS), *([point] if point else []))
        with process(CLOSE, env, *given) as child:
            out, said = child.communicate(timeout=300)
        assert child.returncode == (-signal.SIGKILL if point else 0), said
        assert out == (f"at {point}\n" if point else ""), "it was killed there"
    row = PayMonth.objects.get()
    assert row.state == "paid", "it came through in the end"
    assert row.run is not None
    owed = {s.code for s in row.run.statements.filter(employee__isnull=False) if s.total}
    keys = {f"accrue:2026-03:v{row.run.version}", *(f"pay:2026-03:{code}" for code in owed)}
    assert sorted(Entry.objects.values_list("key", flat=True)) == sorted(keys)
    assert owed
    assert set(balances("payable.payee").values()) == {0}, "all that was owed is paid, once"
    assert audit() == []
    live = Step.objects.filter(undone_at=None).values_list("kind", flat=True)
    assert sorted(live) == sorted(set(live)), "no step twice"
    assert faults() == []
