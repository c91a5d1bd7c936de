"""The inbox of approvals: cards with what a price does, and one press for each verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.customers.queries.lookups import by_customer
from assay.errors import UserError
from assay.furniture.batches import picked
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Column, ListPage
from assay.furniture.narrowing import one_of
from assay.furniture.reader import labelled, series
from assay.furniture.templatetags.figures import average, discount
from assay.people.access import Viewer, one, viewer
from assay.people.gate import needs
from assay.people.models import Employee
from assay.people.views.narrowing import by_seller
from assay.sales.access import employee_of
from assay.sales.actions import approvals
from assay.sales.actions.orders import said_reasons
from assay.sales.forms.other import CommentForm
from assay.sales.models import Order, Request, Sign
from assay.sales.queries.approvals import requests_seen, signers, waiting_for, with_signs
from assay.sales.queries.orders import OFF
from assay.sales.views.doing import press
from assay.sales.views.recorded import REQUEST


def page_of(row: Request) -> str:
    """The address of a request."""
    return page_at("sales:request", row.pk)


REQUESTS = ListPage(
    title=gettext_lazy("全部审批"),
    columns=[
        Column(
            gettext_lazy("审批单"), lambda row: row.number, link=page_of,
            under=(gettext_lazy("客户"), lambda row: row.order.customer.name), sort="number",
        ),
        Column(gettext_lazy("申请人"), lambda row: row.asked_by.name, sort="asked_by__pinyin"),
        Column(
            gettext_lazy("申请时间"),
            lambda row: f"{timezone.localtime(row.asked_at):%Y-%m-%d %H:%M}", "note", sort="id",
        ),
        Column(gettext_lazy("成交价"), lambda row: row.net_amount, "money", sort="net_amount"),
        Column(gettext_lazy("折扣"), lambda row: discount(row.net_amount, row.list_amount), "ratio",
               sort="off", by=OFF),
        Column(gettext_lazy("事由"), lambda row: series(said_reasons(row.reasons))),
        Column(gettext_lazy("状态"), lambda row: row.get_state_display(), sort="state"),
    ],
    order="-id",
    search=[
        Way(number="number", prefix="SP"), Way(number="order__number", prefix="HT"),
        Way(number="order__quote_number", prefix="BJ"), *by_customer("order__customer"),
    ],
    search_hint=gettext_lazy("审批单、订单、客户"),
    filters=[
        one_of("state", gettext_lazy("全部状态"), lambda: Request.STATES),
    ],
    empty=gettext_lazy("还没有审批"),
    export_name="approvals",
)  # fmt: skip


def card(row: Request, mine: int | None, cost: bool) -> dict[str, Any]:
    """What a card shows of a request."""
    signs = list(row.signs.all())
    return {
        "row": row, "signs": signs,
        "reasons": [
            (said, row.effects.get("clauses", {}).get(code, ""))
            for said, code in zip(said_reasons(row.reasons), row.reasons, strict=True)
        ],
        "mine": next((s for s in signs if s.who_id == mine and s.said == "waiting"), None),
        "own": _went(row, "own"), "team": _went(row, "team"),
        "attained": [_share(pair) for pair in row.effects.get("attained") or ()],
        "seller": sum(
            line["amount"] for line in row.effects["lines"]
            if row.order.seller and line["name"] == row.order.seller.name
        ),
        "reference": "no_list" in row.reasons, "lines": _by_title(row.effects["lines"]),
        "cost": cost, "waited": _waited(row),
        "withdrawable": row.state == "open" and row.asked_by_id == mine,
    }  # fmt: skip


def _by_title(lines: list[dict[str, Any]]) -> list[tuple[str, int, str, str]]:
    """What an order pays by line, whoever gets it (commission, bonus, override, agent), with its rate.

    The two that pay most have their clause beside them; a row of figures bears no more than two.
    """
    sums: dict[str, int] = {}
    cites: dict[str, str] = {}
    rates: dict[str, str] = {}
    for line in lines:
        sums[line["title"]] = sums.get(line["title"], 0) + line["amount"]
        cites.setdefault(line["title"], next(iter(line["cite"]), ""))
        rates.setdefault(line["title"], line.get("rate", ""))
    most = sorted(sums, key=lambda title: -sums[title])[:2]
    return [
        (title, amount, cites[title] if title in most else "", rates[title])
        for title, amount in sums.items() if amount
    ]  # fmt: skip


def _went(row: Request, name: str) -> tuple[str, str]:
    """An average before the order, where there was one, and after it."""
    before, after = row.effects.get(f"{name}_before"), row.effects.get(name)
    return (average(_share(before)) if before else ""), average(_share(after))


def _share(pair: list[int] | None) -> Fraction | None:
    return Fraction(*pair) if pair else None


def _waited(row: Request) -> str:
    hours = int(((row.closed_at or timezone.now()) - row.asked_at).total_seconds() // 3600)
    if hours >= 24:
        return _("等了 %(n)s 天") % {"n": hours // 24}
    return _("等了 %(n)s 小时") % {"n": hours} if hours else _("等了不到 1 小时")


def _bought(requests: list[Request]) -> dict[int, int]:
    """What each request's customer bought in the twelve months before, one query for all."""
    since = timezone.localdate() - timedelta(365)
    rows = (
        Order.objects.filter(
            customer__in={r.order.customer_id for r in requests}, day__gte=since,
            status__in=["open", "shipped", "completed"],
        )
        .values("customer")
        .annotate(net=Sum("counted_net"))
        .order_by()
    )  # fmt: skip
    return {row["customer"]: row["net"] for row in rows}


@needs("approvals.see")
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this person; and what he asked that is still open."""
    who = viewer(request)
    cards, count = cards_for(who)
    asked = list(with_signs(requests_seen(who)).filter(state="open", asked_by=who.employee_id)[:50])
    bought = _bought(asked)
    cost = who.may("orders.cost")
    context = {
        "cards": cards,
        "count": count,
        "asked": [
            {**card(r, who.employee_id, cost), "bought": bought.get(r.order.customer_id, 0)}
            for r in asked
        ],
        "signers": signers().exclude(pk=who.employee_id or 0),
    }
    return render(request, "sales/inbox.html", context)


def cards_for(who: Viewer, most: int = 50) -> tuple[list[dict[str, Any]], int]:
    """Cards of what waits for this person, oldest first, and how many there are in all."""
    rows = waiting_for(who)
    waiting = list(rows[:most])
    count = len(waiting) if len(waiting) < most else rows.count()
    bought, cost = _bought(waiting), who.may("orders.cost")
    return [
        {**card(r, who.employee_id, cost), "bought": bought.get(r.order.customer_id, 0)}
        for r in waiting
    ], count


@needs("approvals.see")
def request_list(request: HttpRequest) -> HttpResponse:
    """All a person may see."""
    who = viewer(request)
    page = REQUESTS.narrowed_by(*by_seller(who, "asked_by", gettext_lazy("全部申请人")))
    return page.answer(request, requests_seen(who))


@needs("approvals.see")
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request with everybody's word and its history."""
    who = viewer(request)
    row = one(with_signs(requests_seen(who)), pk=pk)
    bought = _bought([row])
    told = {
        **card(row, who.employee_id, who.may("orders.cost")),
        "bought": bought.get(row.order.customer_id, 0),
    }
    context = {
        "card": told, "row": row, "signers": signers().exclude(pk=who.employee_id or 0),
        "story": REQUEST.story(who, row),
    }  # fmt: skip
    return render(request, "sales/request.html", context)


@needs("approvals.decide")
@require_POST
def decide_many(request: HttpRequest) -> HttpResponse:
    """同意 or 驳回 of all that are ticked: each is decided by itself, and told by itself."""
    who = viewer(request)
    chosen = picked(request, 100)
    comment = request.POST.get("comment", "").strip()[:200]
    refused = request.POST.get("verb") == "refuse"
    if not chosen:
        messages.error(request, _("先勾选要批的"))
    rows = Sign.objects.filter(pk__in=chosen, request__in=requests_seen(who))
    by, done = employee_of(who), 0
    for sign in rows.select_related("request__order__customer").order_by("pk"):
        try:
            if refused:
                approvals.refuse(sign, by=by, comment=comment)
            else:
                approvals.agree(sign, by=by, comment=comment)
        except UserError as error:
            messages.error(request, labelled(sign.request.order.customer.name, error))
        else:
            done += 1
    if done:
        said = _("已驳回 %(n)s 项") if refused else _("已同意 %(n)s 项")
        messages.success(request, said % {"n": done})
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page the press came from: the desk where it says so, else the inbox."""
    return reverse("home") if request.POST.get("back") == "home" else reverse("sales:inbox")


def _decided(
    request: HttpRequest, pk: int, said: Any, act: Callable[[Sign, Employee, dict[str, Any]], Any]
) -> HttpResponse:
    """The signature that waits for this person, and what he says to it."""
    who = viewer(request)
    sign = one(Sign.objects.filter(request__in=requests_seen(who)).select_related("request"), pk=pk)
    form = CommentForm(signers(), request.POST)
    back = _back(request)
    if not form.is_valid():
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
        return HttpResponseRedirect(back)
    told = form.cleaned_data
    return press(request, lambda: act(sign, employee_of(who), told), said=said, back=back)


@needs("approvals.decide")
@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """同意."""
    return _decided(
        request, pk, _("已同意"),
        lambda sign, who, told: approvals.agree(sign, by=who, comment=told["comment"]),
    )  # fmt: skip


@needs("approvals.decide")
@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """驳回."""
    return _decided(
        request, pk, _("已驳回"),
        lambda sign, who, told: approvals.refuse(sign, by=who, comment=told["comment"]),
    )  # fmt: skip


@needs("approvals.decide")
@require_POST
def agree_at(request: HttpRequest, pk: int) -> HttpResponse:
    """改为."""

    def act(sign: Sign, who: Employee, told: dict[str, Any]) -> Any:
        if told["ratio"] is None:
            raise UserError(_("要写改为几折"))
        return approvals.agree_at(sign, by=who, ratio=told["ratio"], comment=told["comment"])

    return _decided(request, pk, _("已按改后的折扣同意"), act)


def _to_somebody(request: HttpRequest, pk: int, said: Any, act: Callable[..., Any]) -> HttpResponse:
    def go(sign: Sign, who: Employee, told: dict[str, Any]) -> Any:
        if told["who"] is None:
            raise UserError(_("要选交给谁"))
        return act(sign, by=who, who=told["who"], comment=told["comment"])

    return _decided(request, pk, said, go)


@needs("approvals.decide")
@require_POST
def add_signer(request: HttpRequest, pk: int) -> HttpResponse:
    """加签."""
    return _to_somebody(request, pk, _("已加签"), approvals.add_signer)


@needs("approvals.decide")
@require_POST
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """转审."""
    return _to_somebody(request, pk, _("已转审"), approvals.pass_on)


@needs("approvals.see")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回."""
    who = viewer(request)
    row = one(requests_seen(who), pk=pk)
    return press(
        request, lambda: approvals.withdraw(row, by=employee_of(who)),
        said=_("已撤回"), back=reverse("sales:order", args=[row.order_id]),
    )  # fmt: skip
