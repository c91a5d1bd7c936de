"""Where a month stands on its way: what is done, what is missing, and what finance looks at first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.furniture.reader import series
from assay.furniture.spans import covering
from assay.incentives.models import Dispute, PayMonth, Receipt, Statement, Step
from assay.incentives.models.closing import KINDS
from assay.people.models import Assignment, Department, Employee
from assay.people.queries import manager_on
from assay.period import Month

# Roles that sign a month as a whole, with their steps.
WHOLE = {
    "director": ("director",), "hr": ("hr",), "finance": ("finance", "lock"), "general": ("general",),
}  # fmt: skip


def standing(row: PayMonth) -> QuerySet[Step]:
    """The steps taken and not taken back, oldest first."""
    return Step.objects.filter(pay_month=row, undone_at__isnull=True).order_by("pk")


def last_step(row: PayMonth) -> Step | None:
    """What would be taken back next: the last signature, or the opening of the queries."""
    rows = standing(row).exclude(kind="calculate").select_related("by")
    found: Step | None = rows.order_by("-pk").first()
    return found


def earlier_open(row: PayMonth) -> list[PayMonth]:
    """Earlier months that were worked out and are not locked, oldest first: they are locked before this one.

    Otherwise what they come to below zero, or is put right in them, would miss this month's payroll file.
    """
    rows = PayMonth.objects.filter(month__lt=row.month.index, run__isnull=False)
    return list(rows.exclude(state__in=PayMonth.SHUT).order_by("month"))


def never_worked_out(row: PayMonth) -> list[Month]:
    """Months between the first locked one and this one that nobody ever worked out, oldest first.

    Worked out only after this one was paid, a month would come too late for whom it pays. Months before
    the first that was locked are none of them: they were paid before the house closed its months here.
    """
    rows = PayMonth.objects.filter(month__lt=row.month.index)
    first = rows.filter(state__in=PayMonth.SHUT).order_by("month").first()
    if first is None:
        return []
    done = {one.month.index for one in rows.filter(run__isnull=False)}
    return [Month(at) for at in range(first.month.index, row.month.index) if at not in done]


def told_months(months: Sequence[Month]) -> str:
    """Months in words, those that follow one another as one span: 2024-06 — 2026-09（28 个月）."""
    spans: list[list[Month]] = []
    for month in months:
        if spans and spans[-1][-1].next() == month:
            spans[-1].append(month)
        else:
            spans.append([month])
    return series(
        str(span[0]) if len(span) == 1 else _("%(first)s — %(last)s（%(n)s 个月）")
        % {"first": span[0], "last": span[-1], "n": len(span)}
        for span in spans
    )  # fmt: skip


def who_set_aside(row: PayMonth) -> Step | None:
    """Who set the month's calculation aside, when and why, where it stands so; it is the last step then."""
    if row.run_id is not None:
        return None
    rows = row.steps.filter(kind="calculate", undone_at__isnull=False)
    found: Step | None = rows.select_related("undone_by").order_by("-undone_at", "-pk").first()
    return found


def after_cut_off(row: PayMonth) -> bool:
    """Whether the current run was worked out when the month was over: an earlier one is for looking only."""
    return row.run is not None and timezone.localtime(row.run.at).date() >= row.month.after


def head_of(department: Department, day: date) -> Employee | None:
    """Whoever manages a department on a day; where nobody does, who manages the one above it."""
    place: Department | None = department
    while place is not None:
        head = manager_on(place.pk, day)
        if head is not None:
            return head
        place = place.parent
    return None


@dataclass(frozen=True)
class Bench:
    """A department's statements as its head signs them: his people's; his own go to the next above."""

    department: Department
    head: Employee | None
    people: list[Statement]
    own: list[Statement]

    def barred(self, who: Employee) -> str:
        """Why somebody must not sign for these people; nothing where he may."""
        if self.head is not None and self.head != who:
            return _("这个部门由 %(who)s 确认") % {"who": self.head.name}
        if any(one.employee_id == who.pk for one in self.people):
            return _("这个部门有付给自己的提成单，要由别人确认")
        return ""


def benches(row: PayMonth, day: date) -> list[Bench]:
    """Every department with statements of people in the current run, by code; heads as of a day.

    A manager's statement for managing is nobody's people; the director's signature covers it.
    """
    held: dict[Department, list[Statement]] = {}
    rows = Statement.objects.filter(run=row.run, department__isnull=False).exclude(role="manager")
    for one in rows.select_related("department__parent", "employee").order_by("code", "role"):
        assert one.department is not None
        held.setdefault(one.department, []).append(one)
    made = []
    for department in sorted(held, key=lambda place: place.code):
        head = head_of(department, day)
        mine = [x for x in held[department] if head is not None and x.employee_id == head.pk]
        people = [x for x in held[department] if x not in mine]
        made.append(Bench(department, head, people, mine))
    return made


def departments_to_confirm(row: PayMonth, seats: Sequence[Bench]) -> list[Department]:
    """Departments with people in the current run whose manager has not confirmed them yet.

    What pays the manager himself is not his to confirm: with nobody else in it, a department waits
    for the director alone.
    """
    done = set(standing(row).filter(kind="manager").values_list("department", flat=True))
    return [one.department for one in seats if one.people and one.department.pk not in done]


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


def checklist(row: PayMonth, seats: Sequence[Bench], today: date) -> list[Point]:
    """The cut-off, every step of the close in order, pay slips and acknowledgements; what is done, what next."""
    held: dict[str, list[Step]] = {}
    for step in standing(row).select_related("by", "department"):
        held.setdefault(step.kind, []).append(step)
    left = departments_to_confirm(row, seats)
    aside = _aside(row, seats, today) if row.run_id else {}
    cut = _cut_off(row.month, today)
    made, upcoming = [cut], cut.state == "done"
    for kind, title in KINDS:
        done = bool(held.get(kind))
        if kind == "calculate":
            done = done and after_cut_off(row)
        if kind == "manager":  # nothing to wait for where every statement is the director's to sign
            done = not left and (done or upcoming)
        state = "done" if done else "next" if upcoming else "later"
        upcoming = upcoming and done
        lacking = left if kind == "manager" and not done else []
        said = aside.get(kind, "")
        made.append(Point(kind, str(title), state, held.get(kind, []), lacking, said))
    return [*made, *_handed_out(row)]


def _aside(row: PayMonth, seats: Sequence[Bench], day: date) -> dict[str, str]:
    """Step -> whom it must leave to others: nobody approves what pays himself.

    A manager signs for his people and the director for him; the later steps sign the month as a
    whole, so whoever is paid in it leaves them to somebody else who holds the role.
    """
    found = {}
    heads = dict.fromkeys(one.head.name for one in seats if one.own and one.head is not None)
    if heads:
        who = {"who": series(heads)}
        found["manager"] = _("%(who)s 本人的提成单由总监确认") % who
        found["director"] = _("包括 %(who)s 本人的提成单") % who
    paid = Statement.objects.filter(run=row.run, employee__isnull=False).values("employee")
    posts = Assignment.objects.filter(covering(day), role__in=WHOLE, employee__in=paid)
    barred: dict[str, dict[str, None]] = {}
    for post in posts.select_related("employee").order_by("employee__number"):
        for kind in WHOLE[post.role]:
            barred.setdefault(kind, {})[post.employee.name] = None
    for kind, names in barred.items():
        told = _("%(who)s 本月有自己的提成单，这一步由别人办") % {"who": series(names)}
        found[kind] = series(filter(None, [found.get(kind, ""), told]), "；")
    return found


def _cut_off(month: Month, today: date) -> Point:
    """What is on record when the month is over counts for it; what comes after the lock, for a later one."""
    over = today >= month.after
    said = _("%(day)s 零点截止；锁定前录入的算本月，锁定后的以后补发补扣") % {"day": month.after}
    return Point("cutoff", _("截止"), "done" if over else "next", [], [], said)


def _handed_out(row: PayMonth) -> Iterator[Point]:
    """Slips and acknowledgements: from the lock on each payee has his, and says that he has read it."""
    locked = row.state in PayMonth.SHUT
    total = Statement.objects.filter(run=row.run).count()
    seen = Receipt.objects.filter(statement__run=row.run).count()
    yield Point(
        "slips", _("发提成单"), "done" if locked else "later", [], [],
        _("锁定以后每人都能看到、下载自己的：%(n)s 张") % {"n": total},
    )  # fmt: skip
    state = "done" if locked and seen == total else "next" if locked else "later"
    told = {"n": seen, "all": total}
    yield Point("receipts", _("签认"), state, [], [], _("%(n)s / %(all)s 人已签认") % told)
