"""What people who left owe: finance asks for it to be settled, the general manager decides."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assay.furniture.pages import form_page
from assay.incentives.actions import settling as actions
from assay.incentives.forms import SettlingForm
from assay.incentives.models import Settling
from assay.incentives.queries.owing import owing, party_of
from assay.incentives.queries.parties import PAYABLES
from assay.ledger.models import Account
from assay.money import grouped
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.sales.access import employee_of
from assay.sales.views.doing import press


def _back() -> str:
    return f"{reverse('incentives:accrual')}#owing"


@needs("pay.run")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for what one of them owes, by his account, to be booked as paid back or written off."""
    account = one(Account.objects.filter(control__in=PAYABLES), pk=pk)
    person, today = party_of(account), timezone.localdate()
    held = next(iter(owing(today, person)), None)
    if held is None or not held.settled:
        messages.error(request, _("%(who)s 没有要这样清的欠款") % {"who": person.name})
        return HttpResponseRedirect(_back())
    by = employee_of(viewer(request))
    form = SettlingForm(request.POST or None, initial={"amount": held.left, "on": today})
    return form_page(
        request, form, title=_("欠款清账：%(name)s") % {"name": person.name},
        intro=_("欠 %(left)s。总经理批准以后入账。") % {"left": f"¥{grouped(held.left)}"},
        act=lambda said: actions.ask(person, by=by, **said), done=_back(),
        said=_("已提交，等总经理批"), button=_("提交"), extra={"back": _back()},
    )  # fmt: skip


@needs("pay.settle")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve what finance asks, or send it back with a reason."""
    row, by = one(Settling.objects.all(), pk=pk), employee_of(viewer(request))
    if "refuse" in request.POST:
        why = request.POST.get("why", "")[:300]
        return press(
            request, lambda: actions.refuse(row, by=by, why=why), said=_("已驳回"), back=_back()
        )
    return press(request, lambda: actions.approve(row, by=by), said=_("已批准并入账"), back=_back())
