"""The running month as a statement: as it stands, since a day that was kept, and with orders supposed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from assay.engine.supposed import Supposed
from assay.errors import UserError
from assay.furniture import jobs
from assay.furniture.reader import reader_language
from assay.incentives.actions.days import the_round
from assay.incentives.forms.supposing import SupposedForm, read_supposed
from assay.incentives.models import Statement
from assay.incentives.queries.live import Whose, days_kept, glance, live, supposed, watched
from assay.incentives.queries.moved import moved
from assay.incentives.queries.statements import statements_seen
from assay.incentives.views.order_pages import shown
from assay.money import rate
from assay.people.access import viewer
from assay.people.gate import needs
from assay.people.roles import PAID_AS
from assay.period import Month

ROUND = 600  # seconds
jobs.every(ROUND, the_round)


def key_of(whose: Whose | Statement) -> str:
    """How an address names a payee's month in a role."""
    return f"{whose.code}:{whose.role}"


def running_of(whose: Whose | Statement) -> str:
    """The address of a payee's running month."""
    return f"{reverse('incentives:running')}?{urlencode({'who': key_of(whose)})}"


def chosen(request: HttpRequest, day: date) -> tuple[Whose, list[Whose]]:
    """The payee an address names, of those a person may watch; 404 for anybody else."""
    choices = watched(viewer(request), day)
    asked = request.GET.get("who", "") or request.POST.get("who", "")
    found = next((one for one in choices if key_of(one) == asked), None)
    if found is None and not asked and choices:
        found = choices[0]
    if found is None and (asked or not choices):
        raise Http404
    assert found is not None
    return found, choices


def frame_of(request: HttpRequest, whose: Whose, choices: list[Whose]) -> dict[str, Any]:
    """What every page about a payee's month needs."""
    rows = statements_seen(viewer(request)).filter(code=whose.code, role=whose.role)
    return {
        "whose": whose, "chosen": key_of(whose),
        "choices": [(key_of(one), f"{one.name} · {PAID_AS[one.role]}") for one in choices],
        "others": rows.order_by("-run__pay_month__month")[:5],
        "to_running": running_of(whose),
    }  # fmt: skip


@needs("statements.running")
def running(request: HttpRequest) -> HttpResponse:
    """The month so far, what moved since a day that was kept, and how far the next step is."""
    today = timezone.localdate()
    choices = watched(viewer(request), today)
    if not choices and not request.GET.get("who"):
        return render(request, "incentives/nobody.html")
    whose, choices = chosen(request, today)
    context = frame_of(request, whose, choices) | {"month": Month.of(today), "running": True}
    try:
        found = live(whose, today, reader_language())
    except UserError as error:
        return render(request, "incentives/running.html", context | {"fault": str(error)})
    days = list(days_kept(whose, today).exclude(day=today)[:31])
    since = request.GET.get("since", "")
    kept = next((one for one in days if str(one.day) == since), days[0] if days else None)
    context |= {
        "account": found.account, "at": found.at, "mark": found.mark, "found": found,
        "days": days, "kept": kept, "moved": moved(kept, found.account) if kept else [],
        "difference": found.account.total - kept.total if kept else 0,
        **shown(request, found.account, _opener(request, whose)),
    }  # fmt: skip
    return render(request, "incentives/running.html", context)


@needs("statements.running")
def running_mark(request: HttpRequest) -> HttpResponse:
    """How far the page at hand is worked out; where the facts moved on, what it comes to now."""
    today = timezone.localdate()
    whose, _choices = chosen(request, today)
    try:
        found = glance(whose, today)
    except UserError as error:
        return HttpResponse(str(error), content_type="text/plain; charset=utf-8")
    context = {
        "at": found.at, "chosen": key_of(whose), "total": found.total,
        "moved_on": request.GET.get("mark", "") != found.mark,
        "mark": request.GET.get("mark", "")[:16],
    }  # fmt: skip
    return render(request, "incentives/running_mark.html", context)


@needs("statements.running")
def day(request: HttpRequest, on: str) -> HttpResponse:
    """A payee's month as a day left it."""
    today = timezone.localdate()
    whose, choices = chosen(request, today)
    days = list(days_kept(whose, today)[:31])
    kept = next((one for one in days if str(one.day) == on), None)
    if kept is None:
        raise Http404
    titles = {line: title for line, title, _amount in kept.told["lines"]}
    names = ("line", "number", "day", "listed", "net", "base", "rate", "added", "amount")
    orders = [dict(zip(names, row, strict=True)) for row in kept.told["orders"]]
    context = frame_of(request, whose, choices) | {
        "kept": kept, "days": days,
        "orders": [
            _read(row, titles) for row in orders if row["amount"] or row["base"] is not None
        ],
    }  # fmt: skip
    return render(request, "incentives/day.html", context)


@needs("statements.running")
def suppose(request: HttpRequest) -> HttpResponse:
    """The running month with orders that are only imagined; asked by the address, written nowhere."""
    today = timezone.localdate()
    whose, choices = chosen(request, today)
    sellers, seller = _sellers(request, whose, choices)
    forms = read_supposed(request.GET, today)
    context = frame_of(request, whose, choices) | {
        "month": Month.of(today), "forms": forms, "today": today,
        "sellers": sellers, "seller": seller,
    }  # fmt: skip
    said = [one for one in forms if one.is_bound and one.has_changed()]
    try:
        before = live(whose, today, reader_language())
        if said and all(one.is_valid() for one in said):
            orders = read_orders(forms, request, whose, choices)
            after = supposed(whose, today, orders, reader_language())
            context |= {"account": after, "changes": _changes(before.account, after)}
            context |= shown(request, after, _opener(request, whose))
            context["gain"] = after.total - before.account.total
        context["before"] = before.account
    except UserError as error:
        context["fault"] = str(error)
    status = 422 if said and "account" not in context else 200
    return render(request, "incentives/suppose.html", context, status=status)


def _opener(request: HttpRequest, whose: Whose) -> str:
    """The address that words an order: of this payee, with what is imagined in this address."""
    said = request.GET.copy()
    said["who"] = key_of(whose)
    return f"{reverse('incentives:running_order')}?{said.urlencode()}&"


def _sellers(
    request: HttpRequest, whose: Whose, choices: list[Whose]
) -> tuple[dict[str, str], str]:  # fmt: skip
    """A manager's people, by whom his orders are imagined sold, and who of them it is."""
    if whose.role != "manager":
        return {}, request.GET.get("seller", "")
    sellers = {c.code: c.name for c in choices if c.role == "salesperson" and not c.own}
    asked = request.GET.get("seller", "")
    return sellers, asked if asked in sellers else next(iter(sellers), whose.code)


def read_orders(
    forms: list[SupposedForm], request: HttpRequest, whose: Whose, choices: list[Whose]
) -> list[Supposed]:
    """The orders that rows of a form imagine; rows with faults are none."""
    seller = _sellers(request, whose, choices)[1]
    said = [one for one in forms if one.is_bound and one.has_changed() and one.is_valid()]
    return [_order(one, whose, seller) for one in said]


def _read(row: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
    """An order of a day that was kept, with its line's title and its rates as they are read."""
    rates = {name: _percent(row[name]) for name in ("rate", "added")}
    return row | rates | {"title": titles.get(row["line"], row["line"])}


def _percent(ratio: str | None) -> str:
    """A ratio as a day keeps it, as it is read: 0.08 is 8%; nothing where there is none."""
    found = Fraction(ratio or 0)
    return f"{rate(found * 100)}%" if found else ""


def _order(form: SupposedForm, whose: Whose, by: str) -> Supposed:
    """An imagined order of the payee's; a manager's pay moves by an order of one of his people."""
    values = form.cleaned_data
    seller = {"salesperson": whose.code, "manager": by}.get(whose.role)
    channel = {"agent": "agent", "store": "store"}.get(whose.role, values["channel"])
    return Supposed(
        values["day"], values["listed"], values["net"], channel, seller,
        whose.code if whose.role == "agent" else None,
        whose.code if whose.role == "store" else None,
    )  # fmt: skip


def _changes(before: Any, after: Any) -> list[dict[str, Any]]:
    """Line by line before and after."""
    was = {line.name: line for line in before.lines}
    return [
        {
            "title": line.title, "before": was[line.name].amount if line.name in was else 0,
            "after": line.amount,
            "difference": line.amount - (was[line.name].amount if line.name in was else 0),
        }
        for line in after.lines
    ]  # fmt: skip
