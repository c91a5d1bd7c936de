"""Pick-ups in shops with their receipts, and returns."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.customers.queries.lookups import by_customer
from assay.errors import UserError
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, ListPage
from assay.furniture.narrowing import of_month, one_of
from assay.furniture.pages import form_page
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.people.queries import company
from assay.people.views.narrowing import by_seller, by_shop
from assay.sales.access import employee_of
from assay.sales.actions import handing as actions
from assay.sales.forms.other import PickUpForm, ReturnForm
from assay.sales.models import Order, OrderLine, PickUp
from assay.sales.queries import orders as found
from assay.sales.views import recorded
from assay.sales.views.orders import page_of as order_of


def _slip(row: PickUp) -> str:
    return page_at("sales:pickup", row.pk)


WAITING = ListPage(
    title=gettext_lazy("等提货"),
    columns=[
        Column(
            gettext_lazy("订单"), lambda row: row.number,
            link=lambda row: page_at("sales:hand_over", row.pk), sort="number",
        ),
        Column(gettext_lazy("客户"), lambda row: row.customer.name, sort="customer__pinyin"),
        Column(gettext_lazy("下单日期"), lambda row: row.day, "day", sort="day"),
        Column(gettext_lazy("成交价"), lambda row: row.net_amount, "money", sort="net_amount"),
        Column(gettext_lazy("状态"), lambda row: row.get_status_display(), sort="status"),
    ],
    order="day",
    search=[Way(number="number", prefix="HT"), *by_customer("customer")],
    search_hint=gettext_lazy("订单号、客户、拼音"),
    filters=[one_of("status", gettext_lazy("全部状态"), lambda: Order.STATES[1:3])],
    empty=gettext_lazy("没有等着在本店提货的订单"),
    export_name="waiting",
)  # fmt: skip


@needs("pickups.change")
def waiting(request: HttpRequest) -> HttpResponse:
    """What is to be handed over in the clerk's shops."""
    buttons = [Action(_("已提"), reverse("sales:pickups"))]
    return WAITING.answer(request, found.waiting_in(viewer(request)), buttons)


@needs("pickups.change")
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Goods leave the shop; the receipt follows."""
    who = viewer(request)
    row = one(found.waiting_in(who), pk=pk)
    form = PickUpForm(row, _to_pick, request.POST or None)

    def act(said: dict[str, Any]) -> PickUp:
        if row.pickup_shop is None:
            raise UserError(_("这一单不在本店提货"))
        return actions.pick_up(
            row, shop=row.pickup_shop, clerk=employee_of(who), person=said["person"],
            proof=said["proof"], wanted=form.wanted(),
        )  # fmt: skip

    return form_page(
        request, form, title=_("提货：%(order)s") % {"order": row.number},
        intro=row.customer.name, act=act, done=_slip, said=_("提货已记"), button=_("提货并打小票"),
        extra={"back": reverse("sales:waiting")},
    )  # fmt: skip


def _to_pick(line: OrderLine) -> int:
    return line.quantity - line.picked - line.returned


PICKUPS = ListPage(
    title=gettext_lazy("提货记录"),
    columns=[
        Column(
            gettext_lazy("提货单"), lambda row: row.number,
            under=(gettext_lazy("订单"), lambda row: row.order.number),
            link=_slip, sort="number",
        ),
        Column(gettext_lazy("日期"), lambda row: row.day, "day", sort="day"),
        Column(gettext_lazy("客户"), lambda row: row.order.customer.name, sort="order__customer__pinyin"),
        Column(gettext_lazy("银楼"), lambda row: row.shop.name, sort="shop__pinyin"),
        Column(gettext_lazy("提货人"), lambda row: row.person, sort="person"),
        Column(gettext_lazy("店员"), lambda row: row.clerk.name if row.clerk else "", sort="clerk__pinyin"),
    ],
    order="-day",
    search=[
        Way(number="number", prefix="TJ"), Way(number="order__number", prefix="HT"),
        *by_customer("order__customer"), Way(within="person"),
    ],
    search_hint=gettext_lazy("提货单、订单、客户、提货人"),
    filters=[of_month()],
    empty=gettext_lazy("还没有提货"),
    export_name="pickups",
)  # fmt: skip


@needs("pickups.see")
def pickups(request: HttpRequest) -> HttpResponse:
    """What was handed over."""
    who = viewer(request)
    return PICKUPS.narrowed_by(*by_shop(who)).answer(request, found.pickups_seen(who))


@needs("pickups.see")
def pickup(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt: 80 mm wide when printed, or 58 with ?mm=58."""
    row = one(found.pickups_seen(viewer(request)), pk=pk)
    context = {
        "row": row, "lines": row.lines.select_related("line__good"), "company": company(),
        "narrow": request.GET.get("mm") == "58", "story": recorded.PICKUP.story(viewer(request), row),
    }  # fmt: skip
    return render(request, "sales/pickup.html", context)


RETURNS = ListPage(
    title=gettext_lazy("退货"),
    columns=[
        Column(
            gettext_lazy("退货单"), lambda row: row.number,
            under=(gettext_lazy("客户"), lambda row: row.order.customer.name),
            link=recorded.RETURN.address, sort="number",
        ),
        Column(gettext_lazy("日期"), lambda row: row.day, "day", sort="day"),
        Column(
            gettext_lazy("订单"), lambda row: row.order.number, "note",
            link=lambda row: order_of(row.order), sort="order__number",
        ),
        Column(
            gettext_lazy("业务员"), lambda row: row.order.seller.name if row.order.seller else "",
            sort="order__seller__pinyin",
        ),
        Column(gettext_lazy("退货金额"), lambda row: row.net_amount, "money", sort="net_amount"),
        Column(gettext_lazy("原因"), lambda row: row.why, sort="why"),
    ],
    order="-day",
    search=[
        Way(number="number", prefix="TH"), Way(number="order__number", prefix="HT"),
        *by_customer("order__customer"), Way(within="why"),
    ],
    search_hint=gettext_lazy("退货单、订单、客户、原因"),
    filters=[of_month()],
    empty=gettext_lazy("还没有退货"),
    export_name="returns",
)  # fmt: skip


@needs("returns.see")
def returns(request: HttpRequest) -> HttpResponse:
    """What came back."""
    who = viewer(request)
    page = RETURNS.narrowed_by(*by_seller(who, field="order__seller"))
    return page.answer(request, found.returns_seen(who))


@needs("returns.change")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Goods of an order come back."""
    row = one(found.orders_kept(viewer(request)), pk=pk)
    form = ReturnForm(
        row, lambda line: line.quantity - line.returned, request.POST or None,
        initial={"day": timezone.localdate()},
    )  # fmt: skip
    return form_page(
        request, form, title=_("退货：%(order)s") % {"order": row},
        intro=_("退的部分按比例减原价和成交；全退的单不再计业绩。"),
        act=lambda said: actions.return_goods(
            row, day=said["day"], why=said["why"], wanted=form.wanted()
        ),
        done=lambda made: order_of(row), said=_("退货已记"), extra={"back": order_of(row)},
    )  # fmt: skip
