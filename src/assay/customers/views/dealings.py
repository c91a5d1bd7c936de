"""Dealings with a customer: the log, needs, satisfaction, documents, services, own days."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assay.customers import actions
from assay.customers.access import customers_kept, customers_seen, days_seen
from assay.customers.forms import dealings as forms
from assay.customers.models import Document, Need, Occasion, Service
from assay.customers.uploads import read_file
from assay.customers.views.common import decided, kept, me, page_of
from assay.errors import UserError
from assay.furniture.exports import file_response
from assay.furniture.pages import form_page
from assay.furniture.seen import note
from assay.people.access import one, viewer
from assay.people.gate import needs


@needs("customers.change")
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """A visit or a call, in two fields; whom and when only where it was not today."""
    row = kept(request, pk)
    form = forms.LogMoreForm(row, request.POST or None, initial={"kind": "visit"})
    return form_page(
        request, form, title=_("记一笔：%(name)s") % {"name": row.name},
        act=lambda said: actions.log_visit(row, by=me(request), **said),
        done=lambda made: page_of(row), said=_("已记下"), button=_("记下"),
        template="customers/log.html", extra={"back": page_of(row)},
    )  # fmt: skip


@needs("customers.change")
def add_need(request: HttpRequest, pk: int) -> HttpResponse:
    """A need; the squares of the white space lead here with year and category."""
    row = kept(request, pk)
    start = {
        "year": request.GET.get("year") or timezone.localdate().year,
        "category": request.GET.get("category"),
    }
    return form_page(
        request, forms.NeedForm(request.POST or None, initial=start),
        title=_("新需求：%(name)s") % {"name": row.name},
        act=lambda said: actions.note_need(row, **said), done=lambda made: page_of(row),
        said=_("需求已记"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("customers.change")
def need_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a need, or note what came of it."""
    rows = Need.objects.select_related("customer").filter(
        customer__in=customers_kept(viewer(request))
    )
    row = one(rows, pk=pk)
    start = {name: getattr(row, name) for name in ("year", "category", "text", "amount", "state")}
    return form_page(
        request, forms.NeedChangeForm(request.POST or None, initial=start), title=_("需求"),
        act=lambda said: actions.change_need(row, **said), done=lambda made: page_of(row.customer),
        said=_("已保存"), extra={"back": page_of(row.customer)},
    )  # fmt: skip


@needs("customers.change")
def satisfaction(request: HttpRequest, pk: int) -> HttpResponse:
    """How satisfied they said to be."""
    row = kept(request, pk)
    return form_page(
        request, forms.SatisfactionForm(request.POST or None),
        title=_("满意度：%(name)s") % {"name": row.name},
        act=lambda said: actions.note_satisfaction(row, by=me(request), **said),
        done=lambda made: page_of(row), said=_("满意度已记"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("customers.change")
def add_document(request: HttpRequest, pk: int) -> HttpResponse:
    """A file."""
    row = kept(request, pk)
    form = forms.DocumentForm(request.POST or None, request.FILES or None)
    return form_page(
        request, form, title=_("上传文件：%(name)s") % {"name": row.name},
        act=lambda said: actions.keep_document(row, **said), done=lambda made: page_of(row),
        said=_("文件已存"), button=_("上传"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("customers.see")
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself, to keep, noted; never shown inside a page."""
    who = viewer(request)
    rows = Document.objects.select_related("customer").filter(
        customer__in=customers_seen(who), gone=False
    )
    row = one(rows, pk=pk)
    row = one(rows.filter(days_seen(who, row.customer)), pk=pk)
    try:
        body = read_file(row.path, row.digest)
    except UserError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(page_of(row.customer))
    note(request, "file", f"{row.customer.name} · {row.name}", row=row)
    return file_response(row.name, body, row.content_type)


@needs("customers.change")
@require_POST
def document_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Off the page."""
    rows = Document.objects.select_related("customer").filter(
        customer__in=customers_kept(viewer(request)), gone=False
    )
    row = one(rows, pk=pk)
    actions.withdraw_document(row)
    messages.success(request, _("文件已撤下"))
    return HttpResponseRedirect(page_of(row.customer))


@needs("customers.nominate")
def add_service(request: HttpRequest, pk: int) -> HttpResponse:
    """A special service, to be approved."""
    row = kept(request, pk)
    return form_page(
        request, forms.ServiceForm(request.POST or None),
        title=_("特色服务：%(name)s") % {"name": row.name}, intro=_("经理同意后计入考核的创新项。"),
        act=lambda said: actions.add_service(row, by=me(request), **said),
        done=lambda made: page_of(row), said=_("已报经理审批"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("customers.lead")
@require_POST
def service_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a special service or turn it down."""
    rows = Service.objects.filter(customer__in=customers_kept(viewer(request)))
    row = one(rows, pk=pk)
    try:
        actions.decide_service(row, by=me(request), agreed=request.POST.get("agreed") == "1")
        messages.success(request, _("已记下决定"))
    except UserError as error:
        messages.error(request, str(error))
    return decided(request)


@needs("customers.change")
def add_occasion(request: HttpRequest, pk: int) -> HttpResponse:
    """An own day of the year."""
    row = kept(request, pk)

    def act(said: dict[str, Any]) -> Occasion:
        return actions.add_occasion(row, **said)

    return form_page(
        request, forms.OccasionForm(request.POST or None),
        title=_("纪念日：%(name)s") % {"name": row.name}, act=act, done=lambda made: page_of(row),
        said=_("纪念日已记"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("customers.change")
@require_POST
def occasion_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Off the customer's calendar."""
    rows = Occasion.objects.select_related("customer").filter(
        customer__in=customers_kept(viewer(request))
    )
    row = one(rows, pk=pk)
    actions.drop_occasion(row)
    return HttpResponseRedirect(page_of(row.customer))
