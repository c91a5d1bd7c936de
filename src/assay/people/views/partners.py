"""Agents and shops: lists, details, agreements signed and ended, shops opened and closed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, Filter, ListPage
from assay.furniture.narrowing import one_of
from assay.furniture.pages import form_page
from assay.furniture.reader import series
from assay.furniture.reveals import REASONS, reveal
from assay.people import actions, queries
from assay.people.access import agents_seen, one, shops_seen, viewer
from assay.people.forms import partners as forms
from assay.people.gate import needs
from assay.people.models import Agent, Shop
from assay.people.views.recorded import AGENT, SHOP


def _agent_page(row: Agent) -> str:
    return page_at("people:agent", row.pk)


def _shop_page(row: Shop) -> str:
    return page_at("people:shop", row.pk)


_STATE = Filter(
    "state", gettext_lazy("全部"),
    lambda: [("here", gettext_lazy("有效")), ("gone", gettext_lazy("已结束"))], queries.in_state,
)  # fmt: skip

AGENTS = ListPage(
    title=gettext_lazy("代理商"),
    columns=[
        Column(gettext_lazy("名称"), lambda row: row.name, sort="pinyin", link=_agent_page),
        Column(gettext_lazy("编号"), lambda row: row.code, "note", sort="code"),
        Column(gettext_lazy("类型"), lambda row: row.get_kind_display(), sort="kind"),
        Column(gettext_lazy("协议编号"), lambda row: row.agreement, "note", sort="agreement"),
        Column(gettext_lazy("付款方式"), lambda row: row.get_pay_by_display(), sort="pay_by"),
        Column(gettext_lazy("协议开始"), lambda row: row.start, "day", sort="start"),
        Column(gettext_lazy("有效"), queries.standing, "note"),
    ],
    order="pinyin",
    search=[Way("agent")],
    search_hint=gettext_lazy("名称、拼音、编号、协议"),
    filters=[_STATE, one_of("kind", gettext_lazy("全部类型"), lambda: Agent.KINDS)],
    empty=gettext_lazy("还没有代理商"),
    export_name="agents",
)  # fmt: skip

SHOPS = ListPage(
    title=gettext_lazy("银楼"),
    columns=[
        Column(gettext_lazy("银楼"), lambda row: row.name, sort="pinyin", link=_shop_page),
        Column(gettext_lazy("编号"), lambda row: row.code, "note", sort="code"),
        Column(gettext_lazy("店员"), lambda row: series(p.employee.name for p in row.now)),
        Column(gettext_lazy("地址"), lambda row: row.address, sort="address"),
        Column(gettext_lazy("电话"), lambda row: row.phone, "note", sort="phone"),
        Column(gettext_lazy("开业日期"), lambda row: row.start, "day", sort="start"),
        Column(gettext_lazy("营业"), queries.standing, "note"),
    ],
    order="pinyin",
    search=[Way("shop"), Way(within="address")],
    search_hint=gettext_lazy("银楼、拼音、编号、地址"),
    filters=[_STATE],
    empty=gettext_lazy("还没有银楼"),
    export_name="shops",
)


@needs("agents.see")
def agents(request: HttpRequest) -> HttpResponse:
    """The list."""
    who = viewer(request)
    buttons = []
    if who.may("agents.change"):
        buttons.append(Action(_("签代理商"), reverse("people:sign_agent"), main=True))
    return AGENTS.answer(request, agents_seen(who), buttons, may_export=who.may("people.export"))


@needs("agents.see")
def agent(request: HttpRequest, pk: int) -> HttpResponse:
    """One agent."""
    who = viewer(request)
    row = one(agents_seen(who), pk=pk)
    context: dict[str, Any] = {
        "row": row, "may_change": who.may("agents.change"), "may_reveal": who.may("people.reveal"),
        "story": AGENT.story(who, row), "reasons": REASONS, "standing": queries.standing(row),
    }  # fmt: skip
    return render(request, "people/agent.html", context)


@needs("people.reveal")
def reveal_agent(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A sealed text of an agent, noted."""
    row = one(agents_seen(viewer(request)), pk=pk)
    return reveal(request, row, name, ("phone", "id_number", "account"))


@needs("agents.change")
def sign_agent(request: HttpRequest) -> HttpResponse:
    """A new agreement."""
    return form_page(
        request, forms.AgentForm(request.POST or None), title=_("签代理商"),
        intro=_("代理商不能是本公司或客户的员工；佣金只能转账，如实入账。"),
        act=lambda said: actions.sign_agent(**said), done=_agent_page, said=_("协议已记"),
        extra={"back": reverse("people:agents")},
    )  # fmt: skip


@needs("agents.change")
def change_agent(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what stands, or end the agreement."""
    row = one(agents_seen(viewer(request)), pk=pk)
    form = forms.AgentChangeForm(request.POST or None, initial=forms.agent_now(row))
    return form_page(
        request, form, title=_("改资料：%(name)s") % {"name": row.name},
        act=lambda said: actions.change_agent(row, **said), done=_agent_page, said=_("已保存"),
        extra={"back": _agent_page(row)},
    )  # fmt: skip


@needs("shops.see")
def shops(request: HttpRequest) -> HttpResponse:
    """The list."""
    who = viewer(request)
    buttons = []
    if who.may("shops.change"):
        buttons.append(Action(_("开银楼"), reverse("people:open_shop"), main=True))
    rows = queries.with_clerks(shops_seen(who))
    return SHOPS.answer(request, rows, buttons, may_export=who.may("people.export"))


@needs("shops.see")
def shop(request: HttpRequest, pk: int) -> HttpResponse:
    """One shop, with its clerks over time."""
    who = viewer(request)
    row = one(shops_seen(who), pk=pk)
    context = {
        "row": row, "may_change": who.may("shops.change"), "today": timezone.localdate(),
        "clerks": queries.clerks_of(row), "story": SHOP.story(who, row),
    }  # fmt: skip
    return render(request, "people/shop.html", context)


@needs("shops.change")
def open_shop(request: HttpRequest) -> HttpResponse:
    """A new shop."""
    return form_page(
        request, forms.ShopForm(request.POST or None), title=_("开银楼"),
        act=lambda said: actions.open_shop(**said), done=_shop_page, said=_("已保存"),
        extra={"back": reverse("people:shops")},
    )  # fmt: skip


@needs("shops.change")
def change_shop(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, address, phone, last day."""
    row = one(shops_seen(viewer(request)), pk=pk)
    form = forms.ShopChangeForm(request.POST or None, initial=forms.shop_now(row))
    return form_page(
        request, form, title=_("改资料：%(name)s") % {"name": row.name},
        act=lambda said: actions.change_shop(row, **said), done=_shop_page, said=_("已保存"),
        extra={"back": _shop_page(row)},
    )  # fmt: skip
