"""The administrator's day: logins, what was brought in, what was shown, whether all is well."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from assay.errors import UserError
from assay.furniture.models import AccessEntry, Job
from assay.furniture.reader import reader_language
from assay.people.models import User
from assay.period import Month
from assay.sales.queries.plan import held

MOST = 8
SLOW = timedelta(minutes=2)


def desk(today: date) -> dict[str, Any]:
    """What 今日 shows an administrator; no customer, no amount."""
    users = User.objects.aggregate(
        count=Count("pk"), off=Count("pk", filter=Q(is_active=False)),
        never=Count("pk", filter=Q(is_active=True, last_login=None)),
        renew=Count("pk", filter=Q(is_active=True, renew=True)),
    )  # fmt: skip
    codes = TOTPDevice.objects.filter(confirmed=True).values("user").distinct().count()
    since = timezone.now() - timedelta(hours=24)
    return {
        "users": users, "codes": codes,
        "locked": list(
            AccessAttempt.objects.filter(
                failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gte=since
            ).order_by("-attempt_time")[:MOST]
        ),
        "imports": list(Job.objects.filter(kind="import").order_by("-pk")[:MOST]),
        "shown": list(AccessEntry.objects.order_by("-pk")[:MOST]),
        "shown_today": AccessEntry.objects.filter(at__date=today).count(),
        **health(today),
    }  # fmt: skip


def health(today: date) -> dict[str, Any]:
    """Whether jobs are done, the disk has room, and a plan is in force."""
    jobs = Job.objects.aggregate(
        waiting=Count("pk", filter=Q(state="waiting")), failed=Count("pk", filter=Q(state="failed")),
        stuck=Count("pk", filter=Q(state="waiting", made__lt=timezone.now() - SLOW)),
    )  # fmt: skip
    lang = reader_language()
    free = shutil.disk_usage(settings.DATA).free
    try:
        program, _text, path = held(Month.of(today))
        plan = {
            "title": program.plan.title.text(lang, path.name),
            "from": program.plan.effective,
            "fault": "",
        }
    except UserError as error:
        plan = {"title": "", "from": "", "fault": str(error)}
    return {
        "jobs": jobs, "free": free // 1_000_000_000, "plan": plan, "database": connection.display_name,
    }  # fmt: skip
