"""The close of a month, step by step: who may take a step, when, and what undoes it.

calculate → three working days of queries → each manager his people → director the managers → HR →
finance → general manager → lock (into the books) → export → paid. Nobody approves what pays himself:
a manager signs for his people and the director for him; the later steps sign the whole month, so
whoever is paid in it leaves them to another who holds the role.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.reader import series
from assay.furniture.workdays import after_working_days
from assay.incentives.access import may_undo
from assay.incentives.actions.books import accrue
from assay.incentives.actions.patterns import look_for_patterns
from assay.incentives.actions.running import Tell, refuse_signed, run_month
from assay.incentives.models import Explained, PayMonth, Run, Step
from assay.incentives.queries.calculation import calculation_of
from assay.incentives.queries.closing import (
    Bench,
    after_cut_off,
    benches,
    departments_to_confirm,
    earlier_open,
    last_step,
    never_worked_out,
    open_disputes,
    own_statements,
    standing,
    told_months,
)
from assay.incentives.queries.exceptions import unanswered
from assay.incentives.queries.overtaken import overtaken
from assay.people.models import Department, Employee
from assay.period import Month

QUERY_DAYS = 3
# Signatures in their order, with the state a month must be in and the one it is in afterwards.
SIGNS = ("manager", "director", "hr", "finance", "general")


def may_calculate(month: Month) -> None:
    """Refuse a month that is signed while nothing of its facts has moved (SignedError)."""
    row = PayMonth.objects.filter(month=month.index).first()
    if row is not None:
        refuse_signed(row)


def calculate(
    month: Month, *, by: Employee, tell: Tell = lambda done, total: None,
    also: Callable[[Run], None] = lambda run: None,
) -> Run:  # fmt: skip
    """Work the month out, or out again; once it is signed only where its facts have moved.

    The signatures fall with the version they were given to. also: what is written with the version.
    """
    may_calculate(month)

    def recorded(row: PayMonth, run: Run) -> None:
        _take(row, "calculate", by, note=_("第 %(version)s 版") % {"version": run.version})
        look_for_patterns(run)
        also(run)

    return run_month(month, tell, by=by, recorded=recorded)


@transaction.atomic
def open_preview(month: Month, *, by: Employee, today: date | None = None) -> PayMonth:
    """Let every payee see his own: three working days of queries begin."""
    row = held(month)
    if row.state != "calculated":
        raise UserError(_("先计算，再开放查询"))
    day = today or timezone.localdate()
    if day < month.after:
        raise UserError(_("%(day)s 零点截止以后才能开放查询") % {"day": month.after})
    if not after_cut_off(row):
        raise UserError(_("现在这一版是截止以前算的：先重新计算"))
    _of_now(row)
    row.preview_from = day
    row.preview_to = after_working_days(row.preview_from, QUERY_DAYS)
    row.state = "preview"
    row.save()
    _take(row, "preview", by)
    return row


@transaction.atomic
def confirm(
    month: Month, kind: str, *, by: Employee, department: Department | None = None,
    note: str = "", today: date | None = None,
) -> Step:  # fmt: skip
    """Sign one of the five signatures, each after those before it. UserError says what is missing."""
    row = held(month)
    day = today or timezone.localdate()
    if row.state not in ("preview", "confirmed") or row.preview_to is None:
        raise UserError(_("%(month)s 还没有开放查询") % {"month": month})
    if day <= row.preview_to:
        raise UserError(_("查询期到 %(day)s 为止，之后才能确认") % {"day": row.preview_to})
    _of_now(row)
    seats = benches(row, day)
    _in_order(row, kind, seats)
    if kind == "manager":
        _manager_may(row, by, department, seats)
    else:
        department = None
        if own_statements(row, by).exists():
            raise UserError(_("这个月有付给自己的提成单，要由别人确认"))
    if kind == "finance":
        _answered(row)
    _settled(row, department if kind == "manager" else None)
    row.state = "confirmed"
    row.save()
    return _take(row, kind, by, department, note)


@transaction.atomic
def explain(month: Month, subject: str, text: str, *, by: Employee) -> Explained:
    """Answer an exception that must not pass in silence; what was answered stays."""
    row = held(month)
    if row.state in PayMonth.SHUT:
        raise UserError(_("已锁定，例外说明不再改"))
    if not text.strip():
        raise UserError(_("写明查了什么、结论是什么"))
    found = next((item for item in unanswered(row) if item.subject == subject), None)
    if found is None:
        raise UserError(_("这条例外已经说明过，或已经变了：看一眼新的"))
    made: Explained = Explained.objects.create(
        subject=subject, statement=found.statement, text=text.strip(), by=by
    )
    return made


def _of_now(row: PayMonth) -> None:
    """Refuse where the run is no longer what the facts of now pay."""
    moved = overtaken(row)
    if moved:
        raise UserError(
            _("第 %(version)s 版以后资料有 %(count)s 处变动，先重新计算：%(what)s")
            % {
                "version": row.run.version if row.run else 0, "count": len(moved),
                "what": series((one.said for one in moved[:3]), "；"),
            }
        )  # fmt: skip


def _settled(row: PayMonth, department: Department | None = None) -> None:
    """Refuse while objections wait; those of one department where named."""
    waiting = open_disputes(row, department).count()
    if waiting:
        raise UserError(_("还有 %(count)s 条异议没有办结") % {"count": waiting})


def _answered(row: PayMonth) -> None:
    left = unanswered(row)
    if left:
        raise UserError(
            _("还有 %(count)s 条例外要先说明：%(who)s")
            % {
                "count": len(left),
                "who": series(dict.fromkeys(one.statement.name for one in left)),
            }
        )


def _in_order(row: PayMonth, kind: str, seats: Sequence[Bench]) -> None:
    if kind not in SIGNS:
        raise UserError(_("没有这一步"))
    done = set(standing(row).values_list("kind", flat=True))
    left = departments_to_confirm(row, seats)
    for before in SIGNS[: SIGNS.index(kind)]:
        lacking = bool(left) if before == "manager" else before not in done
        if lacking:
            raise UserError(
                _("要先有：%(step)s")
                % {"step": dict(Step._meta.get_field("kind").flatchoices)[before]}
            )


def _manager_may(
    row: PayMonth, by: Employee, department: Department | None, seats: Sequence[Bench]
) -> None:
    """Whoever manages the department today, for his people; what pays himself the director signs."""
    bench = next((one for one in seats if one.department == department), None)
    if bench is None or department not in departments_to_confirm(row, seats):
        if bench is not None and bench.own and not bench.people:
            raise UserError(_("%(who)s 本人的提成单由总监确认") % {"who": bench.own[0].name})
        raise UserError(_("这个部门没有等待确认的提成单"))
    why = bench.barred(by)
    if why:
        raise UserError(why)


@transaction.atomic
def lock(month: Month, *, by: Employee) -> PayMonth:
    """Lock the month: from here on nothing of it changes, and what is owed stands in the books.

    Months are locked one after the other: UserError names an earlier one that is still on its way, or
    was passed over.
    """
    # Earlier months are held first, so that of two who lock at once each sees what the other did.
    list(PayMonth.objects.select_for_update().filter(month__lt=month.index).order_by("month"))
    row = held(month)
    if row.state != "confirmed" or "general" not in set(
        standing(row).values_list("kind", flat=True)
    ):
        raise UserError(_("总经理批准后才能锁定"))
    if own_statements(row, by).exists():
        raise UserError(_("这个月有付给自己的提成单，要由别人锁定"))
    waiting = earlier_open(row)
    if waiting:
        raise UserError(
            _("%(earlier)s 算过，还没有锁定：先锁定它，再锁定 %(month)s")
            % {"earlier": series(str(one) for one in waiting), "month": month}
        )
    skipped = never_worked_out(row)
    if skipped:
        raise UserError(
            _("%(earlier)s 还没有算过：先算好、锁定它，再锁定 %(month)s")
            % {"earlier": told_months(skipped), "month": month}
        )
    _of_now(row)
    _answered(row)
    _settled(row)
    accrue(row)
    row.state = "locked"
    row.save()
    _take(row, "lock", by)
    return row


@transaction.atomic
def undo(month: Month, *, by: Employee, role: str, why: str) -> PayMonth:
    """Take back the last signature, or the opening of the queries; after the lock nothing is.

    Whoever signed may, and who in his role signs a later step; person and reason stay in the list.
    """
    row = held(month)
    if row.state not in ("preview", "confirmed"):
        raise UserError(_("锁定以后不能撤销；有变动的下个月补发补扣"))
    if not why.strip():
        raise UserError(_("撤销要写原因"))
    last = last_step(row)
    if last is None:
        raise UserError(_("没有可以撤销的步骤"))
    if not may_undo(by, role, last):
        raise UserError(
            _("“%(step)s”由 %(who)s 本人或后面步骤的人撤销")
            % {"step": last.get_kind_display(), "who": last.by.name}
        )
    last.undone_at, last.undone_by, last.undone_why = timezone.now(), by, why
    last.save()
    left = set(standing(row).values_list("kind", flat=True))
    if left & set(SIGNS):
        row.state = "confirmed"
    elif "preview" in left:
        row.state = "preview"
    else:
        row.state, row.preview_from, row.preview_to = "calculated", None, None
    row.save()
    return row


@transaction.atomic
def set_aside(month: Month, *, by: Employee, why: str) -> PayMonth:
    """Set a calculation aside that nobody is to go by: the month counts as one never worked out.

    Its versions stay, and who set them aside. UserError once it is opened: that is taken back first.
    """
    row = held(month)
    if row.run is None:
        raise UserError(_("%(month)s 还没有计算") % {"month": month})
    if row.state != "calculated":
        raise UserError(_("已开放查询或有人确认的，先逐步撤销，再作废；锁定以后不能作废"))
    if not why.strip():
        raise UserError(_("作废要写原因"))
    job = calculation_of(row)
    if job is not None and job.under_way:
        raise UserError(_("%(month)s 正在计算，算好再作废") % {"month": month})
    _settled(row)
    for step in standing(row):
        step.undone_at, step.undone_by, step.undone_why = timezone.now(), by, why.strip()
        step.save()
    row.state, row.run = "open", None
    row.save()
    return row


def held(month: Month) -> PayMonth:
    """The month under its lock. UserError where it was never worked out."""
    row = PayMonth.objects.select_for_update().filter(month=month.index).first()
    if row is None:
        raise UserError(_("%(month)s 还没有计算") % {"month": month})
    found: PayMonth = row
    return found


def _take(
    row: PayMonth, kind: str, by: Employee, department: Department | None = None, note: str = ""
) -> Step:
    step = Step(pay_month=row, kind=kind, run=row.run, department=department, by=by, note=note)
    try:
        with transaction.atomic():
            step.full_clean()
            step.save()
    except IntegrityError:  # pragma: no cover (the month's lock comes first)
        raise UserError(_("这一步已经有人办过了")) from None
    return step
