"""What the calendar does by night: protections end, ordinary customers without one go to the pool."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from assay.customers.actions.owning import recycle
from assay.customers.actions.partners import expire
from assay.customers.models import Customer
from assay.customers.queries.days import lost_line, rules, warn_line
from assay.customers.queries.owning import protection_over
from assay.furniture import jobs
from assay.furniture.models import Counter, Job

KIND = "night"
HOUR = 1  # not before one in the morning
ROUND = 300.0


@dataclass(frozen=True)
class Night:
    """What came of a night: how many went to the pool, how many registrations ended, and how many
    customers reached the line of the warning, or of 396 days, on that very day."""

    pooled: int
    expired: int
    warned: int
    lost: int


@transaction.atomic
def night(day: date) -> Night:
    """Do what a date brings; done again for the same date it finds nothing left to do.

    Nothing is recycled where the rules leave it to people. Churn follows from the dates alone, so
    that it needs no state: what reached a line that day is only counted.
    """
    held = rules()
    live = Customer.objects.filter(merged_into=None)
    over = protection_over(live, day) if held.recycle_by_night else live.none()
    done = recycle(list(over), day=day)
    before = day - timedelta(1)
    return Night(
        len(done), expire(day),
        live.filter(quiet_since__gt=warn_line(before, held), quiet_since__lte=warn_line(day, held)).count(),
        live.filter(quiet_since__gt=lost_line(before, held), quiet_since__lte=lost_line(day, held)).count(),
    )  # fmt: skip


def begin_night() -> Job | None:
    """Put the night of today into the queue, once, however many workers ask."""
    now = timezone.localtime()
    if now.hour < HOUR:
        return None
    with transaction.atomic():
        _row, first = Counter.objects.get_or_create(key=_key(now.date()), defaults={"last": 1})
        if not first:
            return None
        return Job.objects.create(kind=KIND, who=KIND, given={"day": now.date().isoformat()})


def _key(day: date) -> str:
    return f"{KIND}-{day.isoformat()}"


def skip_night(day: date) -> None:
    """A night that is done already: the demo is made as of today."""
    Counter.objects.get_or_create(key=_key(day), defaults={"last": 1})


def _do(job: Job, tell: jobs.Progress) -> tuple[str, dict[str, Any]]:
    return "done", asdict(night(date.fromisoformat(str(job.given["day"]))))


def _round() -> None:
    begin_night()


jobs.register(KIND, _do)
jobs.every(ROUND, _round)
