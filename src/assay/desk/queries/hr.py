"""HR's day: who comes and goes, whose base pay is missing, attendance so far, trainings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q

from assay.furniture.spans import covering
from assay.people.models import Assignment, Attendance, Employee, Training, Wage
from assay.people.queries import presence_in_month, with_posts
from assay.period import Month

AHEAD = 30
MOST = 8


def desk(today: date) -> dict[str, Any]:
    """What 今日 shows HR, in a dozen queries."""
    here = Employee.objects.filter(covering(today))
    payable = Assignment.objects.filter(
        covering(today), employee=OuterRef("pk"), role__in=("salesperson", "manager")
    )
    paid = Wage.objects.filter(covering(today), employee=OuterRef("pk"))
    near = Q(start__gt=today - timedelta(AHEAD), start__lte=today + timedelta(AHEAD))
    going = Q(stop__gt=today - timedelta(AHEAD), stop__lte=today + timedelta(AHEAD))
    lines = presence_in_month(here, Month.of(today))
    return {
        "heads": here.count(),
        "coming": list(with_posts(Employee.objects.filter(near)).order_by("start")[:MOST]),
        "going": list(with_posts(Employee.objects.filter(going)).order_by("stop")[:MOST]),
        "unpaid": list(here.filter(Exists(payable), ~Exists(paid)).order_by("pinyin")[:MOST]),
        "last_day": Attendance.objects.aggregate(last=Max("day"))["last"],
        "absences": [line for line in lines if line.late or line.absent or line.early][:MOST],
        "noted": len(lines),
        "trainings": list(
            Training.objects.annotate(
                seated=Count("seats"),
                unnoted=Count("seats", filter=Q(seats__attended=None)),
            )
            .filter(Q(day__gte=today) | Q(unnoted__gt=0)).order_by("day")[:MOST]
        ),
    }  # fmt: skip
