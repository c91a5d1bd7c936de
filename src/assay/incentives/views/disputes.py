"""Disputes: raised on a line, answered against a clock, taken to HR."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.customers.uploads import KINDS, keep_file, read_file
from assay.errors import UserError
from assay.furniture import jobs
from assay.furniture.exports import file_response
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Column, Filter, ListPage
from assay.furniture.pages import form_page
from assay.furniture.seen import note
from assay.furniture.workdays import working_days_left
from assay.incentives.access import answers, disputes_seen
from assay.incentives.actions import disputes as actions
from assay.incentives.forms import AnswerForm, DisputeForm, ReasonForm
from assay.incentives.models import Dispute, Line
from assay.incentives.queries.statements import adjustments_of, statements_seen
from assay.incentives.views.recorded import DISPUTE
from assay.incentives.views.statements import page_of as statement_page
from assay.money import grouped
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.sales.access import employee_of
from assay.sales.views.doing import press

ROUND = 600  # seconds
jobs.every(ROUND, actions.pass_on_late)


def page_of(row: Dispute) -> str:
    """The address of a dispute."""
    return page_at("incentives:dispute", row.pk)


DISPUTES = ListPage(
    title=gettext_lazy("异议"),
    columns=[
        Column(gettext_lazy("编号"), lambda row: row.number, link=page_of,
               under=(gettext_lazy("姓名"), lambda row: row.line.statement.name), sort="number"),
        Column(gettext_lazy("月份"), lambda row: str(row.line.statement.run.pay_month.month),
               sort="line__statement__run__pay_month__month"),
        Column(gettext_lazy("项目"), lambda row: row.line.title, sort="line__title"),
        Column(gettext_lazy("金额"), lambda row: row.line.amount, "money", sort="line__amount"),
        Column(gettext_lazy("办结期限"), lambda row: row.due_on, "day", sort="due_on"),
        Column(gettext_lazy("状态"), lambda row: row.get_state_display(), sort="state"),
    ],
    order="due_on",
    search=[
        Way(number="number", prefix="YY"), Way("employee", "line__statement__employee"),
        Way(begins="line__statement__code"),
    ],
    search_hint=gettext_lazy("编号、姓名、工号"),
    filters=[
        Filter("state", gettext_lazy("全部"), lambda: Dispute.STATES,
               lambda rows, said: rows.filter(state=said)),
    ],
    empty=gettext_lazy("没有异议"),
    export_name="disputes",
)  # fmt: skip


@needs("statements.see")
def dispute_list(request: HttpRequest) -> HttpResponse:
    """Those a person raised or answers, the most pressing first."""
    return DISPUTES.answer(request, disputes_seen(viewer(request)))


@needs("statements.see")
def raise_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to a line of one's own."""
    who = viewer(request)
    line = Line.objects.filter(pk=pk).select_related("statement").first()
    if line is None:
        raise Http404
    statement = one(statements_seen(who), pk=line.statement_id)

    def act(said: dict[str, Any]) -> Dispute:
        file = said["attachment"]
        kept = keep_file("disputes", file) if file else None
        attachment = (kept.path, kept.name, kept.digest) if kept else ("", "", "")
        return actions.raise_dispute(line, by=who, reason=said["reason"], attachment=attachment)

    form = DisputeForm(request.POST or None, request.FILES or None)
    return form_page(
        request, form, title=_("对“%(line)s”有异议") % {"line": line.title},
        intro=f"{statement.run.pay_month.month} · {grouped(line.amount)}",
        act=act, done=page_of, said=_("异议已提出"), button=_("提出异议"),
        extra={"back": statement_page(statement)},
    )  # fmt: skip


@needs("statements.see")
def dispute_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A dispute with its clock and all that was said; who may, answers."""
    who = viewer(request)
    row = one(disputes_seen(who), pk=pk)
    today = timezone.localdate()
    may = answers(who, row, today)
    form = AnswerForm(request.POST or None)

    def act(said: dict[str, Any]) -> Dispute:
        by = employee_of(who)
        if request.POST.get("end") == "correct":
            return actions.correct(row, by=by, answer=said["answer"], corrected=said["corrected"])
        return actions.explain(row, by=by, answer=said["answer"])

    if request.method == "POST" and not may:
        raise Http404
    own = (row.employee_id, row.agent_id) == (who.employee_id, who.agent_id)
    extra = {
        "row": row, "may": may, "own": own, "late": row.state == "open" and row.due_on < today,
        "left": working_days_left(today, row.due_on), "remarks": row.remarks.all(),
        "may_appeal": own and row.state == "explained" and row.level == 1,
        "statement": row.line.statement, "story": DISPUTE.story(who, row),
        "adjusted": adjustments_of(who, row.line) if row.state == "adjusted" else [],
    }  # fmt: skip
    return form_page(
        request, form, title=row.number, act=act, done=page_of, said=_("已答复"),
        template="incentives/dispute.html", extra=extra,
    )  # fmt: skip


@needs("statements.see")
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an explanation to HR."""
    who = viewer(request)
    row = one(disputes_seen(who), pk=pk)
    return form_page(
        request, ReasonForm(request.POST or None), title=_("申请人事复核：%(number)s") % {"number": row},
        act=lambda said: actions.appeal(row, by=who, why=said["why"]), done=page_of,
        said=_("已交人事复核"), button=_("申请复核"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("statements.see")
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that came with an objection, to keep; noted."""
    row = one(disputes_seen(viewer(request)).exclude(attachment=""), pk=pk)
    try:
        body = read_file(row.attachment, row.attachment_digest)
    except UserError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(page_of(row))
    note(request, "file", f"{row.number} · {row.attachment_name}", row=row)
    kind = KINDS[row.attachment_name.rsplit(".", 1)[-1].lower()][0]
    return file_response(row.attachment_name, body, kind)


@needs("statements.see")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own back."""
    who = viewer(request)
    row = one(disputes_seen(who), pk=pk)
    return press(
        request, lambda: actions.withdraw(row, by=who), said=_("已撤回"), back=page_of(row)
    )
