"""Enquiries: taken, given to a person, answered (scheme 三.4)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.customers import actions
from assay.customers.access import customers_seen, enquiries_kept, enquiries_seen
from assay.customers.forms.dealings import AnswerForm, EnquiryForm, GiveForm
from assay.customers.models import Enquiry
from assay.customers.queries.lookups import by_customer
from assay.customers.queries.people import answerers
from assay.customers.views.common import me
from assay.customers.views.recorded import ENQUIRY
from assay.errors import UserError
from assay.furniture.finding import Way
from assay.furniture.links import page_at
from assay.furniture.lists import Action, Column, ListPage
from assay.furniture.narrowing import one_of
from assay.furniture.pages import form_page
from assay.furniture.reveals import REASONS, reveal
from assay.people.access import one, viewer
from assay.people.gate import needs


def _page(row: Enquiry) -> str:
    return page_at("customers:enquiry", row.pk)


ENQUIRIES = ListPage(
    title=gettext_lazy("询问"),
    intro=gettext_lazy("有人问就记下，派给一个人答复。"),
    columns=[
        Column(
            gettext_lazy("问什么"), lambda row: row.text[:60], link=_page,
            under=(gettext_lazy("询问人"), lambda row: row.asker), exported=lambda row: row.text,
        ),
        Column(
            gettext_lazy("时间"), lambda row: f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}", "note",
            sort="at",
        ),
        Column(gettext_lazy("编号"), lambda row: row.number, "note", sort="number"),
        Column(gettext_lazy("渠道"), lambda row: row.get_channel_display(), sort="channel"),
        Column(gettext_lazy("客户"), lambda row: row.customer.name if row.customer else "", sort="customer__pinyin"),
        Column(gettext_lazy("由谁答复"), lambda row: row.employee.name if row.employee else _("未派"),
               sort="employee__pinyin"),
        Column(gettext_lazy("状态"), lambda row: row.get_state_display(), sort="state"),
    ],
    order="-at",
    search=[
        Way(number="number", prefix="XW"), Way(within="asker"), Way(within="text"),
        *by_customer("customer"),
    ],
    search_hint=gettext_lazy("编号、询问人、客户、内容"),
    filters=[
        one_of("state", gettext_lazy("全部状态"), lambda: Enquiry.STATES),
        one_of("channel", gettext_lazy("全部渠道"), lambda: Enquiry.CHANNELS),
    ],
    empty=gettext_lazy("还没有询问"),
    export_name="enquiries",
)  # fmt: skip


def _seen(request: HttpRequest) -> QuerySet[Enquiry]:
    return enquiries_seen(viewer(request))


@needs("enquiries.see")
def enquiries(request: HttpRequest) -> HttpResponse:
    """The list."""
    buttons = [Action(_("记一条询问"), reverse("customers:take_enquiry"), main=True)]
    may = viewer(request).may("customers.export")
    return ENQUIRIES.answer(request, _seen(request), buttons, may_export=may)


@needs("enquiries.see")
def take_enquiry(request: HttpRequest) -> HttpResponse:
    """Somebody asks."""
    who = viewer(request)
    form = EnquiryForm(answerers(who), request.POST or None, initial={"channel": "phone"})

    def act(said: dict[str, Any]) -> Enquiry:
        code = said.pop("code").strip()
        customer = customers_seen(who).filter(code=code).first() if code else None
        if code and customer is None:
            raise UserError(_("没有编号为 %(code)s 的客户") % {"code": code})
        if customer is None and said["employee"] is None and who.role in ("salesperson", "clerk"):
            said["employee"] = me(request)
        return actions.take_enquiry(customer=customer, **said)

    return form_page(
        request, form, title=_("记一条询问"), act=act, done=_page, said=_("询问已记"),
        extra={"back": reverse("customers:enquiries")},
    )  # fmt: skip


@needs("enquiries.see")
def enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """One enquiry, and its answer; who reads it of former days does not write it."""
    who = viewer(request)
    row = one((enquiries_kept if request.method == "POST" else enquiries_seen)(who), pk=pk)
    mine = enquiries_kept(who).filter(pk=pk).exists()
    return form_page(
        request, AnswerForm(request.POST or None), title=row.number,
        act=lambda said: actions.answer_enquiry(row, **said), done=lambda made: _page(row),
        said=_("已答复"), button=_("答复"), template="customers/enquiry.html",
        extra={
            "row": row, "back": reverse("customers:enquiries"), "story": ENQUIRY.story(who, row),
            "reasons": REASONS, "may_reveal": who.may("customers.reveal"),
            "may_answer": mine, "may_give": mine and who.may("customers.lead"),
        },
    )  # fmt: skip


@needs("customers.lead")
def enquiry_give(request: HttpRequest, pk: int) -> HttpResponse:
    """Have somebody answer it."""
    row = one(enquiries_kept(viewer(request)), pk=pk)
    form = GiveForm(answerers(viewer(request)), request.POST or None)
    return form_page(
        request, form, title=_("派给谁：%(number)s") % {"number": row.number},
        act=lambda said: actions.give_enquiry(row, **said), done=lambda made: _page(row),
        said=_("已派"), extra={"back": _page(row)},
    )  # fmt: skip


@needs("enquiries.see")
def enquiry_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The phone of who asked, noted."""
    return reveal(request, one(_seen(request), pk=pk), "phone", ("phone",))
