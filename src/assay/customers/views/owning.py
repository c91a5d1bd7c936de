"""The pool and who owns whom: picking, giving back, recycling, handing over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.customers import actions
from assay.customers.access import customers_kept
from assay.customers.forms.standing import ConfirmForm, HandOverForm, ReleaseForm
from assay.customers.models import TIERS, Customer
from assay.customers.queries.days import rules
from assay.customers.queries.figures import with_paid
from assay.customers.queries.lookups import by_customer
from assay.customers.queries.owning import owners_of, pool, protection_over
from assay.customers.queries.people import sellers
from assay.customers.views.common import me, page_of
from assay.errors import UserError
from assay.furniture.batches import each, picked
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, Filter, ListPage
from assay.furniture.numbers import number
from assay.furniture.pages import form_page
from assay.people.access import one, viewer
from assay.people.gate import needs

SHOWN = 500

PICK = Column(
    "", lambda row: _("领取"), link=lambda row: page_at("customers:pick", row.pk),
    export=False,
)  # fmt: skip
POOL = ListPage(
    title=gettext_lazy("公海"),
    intro=gettext_lazy("没有人负责的客户。先领先得，领取后有保护期。"),
    columns=[
        Column(
            gettext_lazy("客户"), lambda row: row.name, sort="pinyin",
            under=(gettext_lazy("编号"), lambda row: row.code),
        ),
        Column(gettext_lazy("级别"), lambda row: row.get_tier_display(), sort="tier"),
        Column(gettext_lazy("行业"), lambda row: row.industry, sort="industry"),
        Column(gettext_lazy("城市"), lambda row: row.city, sort="city"),
        Column(gettext_lazy("近 12 个月实收"), lambda row: row.paid, "money", sort="paid"),
        Column(gettext_lazy("上次成交"), lambda row: row.last_paid, "day", sort="quiet_since"),
        Column(gettext_lazy("进公海日期"), lambda row: row.pooled_on, "day", sort="pooled_on"),
        PICK,
    ],
    order="-pooled_on",
    search=by_customer(),
    search_hint=gettext_lazy("名称、拼音、首字母、编号、税号、电话"),
    filters=[
        Filter("tier", gettext_lazy("全部级别"), lambda: TIERS, lambda rows, tier: rows.filter(tier=tier)),
    ],
    empty=gettext_lazy("公海里没有客户"),
    export_name="pool",
)  # fmt: skip


@needs("customers.pool")
def pool_list(request: HttpRequest) -> HttpResponse:
    """Customers nobody owns."""
    who = viewer(request)
    buttons = []
    if who.may("customers.lead"):
        buttons.append(Action(_("回收到期的"), reverse("customers:recycle")))
    rows = with_paid(pool(), timezone.localdate())
    several = (
        [Action(_("领取"), reverse("customers:pick_several"))] if who.may("customers.pick") else []
    )
    page = POOL if who.may("customers.pick") else POOL.without(PICK)
    return page.answer(request, rows, buttons, may_export=who.may("customers.lead"), batch=several)


@needs("customers.pick")
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one; of two at once one gets it, the other is told so."""
    row = Customer.objects.filter(pk=pk).first()
    if row is None or row.pooled_on is None:
        messages.error(request, _("这位客户已不在公海里：可能刚被别人领走"))
        return HttpResponseRedirect(reverse("customers:pool"))
    held = rules()
    intro = _("领取后保护 %(days)s 天；其间联系一次，再保护 %(more)s 天。") % {
        "days": held.pick_protection, "more": held.visit_protection,
    }  # fmt: skip
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    return form_page(
        request, form, title=_("领取：%(name)s") % {"name": row.name}, intro=intro,
        act=lambda said: actions.pick(row, by=me(request)), done=page_of,
        said=_("已领取，由你负责"), button=_("领取"), extra={"back": reverse("customers:pool")},
    )  # fmt: skip


@needs("customers.pick")
@require_POST
def pick_several(request: HttpRequest) -> HttpResponse:
    """Take those ticked in the pool, as far as the rules allow."""
    by = me(request)
    return each(
        request, pool(), lambda row: actions.pick(row, by=by), said=_("已领取 %(count)s 位，由你负责"),
        back=reverse("customers:pool"),
    )  # fmt: skip


@needs("customers.pool")
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one back."""
    row = one(customers_kept(viewer(request)).filter(owner__isnull=False), pk=pk)
    form = ReleaseForm(request.POST or None, initial={"version": row.version})
    return form_page(
        request, form, title=_("退回公海：%(name)s") % {"name": row.name},
        intro=_("别人就能领取；你要隔 %(days)s 天才能再领。") % {"days": rules().again_after},
        act=lambda said: actions.release(row, **said), done=reverse("customers:customers"),
        said=_("已退回公海"), button=_("退回公海"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("customers.lead")
def recycle(request: HttpRequest) -> HttpResponse:
    """Ordinary customers whose protection is over: shown, and on a POST put into the pool."""
    today = timezone.localdate()
    rows = protection_over(customers_kept(viewer(request)), today)
    if request.method == "POST":
        done = actions.recycle(list(rows.filter(pk__in=picked(request, SHOWN))))
        messages.success(request, _("回收了 %(count)s 位客户") % {"count": len(done)})
        return HttpResponseRedirect(reverse("customers:pool"))
    found = list(rows.select_related("owner")[: SHOWN + 1])
    return render(
        request, "customers/recycle.html",
        {"rows": found[:SHOWN], "more": len(found) > SHOWN, "today": today, "rules": rules()},
    )  # fmt: skip


@needs("customers.lead")
def hand_over(request: HttpRequest) -> HttpResponse:
    """Customers of one person (or one customer) handed to another: all that is ticked, or none."""
    who = viewer(request)
    people = sellers(who)
    begun = "begin" in request.POST  # rows ticked in the list of customers
    form = HandOverForm(people, None if begun else request.POST or None)
    rows = _asked_for(request)
    if request.method == "POST" and not begun and form.is_valid():
        try:
            done = actions.hand_over(_ticked(request), **form.cleaned_data)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("移交了 %(count)s 位客户") % {"count": len(done)})
            return HttpResponseRedirect(reverse("customers:customers"))
    context: dict[str, Any] = {
        "form": form, "rows": rows[:SHOWN], "owners": _owners(request), "from": request.GET.get("from", ""),
        "ticked": set(request.POST.getlist("pick")),
        "one": begun or bool(request.GET.get("customer")),
    }  # fmt: skip
    status = 422 if request.method == "POST" and not begun else 200
    return render(request, "customers/hand_over.html", context, status=status)


def _asked_for(request: HttpRequest) -> list[Customer]:
    rows = customers_kept(viewer(request)).select_related("owner").order_by("pinyin", "pk")
    whose, one_only = (number(request.GET.get(name, "")) for name in ("from", "customer"))
    if "begin" in request.POST:
        return list(rows.filter(pk__in=picked(request)))
    if one_only is not None:
        return list(rows.filter(pk=one_only))
    return [] if whose is None else list(rows.filter(owner=whose)[:SHOWN])


def _ticked(request: HttpRequest) -> list[tuple[Customer, int]]:
    """What is ticked, as number:version, among what one may hand over."""
    pairs = [pair.partition(":") for pair in request.POST.getlist("pick") if ":" in pair]
    said = {
        number(pk): -1 if (n := number(version)) is None else n for pk, _colon, version in pairs
    }
    rows = customers_kept(viewer(request)).in_bulk([pk for pk in said if pk is not None])
    if len(rows) != len(said):
        raise UserError(_("勾选的客户里有的已不归你管。刷新再看"))
    return [(row, said[pk]) for pk, row in rows.items()]


def _owners(request: HttpRequest) -> list[dict[str, Any]]:
    """Those who own customers one may hand over, with how many; also who has left."""
    return owners_of(customers_kept(viewer(request)))
