"""Merging: two archives side by side, each differing value chosen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from assay.customers import actions
from assay.customers.access import customers_kept
from assay.customers.actions.merging import CHOSEN
from assay.customers.forms.standing import MergeForm, MergeWithForm
from assay.customers.models import Customer
from assay.customers.queries.lookups import twins
from assay.customers.views.common import kept, page_of
from assay.errors import UserError
from assay.people.access import viewer
from assay.people.gate import needs


@needs("customers.lead")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the other one, then every value in which they differ."""
    keep = kept(request, pk)
    code = request.GET.get("code", "").strip()
    rows = customers_kept(viewer(request)).select_related("group", "owner", "agent", "shop")
    gone = rows.filter(code=code).exclude(pk=keep.pk).first() if code else None
    if gone is None:
        if code:
            messages.error(request, _("没有编号为 %(code)s 的另一位客户") % {"code": code})
        return _choose(request, keep)
    form = MergeForm(
        request.POST or None, initial={"keep_version": keep.version, "gone_version": gone.version}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.merge(
                keep, gone, versions=(said["keep_version"], said["gone_version"]),
                choices={name: request.POST.get(f"pick_{name}", "keep") for name in CHOSEN},
                reason=said["reason"],
            )  # fmt: skip
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已合并，%(code)s 以后指向这里") % {"code": gone.code})
            return HttpResponseRedirect(page_of(made))
    context = {
        "form": form, "keep": keep, "gone": gone, "rows": _differing(request, keep, gone),
        "carried": _carried(gone), "back": page_of(keep),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/merge.html", context, status=status)


def _choose(request: HttpRequest, keep: Customer) -> HttpResponse:
    mine = customers_kept(viewer(request))
    alike = twins(keep.name, keep.tax_number, beyond=keep.pk)
    found = [twin for twin in alike if mine.filter(pk=twin.customer.pk).exists()]
    return render(
        request, "customers/merge_choose.html",
        {"keep": keep, "form": MergeWithForm(), "twins": found, "back": page_of(keep)},
    )  # fmt: skip


def _differing(request: HttpRequest, keep: Customer, gone: Customer) -> list[dict[str, Any]]:
    """Fields in which the two differ; where one is empty the other's is proposed."""
    found = []
    for name in CHOSEN:
        mine, theirs = _shown(keep, name), _shown(gone, name)
        if mine != theirs:
            proposed = "gone" if not mine else "keep"
            title = getattr(Customer._meta.get_field(name), "verbose_name", name)
            found.append(
                {
                    "name": name, "title": title, "keep": mine, "gone": theirs,
                    "chosen": request.POST.get(f"pick_{name}", proposed),
                }
            )  # fmt: skip
    return found


def _shown(customer: Customer, name: str) -> str:
    value = getattr(customer, name)
    field = Customer._meta.get_field(name)
    if isinstance(field, models.CharField) and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return "" if value is None else str(value)


def _carried(gone: Customer) -> list[tuple[str, int]]:
    """How much moves along."""
    return [
        (_("联系人"), gone.contacts.count()), (_("往来"), gone.visits.count()),
        (_("需求"), gone.needs.count()), (_("文件"), gone.documents.count()),
        (_("成交"), gone.purchases.values("source").distinct().count()),
    ]  # fmt: skip
