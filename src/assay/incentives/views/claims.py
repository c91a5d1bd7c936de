"""Claims of agents: asked in the portal or by finance, invoice received, paid by transfer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.customers.uploads import KINDS, keep_file, read_file
from assay.errors import UserError
from assay.furniture.exports import file_response
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Column, Filter, ListPage
from assay.furniture.pages import form_page
from assay.furniture.seen import note
from assay.incentives.actions import claims as actions
from assay.incentives.forms import (
    ClaimForm,
    ClaimPaymentForm,
    InvoiceForm,
    LabourClaimForm,
    ReasonForm,
)
from assay.incentives.models import Claim, Statement
from assay.incentives.queries.claims import claimable, claims_seen, tax_of
from assay.incentives.queries.exceptions import against_limit, brought_by
from assay.incentives.queries.statements import statements_seen
from assay.incentives.views.recorded import CLAIM
from assay.incentives.views.statements import page_of as statement_page
from assay.money import grouped
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.sales.access import employee_of
from assay.sales.views.doing import press


def page_of(row: Claim) -> str:
    """The address of a claim."""
    return page_at("incentives:claim", row.pk)


CLAIMS = ListPage(
    title=gettext_lazy("请款"),
    columns=[
        Column(gettext_lazy("编号"), lambda row: row.number, link=page_of, sort="number",
               under=(gettext_lazy("姓名"), lambda row: row.statement.name)),
        Column(gettext_lazy("月份"), lambda row: str(row.statement.run.pay_month.month),
               sort="statement__run__pay_month__month"),
        Column(gettext_lazy("付款方式"), lambda row: row.get_way_display(), sort="way"),
        Column(gettext_lazy("请款金额"), lambda row: row.amount, "money", sort="amount"),
        Column(gettext_lazy("代扣个税"), lambda row: row.tax, "money", sort="tax"),
        Column(gettext_lazy("发票号码"), lambda row: row.invoice, "note", sort="invoice"),
        Column(gettext_lazy("付款日期"), lambda row: row.paid_on, "day", sort="paid_on"),
        Column(gettext_lazy("状态"), lambda row: row.get_state_display(), sort="state"),
    ],
    order="-number",
    search=[
        Way(number="number", prefix="QK"), Way("agent", "statement__agent"),
        Way(begins="statement__code"),
    ],
    search_hint=gettext_lazy("编号、代理商"),
    filters=[
        Filter("state", gettext_lazy("全部"), lambda: Claim.STATES,
               lambda rows, said: rows.filter(state=said)),
    ],
    intro=gettext_lazy("代理费凭请款付：公司收到发票，个人代扣个税；只转账，不从货款里抵扣。"),
    empty=gettext_lazy("还没有请款：月份锁定以后，在提成单上请"),
    export_name="claims",
)  # fmt: skip


@needs("claims.see")
def claim_list(request: HttpRequest) -> HttpResponse:
    """An agent's own; to the offices all."""
    return CLAIMS.answer(request, claims_seen(viewer(request)))


@needs("claims.ask")
def new_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for what a locked statement comes to."""
    who = viewer(request)
    row = one(statements_seen(who).filter(agent__isnull=False).select_related("agent"), pk=pk)
    assert row.agent is not None
    amount = claimable(row)
    labour = row.agent.pay_by == "labour"

    def act(said: dict[str, Any]) -> Claim:
        file = said.get("attachment")
        kept = keep_file("claims", file) if file else None
        attachment = (kept.path, kept.name, kept.digest) if kept else ("", "", "")
        return actions.ask(
            row, by=who, invoice=said.get("invoice", ""), invoice_on=said.get("invoice_on"),
            attachment=attachment,
        )  # fmt: skip

    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = (LabourClaimForm if labour else ClaimForm)(*sent)
    ways = (
        _("付款时按劳务报酬代扣个税，转到你的账户。")
        if labour
        else _("开增值税发票，价税合计等于这个数。")
    )
    return form_page(
        request, form, title=_("请款：%(month)s") % {"month": row.run.pay_month.month},
        intro=f"{row.name} · ¥{grouped(amount)} · {ways}", act=act, done=page_of,
        said=_("已请款"), button=_("请款"), extra={"back": statement_page(row)},
    )  # fmt: skip


@needs("claims.see")
def claim_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: what for, how it is paid, where it stands."""
    who = viewer(request)
    row = one(claims_seen(who), pk=pk)
    waiting = row.state == ("received" if row.way == "invoice" else "asked")
    context = {
        "row": row, "statement": row.statement, "agent": row.statement.agent,
        "may_receive": who.may("pay.run") and row.way == "invoice" and row.state == "asked",
        "may_pay": who.may("pay.run") and waiting,
        "may_refuse": who.may("pay.run") and row.state in ("asked", "received"),
        "may_withdraw": who.may("claims.ask") and row.state == "asked",
        "limit": _limit(row.statement) if who.everything else "",
        "story": CLAIM.story(who, row),
        "would": tax_of(row, timezone.localdate()) if waiting and row.way == "labour" else None,
    }  # fmt: skip
    return render(request, "incentives/claim.html", context)


def _limit(statement: Statement) -> str:
    """What his pay is of what he brought in its month, beside the limit of 5 %."""
    net = brought_by(statement.run.pay_month.month, [statement.agent_id or 0])
    return against_limit(statement.total, net.get(statement.agent_id or 0, 0))


@needs("pay.run")
def claim_receive(request: HttpRequest, pk: int) -> HttpResponse:
    """The invoice is here."""
    who = viewer(request)
    row = one(claims_seen(who), pk=pk)
    first = {"invoice": row.invoice, "invoice_on": row.invoice_on, "amount": row.amount}
    return form_page(
        request, InvoiceForm(request.POST or None, initial=first),
        title=_("收到发票：%(number)s") % {"number": row}, act=lambda said: actions.receive(
            row, by=employee_of(who), **said
        ), done=page_of, said=_("发票已收"), button=_("发票已收"),
        intro=f"{row.statement.name} · ¥{grouped(row.amount)}", extra={"back": page_of(row)},
    )  # fmt: skip


@needs("pay.run")
def claim_pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Book the transfer."""
    who, today = viewer(request), timezone.localdate()
    row = one(claims_seen(who), pk=pk)
    form = ClaimPaymentForm(request.POST or None, initial={"on": today, "tax": tax_of(row, today)})
    if row.way == "invoice":
        del form.fields["tax"]
    else:
        form.fields["tax"].help_text = _(
            "按公告2018年第61号算出；同一个月付过的合并计算。和申报的不同时改成申报的。"
        )
    return form_page(
        request, form, title=_("付款：%(number)s") % {"number": row},
        intro=_("只能转账，不能付现金，也不能从货款里抵扣。"),
        act=lambda said: actions.pay(
            row, by=employee_of(who), on=said["on"], reference=said["reference"],
            tax=said.get("tax", 0),
        ),
        done=page_of, said=_("已入账"), button=_("记入账簿"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("pay.run")
def claim_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it back."""
    who = viewer(request)
    row = one(claims_seen(who), pk=pk)
    return form_page(
        request, ReasonForm(request.POST or None), title=_("退回：%(number)s") % {"number": row},
        act=lambda said: actions.refuse(row, by=employee_of(who), why=said["why"]), done=page_of,
        said=_("已退回"), button=_("退回"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("claims.ask")
@require_POST
def claim_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own back."""
    who = viewer(request)
    row = one(claims_seen(who), pk=pk)
    return press(
        request, lambda: actions.withdraw(row, by=who), said=_("已撤回"), back=page_of(row)
    )


@needs("claims.see")
def claim_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The invoice's file, to keep; noted."""
    row = one(claims_seen(viewer(request)).exclude(attachment=""), pk=pk)
    try:
        body = read_file(row.attachment, row.attachment_digest)
    except UserError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(page_of(row))
    note(request, "file", f"{row.number} · {row.attachment_name}", row=row)
    kind = KINDS[row.attachment_name.rsplit(".", 1)[-1].lower()][0]
    return file_response(row.attachment_name, body, kind)
