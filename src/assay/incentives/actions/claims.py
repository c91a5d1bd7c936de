"""An agent asks to be paid, his invoice is received, he is paid by transfer; the books follow."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from assay.errors import UserError
from assay.furniture.kept import actor
from assay.furniture.numbering import next_number
from assay.incentives.models import Claim, PayMonth, Statement
from assay.incentives.queries.claims import claimable
from assay.incentives.queries.parties import payable_of
from assay.ledger.actions import post
from assay.ledger.entry import Entry, Posting
from assay.money import grouped
from assay.people.access import Viewer
from assay.people.models import Agent, Employee

Attachment = tuple[str, str, str]
"""Path, name and digest of a file that was kept."""


@transaction.atomic
def ask(
    statement: Statement, *, by: Viewer, invoice: str = "", invoice_on: date | None = None,
    attachment: Attachment = ("", "", ""), today: date | None = None,
) -> Claim:  # fmt: skip
    """Ask for what a locked statement comes to; an agent for himself, finance for one without a login."""
    if statement.agent is None or (by.agent_id != statement.agent_id and not by.may("pay.run")):
        raise UserError(_("只能为自己的提成单请款"))
    Agent.objects.select_for_update().get(pk=statement.agent_id)  # one request of his at a time
    row = statement.run.pay_month
    if row.state not in PayMonth.SHUT or row.run_id != statement.run_id:
        raise UserError(_("锁定以后才能请款"))
    amount = claimable(statement)
    if amount == 0:
        raise UserError(_("没有可请的款：已经请过，或账上不欠"))
    path, name, digest = attachment
    claim = Claim(
        number=next_number("QK", today or timezone.localdate()), statement=statement,
        way=statement.agent.pay_by, amount=amount, who=actor()[1], invoice=invoice.strip(),
        invoice_on=invoice_on, attachment=path, attachment_name=name, attachment_digest=digest,
    )  # fmt: skip
    claim.full_clean()
    claim.save()
    return claim


@transaction.atomic
def receive(claim: Claim, *, by: Employee, invoice: str, invoice_on: date, amount: int) -> Claim:
    """The invoice is here: its number, its day, its sum with tax, which is the sum asked for."""
    row = _held(claim)
    if row.way != "invoice":
        raise UserError(_("个人代理按劳务报酬付款，不收发票"))
    if row.state != "asked":
        raise UserError(_("这笔请款不在等发票"))
    if amount != row.amount:
        told = {"invoice": grouped(amount), "asked": grouped(row.amount)}
        raise UserError(_("发票金额 %(invoice)s 与请款 %(asked)s 不同：退回让代理商重开") % told)
    row.invoice, row.invoice_on, row.state, row.handled_by = (
        invoice.strip(),
        invoice_on,
        "received",
        by,
    )
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def refuse(claim: Claim, *, by: Employee, why: str) -> Claim:
    """Send a request back with the reason; he can ask again."""
    row = _held(claim)
    if row.state not in ("asked", "received"):
        raise UserError(_("这笔请款已经办结"))
    if not why.strip():
        raise UserError(_("退回要写原因"))
    row.state, row.answer, row.handled_by = "refused", why.strip(), by
    row.save()
    return row


@transaction.atomic
def withdraw(claim: Claim, *, by: Viewer) -> Claim:
    """Take one's own request back while no invoice was received."""
    row = _held(claim)
    if row.statement.agent_id != by.agent_id and not by.may("pay.run"):
        raise UserError(_("只能撤回自己的请款"))
    if row.state != "asked":
        raise UserError(_("财务已经在办，不能撤回"))
    row.state = "withdrawn"
    row.save()
    return row


@transaction.atomic
def pay(claim: Claim, *, by: Employee, on: date, reference: str, tax: int) -> Claim:
    """Book the transfer: payable / bank, and tax withheld of a person. Never in cash, never netted.

    tax: in 分, what the tax office's rates take (queries.claims.tax_of) or what was really declared.
    reference: the bank's own number of the transfer, which is booked once.
    """
    row = _held(claim)
    wanted = "received" if row.way == "invoice" else "asked"
    if row.state != wanted:
        raise UserError(_("先收到发票再付款") if row.state == "asked" else _("这笔请款不在等付款"))
    if not reference.strip():
        raise UserError(_("写银行流水号"))
    if row.way == "invoice" and tax:
        raise UserError(_("凭发票付款不代扣个税"))
    if not 0 <= tax < row.amount:
        raise UserError(_("代扣个税要小于请款金额"))
    payable = payable_of(row.statement)
    row.tax, row.paid_on, row.reference = tax, on, reference.strip()
    row.state, row.handled_by = "paid", by
    row.full_clean()
    row.save()
    post(_transfer(row, payable), never_dry=[payable])
    return row


def _transfer(row: Claim, payable: str) -> Entry:
    legs = [Posting(payable, "bank", row.net)]
    if row.tax:
        legs.append(Posting(payable, "withheld.tax", row.tax))
    assert row.paid_on is not None
    with override("zh-hans"):  # the books speak one language, whoever writes them
        text = _("代理费 %(name)s %(number)s") % {"name": row.statement.name, "number": row.number}
    return Entry(f"transfer:{row.reference}", row.paid_on, text, tuple(legs), f"claim:{row.pk}")


def _held(claim: Claim) -> Claim:
    found: Claim = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("statement__agent")
        .get(pk=claim.pk)
    )
    return found
