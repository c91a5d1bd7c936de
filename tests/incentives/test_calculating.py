"""The press of 计算: small months are there at once; large ones are a job, watched in words, with why it failed."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.conf import settings
from django.utils import timezone

from assay.furniture import jobs
from assay.furniture.models import Job
from assay.incentives.actions import calculating
from assay.incentives.models import PayMonth, Run, Step
from assay.incentives.queries.facts import facts_of_month
from tests import factories
from tests.incentives.steps import MONTH, confirmed, post, press

PRESS, PROGRESS = "/pay/months/calculate/", f"{MONTH}calculation/"


@pytest.fixture
def large(monkeypatch):
    """Every month is one for a worker."""
    monkeypatch.setattr(calculating, "AT_ONCE", 0)


def worked():
    """What a worker does with the next job."""
    job = jobs.claim()
    assert job is not None
    assert job.kind == "calculate"
    return jobs.run(job)


@pytest.mark.django_db
def test_a_small_month_is_there_at_once(desks, house):
    page = post(desks["finance"], PRESS, month="2026-03")
    assert "2026-03 已算好" in page
    assert "正在计算" not in page
    assert 'class="close"' in page, "the month's own page"
    assert Job.objects.get(kind="calculate").state == "done"


@pytest.mark.django_db
def test_a_large_month_answers_at_once_and_tells_how_far_it_is(desks, house, large, monkeypatch):
    finance = desks["finance"]
    page = post(finance, PRESS, month="2026-03")
    assert not Run.objects.exists(), "nothing is worked out within the request"
    assert "正在计算" in page
    assert "马上开始" in page
    assert f'hx-get="{PROGRESS}"' in page
    assert "重新计算" not in page
    press(factories.signed_in("finance"), PRESS, month="2026-03")
    assert Job.objects.filter(kind="calculate").count() == 1, "of two who press, one job"
    job = Job.objects.get(kind="calculate")
    Job.objects.filter(pk=job.pk).update(made=timezone.now() - timedelta(seconds=72))
    assert "还没有开始：后台没有动静" in finance.get(PROGRESS).content.decode()
    other = Job.objects.create(pk=0, kind="slips", who="x", state="running")
    assert "排队中，前面还有 1 项" in finance.get(PROGRESS).content.decode()
    other.delete()
    assert jobs.take(job)
    steps = []
    for done, said in enumerate(
        ("读取订单", "按方案计算", "核对已锁定的月份 1 / 2", "月份 2 / 2", "写提成单")
    ):
        jobs.teller(job)(done, 5)
        told = finance.get(PROGRESS)
        steps.append(said in told.content.decode())
        assert "1 分 1" in told.content.decode()
        assert "HX-Refresh" not in told.headers
    assert all(steps), steps
    assert desks["salesperson"].get(PROGRESS).status_code == 403
    assert "正在计算" in desks["director"].get(MONTH).content.decode()
    assert "写提成单" in desks["director"].get(PROGRESS).content.decode()
    assert jobs.run(job).state == "done"
    assert finance.get(PROGRESS)["HX-Refresh"] == "true"
    page = finance.get(MONTH).content.decode()
    assert "正在计算" not in page
    assert "赵敏" in page
    assert Step.objects.get(kind="calculate").by == house.finance


@pytest.mark.django_db
def test_while_it_is_worked_out_again_the_version_before_is_shown(desks, house, monkeypatch):
    finance = desks["finance"]
    press(finance, PRESS, month="2026-03")
    Job.objects.filter(kind="patterns").update(state="failed")
    monkeypatch.setattr(calculating, "AT_ONCE", 0)
    page = post(finance, PRESS, month="2026-03")
    assert "算好以前这里还是上一版" in page
    assert "赵敏" in page
    assert worked().state == "done"
    assert Run.objects.get(version=2) == PayMonth.objects.get().run


@pytest.mark.django_db
def test_what_cannot_be_worked_out_says_why_and_how_to_mend_it(desks, house, large, monkeypatch):
    finance = desks["finance"]
    press(finance, PRESS, month="2026-03")

    def full(*_given, **_named):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("assay.incentives.actions.running.publish", full)
        assert worked().state == "failed"
    page = finance.get(MONTH).content.decode()
    assert "没有算成" in page
    assert "No space left on device" in page
    assert "请管理员腾出空间或检查权限，再按一次“计算”" in page
    assert "重新计算" in page, "it can be pressed again"
    assert not Run.objects.exists()
    assert "No space" not in desks["director"].get(MONTH).content.decode(), "finance's to mend"
    press(finance, PRESS, month="2026-03")
    assert worked().state == "done"
    assert "没有算成" not in finance.get(MONTH).content.decode()
    assert PayMonth.objects.get().run is not None


@pytest.mark.django_db
def test_what_fails_by_itself_is_told_in_words_and_in_the_language_of_who_pressed(
    desks, house, large, monkeypatch
):
    finance = desks["finance"]
    monkeypatch.setattr(
        "assay.incentives.actions.running.plan_of",
        lambda month: (_ for _ in ()).throw(RuntimeError),
    )
    finance.cookies["django_language"] = "en"
    press(finance, PRESS, month="2026-03")
    job = Job.objects.get()
    assert job.given["lang"] == "en"
    assert worked().state == "failed"
    assert "RuntimeError" not in finance.get(MONTH).content.decode()
    finance.cookies["django_language"] = "zh-hans"
    assert "程序出错，没有算成，什么也没有记下" in finance.get(MONTH).content.decode()
    job.state, job.ended, job.error = "failed", None, ""  # given up: three workers died of it
    job.save()
    assert "计算中断了几次" in finance.get(MONTH).content.decode()


def test_a_job_at_work_gives_signs_of_life_however_long_a_step_takes(
    db, monkeypatch, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(jobs, "BEAT", 0.02)
    job = Job.objects.create(kind="long", who="x")
    path = jobs.folder() / f"{job.pk}.progress"
    seen = []

    def long(job, tell):
        os.utime(path, (0, 0))
        end = monotonic() + 5
        while path.stat().st_mtime == 0 and monotonic() < end:
            sleep(0.02)
        seen.append(path.stat().st_mtime)
        return "done", {}

    monkeypatch.setitem(jobs.KINDS, "long", long)
    assert jobs.take(job)
    jobs.run(job)
    assert seen[0] > 0
    assert not path.exists()


def open_to_signing(finance):
    """March worked out and opened, its days of queries over."""
    press(finance, PRESS, month="2026-03")
    assert worked().state == "done"
    while (job := jobs.claim()) is not None:  # the search
        jobs.run(job)
    press(finance, f"{MONTH}preview/")
    row = PayMonth.objects.get()
    row.preview_to = date(2026, 4, 8)
    row.save()


@pytest.mark.django_db
def test_signed_by_all_while_the_job_waits_there_is_nothing_to_do_and_nothing_failed(
    desks, house, large
):
    finance = desks["finance"]
    open_to_signing(finance)
    press(finance, PRESS, month="2026-03")
    page = desks["director"].get(MONTH).content.decode()
    assert "正在计算" in page, "who signs sees that it is being worked out"
    assert f'hx-get="{PROGRESS}"' in page
    assert "资料没有变动就以确认为准" in page
    confirmed(desks, house, MONTH)
    job = worked()
    assert (job.state, job.error) == ("done", "")
    page = finance.get(MONTH).content.decode()
    assert "没有算成" not in page
    assert "没有重算，确认照旧" in page
    assert "没有重算" not in desks["director"].get(MONTH).content.decode()
    finance.cookies["django_language"] = "en"
    assert "not worked out again; what was signed stands" in finance.get(MONTH).content.decode()
    finance.cookies["django_language"] = "zh-hans"
    assert Run.objects.count() == 1
    page = post(finance, f"{MONTH}lock/")
    assert "已锁定并入账" in page
    assert "没有重算" not in page


@pytest.mark.django_db
def test_signed_by_all_while_it_is_worked_out_the_signatures_stand_and_nothing_is_recorded(
    desks, house, large, monkeypatch
):
    finance = desks["finance"]
    open_to_signing(finance)
    press(finance, PRESS, month="2026-03")
    real = facts_of_month

    def slow(*given, **named):
        confirmed(desks, house, MONTH)
        return real(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr("assay.incentives.actions.running.facts_of_month", slow)
        assert worked().state == "done"
    assert "没有重算，确认照旧" in finance.get(MONTH).content.decode()
    assert Run.objects.count() == 1
    assert not Step.objects.filter(undone_at__isnull=False).exists(), "no signature fell"
    assert "已锁定并入账" in post(finance, f"{MONTH}lock/")


@pytest.mark.django_db
def test_signed_while_it_is_worked_out_of_facts_that_moved_the_new_version_counts(
    desks, house, large, monkeypatch
):
    finance = desks["finance"]
    open_to_signing(finance)
    press(finance, PRESS, month="2026-03")
    real = facts_of_month

    def slow(*given, **named):
        press(desks["manager"], f"{MONTH}confirm/manager/", department=house.team.pk)
        factories.order(
            house.first, pieces=20, ratio="0.9", of=house.good, placed=True, day=date(2026, 3, 25)
        )
        return real(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr("assay.incentives.actions.running.facts_of_month", slow)
        assert worked().state == "done"
    assert PayMonth.objects.get().run == Run.objects.get(version=2)
    assert Step.objects.get(kind="manager").undone_why == "重新计算为第 2 版"


@pytest.mark.django_db
def test_an_old_failure_is_told_under_the_name_of_the_person_and_is_moot_once_one_signs(
    desks, house, large
):
    finance = desks["finance"]
    open_to_signing(finance)
    Job.objects.create(
        kind="calculate", who="a-login", state="failed", error="坏了", ended=timezone.now(),
        given={"month": PayMonth.objects.get().month.index, "by": house.finance.pk},
    )  # fmt: skip
    page = finance.get(MONTH).content.decode()
    assert "没有算成" in page
    assert "坏了" in page
    assert "a-login" not in page
    press(desks["manager"], f"{MONTH}confirm/manager/", department=house.team.pk)
    assert "坏了" not in finance.get(MONTH).content.decode()


@pytest.mark.django_db
def test_a_folder_that_takes_no_file_is_told_and_the_worker_goes_on(desks, house, monkeypatch):
    finance = desks["finance"]

    def full(*_given, **_named):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        page = post(finance, PRESS, month="2026-03")
        told = "写不进数据文件夹（No space left on device）：请管理员腾出空间或检查权限；腾好以后自动继续"
        assert told in page
        Job.objects.update(due=timezone.now())
        assert jobs.claim() is None, "the worker is told so too, and goes on"
    assert not Run.objects.exists()
    job = Job.objects.get()
    assert job.state == "waiting"
    assert job.due > timezone.now(), "not tried every second"
    Job.objects.update(due=timezone.now())
    assert worked().state == "done"
    assert "写不进" not in finance.get(MONTH).content.decode()
    assert PayMonth.objects.get().run is not None


@pytest.mark.django_db
def test_a_month_before_the_first_plan_is_refused_where_it_is_typed(desks, house, large):
    finance = desks["finance"]
    page = post(finance, PRESS, month="2019-05")
    assert "2019-05 没有可用的方案：最早的" in page
    assert "从 2024-01 起生效" in page
    assert "没写错的，先发布一版更早生效的方案" in page
    for said in ("no plan in force", str(settings.PLANS), '<h1 class="nums">2019-05'):
        assert said not in page, said
    assert not PayMonth.objects.exists(), "it does not stay in the list of months"
    assert not Job.objects.exists()
    finance.cookies["django_language"] = "en"
    page = post(finance, PRESS, month="2019-05")
    assert "No plan holds in 2019-05: the first" in page
    assert "begins in 2024-01" in page
    assert "这个月还没有开始" not in page
    finance.cookies["django_language"] = "zh-hans"
    assert "这个月还没有开始" in post(finance, PRESS, month="2999-01")
    assert not PayMonth.objects.exists()


@pytest.mark.django_db
def test_without_any_plan_it_says_that_one_is_published_first(desks, house, settings, tmp_path):
    settings.PLANS = tmp_path / "none"
    page = post(desks["finance"], PRESS, month="2026-03")
    assert "2026-03 没有可用的方案：还没有一版方案，先发布一版" in page
    assert str(tmp_path) not in page
    assert not PayMonth.objects.exists()
