"""Where a month stands on its way: what is done, what is missing, and what finance looks at first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assay.incentives.models import Dispute, PayMonth, Receipt, Statement, Step
from assay.incentives.models.closing import KINDS
from assay.people.models import Department, Employee
from assay.period import Month


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
    """A point of the checklist. state: done, next, later; steps: who did it, when; said: how far it is."""

    kind: str
    title: str
    state: str
    steps: list[Step]
    lacking: list[Department]
    said: str = ""


def checklist(row: PayMonth, today: date) -> list[Point]:
    """The cut-off, every step of the close in order, pay slips and acknowledgements; what is done, what next."""
    held: dict[str, list[Step]] = {}
    for step in standing(row).select_related("by", "department"):
        held.setdefault(step.kind, []).append(step)
    left = departments_to_confirm(row) if row.run_id else []
    cut = _cut_off(row.month, today)
    made, upcoming = [cut], cut.state == "done"
    for kind, title in KINDS:
        done = bool(held.get(kind)) and not (kind == "manager" and left)
        state = "done" if done else "next" if upcoming else "later"
        upcoming = upcoming and done
        lacking = left if kind == "manager" and not done else []
        made.append(Point(kind, str(title), state, held.get(kind, []), lacking))
    return [*made, *_handed_out(row)]


def _cut_off(month: Month, today: date) -> Point:
    """What is on record when the month is over counts for it; what comes after the lock, for a later one."""
    over = today >= month.after
    said = _("%(day)s 零点截止；锁定前录入的算本月，锁定后的以后补发补扣") % {"day": month.after}
    return Point("cutoff", _("截止"), "done" if over else "next", [], [], said)


def _handed_out(row: PayMonth) -> Iterator[Point]:
    """Slips and acknowledgements: from the lock on each payee has his, and says that he has read it."""
    locked = row.state in ("locked", "exported", "paid")
    total = Statement.objects.filter(run=row.run).count()
    seen = Receipt.objects.filter(statement__run=row.run).count()
    yield Point(
        "slips", _("发提成单"), "done" if locked else "later", [], [],
        _("锁定以后每人都能看到、下载自己的：%(n)s 张") % {"n": total},
    )  # fmt: skip
    state = "done" if locked and seen == total else "next" if locked else "later"
    told = {"n": seen, "all": total}
    yield Point("receipts", _("签认"), state, [], [], _("%(n)s / %(all)s 人已签认") % told)
