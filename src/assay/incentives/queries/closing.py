"""Where a month stands on its way: what is done, what is missing, and what finance looks at first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from assay.incentives.models import Dispute, PayMonth, Statement, Step
from assay.incentives.models.closing import KINDS
from assay.people.models import Department, Employee


def standing(row: PayMonth) -> QuerySet[Step]:
    """The steps taken and not taken back, oldest first."""
    return Step.objects.filter(pay_month=row, undone_at__isnull=True).order_by("pk")


def departments_to_confirm(row: PayMonth) -> list[Department]:
    """Departments with people in the current run whose manager has not confirmed them yet."""
    held = Statement.objects.filter(run=row.run, department__isnull=False)
    people = held.exclude(role="manager").values_list("department", flat=True)
    done = standing(row).filter(kind="manager").values_list("department", flat=True)
    rows = Department.objects.filter(pk__in=set(people)).exclude(pk__in=set(done))
    return list(rows.order_by("code"))


def open_disputes(row: PayMonth, department: Department | None = None) -> QuerySet[Dispute]:
    """Objections to lines of the month that still wait; of one department where named."""
    rows = Dispute.objects.filter(state="open", line__statement__run__pay_month=row)
    if department is not None:
        rows = rows.filter(line__statement__department=department)
    return rows


def own_statements(row: PayMonth, who: Employee) -> QuerySet[Statement]:
    """Statements of the current run that pay a person himself."""
    return Statement.objects.filter(run=row.run, employee=who)


@dataclass(frozen=True)
class Point:
    """A point of the checklist. state: done, next, later; steps: who did it, when."""

    kind: str
    title: str
    state: str
    steps: list[Step]
    lacking: list[Department]


def checklist(row: PayMonth) -> list[Point]:
    """Every step of the close in order, with what is done and what comes next."""
    held: dict[str, list[Step]] = {}
    for step in standing(row).select_related("by", "department"):
        held.setdefault(step.kind, []).append(step)
    left = departments_to_confirm(row) if row.run_id else []
    made: list[Point] = []
    upcoming = True
    for kind, title in KINDS:
        done = bool(held.get(kind)) and not (kind == "manager" and left)
        state = "done" if done else "next" if upcoming else "later"
        upcoming = upcoming and done
        lacking = left if kind == "manager" and not done else []
        made.append(Point(kind, str(title), state, held.get(kind, []), lacking))
    return made
