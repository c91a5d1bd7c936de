"""Pay slips of a whole month as one job: a PDF each, in a zip that is written as they come."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture import jobs
from assay.furniture.jobs import Progress
from assay.furniture.kept import actor
from assay.furniture.models import Job
from assay.incentives.models import PayMonth, Run, Statement
from assay.incentives.slips import slip
from assay.people.models import Company
from assay.period import Month

KIND = "slips"
AT_ONCE = 200


def batch_of(run: Run) -> Job | None:
    """The slips of a run, being made or made."""
    return Job.last(KIND, run=run.pk)


def bundle_of(job: Job) -> Path:
    """Where the zip of a job lies."""
    return Path(settings.MEDIA_ROOT) / "slips" / f"{job.pk}.zip"


@transaction.atomic
def make_slips(month: Month) -> Job:
    """Begin the slips of a locked month; asked again they are the same, unless they are gone."""
    row = PayMonth.objects.select_for_update().filter(month=month.index).first()
    if row is None or row.run is None or row.state not in PayMonth.SHUT:
        raise UserError(_("锁定以后才出提成单：之前的数还会变"))
    job = batch_of(row.run)
    if job is not None and (job.under_way or (job.state == "done" and bundle_of(job).is_file())):
        return job
    user, who = actor()
    made: Job = Job.objects.create(kind=KIND, user_id=user, who=who, given={"run": row.run.pk})
    return made


def draw(job: Job, tell: Progress) -> tuple[str, dict[str, Any]]:
    """Every slip of the run, by department and code; the zip appears whole or not at all."""
    run = Run.objects.select_related("pay_month").get(pk=job.given["run"])
    rows = Statement.objects.filter(run=run).select_related("run__pay_month", "department")
    company = Company.objects.first()
    name, total = company.name if company else "", rows.count()
    target = bundle_of(job)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = target.with_suffix(".part")
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        ordered = rows.prefetch_related("lines").order_by("department__code", "code", "role")
        for done, one in enumerate(ordered.iterator(chunk_size=AT_ONCE), start=1):
            book.writestr(_named(one), slip(one, name))
            tell(done, total)
    beside.chmod(0o600)
    beside.replace(target)
    return "done", {"count": total, "size": target.stat().st_size}


def _named(one: Statement) -> str:
    """Month, code, name, role: a role is a word of the plan, and two roles are two slips."""
    place = one.department.name if one.department else ""
    plain = "".join("-" if sign in '/\\:*?"<>|' else sign for sign in f"{one.code}-{one.name}")
    return f"{place}/{one.run.pay_month}-{plain}-{one.role}.pdf".lstrip("/")


jobs.register(KIND, draw)
