"""Goods and the day's gold price."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.customers.models import Category
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, ListPage
from assay.furniture.narrowing import of_month, one_of, one_row, yes_or_no
from assay.furniture.pages import form_page
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.sales.actions import goods as actions
from assay.sales.forms.other import GoldPriceForm, GoodForm
from assay.sales.models import METALS, GoldPrice, Good
from assay.sales.queries.goods import lacking_today
from assay.sales.views import recorded

GOODS = ListPage(
    title=gettext_lazy("商品"),
    columns=[
        Column(
            gettext_lazy("品名"), lambda row: row.name, sort="pinyin",
            under=(gettext_lazy("货号"), lambda row: row.number),
            link=lambda row: page_at("sales:change_good", row.pk),
        ),
        Column(gettext_lazy("货号"), lambda row: row.number, "note", sort="number"),
        Column(gettext_lazy("计价"), lambda row: row.get_way_display(), sort="way"),
        Column(gettext_lazy("原价/件"), lambda row: row.list_price, "money", sort="list_price"),
        Column(gettext_lazy("成色"), lambda row: row.get_metal_display() if row.metal else "", sort="metal"),
        Column(gettext_lazy("工费/克"), lambda row: row.labour, "money", sort="labour"),
        Column(gettext_lazy("品类"), lambda row: str(row.category or ""), "note", sort="category__name"),
        Column(gettext_lazy("在售"), lambda row: _("是") if row.on_sale else _("停售"), "note", sort="on_sale"),
    ],
    order="pinyin",
    search=[Way("good")],
    search_hint=gettext_lazy("品名、货号、拼音"),
    filters=[
        one_of("way", gettext_lazy("全部计价"), lambda: Good.WAYS),
        one_row("category", gettext_lazy("全部品类"), Category.objects.order_by("pk"), "name"),
        yes_or_no(
            "on_sale", gettext_lazy("在售和停售"), gettext_lazy("在售"), gettext_lazy("停售")
        ),
    ],
    empty=gettext_lazy("还没有商品"),
    export_name="goods",
)  # fmt: skip


@needs("goods.see")
def goods(request: HttpRequest) -> HttpResponse:
    """The list."""
    who = viewer(request)
    buttons = [Action(_("当日金价"), reverse("sales:gold"))]
    if who.may("goods.change"):
        buttons.append(Action(_("新商品"), reverse("sales:new_good"), main=True))
    page = GOODS if who.may("goods.change") else GOODS.unlinked()
    return page.answer(request, Good.objects.select_related("category"), buttons)


@needs("goods.change")
def new_good(request: HttpRequest) -> HttpResponse:
    """A new good."""
    return form_page(
        request, GoodForm(None, request.POST or None), title=_("新商品"),
        act=lambda said: actions.write_good(**said), done=reverse("sales:goods"),
        said=_("已保存"), extra={"back": reverse("sales:goods")},
    )  # fmt: skip


@needs("goods.change")
def change_good(request: HttpRequest, pk: int) -> HttpResponse:
    """A good changed; orders written before keep their own prices."""
    row = one(Good.objects.all(), pk=pk)
    names = list(GoodForm.base_fields)
    form = GoodForm(row, request.POST or None, initial={n: getattr(row, n) for n in names})
    return form_page(
        request, form, title=_("改商品：%(name)s") % {"name": row.name},
        intro=_("已写的单保留当时的价格。"), act=lambda said: actions.write_good(row, **said),
        done=reverse("sales:goods"), said=_("已保存"),
        extra={"back": reverse("sales:goods"), "story": recorded.GOOD.story(viewer(request), row)},
    )  # fmt: skip


GOLD_COST = Column(gettext_lazy("成本/克"), lambda row: row.cost, "money")
GOLD = ListPage(
    title=gettext_lazy("当日金价"),
    columns=[
        Column(
            gettext_lazy("日期"), lambda row: f"{row.day:%Y-%m-%d}", sort="day",
            link=lambda row: page_at("sales:change_gold", row.pk),
        ),
        Column(gettext_lazy("成色"), lambda row: row.get_metal_display(), sort="metal"),
        Column(gettext_lazy("金价/克"), lambda row: row.price, "money", sort="price"),
        GOLD_COST,
    ],
    order="-day",
    filters=[one_of("metal", gettext_lazy("全部成色"), lambda: METALS), of_month()],
    empty=gettext_lazy("还没有填过金价"),
    export_name="gold",
    template="sales/gold.html",
)  # fmt: skip


@needs("gold.see")
def gold(request: HttpRequest) -> HttpResponse:
    """Prices by day; says which lack today."""
    who = viewer(request)
    buttons = []
    if who.may("gold.change"):
        buttons.append(Action(_("填金价"), reverse("sales:new_gold"), main=True))
    lacking = lacking_today(timezone.localdate())
    page = GOLD if who.may("orders.cost") else GOLD.without(GOLD_COST)
    page = page if who.may("gold.change") else page.unlinked()
    return page.answer(request, GoldPrice.objects.all(), buttons, lacking=lacking)


@needs("gold.change")
def new_gold(request: HttpRequest) -> HttpResponse:
    """A day's price."""
    form = GoldPriceForm(request.POST or None, initial={"day": timezone.localdate()})
    return form_page(
        request, form, title=_("填金价"), act=lambda said: actions.write_gold_price(**said),
        done=reverse("sales:gold"), said=_("金价已记"), extra={"back": reverse("sales:gold")},
    )  # fmt: skip


@needs("gold.change")
def change_gold(request: HttpRequest, pk: int) -> HttpResponse:
    """A price corrected; history keeps what it was."""
    row = one(GoldPrice.objects.all(), pk=pk)
    initial = {"day": row.day, "metal": row.metal, "price": row.price, "cost": row.cost}
    return form_page(
        request, GoldPriceForm(request.POST or None, initial=initial), title=_("改金价"),
        intro=_("已写的单保留当时的金价。"),
        act=lambda said: actions.write_gold_price(row, **said),
        done=reverse("sales:gold"), said=_("金价已记"),
        extra={"back": reverse("sales:gold"), "story": recorded.GOLD.story(viewer(request), row)},
    )  # fmt: skip
