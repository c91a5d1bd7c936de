"""Where a month stands on its way: what is done, what is missing, and what finance looks at first."""

from __future__ import annotations

from django.db.models import QuerySet

from assay.incentives.models import Dispute, PayMonth, Statement, Step
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
