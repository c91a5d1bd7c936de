"""Collections: money received, matched to orders; what is overdue."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.customers.queries.lookups import by_customer
from assay.furniture.batches import each
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, Filter, ListPage
from assay.furniture.narrowing import of_month, one_of
from assay.furniture.pages import form_page
from assay.furniture.templatetags.figures import in_words
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.people.queries import company
from assay.people.views.narrowing import by_department, by_seller
from assay.sales.actions import money as actions
from assay.sales.actions.orders import urge
from assay.sales.forms.other import MatchForm, ReceiptForm
from assay.sales.models import Match, Order, Receipt
from assay.sales.queries import orders as found
from assay.sales.views.doing import press
from assay.sales.views.orders import page_of as order_of
from assay.sales.views.recorded import RECEIPT


def _page(row: Receipt) -> str:
    return page_at("sales:receipt", row.pk)


RECEIPTS = ListPage(
    title=gettext_lazy("回款"),
    columns=[
        Column(
            gettext_lazy("收款单"), lambda row: row.number, link=_page, sort="number",
        ),
        Column(gettext_lazy("日期"), lambda row: row.day, "day", sort="day"),
        Column(gettext_lazy("付款方"), lambda row: row.payer, sort="payer"),
        Column(gettext_lazy("金额"), lambda row: row.amount, "money", sort="amount"),
        Column(gettext_lazy("未核销"), lambda row: row.left, "money", sort="open", by=F("amount") - F("matched")),
        Column(gettext_lazy("方式"), lambda row: row.get_method_display(), sort="method"),
        Column(gettext_lazy("流水号"), lambda row: row.reference or "", "note", sort="reference"),
    ],
    order="-day",
    search=[
        Way(number="number", prefix="SK"), Way(begins="payer"), Way(begins="reference"),
        *by_customer("customer"),
    ],
    search_hint=gettext_lazy("收款单、付款方、流水号"),
    filters=[
        Filter(
            "left", gettext_lazy("全部"),
            lambda: [("open", gettext_lazy("待核销")), ("done", gettext_lazy("已核销完"))],
            found.by_matched,
        ),
        one_of("method", gettext_lazy("全部方式"), lambda: Receipt.METHODS),
        of_month(),
    ],
    empty=gettext_lazy("还没有收款"),
    export_name="receipts",
)  # fmt: skip


@needs("collections.see")
def receipts(request: HttpRequest) -> HttpResponse:
    """The list."""
    who = viewer(request)
    buttons = [Action(_("逾期"), reverse("sales:overdue"))]
    if who.may("collections.change"):
        buttons.append(Action(_("导入回款"), reverse("sales:import_collections")))
        buttons.append(Action(_("记收款"), reverse("sales:new_receipt"), main=True))
    several = (
        [Action(_("核销到对得上的单"), reverse("sales:match_several"))]
        if who.may("collections.change") else []
    )  # fmt: skip
    return RECEIPTS.answer(request, found.receipts_seen(who), buttons, batch=several)


@needs("collections.change")
@require_POST
def match_several(request: HttpRequest) -> HttpResponse:
    """Each receipt ticked to the one order it surely pays."""
    who = viewer(request)
    orders = found.orders_seen(who)
    return each(
        request, found.receipts_seen(who), lambda row: actions.match_sure(row, orders),
        said=_("%(count)s 笔已核销"), back=reverse("sales:receipts"),
    )  # fmt: skip


@needs("collections.change")
def new_receipt(request: HttpRequest) -> HttpResponse:
    """Money came in."""
    form = ReceiptForm(viewer(request), request.POST or None, initial={"day": timezone.localdate()})
    return form_page(
        request, form, title=_("记收款"), act=lambda said: actions.record_receipt(**said),
        done=_page, said=_("收款已记，下一步核销到订单"),
        extra={"back": reverse("sales:receipts")},
    )  # fmt: skip


@needs("collections.see")
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """One receipt: what it pays, and the orders it could pay."""
    who = viewer(request)
    row = one(found.receipts_seen(who), pk=pk)
    orders = found.orders_seen(who)
    proposals = found.proposals(row, orders) if row.left and who.may("collections.change") else []
    context = {
        "row": row, "capital": in_words(row.amount),
        "matches": row.matches.filter(order__in=orders).select_related("order__customer"),
        "proposals": [(o, min(o.owed, row.left)) for o in proposals],
        "form": MatchForm(orders, initial={"amount": row.left}),
        "may_change": who.may("collections.change"),
        "story": RECEIPT.story(who, row),
    }  # fmt: skip
    return render(request, "sales/receipt.html", context)


@needs("collections.see")
def receipt_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt as a paper for whoever paid: A4, the sum in words, places to sign.

    It adds up: what it pays of orders that the reader does not see stands as one sum, unnamed.
    """
    who = viewer(request)
    row = one(found.receipts_seen(who), pk=pk)
    seen = row.matches.filter(order__in=found.orders_seen(who)).select_related("order__customer")
    matches = list(seen)
    context = {
        "row": row, "company": company(), "capital": in_words(row.amount), "matches": matches,
        "others": row.matched - sum(match.amount for match in matches),
        "signs": (_("经办"), _("审核"), _("出纳"), _("盖章")),
    }  # fmt: skip
    return render(request, "sales/receipt_paper.html", context)


@needs("collections.change")
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """A part of a receipt pays an order."""
    who = viewer(request)
    row = one(found.receipts_seen(who), pk=pk)
    form = MatchForm(found.orders_seen(who), request.POST or None, initial={"amount": row.left})
    return form_page(
        request, form, title=_("核销：%(number)s") % {"number": row.number},
        act=lambda said: actions.match(row, **said), done=lambda made: _page(row),
        said=_("已核销"), button=_("核销"), extra={"back": _page(row)},
    )  # fmt: skip


@needs("collections.change")
@require_POST
def unmatch(request: HttpRequest, pk: int) -> HttpResponse:
    """A match taken back."""
    who = viewer(request)
    rows = Match.objects.filter(receipt__in=found.receipts_seen(who)).select_related("receipt")
    row = one(rows, pk=pk)
    back = _page(row.receipt)
    return press(request, lambda: actions.unmatch(row), said=_("核销已撤销"), back=back)


def _ages() -> list[tuple[str, str]]:
    return [
        (str(since), _("逾期 %(since)s–%(until)s 天") % {"since": since, "until": until})
        if until else (str(since), _("逾期 %(days)s 天以上") % {"days": since - 1})
        for since, until in found.AGES
    ]  # fmt: skip


def _by_age(rows: QuerySet[Order], said: str) -> QuerySet[Order]:
    span = next((one for one in found.AGES if str(one[0]) == said), None)
    return (
        rows
        if span is None
        else rows.filter(found.late_for(span[0], span[1], timezone.localdate()))
    )


OVERDUE = ListPage(
    title=gettext_lazy("逾期未收"),
    intro=gettext_lazy("过了回款期限还没收齐的订单，最久的在前。"),
    columns=[
        Column(gettext_lazy("订单"), lambda row: row.number, link=order_of, sort="number"),
        Column(gettext_lazy("客户"), lambda row: row.customer.name, sort="customer__pinyin"),
        Column(gettext_lazy("业务员"), lambda row: row.seller.name if row.seller else "", sort="seller__pinyin"),
        Column(gettext_lazy("期限"), lambda row: row.due_on, "day", sort="due_on"),
        Column(
            gettext_lazy("逾期天数"), lambda row: (timezone.localdate() - row.due_on).days, "count"
        ),
        Column(gettext_lazy("成交价"), lambda row: row.net_amount, "money", sort="net_amount"),
        Column(gettext_lazy("未收"), lambda row: row.owed, "money", main=True, sort="unpaid", by=found.OWES),
        Column(gettext_lazy("催收日期"), lambda row: row.urged_on, "day", sort="urged_on"),
    ],
    order="due_on",
    search=[Way(number="number", prefix="HT"), *by_customer("customer")],
    search_hint=gettext_lazy("订单、客户"),
    filters=[Filter("age", gettext_lazy("全部逾期"), _ages, _by_age)],
    empty=gettext_lazy("没有逾期的订单"),
    export_name="overdue",
)  # fmt: skip


@needs("collections.see")
def overdue(request: HttpRequest) -> HttpResponse:
    """Past their day with something owed."""
    who = viewer(request)
    rows = found.overdue(found.listed(found.orders_seen(who)), timezone.localdate())
    page = OVERDUE.narrowed_by(*by_seller(who), *by_department(who))
    several = []
    if who.may("collections.urge"):
        several.append(Action(_("催业务员"), reverse("sales:urge_several")))
    return page.answer(request, rows, may_export=who.may("orders.export"), batch=several)


@needs("collections.urge")
@require_POST
def urge_several(request: HttpRequest) -> HttpResponse:
    """The sellers of the overdue orders ticked are told to ask for the money."""
    rows = found.overdue(found.orders_seen(viewer(request)), timezone.localdate())
    return each(
        request, rows, urge, said=_("%(count)s 单已催，业务员会收到通知"),
        back=reverse("sales:overdue"),
    )  # fmt: skip
