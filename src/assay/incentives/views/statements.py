"""Statements: one's own, opened to order and clause; acknowledged; as a slip to keep."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.errors import UserError
from assay.furniture.exports import file_response
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Column, Filter, ListPage
from assay.furniture.narrowing import one_of
from assay.furniture.reader import reader_language
from assay.furniture.seen import note
from assay.incentives.actions.acknowledging import acknowledge, mine
from assay.incentives.actions.books import owed
from assay.incentives.keeping import kept_file
from assay.incentives.models import Claim, Dispute, Line, PayMonth, Statement
from assay.incentives.queries.adjusted import adjusted
from assay.incentives.queries.claims import claimable
from assay.incentives.queries.live import watched
from assay.incentives.queries.opened import of_statement
from assay.incentives.queries.statements import (
    by_month,
    month_options,
    statement_digest,
    statements_seen,
)
from assay.incentives.slips import slip
from assay.incentives.views.order_pages import shown
from assay.incentives.views.running import running_of
from assay.people.access import Viewer, one, viewer
from assay.people.gate import needs
from assay.people.models import Company
from assay.people.roles import PAID_AS
from assay.people.views.narrowing import by_department
from assay.sales.queries.orders import orders_seen
from assay.sales.views.doing import press


def page_of(row: Statement) -> str:
    """The address of a statement."""
    return page_at("incentives:statement", row.pk)


STATEMENTS = ListPage(
    title=gettext_lazy("提成单"),
    columns=[
        Column(gettext_lazy("姓名"), lambda row: row.name, link=page_of, sort="name",
               under=(gettext_lazy("编号"), lambda row: row.code)),
        Column(gettext_lazy("月份"), lambda row: str(row.run.pay_month.month),
               sort="run__pay_month__month"),
        Column(gettext_lazy("部门"), lambda row: row.department.name if row.department else "",
               sort="department__code"),
        Column(gettext_lazy("应发"), lambda row: row.total, "money", sort="total"),
        Column(gettext_lazy("状态"), lambda row: row.run.pay_month.get_state_display(), sort="run__pay_month__state"),
    ],
    order="-run__pay_month__month",
    search=[Way("employee", "employee"), Way("agent", "agent"), Way(begins="code")],
    search_hint=gettext_lazy("姓名、工号"),
    filters=[Filter("month", gettext_lazy("全部月份"), month_options, by_month),
             one_of("state", gettext_lazy("全部状态"), lambda: PayMonth.STATES[2:], "run__pay_month__state"),
             one_of("role", gettext_lazy("全部角色"), lambda: list(PAID_AS.items()))],
    empty=gettext_lazy("还没有提成单：算好并开放查询以后出现在这里"),
    export_name="statements",
)  # fmt: skip


@needs("statements.see")
def statement_list(request: HttpRequest) -> HttpResponse:
    """All a person may open: his own, his people's, everyone's."""
    who = viewer(request)
    page = STATEMENTS.narrowed_by(*by_department(who))
    return page.answer(request, statements_seen(who))


@needs("statements.see")
def statement_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement: what it comes to, how, order by order, clause by clause, and what is next."""
    who = viewer(request)
    row = one(statements_seen(who), pk=pk)
    account = of_statement(row, reader_language())
    to_running = who.may("statements.running") and any(
        (one.code, one.role) == (row.code, row.role) for one in watched(who, timezone.localdate())
    )
    context = {
        "row": row, "account": account, "month": row.run.pay_month.month,
        "to_running": running_of(row) if to_running else "",
        **_paying(row, who), **shown(request, account, f"{reverse('incentives:order', args=[pk])}?"),
        "own": mine(row, who), "digest": statement_digest(row), "receipt": getattr(row, "receipt", None),
        "others": statements_seen(who).filter(code=row.code, role=row.role)
        .order_by("-run__pay_month__month")[:6],
        "disputes": {
            d.line_id: d for d in Dispute.objects.filter(line__statement=row).order_by("pk")
        },
    }  # fmt: skip
    return render(request, "incentives/statement.html", context)


def _paying(row: Statement, who: Viewer) -> dict[str, Any]:
    """How an agent's or a shop's statement is paid: his claim, or what may be done about it."""
    locked = row.run.pay_month.state in PayMonth.SHUT
    claim = row.claims.filter(state__in=Claim.LIVE).first() if row.agent_id else None
    may = claim is None and row.agent_id and who.may("claims.ask")
    return {
        "claim": claim, "may_claim": bool(may) and claimable(row) > 0,
        "owed": owed(row) if locked else None,
        "may_transfer": bool(row.shop_id) and locked and who.may("pay.run"),
    }  # fmt: skip


@needs("statements.see")
@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """A payee acknowledges his statement."""
    who = viewer(request)
    row = one(statements_seen(who), pk=pk)
    read = request.POST.get("read", "")
    return press(
        request, lambda: acknowledge(row, by=who, read=read), said=_("已确认"), back=page_of(row)
    )


@needs("statements.see")
def adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """What came after a month was paid, opened: the line as it was paid, and as it is now."""
    who = viewer(request)
    rows = Line.objects.filter(statement__in=statements_seen(who))
    row = one(rows.select_related("statement__run__pay_month"), pk=pk)
    back = page_of(row.statement)
    if row.for_month is None:  # a line of the month itself is opened there
        return HttpResponseRedirect(back)
    found = adjusted(row, reader_language())
    numbers = [turned.told.number for turned in found.rows]
    keys = dict(orders_seen(who).filter(number__in=numbers).values_list("number", "pk"))
    said = {"opened": found, "row": row, "back": back, "keys": keys}
    return render(request, "incentives/adjusted.html", said)


@needs("statements.see")
def slip_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The slip as PDF."""
    row = one(statements_seen(viewer(request)), pk=pk)
    note(
        request,
        "file",
        _("提成单 %(who)s %(month)s") % {"who": row.name, "month": row.run.pay_month},
    )
    name = f"{row.run.pay_month}-{row.code}.pdf"
    company = Company.objects.first()
    body = slip(row, company.name if company else "")
    return file_response(name, body, "application/pdf")


@needs("statements.see")
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """The file to keep, which checks itself without a network."""
    row = one(statements_seen(viewer(request)), pk=pk)
    try:
        body = kept_file(row)
    except UserError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(page_of(row))
    told = {"who": row.name, "month": row.run.pay_month}
    note(request, "file", _("自己核对的提成单 %(who)s %(month)s") % told, row=row)
    return file_response(f"{row.run.pay_month}-{row.code}.html", body, "text/html; charset=utf-8")
