"""Working a month out: facts pulled, paid by the plan in force, kept with all it rests on, recorded.

What came too late for months that are locked comes along as adjustments (补发/补扣), never as an edit.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from assay.engine.adjust import Adjustment
from assay.engine.adjust_folder import write_adjustments
from assay.engine.folder import open_run
from assay.engine.publish import publish
from assay.engine.results import write_json
from assay.engine.run import run_program
from assay.errors import UserError
from assay.facts.facts import Facts
from assay.furniture.kept import actor
from assay.furniture.many import new_keys, pour
from assay.furniture.models import Change
from assay.furniture.reader import reader_language
from assay.incentives.models import Line, PayMonth, Run, Statement, Step
from assay.incentives.proving import (
    FORMAT,
    NOTHING,
    adjusted_texts,
    leaf,
    order_digests,
    root,
    statement_text,
    write_adjusted,
)
from assay.incentives.queries.facts import facts_of_month
from assay.incentives.queries.locks import turns
from assay.incentives.queries.overtaken import overtaken
from assay.incentives.queries.owners import Owners
from assay.incentives.queries.statements import folder_digest, folder_of
from assay.people.models import Employee
from assay.period import Month
from assay.plan.program import Program
from assay.plan.sentences import told_in
from assay.plan.source import digest
from assay.sales.queries.plan import plan_of


class SignedError(UserError):
    """A month is signed while nothing of its facts has moved: there is nothing to work out."""


Tell = Callable[[int, int], None]
Recorded = Callable[[PayMonth, Run], None]


@dataclass(frozen=True)
class _Row:
    """A line to be recorded."""

    code: str
    name: str
    role: str
    line: str
    title: str
    amount: int
    award: str = ""
    for_month: int | None = None
    reason: str = ""
    foreign: bool = False


def run_month(
    month: Month, tell: Tell = lambda done, total: None, *, by: Employee | None = None,
    recorded: Recorded = lambda row, run: None,
) -> Run:  # fmt: skip
    """Work a month out anew, as the next version. UserError where it is locked, or facts are unusable.

    Two at once are worked out one after the other; each is a version of its own. No signature outlives
    the version it was given to. tell: steps done of all: facts read, paid, each locked month paid again,
    written. recorded: what is written with the version, or not at all, where it is the one that counts.
    """
    row, version = _begin(month)
    shut = list(
        PayMonth.objects.filter(month__lt=month.index, state__in=PayMonth.SHUT).order_by("month")
    )
    steps = len(shut) + 3
    tell(0, steps)
    program, text = plan_of(month)
    seen = Change.objects.aggregate(last=Max("pk"))["last"] or 0
    facts = _usable(facts_of_month(program, month))
    tell(1, steps)
    place = f"runs/{month}/v{version}"
    folder = Path(settings.MEDIA_ROOT) / place
    late: list[Adjustment] = []
    with override("zh-hans"):  # what is recorded speaks one language, whoever asks
        rows = [*_paid(program, text, facts, month, folder)]
        for done, earlier in enumerate(shut, start=2):
            tell(done, steps)
            late += _late(earlier, month, folder / f"adjust-{earlier.month}")
        rows += _adjusted(late)
    tell(steps - 1, steps)
    sealed = _sealed(rows, late, folder, month, version, digest(text))
    made = Run(
        pay_month=row, version=version, who=actor()[1],
        plan_name=program.plan.title.text("zh", program.plan.name)[:80],
        plan_digest=digest(text), folder=place, digest=folder_digest(folder),
        root=sealed.root, seen=seen, total=sum(row.amount for row in rows),
        payees=len({(r.code, r.role) for r in rows}),
    )  # fmt: skip
    _record(made, {one.pk for one in shut}, rows, sealed, by, recorded)
    tell(steps, steps)
    return made


def _usable(facts: Facts) -> Facts:
    if facts.rejected:
        first = facts.rejected[0]
        raise UserError(
            _("有 %(count)s 行资料不能用，先改好再算：%(file)s %(row)s %(column)s %(reason)s")
            % {
                "count": len(facts.rejected), "file": first.file, "row": first.row,
                "column": first.column, "reason": told_in(first.reason, reader_language()),
            }
        )  # fmt: skip
    return facts


@transaction.atomic
def open_to_working_out(month: Month) -> PayMonth:
    """The month under its lock, taken up where it was not there yet. UserError where it is locked."""
    row: PayMonth = PayMonth.objects.select_for_update().get_or_create(month=month)[0]
    if row.state in PayMonth.SHUT:
        raise UserError(
            _("%(month)s %(state)s，不能再算；晚到的变动在下个月补发补扣")
            % {"month": month, "state": row.get_state_display()}
        )
    return row


def refuse_signed(row: PayMonth) -> None:
    """SignedError where a month is signed and its facts are those it was worked out of."""
    if row.state == "confirmed" and not overtaken(row):
        raise SignedError(_("已经有人确认，资料也没有变动，不用重算；要改，先撤销确认"))


def _begin(month: Month) -> tuple[PayMonth, int]:
    """The month, with the number of the next version; taken up for good at once."""
    with transaction.atomic():
        row = open_to_working_out(month)
        taken = [run.version for run in row.runs.all()]
        root = Path(settings.MEDIA_ROOT) / "runs" / str(month)
        # A version's folder is claimed by making it, so two at once never share one.
        version = max([0, *taken, *_claimed(root)]) + 1
        (root / f"v{version}").mkdir(parents=True)
    return row, version


def _claimed(root: Path) -> Iterator[int]:
    for path in root.glob("v*"):
        if path.name[1:].isdigit():
            yield int(path.name[1:])


def _paid(program: Program, text: str, facts: Facts, month: Month, folder: Path) -> Iterator[_Row]:
    months = range(month.index, month.index + 1)
    outcome = run_program(program, facts, months, "duckdb")
    slow = any(line.credits for line in outcome.lines)
    publish(program, text, facts, outcome, months, folder, "csv" if slow else "parquet")
    for row in outcome.statements:
        rule = program.rules[row.rule]
        title = rule.title.text("zh", rule.name)
        yield _Row(row.payee, row.name, row.role, rule.name, title, row.amount, row.award)


def _adjusted(late: Iterable[Adjustment]) -> Iterator[_Row]:
    for one in late:
        sign = _("补发") if one.amount > 0 else _("补扣")
        yield _Row(
            one.payee, one.name, one.role, one.printed_line, f"{sign} · {one.title}",
            one.amount, for_month=one.for_month, reason=one.reason, foreign=one.foreign,
        )  # fmt: skip


def _late(earlier: PayMonth, month: Month, target: Path) -> list[Adjustment]:
    paid = open_run(paid_folder(earlier))
    facts = facts_of_month(paid.program, earlier.month)
    found = write_adjustments(paid, facts, month, target)
    if not found:
        shutil.rmtree(target)
    return found


def paid_folder(earlier: PayMonth) -> Path:
    """What was paid for a month up to now: its run, or the last adjustments of it that were locked.

    The last by its lock: a month between may be worked out after a later one was paid.
    """
    held = turns()
    later = PayMonth.objects.filter(state__in=PayMonth.SHUT, month__gt=earlier.month.index)
    for one in sorted(later.select_related("run"), key=lambda x: held[x.month.index], reverse=True):
        assert one.run is not None
        place = folder_of(one.run) / f"adjust-{earlier.month}"
        if place.is_dir():
            return place
    assert earlier.run is not None
    return folder_of(earlier.run)


@dataclass(frozen=True)
class _Sealed:
    """The root over a run's statements, and of each its salt and its leaf."""

    root: str
    salts: dict[tuple[str, str], str]
    leaves: dict[tuple[str, str], str]


def _sealed(
    rows: list[_Row], late: list[Adjustment], folder: Path, month: Month, version: int, plan: str
) -> _Sealed:
    """Put all statements under one root, and write it into run.json."""
    orders, adjusted = order_digests(folder), adjusted_texts(late)
    write_adjusted(folder, adjusted)
    salts, leaves = {}, {}
    for key, lines in sorted(_grouped(rows).items()):
        salts[key] = secrets.token_hex(16)
        head = {
            "code": key[0], "name": lines[0].name, "role": key[1], "month": str(month),
            "version": version, "plan": plan, "total": sum(line.amount for line in lines),
        }  # fmt: skip
        told = [(x.line, x.title, x.amount, _month(x.for_month)) for x in lines]
        own = orders.get(key, NOTHING), salts[key], adjusted.get(key, "")
        leaves[key] = leaf(statement_text(head, told, *own))
    found = root([leaves[key] for key in sorted(leaves)])
    path = folder / "run.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    write_json(
        path, {**data, "statements": {"count": len(leaves), "format": FORMAT, "root": found}}
    )
    return _Sealed(found, salts, leaves)


def _month(index: int | None) -> str:
    return "" if index is None else str(Month(index))


def _grouped(rows: list[_Row]) -> dict[tuple[str, str], list[_Row]]:
    """Rows by payee and role, in the order they came."""
    held: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for row in rows:
        held[row.code, row.role].append(row)
    return held


def _record(
    run: Run, shut: set[int], rows: list[_Row], sealed: _Sealed, by: Employee | None,
    recorded: Recorded,
) -> None:  # fmt: skip
    """Write the version down, all of it or nothing, if the month is still open to it.

    shut: the earlier months that were locked when it was worked out, and must be those of now.
    """
    with transaction.atomic():
        upto = PayMonth.objects.filter(month__lte=run.pay_month.month.index)
        *before, locked = upto.select_for_update().order_by("month")
        since = [one for one in before if one.state in PayMonth.SHUT and one.pk not in shut]
        if since:
            raise UserError(_("%(month)s 刚被锁定，按新的情况再算一次") % {"month": since[0].month})
        if locked.state in PayMonth.SHUT:
            raise UserError(_("%(month)s 刚被锁定，这次没有记下") % {"month": locked.month})
        refuse_signed(locked)  # they may have signed while it was worked out
        run.pay_month = locked
        run.save()
        _statements(run, rows, sealed)
        if locked.run is None or locked.run.version < run.version:
            locked.run = run
            locked.state = "preview" if locked.preview_to else "calculated"
            locked.save()
            _signatures_fall(locked, run.version, by)
            recorded(locked, run)


def _signatures_fall(row: PayMonth, version: int, by: Employee | None) -> None:
    """What was signed of an earlier version is not signed of this one; it stays in the list, taken back."""
    for step in Step.objects.filter(pay_month=row, undone_at=None).exclude(kind="preview"):
        step.undone_at, step.undone_by = timezone.now(), by
        step.undone_why = _("重新计算为第 %(version)s 版") % {"version": version}
        step.save()


STATEMENT = (
    "id", "run_id", "code", "role", "name", "total", "salt", "leaf",
    "employee_id", "agent_id", "shop_id", "department_id",
)  # fmt: skip
LINE = (
    "statement_id", "place", "line", "title", "amount", "award", "reason", "foreign", "for_month",
)  # fmt: skip


def _statements(run: Run, rows: list[_Row], sealed: _Sealed) -> None:
    """Pour in every statement and its lines: thousands of them, past the ORM."""
    held, whose = sorted(_grouped(rows).items()), Owners(run.pay_month.month)
    keys = new_keys(Statement, len(held))
    made = []
    for key, (own, lines) in zip(keys, held, strict=True):
        owner, total = whose.of(*own), sum(line.amount for line in lines)
        made.append((
            key, run.pk, *own, lines[0].name, total, sealed.salts[own], sealed.leaves[own],
            *(owner.get(name) for name in STATEMENT[8:]),
        ))  # fmt: skip
    pour(Statement, STATEMENT, made)
    pour(Line, LINE, (
        (key, place, line.line, line.title, line.amount, line.award, line.reason, line.foreign,
         line.for_month)
        for key, (_own, lines) in zip(keys, held, strict=True)
        for place, line in enumerate(lines)
    ))  # fmt: skip
