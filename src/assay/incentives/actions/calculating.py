"""A month worked out as a job: begun by a press of the button, watched, told why where it fails."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture import jobs
from assay.furniture.jobs import Progress
from assay.furniture.kept import actor
from assay.furniture.models import Job
from assay.incentives.actions import closing
from assay.incentives.actions.running import SignedError, open_to_working_out
from assay.incentives.models import PayMonth, Run
from assay.incentives.queries.calculation import KIND, calculation_of
from assay.people.models import Employee
from assay.period import Month
from assay.sales.models import Order
from assay.sales.queries.plan import plan_of

AT_ONCE = 20_000
"""So many orders are worked out while the person waits: a second or two."""


def calculate(month: Month, *, by: Employee) -> Job:
    """Have a month worked out: at once where it is small, else by a worker. Of two who press, one job.

    UserError where it cannot be worked out as it stands; what is found out later the job tells.
    """
    plan_of(month)  # a month that no plan holds in is not taken up
    closing.may_calculate(month)
    job = _begin(month, by)
    if job.state == "waiting" and _small(month) and jobs.take(job):
        return jobs.run(job)
    return job


@transaction.atomic
def _begin(month: Month, by: Employee) -> Job:
    row = open_to_working_out(month)
    held = calculation_of(row)
    if held is not None and held.under_way:
        return held
    user, who = actor()
    given = {"month": month.index, "by": by.pk, "lang": get_language() or "zh-hans"}
    made: Job = Job.objects.create(kind=KIND, user_id=user, who=who, given=given)
    return made


def _small(month: Month) -> bool:
    """Whether the orders that are read, with those of locked months to be paid again, are few."""
    shut = PayMonth.objects.filter(state__in=PayMonth.SHUT, month__lt=month.index)
    first = shut.order_by("month").first()
    since = first.month.first if first else month.first
    return (
        Order.objects.filter(day__gte=since, day__lt=month.after)[: AT_ONCE + 1].count() <= AT_ONCE
    )


def work(job: Job, tell: Progress) -> tuple[str, dict[str, Any]]:
    """Work the month out; version, step and the job's own end are written as one, or not at all."""
    month, by = Month(job.given["month"]), Employee.objects.get(pk=job.given["by"])

    def done(run: Run) -> None:
        """A worker killed after this leaves nothing to be done again."""
        result = {"version": run.version}
        Job.objects.filter(pk=job.pk).update(state="done", result=result, ended=timezone.now())

    with override(job.given["lang"]):
        try:
            run = closing.calculate(month, by=by, tell=tell, also=done)
        except SignedError:  # it was signed meanwhile: what was asked for is not needed any more
            return "done", {"unneeded": True}
        except OSError as error:
            raise UserError(
                _("写不进数据文件夹（%(why)s）：请管理员腾出空间或检查权限，再按一次“计算”")
                % {"why": error.strerror or type(error).__name__}
            ) from error
    return "done", {"version": run.version}


jobs.register(KIND, work)
