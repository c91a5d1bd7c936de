"""The first page of each role, what stands behind its figures, and the log that is kept right there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assay.customers.access import customers_kept
from assay.customers.actions import log_visit
from assay.customers.forms.dealings import LogForm
from assay.customers.forms.partners import ProspectForm
from assay.customers.models import Visit
from assay.desk.queries import admin, agent, clerk, director, finance, hr, manager, pay, salesperson
from assay.errors import UserError
from assay.furniture.reader import labelled
from assay.furniture.reveals import REASONS
from assay.people.access import Viewer, one, viewer
from assay.people.gate import needs
from assay.sales.access import employee_of
from assay.sales.queries.approvals import signers
from assay.sales.views.approvals import cards_for


def _salesperson(request: HttpRequest, who: Viewer) -> dict[str, Any]:
    today = timezone.localdate()
    kinds = {"kinds": Visit.KINDS, "reasons": REASONS}
    return kinds | salesperson.desk(
        who, today, request.GET.get("why", ""), request.GET.get("all") == "1"
    )


def _cards(who: Viewer) -> dict[str, Any]:
    """Approvals that wait for this person, as cards that come back to the desk."""
    cards, count = cards_for(who, CARDS)
    signing = signers().exclude(pk=who.employee_id or 0) if cards else []
    return {"cards": cards, "count": count, "signers": signing, "back": "home"}


def _manager(request: HttpRequest, who: Viewer) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        **_cards(who), "me": who.employee_id, **manager.desk(who, today), **pay.closing(who, today),
    }  # fmt: skip


def _finance(request: HttpRequest, who: Viewer) -> dict[str, Any]:
    today = timezone.localdate()
    return {**_cards(who), **finance.desk(who, today), **pay.closing(who, today)}


def _head(request: HttpRequest, who: Viewer) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        **_cards(who), **director.desk(who, today), **pay.closing(who, today), **pay.plans(who, today),
    }  # fmt: skip


def _hr(request: HttpRequest, who: Viewer) -> dict[str, Any]:
    today = timezone.localdate()
    return {**hr.desk(today), **pay.closing(who, today)}


DESKS: dict[str, Callable[[HttpRequest, Viewer], dict[str, Any]]] = {
    "salesperson": _salesperson,
    "manager": _manager,
    "finance": _finance,
    "clerk": lambda request, who: clerk.desk(who, timezone.localdate()),
    "hr": _hr,
    "agent": lambda request, who: {"form": ProspectForm()} | agent.desk(who, timezone.localdate()),
    "director": _head,
    "general": _head,
    "admin": lambda request, who: admin.desk(timezone.localdate()),
}
CARDS = 5


@needs("self")
def home(request: HttpRequest) -> HttpResponse:
    """今日: what waits for this person."""
    who = viewer(request)
    context = {"today": timezone.localdate(), "who": who}
    return render(request, f"desk/{who.role}.html", context | DESKS[who.role](request, who))


@needs("customers.change")
@require_POST
def call_log(request: HttpRequest, pk: int) -> HttpResponse:
    """A visit or a call in two fields, written down on the desk; the row says that it is done."""
    who = viewer(request)
    row = one(customers_kept(who), pk=pk)
    form = LogForm(request.POST)
    wrong = ""
    if form.is_valid():
        try:
            visit = log_visit(row, by=employee_of(who), **form.cleaned_data)
        except UserError as error:
            wrong = str(error)
        else:
            if request.headers.get("HX-Request"):
                return render(request, "desk/called.html", {"row": row, "visit": visit})
            messages.success(request, _("已记下：%(name)s") % {"name": row.name})
            return HttpResponseRedirect(reverse("home"))
    wrong = wrong or " ".join(str(e) for errors in form.errors.values() for e in errors)
    if request.headers.get("HX-Request"):
        said = request.POST.get("said", "").strip()
        context = {"row": row, "wrong": wrong, "kinds": Visit.KINDS, "said": said}
        answer = render(request, "desk/call_log.html", context)
        answer["HX-Retarget"] = f"#log{row.pk}"  # the row stays; only its form says what is wrong
        return answer
    messages.error(request, labelled(row.name, wrong))
    return HttpResponseRedirect(reverse("home"))
