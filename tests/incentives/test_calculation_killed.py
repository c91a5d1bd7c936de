"""A month's calculation is one job, whoever presses; a worker killed in it leaves nothing half and nothing doubled."""

from __future__ import annotations

import signal

import pytest

from assay.furniture.models import Job
from assay.incentives.actions import calculating
from assay.incentives.models import PayMonth, Run, Statement, Step
from assay.incentives.queries import calculation
from assay.period import Month
from tests.incentives.conftest import march
from tests.incentives.test_together import together
from tests.races import environment, process

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = Month.parse("2026-03")

# A worker that is killed as soon as a function has been called.
WORKER = """
import importlib, os, signal
from django.conf import settings
from pathlib import Path
settings.MEDIA_ROOT, settings.PLANS = map(Path, sys.argv[1:3])
from assay.furniture import jobs
from assay.incentives.actions import calculating
for point in sys.argv[3:]:
    module, _dot, name = point.rpartition(".")
    held = importlib.import_module(module)
    def die(*given, real=getattr(held, name), **named):
        real(*given, **named)
        print("at " + point, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(held, name, die)
jobs.SILENT = jobs.SILENT * 0
job = jobs.claim()
print(job and job.kind)
if job is not None and job.kind == "calculate":
    print(jobs.run(job).state)
"""
KILLED = [
    "assay.incentives.actions.running.publish",
    "assay.incentives.actions.closing.look_for_patterns",
]


def test_a_worker_killed_in_the_middle_leaves_nothing_half_and_the_next_one_goes_on(
    settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path
    house = march()
    monkeypatch.setattr(calculating, "AT_ONCE", 0)
    told = together(*[lambda: calculating.calculate(MARCH, by=house.finance) and "done"] * 3)
    assert told == ["done"] * 3
    job = Job.objects.get(kind="calculate")
    env = environment(tmp_path)
    given = (str(settings.MEDIA_ROOT), str(settings.PLANS))
    for point in (*KILLED, ""):
        with process(WORKER, env, *given, *([point] if point else [])) as child:
            out, said = child.communicate(timeout=300)
        assert child.returncode == (-signal.SIGKILL if point else 0), said
        if point:
            assert out == f"calculate\nat {point}\n", "it was killed there"
            row = PayMonth.objects.get()
            assert (row.state, row.run) == ("open", None), "nothing half shown"
            assert not Statement.objects.exists()
            shown = calculation.told(row)
            assert shown is not None
            assert shown.job.under_way
    assert out == "calculate\ndone\n"
    assert Run.objects.count() == 1, "nothing doubled"
    assert Step.objects.filter(kind="calculate").count() == 1
    assert Job.objects.filter(kind="patterns").count() == 1
    job.refresh_from_db()
    assert (job.state, job.tries) == ("done", 3)


def test_killed_once_all_is_written_there_is_nothing_left_to_do(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    house = march()
    monkeypatch.setattr(calculating, "AT_ONCE", 0)
    job = calculating.calculate(MARCH, by=house.finance)
    given = (
        str(settings.MEDIA_ROOT),
        str(settings.PLANS),
        "assay.incentives.actions.closing.run_month",
    )
    with process(WORKER, environment(tmp_path), *given) as child:
        _out, said = child.communicate(timeout=300)
    assert child.returncode == -signal.SIGKILL, said
    job.refresh_from_db()
    assert job.state == "done"
    assert Run.objects.count() == 1
    assert calculation.told(PayMonth.objects.get()) is None
