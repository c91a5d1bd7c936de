"""What finance accrues: owed by the books month by month, and earned in months that are not posted yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.engine.run import run_program
from assay.furniture.reader import reader_language
from assay.incentives.models import Line, PayMonth, Statement
from assay.incentives.queries.facts import facts_of_month
from assay.incentives.queries.owners import Owners
from assay.incentives.queries.parties import PAYABLES, kind_of, kind_paid_as
from assay.ledger.chart import CHART
from assay.ledger.queries import balance_of, by_month
from assay.people.models import Department
from assay.period import Month
from assay.sales.queries.plan import plan_of

BACK = 12
FRESH = 60  # seconds in which the running month is not worked out again


@dataclass(frozen=True)
class Booked:
    """A month of a payable by the books, in 分: accrued (of which taken back), paid, owed at its end."""

    month: Month
    accrued: int
    taken: int
    paid: int
    owed: int


@dataclass(frozen=True)
class Owed:
    """A payable with its last months; `owed` is what the books owe at the end of the last one."""

    control: str
    title: Any
    before: int
    months: list[Booked]

    @property
    def owed(self) -> int:
        """What the books owe now, in 分."""
        return self.months[-1].owed if self.months else self.before


@dataclass(frozen=True)
class Earned:
    """Of a month not posted: so much of one kind in one department, for so many payees."""

    month: Month
    control: str
    account: Any
    department: str
    line: str
    title: str
    payees: int
    amount: int


@dataclass(frozen=True)
class Unposted:
    """A month that is not in the books: its state, as of when, its rows. live: as the facts stand."""

    month: Month
    state: str
    at: datetime
    rows: list[Earned]
    live: bool = False

    @property
    def total(self) -> int:
        """All of it, in 分."""
        return sum(row.amount for row in self.rows)

    @property
    def accounts(self) -> list[tuple[Any, int]]:
        """(expense account, 分) as the close will post them."""
        sums: dict[str, int] = defaultdict(int)
        for row in self.rows:
            sums[row.control] += row.amount
        return [(CHART[control].title, sums[control]) for control in CHART if control in sums]


def owed(today: date) -> list[Owed]:
    """Each payable of pay: the months of the last year in which it moved, as the books have them."""
    first = Month.of(today).next(1 - BACK).first
    after = Month.of(today).after
    found = []
    for control, kind in PAYABLES.items():
        before = balance_of(control, first)
        months: list[Booked] = []
        level = before
        taken = {day: credited for day, _d, credited in by_month(kind.expense, first, after)}
        for day, debited, credited in by_month(control, first, after):
            level += credited - debited
            back = taken.get(day, 0)
            months.append(Booked(Month.of(day), credited, back, debited - back, level))
        if months or before:
            found.append(Owed(control, CHART[control].title, before, months))
    return found


def unposted(today: date) -> list[Unposted]:
    """The months after the last posted one up to the running one: recorded runs, else as facts stand.

    UserError without a plan, as for a run.
    """
    running = Month.of(today)
    rows = {
        row.month.index: row
        for row in PayMonth.objects.filter(month__lte=running.index).select_related("run")
    }
    posted = [index for index, row in rows.items() if row.state in PayMonth.SHUT]
    begun = [index for index, row in rows.items() if row.run_id]
    first = max(posted) + 1 if posted else min([*begun, running.index])
    found = []
    for index in range(first, running.index + 1):
        row = rows.get(index)
        if row is not None and row.run is not None and index < running.index:
            found.append(_recorded(row))
        else:
            found.append(_live(Month(index)))
    return found


Key = tuple[str, str, str, str]  # control, department, line, title


def _recorded(row: PayMonth) -> Unposted:
    """A month that was worked out: its lines as they are recorded."""
    assert row.run is not None
    lines = Line.objects.filter(statement__run=row.run).select_related("statement__department")
    sums: dict[Key, int] = defaultdict(int)
    whose: dict[Key, set[str]] = defaultdict(set)
    for line in lines:
        one: Statement = line.statement
        place = one.department.name if one.department else ""
        key = (kind_of(one).expense, place, line.line, line.title)
        sums[key] += line.amount
        whose[key].add(one.code)
    state = str(row.get_state_display())
    return Unposted(row.month, state, row.run.at, list(_rows(row.month, sums, whose)))


def _live(month: Month) -> Unposted:
    """A month as its facts stand, paid by the plan in force; kept for a moment."""
    lang = reader_language()
    key = f"accrual:{month}:{lang}"
    near: Unposted | None = cache.get(key)
    if near is not None:
        return near
    program, _text = plan_of(month)
    facts = facts_of_month(program, month)
    outcome = run_program(program, facts, range(month.index, month.index + 1), "duckdb")
    owners, places = Owners(month), dict(Department.objects.values_list("pk", "name"))
    sums: dict[Key, int] = defaultdict(int)
    whose: dict[Key, set[str]] = defaultdict(set)
    for row in outcome.statements:
        rule = program.rules[row.rule]
        place = places.get(owners.of(row.payee, row.role).get("department_id") or 0, "")
        said = (kind_paid_as(row.role).expense, place, rule.name, rule.title.text(lang, rule.name))
        sums[said] += row.amount
        whose[said].add(row.payee)
    state = _("进行中") if month == Month.of(timezone.localdate()) else _("还没有计算")
    found = Unposted(month, state, timezone.now(), list(_rows(month, sums, whose)), live=True)
    cache.set(key, found, FRESH)
    return found


def _rows(month: Month, sums: dict[Key, int], whose: dict[Key, set[str]]) -> Iterator[Earned]:
    """By account as the chart has them, department, then as the plan's lines came."""
    order = {control: at for at, control in enumerate(CHART)}
    for key in sorted(sums, key=lambda k: (order[k[0]], k[1])):
        control, place, line, title = key
        yield Earned(
            month, control, CHART[control].title, place, line, title, len(whose[key]), sums[key]
        )
