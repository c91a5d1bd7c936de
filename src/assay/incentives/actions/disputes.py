"""Disputes: raised on a line, answered within five working days, once more by HR; both sides kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from assay.errors import UserError
from assay.furniture.kept import actor
from assay.furniture.numbering import next_number
from assay.furniture.workdays import after_working_days
from assay.incentives.models import Dispute, Line, Remark
from assay.people.access import Viewer
from assay.people.models import Employee

ANSWER_DAYS = 5


@transaction.atomic
def raise_dispute(
    line: Line, *, by: Viewer, reason: str, attachment: tuple[str, str, str] = ("", "", ""),
    today: date | None = None,
) -> Dispute:  # fmt: skip
    """Object to a line of one's own statement, with a reason; a file may come with it.

    attachment: (where it is kept, what it was called, its digest). The clock runs five working days.
    """
    statement = line.statement
    mine = by.employee_id is not None and statement.employee_id == by.employee_id
    mine |= by.agent_id is not None and statement.agent_id == by.agent_id
    mine |= statement.shop_id is not None and statement.shop_id in by.shop_ids
    if not mine:
        raise UserError(_("只能对自己的提成单提异议"))
    if statement.run_id != statement.run.pay_month.run_id:
        raise UserError(_("这是旧的一版，请在现在这一版上提"))
    if not reason.strip():
        raise UserError(_("写明理由：哪一单、应该是多少"))
    if line.disputes.filter(state="open").exists():
        raise UserError(_("这一行已有处理中的异议"))
    day = today or timezone.localdate()
    made = Dispute(
        number=next_number("YY", day), line=line, employee_id=by.employee_id,
        agent_id=by.agent_id, reason=reason.strip(), attachment=attachment[0],
        attachment_name=attachment[1], attachment_digest=attachment[2],
        due_on=after_working_days(day, ANSWER_DAYS),
    )  # fmt: skip
    made.full_clean(exclude=["line"])
    made.save()
    _remark(made, reason)
    return made


@transaction.atomic
def explain(dispute: Dispute, *, by: Employee, answer: str) -> Dispute:
    """End it with an explanation: the figure stands, and why."""
    row = _open(dispute, by)
    return _decide(row, "explained", by, answer)


@transaction.atomic
def correct(dispute: Dispute, *, by: Employee, answer: str, corrected: str) -> Dispute:
    """End it with a correction: the record that was wrong has been put right.

    The figure follows from it: in the next version while the month is open, else as 补发/补扣.
    """
    if not corrected.strip():
        raise UserError(_("写明更正了哪条记录；金额由重算得出，不能直接改"))
    row = _open(dispute, by)
    row.corrected = corrected.strip()
    return _decide(row, "adjusted", by, answer)


@transaction.atomic
def appeal(dispute: Dispute, *, by: Viewer, why: str, today: date | None = None) -> Dispute:
    """Take an explanation to HR: the second level, with a clock of its own; once."""
    row = _held(dispute)
    if (row.employee_id, row.agent_id) != (by.employee_id, by.agent_id):
        raise UserError(_("只有提出人能申请人事复核"))
    if row.state != "explained" or row.level != 1:
        raise UserError(_("经理答复以后才能申请人事复核，且只有一次"))
    if not why.strip():
        raise UserError(_("写明为什么不同意这个答复"))
    row.level, row.state = 2, "open"
    row.due_on = after_working_days(today or timezone.localdate(), ANSWER_DAYS)
    row.save()
    _remark(row, why)
    return row


def pass_on_late() -> None:
    """What nobody answered in its days goes on to HR, with a clock of its own; workers look again and again."""
    day = timezone.localdate()
    for row in Dispute.objects.filter(state="open", level=1, due_on__lt=day).order_by("pk"):
        _pass_on(row, day)


@transaction.atomic
def _pass_on(dispute: Dispute, day: date) -> None:
    row = _held(dispute)
    if row.state != "open" or row.level != 1 or row.due_on >= day:
        return  # answered or passed on while this one was waited for
    row.level, row.due_on = 2, after_working_days(day, ANSWER_DAYS)
    row.save()
    with override("zh-hans"):  # what is recorded speaks one language
        _remark(row, _("五个工作日内没有答复，转人事复核"))


@transaction.atomic
def withdraw(dispute: Dispute, *, by: Viewer) -> Dispute:
    """Take one's own objection back."""
    row = _held(dispute)
    if (row.employee_id, row.agent_id) != (by.employee_id, by.agent_id):
        raise UserError(_("只有提出人能撤回"))
    if row.state != "open":
        raise UserError(_("这条异议已经办结"))
    row.state = "withdrawn"
    row.save()
    _remark(row, _("撤回"))
    return row


def _held(dispute: Dispute) -> Dispute:
    found: Dispute = Dispute.objects.select_for_update().get(pk=dispute.pk)
    return found


def _open(dispute: Dispute, by: Employee) -> Dispute:
    row = _held(dispute)
    if row.state != "open":
        raise UserError(_("这条异议已经办结"))
    if row.employee_id == by.pk:
        raise UserError(_("自己的异议要由别人答复"))
    return row


def _decide(row: Dispute, state: str, by: Employee, answer: str) -> Dispute:
    if not answer.strip():
        raise UserError(_("写明答复"))
    said: dict[str, Any] = {
        "state": state, "answer": answer.strip(), "decided_by": by, "decided_at": timezone.now(),
    }  # fmt: skip
    for name, value in said.items():
        setattr(row, name, value)
    row.save()
    _remark(row, answer)
    return row


def _remark(row: Dispute, text: str) -> None:
    Remark.objects.create(dispute=row, who=actor()[1], text=text.strip())
