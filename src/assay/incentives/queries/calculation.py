"""How far the working out of a month is, in words, and what it came to where it failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from assay.furniture import jobs
from assay.furniture.models import Job
from assay.incentives.models import PayMonth
from assay.people.models import Employee

KIND = "calculate"
SLOW = timedelta(seconds=30)
"""A job that nobody takes up for so long, with none being done before it, is told."""


@dataclass(frozen=True)
class Calculation:
    """A month being worked out, or that could not or need not be: how far in steps, what is being done,
    since when; who: the name of who asked for it.
    """

    job: Job
    done: int
    total: int
    said: str
    lasts: str
    who: str


def calculation_of(row: PayMonth) -> Job | None:
    """The last job that works, or worked, a month out."""
    return Job.last(KIND, month=row.month.index)


def told(row: PayMonth) -> Calculation | None:
    """What a month's page says of it; nothing where the last one came through, or the month went on since."""
    job = calculation_of(row)
    if job is None or row.state in PayMonth.SHUT:
        return None
    if not job.under_way:
        came_through = job.state == "done" and not job.result.get("unneeded")
        if came_through or row.steps.filter(at__gt=job.ended or job.made).exists():
            return None
    done, total = jobs.progress(job)
    said = _ended(job) if not job.under_way else _step(job, done, total)
    lasts = _lasts((job.ended or timezone.now()) - job.made)
    asked = Employee.objects.filter(pk=job.given["by"]).first()
    return Calculation(job, done, total, said, lasts, asked.name if asked else job.who)


def _ended(job: Job) -> str:
    if job.state == "failed":
        return _failed(job)
    return _("有人确认在先，资料也没有变动：没有重算，确认照旧")


def _failed(job: Job) -> str:
    if job.error:
        return job.error
    if job.ended is None:  # given up: whoever did it was gone, again and again
        return _("计算中断了几次，没有算成，什么也没有记下。再按一次；还不行请告诉管理员。")
    return _("程序出错，没有算成，什么也没有记下。请告诉管理员。")


def _step(job: Job, done: int, total: int) -> str:
    """What is being done now: reading, paying, each locked month, writing (see run_month)."""
    if job.state == "waiting":
        return _waiting(job)
    if done == 0 or not total:
        return _("读取订单、人员、任务额")
    if done == 1:
        return _("按方案计算")
    if done < total - 1:
        return _("核对已锁定的月份 %(n)s / %(all)s") % {"n": done - 1, "all": total - 3}
    return _("写提成单")


def _waiting(job: Job) -> str:
    if job.error:  # it was tried, and put off
        return job.error
    now = timezone.now()
    before = Job.objects.filter(state__in=Job.OPEN, due__lte=now).exclude(pk__gte=job.pk)
    states = list(before.values_list("state", flat=True))
    if "running" not in states and now - job.made > SLOW:
        return _("还没有开始：后台没有动静，请管理员看看服务是否在运行")
    if states:
        return _("排队中，前面还有 %(n)s 项") % {"n": len(states)}
    return _("马上开始")


def _lasts(time: timedelta) -> str:
    minutes, seconds = divmod(max(0, int(time.total_seconds())), 60)
    if not minutes:
        return _("%(s)s 秒") % {"s": seconds}
    return _("%(m)s 分 %(s)s 秒") % {"m": minutes, "s": f"{seconds:02d}"}
