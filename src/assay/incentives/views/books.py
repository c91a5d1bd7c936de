"""The books as finance reads them: the trial balance, an account's movements, transfers to partners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.furniture.exports import MAX_ROWS, Sheet, sheets_response
from assay.furniture.pages import form_page
from assay.incentives.actions.books import owed
from assay.incentives.actions.payroll import pay_partner
from assay.incentives.forms import TransferForm
from assay.incentives.models import Statement
from assay.incentives.queries.parties import names_of
from assay.incentives.queries.statements import statements_seen
from assay.incentives.views.statements import page_of
from assay.ledger.chart import Control
from assay.ledger.models import Account
from assay.ledger.queries import movements, trial_balance
from assay.people.access import one, viewer
from assay.people.gate import needs

SHOWN = 100
BOOKS = gettext_lazy("账簿")


@needs("books.see")
def books(request: HttpRequest) -> HttpResponse:
    """The trial balance; its two columns are equal."""
    rows = trial_balance()
    held = list(Account.objects.exclude(party="").exclude(balance=0).order_by("control", "party"))
    names = names_of(held)
    debit, credit = sum(row[2] for row in rows), sum(row[3] for row in rows)
    if request.GET.get("export") == "xlsx":
        sheets = [_trial_sheet(rows, debit, credit), _parties_sheet(held, names)]
        return sheets_response(request, "books", BOOKS, sheets)
    context = {
        "rows": rows, "debit": debit, "credit": credit,
        "accounts": [(one, names.get(one.pk, "")) for one in held],
    }  # fmt: skip
    return render(request, "incentives/books.html", context)


@needs("books.see")
def account(request: HttpRequest, code: str) -> HttpResponse:
    """An account's postings, newest first, with whom they touch and the balance after each."""
    row = one(Account.objects.all(), code=code)
    if request.GET.get("export") == "xlsx":
        return _exported_account(request, row)
    page = Paginator(movements(row), SHOWN).get_page(request.GET.get("page"))
    others = [p.credit if p.debit_id == row.pk else p.debit for p in page]
    names = names_of([row, *others])
    context = {
        "row": row, "page": page, "name": names.get(row.pk, ""),
        "moved": [
            (posting, other, names.get(other.pk, ""))
            for posting, other in zip(page, others, strict=True)
        ],
    }  # fmt: skip
    return render(request, "incentives/account.html", context)


def _trial_sheet(
    rows: Sequence[tuple[str, Control, int, int]], debit: int, credit: int
) -> Sheet:  # fmt: skip
    heads = [(_("科目"), "text"), (_("借方余额"), "money"), (_("贷方余额"), "money")]
    told: list[tuple[Any, ...]] = [
        (str(line.title), owing or None, owed or None) for _code, line, owing, owed in rows
    ]
    return _("科目余额"), heads, [*told, (_("合计"), debit, credit)]


def _parties_sheet(held: Sequence[Account], names: Mapping[int, str]) -> Sheet:
    heads = [(_("科目"), "text"), (_("名称"), "text"), (_("余额"), "money")]
    rows = [(str(one), names.get(one.pk, ""), one.held) for one in held]
    return _("往来余额"), heads, rows


def _exported_account(request: HttpRequest, row: Account) -> HttpResponse:
    """All movements of an account, newest first; refused where a workbook cannot hold them."""
    found = list(movements(row)[: MAX_ROWS + 1])
    if len(found) > MAX_ROWS:
        text = _("超过 %(most)s 行，没有导出") % {"most": f"{MAX_ROWS:,}"}
        messages.error(request, text)
        return HttpResponseRedirect(request.path)
    others = [p.credit if p.debit_id == row.pk else p.debit for p in found]
    names = names_of(list({one.pk: one for one in others}.values()))
    heads = [
        (_("日期"), "day"), (_("摘要"), "text"), (_("记账人"), "text"), (_("凭据"), "text"),
        (_("对方科目"), "text"), (_("名称"), "text"), (_("发生额"), "money"), (_("余额"), "money"),
    ]  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for posting, other in zip(found, others, strict=True):
        told: Any = posting  # with what the query adds
        entry = posting.entry
        rows.append((
            entry.on, entry.text, entry.who, entry.key, str(other), names.get(other.pk, ""),
            told.moved, told.after,
        ))  # fmt: skip
    return sheets_response(request, "account", BOOKS, [(_("明细"), heads, rows)])


@needs("pay.run")
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Book a transfer to a shop."""
    row: Statement = one(statements_seen(viewer(request)).filter(shop__isnull=False), pk=pk)

    def act(said: dict[str, Any]) -> None:
        pay_partner(row, amount=said["amount"], on=said["on"], reference=said["reference"])

    form = TransferForm(
        request.POST or None, initial={"amount": max(0, owed(row)), "on": timezone.localdate()}
    )
    return form_page(
        request, form, title=_("转账：%(name)s") % {"name": row.name},
        intro=_("只能转账，不能付现金，也不能从货款里抵扣。"), act=act, done=page_of(row),
        said=_("已入账"), button=_("记入账簿"), extra={"back": reverse("incentives:books")},
    )  # fmt: skip
