"""Opportunities."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.customers.queries.lookups import by_customer
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, ListPage
from assay.furniture.narrowing import of_month, one_of
from assay.furniture.pages import form_page
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.people.views.narrowing import by_seller
from assay.sales.actions.opportunities import write_opportunity
from assay.sales.forms.other import OpportunityForm
from assay.sales.models import Opportunity
from assay.sales.queries.orders import opportunities_kept, opportunities_seen
from assay.sales.views.recorded import OPPORTUNITY

OPPORTUNITIES = ListPage(
    title=gettext_lazy("商机"),
    columns=[
        Column(
            gettext_lazy("商机"), lambda row: row.title,
            under=(gettext_lazy("客户"), lambda row: row.customer.name),
            link=lambda row: page_at("sales:change_opportunity", row.pk), sort="title",
        ),
        Column(gettext_lazy("业务员"), lambda row: row.seller.name, sort="seller__pinyin"),
        Column(gettext_lazy("阶段"), lambda row: row.get_stage_display(), sort="stage"),
        Column(gettext_lazy("预计金额"), lambda row: row.expected, "money", sort="expected"),
        Column(gettext_lazy("预计成交"), lambda row: row.expected_on, "day", sort="expected_on"),
        Column(gettext_lazy("备注"), lambda row: row.why_lost or row.note, "note"),
    ],
    order="expected_on",
    search=[Way("opportunity"), *by_customer("customer")],
    search_hint=gettext_lazy("商机、客户、拼音"),
    filters=[
        one_of("stage", gettext_lazy("全部阶段"), lambda: Opportunity.STAGES),
        of_month("expected_on"),
    ],
    empty=gettext_lazy("还没有商机"),
    export_name="opportunities",
)  # fmt: skip


@needs("opportunities")
def opportunities(request: HttpRequest) -> HttpResponse:
    """The list."""
    buttons = [Action(_("新商机"), reverse("sales:new_opportunity"), main=True)]
    who = viewer(request)
    page = OPPORTUNITIES.narrowed_by(*by_seller(who))
    return page.answer(request, opportunities_seen(who), buttons)


@needs("opportunities")
def new_opportunity(request: HttpRequest) -> HttpResponse:
    """A new one."""
    who = viewer(request)
    form = OpportunityForm(
        who, request.POST or None,
        initial={"day": timezone.localdate(), "seller": who.employee_id, "stage": "lead"},
    )  # fmt: skip
    return form_page(
        request, form, title=_("新商机"), act=lambda said: write_opportunity(**said),
        done=reverse("sales:opportunities"), said=_("已保存"),
        extra={"back": reverse("sales:opportunities")},
    )  # fmt: skip


@needs("opportunities")
def change_opportunity(request: HttpRequest, pk: int) -> HttpResponse:
    """One changed."""
    who = viewer(request)
    kept = opportunities_kept if request.method == "POST" else opportunities_seen
    row = one(kept(who), pk=pk)
    initial = {name: getattr(row, name) for name in OpportunityForm.field_order}
    form = OpportunityForm(who, request.POST or None, initial=initial)
    return form_page(
        request, form, title=_("商机：%(title)s") % {"title": row.title},
        act=lambda said: write_opportunity(row, **said), done=reverse("sales:opportunities"),
        said=_("已保存"),
        extra={"back": reverse("sales:opportunities"), "story": OPPORTUNITY.story(who, row)},
    )  # fmt: skip
