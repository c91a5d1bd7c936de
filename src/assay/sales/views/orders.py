"""Orders and quotations: lists, the page, writing with the live commission, placing and after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.customers.queries.lookups import by_customer
from assay.errors import UserError
from assay.furniture.batches import each
from assay.furniture.finding import Way, narrow
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, Filter, ListPage
from assay.furniture.narrowing import of_month, one_of
from assay.furniture.numbers import number
from assay.furniture.pages import form_page
from assay.furniture.reader import series
from assay.furniture.templatetags.figures import discount, in_words
from assay.people.access import Viewer, one, viewer
from assay.people.gate import needs
from assay.people.queries import company
from assay.people.views.narrowing import by_department, by_seller
from assay.sales.access import buyers_for, employee_of
from assay.sales.actions import approvals, orders
from assay.sales.forms.orders import CustomerField, Sheet
from assay.sales.forms.other import DayForm, WhyForm
from assay.sales.forms.reading import NamedField, good_field
from assay.sales.models import CHANNELS, Order
from assay.sales.queries import orders as found
from assay.sales.queries.pricing import LOWEST_SHOWN, Appraisal, appraise, decided_by, reasons_of
from assay.sales.ruler import Ruler, ruler
from assay.sales.views.doing import press, version_of
from assay.sales.views.recorded import ORDER

SUGGESTED = 8


def page_of(order: Order) -> str:
    """The address of an order."""
    return page_at("sales:order", order.pk)


def _state(row: Order) -> str:
    if row.status == "quote" and row.approval != "none":
        return series((row.get_status_display(), row.get_approval_display()), "，")
    return str(row.get_status_display())


ORDERS = ListPage(
    title=gettext_lazy("订单"),
    columns=[
        Column(
            gettext_lazy("单号"), lambda row: str(row), link=page_of,
            exported=lambda row: row.number or row.quote_number, sort="number",
        ),
        Column(gettext_lazy("日期"), lambda row: row.day, "day", sort="day"),
        Column(gettext_lazy("客户"), lambda row: row.customer.name, sort="customer__pinyin"),
        Column(gettext_lazy("业务员"), lambda row: row.seller.name if row.seller else "", sort="seller__pinyin"),
        Column(gettext_lazy("渠道"), lambda row: row.get_channel_display(), "note", sort="channel"),
        Column(gettext_lazy("原价"), lambda row: row.list_amount, "money", sort="list_amount"),
        Column(gettext_lazy("成交价"), lambda row: row.net_amount, "money", sort="net_amount", main=True),
        Column(gettext_lazy("折扣"), lambda row: discount(row.net_amount, row.list_amount), "ratio",
               sort="off", by=found.OFF),
        Column(gettext_lazy("未收"), lambda row: row.owed if row.placed else None, "money",
               sort="unpaid", by=found.OWES),
        Column(gettext_lazy("状态"), _state, sort="status"),
        Column(gettext_lazy("报价单号"), lambda row: row.quote_number or "", "note", spare=True, sort="quote_number"),
        Column(gettext_lazy("部门"), lambda row: str(row.department or ""), spare=True, sort="department__code"),
        Column(gettext_lazy("代理商"), lambda row: str(row.agent or ""), spare=True, sort="agent__pinyin"),
        Column(gettext_lazy("银楼"), lambda row: str(row.shop or ""), spare=True, sort="shop__pinyin"),
        Column(gettext_lazy("回款期限"), lambda row: row.due_on, "day", spare=True, sort="due_on"),
        Column(gettext_lazy("交货日期"), lambda row: row.delivered_on, "day", spare=True, sort="delivered_on"),
    ],
    order="-day",
    search=[
        Way(number="number", prefix="HT"), Way(number="quote_number", prefix="BJ"),
        *by_customer("customer"),
    ],
    search_hint=gettext_lazy("单号、客户、拼音"),
    filters=[
        Filter(
            "state", gettext_lazy("全部状态"),
            lambda: [
                ("waiting", gettext_lazy("等审批的报价")), *Order.STATES,
                ("back", gettext_lazy("应退客户的")),
            ], found.narrowed,
        ),
        one_of("channel", gettext_lazy("全部渠道"), lambda: CHANNELS),
        of_month(),
    ],
    empty=gettext_lazy("还没有订单"),
    export_name="orders",
)  # fmt: skip


def _by_cost(who: Viewer) -> list[Filter]:
    """This year's orders without a cost, for who sees costs."""
    if not who.may("orders.cost"):
        return []
    return [
        Filter(
            "cost", gettext_lazy("成本"), lambda: [("none", gettext_lazy("今年没有成本的"))],
            lambda rows, said: found.costless(rows, timezone.localdate()),
        )
    ]  # fmt: skip


@needs("orders.see")
def order_list(request: HttpRequest) -> HttpResponse:
    """The list."""
    who = viewer(request)
    buttons = [Action(_("商品"), reverse("sales:goods"))] if who.may("goods.see") else []
    if who.may("returns.see"):
        buttons.append(Action(_("退货"), reverse("sales:returns")))
    if who.may("orders.import"):
        buttons.append(Action(_("导入订单"), reverse("sales:import_orders")))
    if who.may("orders.change"):
        buttons.append(Action(_("新报价"), reverse("sales:new_order"), main=True))
    rows = found.listed(found.orders_seen(who))
    several = (
        [Action(_("记发货"), reverse("sales:ship_several"))] if who.may("orders.change") else []
    )
    page = ORDERS.narrowed_by(*by_seller(who), *by_department(who), *_by_cost(who))
    return page.answer(request, rows, buttons, may_export=who.may("orders.export"), batch=several)


@needs("orders.see")
def order_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: lines, what it pays, approvals, money, goods, history."""
    who = viewer(request)
    row = one(found.listed(found.orders_seen(who)), pk=pk)
    kept = found.orders_kept(who).filter(pk=pk).exists()
    may_change = kept and who.may("orders.change")
    context: dict[str, Any] = {
        "row": row, "lines": row.lines.select_related("good"), "may_change": may_change,
        "shares": row.shares.select_related("employee"),
        "requests": row.requests.select_related("asked_by").prefetch_related("signs__who"),
        "matches": row.matches.select_related("receipt").order_by("receipt__day", "pk"),
        "returns": row.returns.order_by("day", "pk"),
        "pickups": row.pickups.select_related("shop").order_by("at"),
        "may_return": kept and who.may("returns.change") and row.placed,
        "may_collect": who.may("collections.change"),
        "mine": who.employee_id, "story": ORDER.story(who, row),
        "today": timezone.localdate(),
    }  # fmt: skip
    if may_change and row.status == "quote":
        context |= live(who, appraise(row, edges=True))
    return render(request, "sales/order.html", context)


@needs("orders.see")
def order_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The order as a paper: A4, the sum in words, places to sign."""
    row = one(found.listed(found.orders_seen(viewer(request))), pk=pk)
    house = company()
    days = house.quote_days if house is not None and not row.number else None
    context = {
        "row": row, "lines": row.lines.select_related("good"), "company": house,
        "capital": in_words(row.net_amount),
        "holds_until": row.day + timedelta(days) if days else None,
    }  # fmt: skip
    return render(request, "sales/order_paper.html", context)


def live(who: Viewer, told: Appraisal) -> dict[str, Any]:
    """What the panel beside a quotation shows; others' pay and cost only to those who may see them."""
    edges = [(e.ratio, e.counts, e.above.rate, e.below.rate) for e in told.edges]
    pays = [
        (told.top, told.top), *((e.above.pay, e.below.pay) for e in told.edges),
        (told.bottom, told.bottom),
    ]  # fmt: skip
    drawn: Ruler | None = (
        ruler(edges, told.ratio, pays, LOWEST_SHOWN, told.ruled, told.floor) if edges else None
    )
    turning = [edge for edge in told.edges if edge.turns]
    paying = [edge for edge in turning if edge.above.pay != edge.below.pay]
    near = min(paying, key=lambda edge: abs(edge.ratio - told.ratio), default=None)
    return {
        "near": near, "near_gap": abs(near.above.net - told.net) if near else 0,
        "told": told, "ruler": drawn, "edges": turning,
        "reasons": _reasons(told, reasons_of(told) if told.judged else []),
        "then": _reasons(told, told.least.reasons if told.least else []),
        "may_cost": who.may("orders.cost"),
    }  # fmt: skip


def _reasons(told: Appraisal, codes: Sequence[str]) -> list[tuple[str, str]]:
    """Why a price needs an approval, each with the clause that says so; "" for the house's own rule."""
    decided = [decided_by(told, code) for code in codes]
    return list(zip(orders.said_reasons(codes), decided, strict=True))


def _first(who: Viewer) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "day": today, "channel": "direct", "seller": who.employee_id,
        "due_on": today + timedelta(orders.TERM),
    }  # fmt: skip


def _sheet(request: HttpRequest, order: Order | None = None) -> Sheet:
    who = viewer(request)
    data: Any = request.POST if request.method == "POST" else None
    if data and "take" in data:  # the discount found backwards, put into the box
        data = data.copy()
        data["all-overall"] = data["take"]
    first = _first(who)
    customer = number(request.GET.get("customer", ""))
    if customer is not None:
        first["customer"] = buyers_for(who).filter(pk=customer).first()
    chances = found.opportunities_seen(who).exclude(stage__in=["won", "lost"])
    return Sheet(who, chances, data, order, first)


@needs("orders.change")
def new_order(request: HttpRequest) -> HttpResponse:
    """A new quotation."""
    return _written(request, _sheet(request), None)


@needs("orders.change")
def change_order(request: HttpRequest, pk: int) -> HttpResponse:
    """A quotation or an order that is still open, changed."""
    row = one(found.orders_kept(viewer(request)), pk=pk)
    return _written(request, _sheet(request, row), row)


def _written(request: HttpRequest, sheet: Sheet, order: Order | None) -> HttpResponse:
    status = 200
    if request.method == "POST" and not {"more", "take"} & {*request.POST}:
        status = 422
        if sheet.is_valid():
            try:
                made = orders.write_order(
                    order, sheet.head.cleaned_data, sheet.said(),
                    version=sheet.overall.cleaned_data.get("version"), shares=sheet.parts(),
                )  # fmt: skip
            except UserError as error:
                sheet.wrong.append(str(error))
            except ValidationError as error:
                sheet.wrong += error.messages
            else:
                return HttpResponseRedirect(page_of(made))
    context = {
        "sheet": sheet, "order": order,
        "back": page_of(order) if order else reverse("sales:orders"),
    }  # fmt: skip
    if order is not None or request.method == "POST":
        context |= _priced(request, sheet)
    return render(request, "sales/write.html", context, status=status)


def _priced(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    """What the sheet comes to as it stands; a sentence where it does not come to anything yet."""
    sheet.is_valid() if sheet.head.is_bound else None
    if not sheet.head.is_bound:
        assert sheet.order is not None
        return {
            **live(viewer(request), appraise(sheet.order, edges=True)),
            "priced": list(sheet.order.lines.all()),
        }
    head = sheet.head.cleaned_data
    ratio_wrong = sheet.overall.errors.get("overall")
    if ratio_wrong:
        return {"not_yet": ratio_wrong[0]}
    day = head.get("day") or timezone.localdate()
    try:
        lines = orders.written(sheet.said(), sheet.order, day)
        if not lines:
            return {"not_yet": _("先填商品")}
        draft = Order(pk=None, day=day, **_known(head))
        draft.number = sheet.order.number if sheet.order else None
        orders.headed(draft, {})
        orders.totals(draft, lines)
        orders.check_shares(sheet.parts())
    except UserError as error:
        return {"not_yet": str(error)}
    if not draft.seller_id and not draft.agent_id and not draft.shop_id:
        return {"not_yet": _("先选业务员"), "priced": lines}
    want = sheet.overall.cleaned_data.get("want")
    told = appraise(
        draft, edges=True, reference=any(line.reference for line in lines),
        want=(want, lambda ratio: sheet.whole(lines, ratio)) if want else None,
        shares=sheet.parts(),
    )  # fmt: skip
    return {**live(viewer(request), told), "priced": lines}


def _known(head: dict[str, Any]) -> dict[str, Any]:
    names = ("seller", "channel", "agent", "shop")
    return {name: head.get(name) or ("direct" if name == "channel" else None) for name in names}


@needs("orders.change")
def suggest_buyers(request: HttpRequest) -> HttpResponse:
    """Customers as their names, sounds, initials or numbers are typed."""
    return _suggested(request, CustomerField(viewer(request)))


@needs("orders.change")
def suggest_goods(request: HttpRequest) -> HttpResponse:
    """Goods likewise."""
    return _suggested(request, good_field())


def _suggested(request: HttpRequest, field: NamedField) -> HttpResponse:
    """What a field finds by what stands in it, its one word in the address.

    A browser shows an option only where what is typed is part of it: the sounds go along as its label.
    """
    typed = request.GET.get(next(iter(request.GET), ""), "").strip()[:60]
    rows = narrow(field.rows, field.search, typed).order_by("pinyin", "pk")[:SUGGESTED]
    found = [field.prepare_value(row) for row in rows]
    return render(request, "sales/suggested.html", {"found": found, "typed": typed})


@needs("orders.change")
@require_POST
def price(request: HttpRequest) -> HttpResponse:
    """The panel beside the sheet, worked out again while somebody types."""
    pk = number(request.POST.get("order", ""))
    order = None
    if pk is not None:
        order = one(found.orders_kept(viewer(request)), pk=pk)
    return render(request, "sales/live.html", _priced(request, _sheet(request, order)))


@needs("orders.change")
@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """The quotation becomes an order today."""
    row = one(found.orders_kept(viewer(request)), pk=pk)
    today = timezone.localdate()
    return press(
        request, lambda: orders.place_order(row, day=today, version=version_of(request)),
        said=_("已下单"), back=page_of(row),
    )  # fmt: skip


@needs("orders.change")
@require_POST
def ship(request: HttpRequest, pk: int) -> HttpResponse:
    """The goods are on their way."""
    row = one(found.orders_kept(viewer(request)), pk=pk)
    return press(
        request, lambda: orders.ship(row, version=version_of(request)),
        said=_("已记发货"), back=page_of(row),
    )  # fmt: skip


@needs("orders.change")
@require_POST
def ship_several(request: HttpRequest) -> HttpResponse:
    """The goods of those ticked are on their way."""
    return each(
        request, found.orders_kept(viewer(request)), orders.ship, said=_("%(count)s 单已记发货"),
        back=reverse("sales:orders"),
    )  # fmt: skip


@needs("orders.change")
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """The goods have arrived."""
    row = one(found.orders_kept(viewer(request)), pk=pk)
    form = DayForm(
        request.POST or None, initial={"day": timezone.localdate(), "version": row.version}
    )
    return form_page(
        request, form, title=_("记交货：%(order)s") % {"order": row},
        act=lambda said: orders.complete(row, **said), done=page_of, said=_("已记交货"),
        extra={"back": page_of(row)},
    )  # fmt: skip


@needs("orders.change")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """It comes to nothing."""
    row = one(found.orders_kept(viewer(request)), pk=pk)
    form = WhyForm(request.POST or None, initial={"version": row.version})
    return form_page(
        request, form, title=_("取消：%(order)s") % {"order": row},
        act=lambda said: orders.cancel(row, **said), done=page_of, said=_("已取消"),
        button=_("取消这一单"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("orders.change")
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the approval the price needs."""
    who = viewer(request)
    row = one(found.orders_kept(who), pk=pk)
    form = WhyForm(request.POST or None, initial={"version": row.version})
    told = appraise(row)
    reasons = orders.said_reasons(reasons_of(told)) if told.judged else [told.fault]
    return form_page(
        request, form, title=_("申请审批：%(order)s") % {"order": row}, intro=series(reasons),
        act=lambda said: approvals.ask(row, by=employee_of(who), **said),
        done=lambda made: page_of(row), said=_("已送审"), button=_("送审"),
        extra={"back": page_of(row)},
    )  # fmt: skip
