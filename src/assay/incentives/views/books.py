"""The books as finance reads them: the trial balance, an account's movements, transfers to partners."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.furniture.pages import form_page
from assay.incentives.actions.books import owed
from assay.incentives.actions.payroll import pay_partner
from assay.incentives.forms import TransferForm
from assay.incentives.models import Statement
from assay.incentives.queries.parties import names_of
from assay.incentives.queries.statements import statements_seen
from assay.incentives.views.statements import page_of
from assay.ledger.models import Account
from assay.ledger.queries import movements, trial_balance
from assay.people.access import one, viewer
from assay.people.gate import needs

SHOWN = 100


@needs("books.see")
def books(request: HttpRequest) -> HttpResponse:
    """The trial balance; its two columns are equal."""
    rows = trial_balance()
    held = list(Account.objects.exclude(party="").exclude(balance=0).order_by("control", "party"))
    names = names_of(held)
    context = {
        "rows": rows, "debit": sum(row[2] for row in rows), "credit": sum(row[3] for row in rows),
        "accounts": [(one, names.get(one.pk, "")) for one in held],
    }  # fmt: skip
    return render(request, "incentives/books.html", context)


@needs("books.see")
def account(request: HttpRequest, code: str) -> HttpResponse:
    """An account's postings, newest first, with whom they touch and the balance after each."""
    row = one(Account.objects.all(), code=code)
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
