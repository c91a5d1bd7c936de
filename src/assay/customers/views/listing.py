"""The list of customers, and opening a new one with twins shown while it is typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.customers import actions
from assay.customers.access import customers_seen, groups_seen
from assay.customers.forms.archive import OpenForm
from assay.customers.models import SOURCES, TIERS, Customer
from assay.customers.queries.days import rules
from assay.customers.queries.figures import silent, with_paid
from assay.customers.queries.lookups import by_customer, twins
from assay.customers.queries.people import employee_of, sellers
from assay.customers.views.common import page_of
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, Filter, ListPage
from assay.furniture.narrowing import one_of
from assay.furniture.numbers import number
from assay.furniture.pages import form_page
from assay.people.access import Viewer, viewer
from assay.people.gate import needs
from assay.people.views.narrowing import by_seller

STANDINGS = [
    ("fresh", gettext_lazy("有往来")), ("warned", gettext_lazy("流失预警")), ("lost", gettext_lazy("已流失")),
]  # fmt: skip


def _by_silence(rows: Any, state: str) -> Any:
    if state not in dict(STANDINGS):
        return rows
    return rows.filter(silent(state, timezone.localdate(), rules()))


def _whose(row: Any) -> str:
    if row.owner is not None:
        return str(row.owner.name)
    return str(row.shop) if row.shop else _("公海")


COLUMNS = [
    Column(
        gettext_lazy("客户"), lambda row: row.name, sort="pinyin", link=page_of,
        under=(gettext_lazy("集团"), lambda row: row.group.name if row.group else ""),
    ),
    Column(gettext_lazy("编号"), lambda row: row.code, "note", sort="code"),
    Column(gettext_lazy("级别"), lambda row: row.get_tier_display(), sort="tier"),
    Column(gettext_lazy("负责人"), _whose, sort="owner__pinyin"),
    Column(gettext_lazy("行业"), lambda row: row.industry, sort="industry"),
    Column(gettext_lazy("近 12 个月实收"), lambda row: row.paid, "money", sort="paid"),
    Column(gettext_lazy("上次成交"), lambda row: row.last_paid, "day", sort="quiet_since"),
    Column(gettext_lazy("上次联系"), lambda row: row.last_met, "day", sort="last_met"),
    Column(gettext_lazy("建档"), lambda row: row.opened, "day", sort="opened"),
    Column(gettext_lazy("集团"), lambda row: row.group.name if row.group else "", spare=True, sort="group__name"),
    Column(gettext_lazy("城市"), lambda row: row.city, spare=True, sort="city"),
    Column(gettext_lazy("来源"), lambda row: row.get_source_display(), spare=True, sort="source"),
    Column(gettext_lazy("税号"), lambda row: row.tax_number, "note", spare=True, sort="tax_number"),
    Column(gettext_lazy("归属保护至"), lambda row: row.protected_until, "day", spare=True, sort="protected_until"),
]  # fmt: skip
LOG = Column(
    "",
    lambda row: _("记一笔"),
    link=lambda row: page_at("customers:log", row.pk),
    export=False,
)
CUSTOMERS = ListPage(
    title=gettext_lazy("客户"),
    columns=[*COLUMNS, LOG],
    order="pinyin",
    search=by_customer(),
    search_hint=gettext_lazy("名称、拼音、首字母、编号、税号、电话"),
    filters=[
        one_of("tier", gettext_lazy("全部级别"), lambda: TIERS),
        Filter("standing", gettext_lazy("有无往来"), lambda: STANDINGS, _by_silence),
        one_of("source", gettext_lazy("全部来源"), lambda: SOURCES),
    ],
    empty=gettext_lazy("还没有客户"),
    export_name="customers",
)  # fmt: skip


GROUPS_OFFERED = 200


def _by_group(who: Viewer, chosen: str) -> Filter:
    """The first groups of which this person sees a customer, and the one that was chosen."""

    def options() -> list[tuple[str, str]]:
        seen = groups_seen(who)
        told = {str(pk): name for pk, name in seen.values_list("pk", "name")[:GROUPS_OFFERED]}
        if chosen not in told and (group := number(chosen)) is not None:
            told |= {str(pk): name for pk, name in seen.filter(pk=group).values_list("pk", "name")}
        return list(told.items())

    def narrow(rows: Any, said: str) -> Any:
        group = number(said)
        return rows if group is None else rows.filter(group=group)

    return Filter("group", gettext_lazy("全部集团"), options, narrow)


@needs("customers.see")
def customers(request: HttpRequest) -> HttpResponse:
    """The list, narrowed to what is theirs."""
    who = viewer(request)
    rows = with_paid(customers_seen(who), timezone.localdate()).select_related(
        "group", "owner", "shop"
    )
    buttons = []
    if who.may("groups.see"):
        buttons.append(Action(_("集团"), reverse("sales:groups")))
    if who.may("customers.import"):
        buttons.append(Action(_("导入客户"), reverse("customers:import_customers")))
        buttons.append(Action(_("导入联系人"), reverse("customers:import_contacts")))
    if who.may("customers.open"):
        buttons.append(Action(_("新建客户"), reverse("customers:open"), main=True))
    several = []
    if who.may("customers.lead"):
        several.append(Action(_("移交"), reverse("customers:hand_over")))
    if who.may("customers.churn"):
        several.append(Action(_("列入今年目标名单"), reverse("customers:aim_at_several")))
    page = CUSTOMERS if who.may("customers.change") else CUSTOMERS.without(LOG)
    page = page.narrowed_by(
        *by_seller(who, "owner", gettext_lazy("全部负责人")),
        _by_group(who, request.GET.get("group", "")),
    )
    return page.answer(
        request, rows, buttons, may_export=who.may("customers.export"), batch=several
    )


@needs("customers.open")
def open_customer(request: HttpRequest) -> HttpResponse:
    """A new customer; twins by name, tax number and phone are looked for first."""
    who = viewer(request)
    owners = sellers(who) if who.may("customers.lead") else None
    start = {"source": "own", "owner": who.employee_id if who.role == "manager" else None}
    form = OpenForm(owners, request.POST or None, initial=start, role=who.role)

    def act(said: dict[str, Any]) -> Customer:
        contact = {name: said.pop(f"contact_{name}") for name in ("name", "title", "part", "phone")}
        if who.role == "clerk":
            said |= {"shop_id": min(who.shop_ids), "source": "store"}
        elif who.role == "salesperson":
            said["owner"] = employee_of(who)
        return actions.open_customer(contact=contact if contact["name"] else None, **said)

    return form_page(
        request, form, title=_("新建客户"), act=act, done=page_of, said=_("客户已建档"),
        intro=_("先查重：名称、税号和电话一边填一边查。"), button=_("建档"),
        template="customers/open.html", extra={"back": reverse("customers:customers")},
    )  # fmt: skip


@needs("customers.open")
def find_twins(request: HttpRequest) -> HttpResponse:
    """The part of the page that shows twins of what is being typed."""
    found = twins(
        request.GET.get("name", "")[:120],
        request.GET.get("tax_number", "")[:20],
        [request.GET.get("contact_phone", "")[:20]],
    )
    typed_some = any(
        request.GET.get(name, "").strip() for name in ("name", "tax_number", "contact_phone")
    )
    mine = set(customers_seen(viewer(request)).filter(
        pk__in=[twin.customer.pk for twin in found]
    ).values_list("pk", flat=True))  # fmt: skip
    return render(
        request, "customers/twins.html", {"twins": found, "typed": typed_some, "mine": mine}
    )
