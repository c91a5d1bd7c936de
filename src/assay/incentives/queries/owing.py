"""What people owe of their pay: carried until a payroll file takes it back, settled where none will."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from assay.incentives.models import PayMonth, Settling
from assay.incentives.queries.parties import STAFF
from assay.incentives.queries.payroll import carried_before
from assay.people.access import Viewer
from assay.people.models import Employee
from assay.period import Month


@dataclass(frozen=True)
class Owing:
    """Somebody whose months came to less than nothing: how much is left, in 分, and what happens to it.

    open: the month that is still to be locked before it is known what he owes at the end; waiting:
    what finance has asked for.
    """

    employee: Employee
    left: int
    here: bool
    open: Month | None
    waiting: Settling | None

    @property
    def account(self) -> str:
        """His account in the books."""
        return STAFF.account(self.employee.number)

    @property
    def settled(self) -> bool:
        """Whether no payroll file will take it back, so that it is settled by hand."""
        return not self.here and self.open is None


def owing(today: date, employee: Employee | None = None) -> list[Owing]:
    """Everyone (or one) who owes after the last locked month, by number."""
    last = last_locked()
    if last is None:
        return []
    left = carried_before(last.month.index + 1)
    people = Employee.objects.filter(number__in=left).order_by("number")
    if employee is not None:
        people = people.filter(pk=employee.pk)
    asked = Settling.objects.filter(state="asked").select_related("asked_by")
    waiting = {one.employee_id: one for one in asked}
    found = []
    for person in people:
        here = person.stop is None or person.stop > today
        open_ = None
        if person.stop is not None and not here:
            worked = Month.of(person.stop - timedelta(1))
            open_ = worked if worked.index > last.month.index else None
        found.append(Owing(person, -left[person.number], here, open_, waiting.get(person.pk)))
    return found


def last_locked() -> PayMonth | None:
    """The last month that is locked."""
    found: PayMonth | None = (
        PayMonth.objects.filter(state__in=PayMonth.SHUT).order_by("-month").first()
    )
    return found


def to_decide(who: Viewer) -> list[Settling]:
    """What waits for this one's word: neither asked by him nor owed by him. None for who decides nothing."""
    if not who.may("pay.settle"):
        return []
    rows = Settling.objects.filter(state="asked").exclude(asked_by=who.employee_id)
    return list(rows.exclude(employee=who.employee_id).order_by("pk"))


def decided() -> list[Settling]:
    """What was settled or refused, newest first."""
    rows = Settling.objects.exclude(state="asked").order_by("-decided_at")
    return list(rows.select_related("employee", "asked_by", "decided_by")[:50])
