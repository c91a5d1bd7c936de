"""Agents' prospects, market notes, campaigns."""

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
from assay.customers.access import customers_seen, prospects_seen
from assay.customers.forms import partners as forms
from assay.customers.models import Campaign, MarketNote, Prospect
from assay.customers.queries.boards import followed
from assay.customers.queries.days import rules
from assay.customers.queries.people import sellers
from assay.customers.queries.prospects import verdict
from assay.customers.views.common import me
from assay.customers.views.recorded import CAMPAIGN, NOTE, PROSPECT
from assay.errors import UserError
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, ListPage
from assay.furniture.narrowing import of_month, one_of, one_row
from assay.furniture.pages import form_page
from assay.people.access import agents_seen, one, viewer
from assay.people.gate import needs


def _page(row: Prospect) -> str:
    return page_at("customers:prospect", row.pk)


PROSPECTS = ListPage(
    title=gettext_lazy("报备"),
    columns=[
        Column(
            gettext_lazy("单位名称"), lambda row: row.name, link=_page,
            under=(gettext_lazy("编号"), lambda row: row.number), sort="name",
        ),
        Column(gettext_lazy("代理商"), lambda row: row.agent.name, sort="agent__pinyin"),
        Column(gettext_lazy("状态"), lambda row: row.get_state_display(), sort="state"),
        Column(gettext_lazy("报备日期"), lambda row: row.day, "day", sort="day"),
        Column(gettext_lazy("保护至"), lambda row: row.protected_until, "day", sort="protected_until"),
        Column(gettext_lazy("答复"), lambda row: row.answer, sort="answer"),
    ],
    order="-day",
    search=[Way("prospect"), Way(number="number", prefix="BB"), Way("agent", "agent")],
    search_hint=gettext_lazy("单位、拼音、编号、代理商"),
    filters=[
        one_of("state", gettext_lazy("全部状态"), lambda: Prospect.STATES),
    ],
    empty=gettext_lazy("还没有报备"),
    export_name="prospects",
)  # fmt: skip


@needs("prospects.see")
def prospects(request: HttpRequest) -> HttpResponse:
    """An agent's own, or all of them for those who decide."""
    who = viewer(request)
    buttons = []
    if who.may("prospects.own"):
        buttons.append(Action(_("报备一家单位"), reverse("customers:register"), main=True))
    page = PROSPECTS
    if who.may("prospects.decide"):
        agents = agents_seen(who).order_by("pinyin")
        page = page.narrowed_by(one_row("agent", gettext_lazy("全部代理商"), agents, "name"))
    return page.answer(request, prospects_seen(who), buttons)


@needs("prospects.own")
def register(request: HttpRequest) -> HttpResponse:
    """An agent registers a company; the answer comes while it is typed."""
    agent = one(agents_seen(viewer(request)))
    intro = _("填名称就知道能不能报备。报上后保护 %(days)s 天。") % {
        "days": rules().prospect_protection
    }
    return form_page(
        request, forms.ProspectForm(request.POST or None), title=_("报备一家单位"), intro=intro,
        act=lambda said: actions.register_prospect(agent, **said), done=_page,
        said=_("报备成功，在保护期内"), button=_("报备"), template="customers/register.html",
        extra={"back": reverse("customers:prospects")},
    )  # fmt: skip


@needs("prospects.own")
def find_verdict(request: HttpRequest) -> HttpResponse:
    """The part of the page that says at once whether a company is free."""
    agent = one(agents_seen(viewer(request)))
    name = request.GET.get("name", "")[:120]
    found = verdict(
        agent, name, request.GET.get("tax_number", "")[:20], request.GET.get("phone", "")[:20],
        timezone.localdate(),
    ) if name.strip() else None  # fmt: skip
    return render(request, "customers/verdict.html", {"verdict": found})


@needs("prospects.see")
def prospect(request: HttpRequest, pk: int) -> HttpResponse:
    """One registration."""
    who = viewer(request)
    row = one(prospects_seen(who), pk=pk)
    return render(
        request, "customers/prospect.html",
        {
            "row": row, "own": who.role == "agent", "today": timezone.localdate(),
            "may_decide": who.may("prospects.decide"), "story": PROSPECT.story(who, row),
        },
    )  # fmt: skip


@needs("prospects.own")
@require_POST
def prospect_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it up."""
    row = one(prospects_seen(viewer(request)), pk=pk)
    try:
        actions.withdraw_prospect(row)
        messages.success(request, _("报备已撤回"))
    except UserError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(_page(row))


@needs("prospects.decide")
def prospect_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """A customer of ours from now on, or turned down."""
    who = viewer(request)
    row = one(prospects_seen(who), pk=pk)

    def act(said: dict[str, Any]) -> Prospect:
        if said["verdict"] == "refuse":
            return actions.refuse_prospect(row, answer=said["answer"])
        return actions.convert_prospect(
            row, owner=said["owner"], answer=said["answer"], anyway=said["anyway"]
        )

    return form_page(
        request, forms.ProspectDecisionForm(sellers(who), request.POST or None),
        title=_("决定：%(name)s") % {"name": row.name}, act=act, done=_page, said=_("已记下决定"),
        extra={"back": _page(row)},
    )  # fmt: skip


MARKET = ListPage(
    title=gettext_lazy("市场信息"),
    intro=gettext_lazy("市场、竞争对手、产品和政策，附建议。"),
    columns=[
        Column(
            gettext_lazy("情况"), lambda row: row.text, link=NOTE.address,
            under=(gettext_lazy("建议"), lambda row: row.proposal), sort="text",
        ),
        Column(gettext_lazy("日期"), lambda row: row.day, "day", sort="day"),
        Column(gettext_lazy("类型"), lambda row: row.get_kind_display(), sort="kind"),
        Column(gettext_lazy("竞争对手"), lambda row: row.rival, sort="rival"),
        Column(gettext_lazy("报告人"), lambda row: row.employee.name, sort="employee__pinyin"),
    ],
    order="-day",
    search=[
        Way(within="text"), Way(within="proposal"), Way(within="rival"), Way("employee", "employee"),
    ],
    search_hint=gettext_lazy("内容、竞争对手、报告人"),
    filters=[
        one_of("kind", gettext_lazy("全部类型"), lambda: MarketNote.KINDS), of_month(),
    ],
    empty=gettext_lazy("还没有市场信息"),
    export_name="market",
)  # fmt: skip


@needs("market.see")
def market(request: HttpRequest) -> HttpResponse:
    """What was learnt: shared by all who sell."""
    buttons = [Action(_("报一条"), reverse("customers:add_note"), main=True)]
    return MARKET.answer(request, MarketNote.objects.select_related("employee"), buttons)


@needs("market.see")
def add_note(request: HttpRequest) -> HttpResponse:
    """Report something."""
    return form_page(
        request, forms.NoteForm(request.POST or None), title=_("报一条市场信息"),
        act=lambda said: actions.note_market(by=me(request), **said),
        done=reverse("customers:market"), said=_("已报"), extra={"back": reverse("customers:market")},
    )  # fmt: skip


CAMPAIGNS = ListPage(
    title=gettext_lazy("活动"),
    columns=[
        Column(
            gettext_lazy("营销活动"), lambda row: row.name,
            link=lambda row: page_at("customers:campaign", row.pk),
            under=(gettext_lazy("推广的产品"), lambda row: row.products), sort="name",
        ),
        Column(gettext_lazy("开始日期"), lambda row: row.start, "day", sort="start"),
        Column(gettext_lazy("结束日期"), lambda row: row.stop, "day", sort="stop"),
        Column(gettext_lazy("预算"), lambda row: row.budget, "money", sort="budget"),
        Column(gettext_lazy("实际费用"), lambda row: row.cost, "money", sort="cost"),
    ],
    order="-start",
    search=[Way(within="name"), Way(within="products")],
    search_hint=gettext_lazy("活动、产品"),
    empty=gettext_lazy("还没有活动"),
    export_name="campaigns",
)  # fmt: skip


@needs("market.see")
def campaigns(request: HttpRequest) -> HttpResponse:
    """Campaigns, newest first."""
    buttons = []
    if viewer(request).may("customers.lead"):
        buttons.append(Action(_("新活动"), reverse("customers:add_campaign"), main=True))
    return CAMPAIGNS.answer(request, Campaign.objects.all(), buttons)


def _campaign_page(row: Campaign) -> str:
    return page_at("customers:campaign", row.pk)


@needs("market.see")
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """One campaign: who was asked, who came, what followed; guests are added here."""
    who = viewer(request)
    row = one(Campaign.objects.all(), pk=pk)
    mine = customers_seen(who)

    def act(said: dict[str, Any]) -> Any:
        customer = mine.filter(code=said["code"].strip()).first()
        if customer is None:
            raise UserError(_("没有编号为 %(code)s 的客户") % {"code": said["code"]})
        return actions.invite(row, customer, came=said["came"])

    guests = (
        row.guests.filter(customer__in=mine).select_related("customer").order_by("customer__pinyin")
    )
    return form_page(
        request, forms.InviteForm(request.POST or None), title=row.name, act=act,
        done=lambda made: _campaign_page(row), said=_("名单已更新"), button=_("记入名单"),
        template="customers/campaign.html",
        extra={
            "row": row, "guests": guests, "followed": followed(row, mine),
            "may_change": who.may("customers.lead"), "story": CAMPAIGN.story(who, row),
        },
    )  # fmt: skip


@needs("customers.lead")
def add_campaign(request: HttpRequest) -> HttpResponse:
    """Plan one."""
    return form_page(
        request, forms.CampaignForm(request.POST or None), title=_("新活动"),
        act=lambda said: actions.set_campaign(None, **said), done=_campaign_page, said=_("活动已建"),
        extra={"back": reverse("customers:campaigns")},
    )  # fmt: skip


@needs("customers.lead")
def campaign_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct it, or write the cost down."""
    row = one(Campaign.objects.all(), pk=pk)
    names = ("name", "products", "start", "stop", "budget", "cost", "follow_days")
    form = forms.CampaignForm(request.POST or None, initial={n: getattr(row, n) for n in names})
    return form_page(
        request, form, title=row.name, act=lambda said: actions.set_campaign(row, **said),
        done=_campaign_page, said=_("已保存"), extra={"back": _campaign_page(row)},
    )  # fmt: skip
