"""Statements: whose they are, what they rest on, and how one version of a month differs from another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import F, Q, QuerySet

from assay.engine.folder import ADJUSTMENT
from assay.incentives.models import Line, PayMonth, Run, Statement, Step
from assay.people.access import Viewer
from assay.period import Month

Key = tuple[str, str, str]


def folder_of(run: Run) -> Path:
    """Where a run's plan, facts and results are kept."""
    return Path(settings.MEDIA_ROOT) / run.folder


def folder_digest(folder: Path) -> str:
    """SHA-256 over run.json of a run and of its adjustments; these hold the digests of all files."""
    seen = hashlib.sha256()
    for path in sorted([folder / "run.json", *folder.glob("adjust-*/run.json")]):
        seen.update(path.read_bytes())
    return seen.hexdigest()


def statement_digest(row: Statement) -> str:
    """SHA-256 over who, what month and version, every line to the 分."""
    lines = [
        [line.line, line.title, line.amount, str(line.for_month or "")] for line in row.lines.all()
    ]
    told = [row.code, row.role, str(row.run.pay_month.month), row.run.version, row.total, lines]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def current() -> QuerySet[Statement]:
    """The statements that count: those of each month's current run."""
    rows = Statement.objects.filter(run__pay_month__run=F("run"))
    return rows.select_related("run__pay_month", "department", "employee")


def statements_seen(who: Viewer) -> QuerySet[Statement]:
    """Whose statements a person may open: the offices all, a manager those of his departments in
    the months he led them, everyone his own.
    """
    rows = current()
    if who.everything:
        return rows
    mine = Q(employee=who.employee_id) if who.employee_id else Q(pk__in=[])
    mine |= Q(agent=who.agent_id) if who.agent_id else Q(pk__in=[])
    mine |= Q(shop__in=who.shop_ids)
    for led in who.led:
        one = Q(department__in=led.departments)
        first = led.start.year * 12 + led.start.month - 1
        one &= Q(run__pay_month__month__gte=first)
        if led.stop:
            last = led.stop.year * 12 + led.stop.month - 1
            before = led.stop.day == 1
            one &= Q(**{f"run__pay_month__month__{'lt' if before else 'lte'}": last})
        mine |= one
    # Before the preview opens a figure is nobody's but the office's.
    return rows.filter(mine).exclude(run__pay_month__state="calculated")


@dataclass(frozen=True)
class Change:
    """A line that differs between two versions of a month; amounts in 分, None where it was not."""

    code: str
    name: str
    role: str
    line: str
    title: str
    before: int | None
    after: int | None

    @property
    def difference(self) -> int:
        """After less before."""
        return (self.after or 0) - (self.before or 0)


def changes(old: Run, new: Run) -> list[Change]:
    """What differs between two runs of a month, line by line, by payee."""
    was, now = _lines(old), _lines(new)
    found = []
    for key in sorted(was.keys() | now.keys()):
        before, after = was.get(key), now.get(key)
        if (before.amount if before else None) != (after.amount if after else None):
            said = after or before
            assert said is not None
            found.append(
                Change(
                    key[0], said.statement.name, key[1], said.line, said.title,
                    before.amount if before else None, after.amount if after else None,
                )
            )  # fmt: skip
    return found


def _lines(run: Run) -> Mapping[Key, Line]:
    rows = Line.objects.filter(statement__run=run).select_related("statement")
    return {(x.statement.code, x.statement.role, f"{x.line} {x.for_month or ''}"): x for x in rows}


def adjustments_of(who: Viewer, line: Line) -> QuerySet[Line]:
    """What later months paid or took back for a line of a month, of what a person may open."""
    one = line.statement
    return Line.objects.filter(
        statement__in=statements_seen(who), statement__code=one.code, statement__role=one.role,
        line=f"{ADJUSTMENT}{line.line}", for_month=one.run.pay_month.month,
    ).select_related("statement__run__pay_month").order_by("statement__run__pay_month__month")  # fmt: skip


def months() -> QuerySet[PayMonth]:
    """Every month that was ever worked out, newest first."""
    return PayMonth.objects.select_related("run").order_by("-month")


def month_options() -> list[tuple[str, str]]:
    """Months to narrow a list by, newest first."""
    return [(str(row.month), str(row.month)) for row in months()[:36]]


def unacknowledged(since: date) -> Iterator[tuple[Statement, datetime]]:
    """Statements locked since a day that their payees have not acknowledged, with when it was."""
    locks = dict(
        Step.objects.filter(kind="lock", undone_at__isnull=True, at__date__gte=since).values_list(
            "pay_month", "at"
        )
    )
    rows = current().filter(run__pay_month__in=list(locks), receipt__isnull=True)
    for row in rows.order_by("pk"):
        yield row, locks[row.run.pay_month_id]


def by_month(rows: QuerySet[Statement], said: str) -> QuerySet[Statement]:
    """Those of a month; all of them where the word is none."""
    try:
        return rows.filter(run__pay_month__month=Month.parse(said).index)
    except ValueError:
        return rows
