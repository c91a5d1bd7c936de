"""A customer's page: profile, tax profile, contacts, the whole picture."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from assay.customers import actions
from assay.customers.access import customers_kept, customers_seen
from assay.customers.forms.archive import ChangeForm, ContactChangeForm, ContactForm, TaxForm
from assay.customers.forms.dealings import LogForm
from assay.customers.models import Contact, Customer
from assay.customers.queries.picture import picture
from assay.customers.views.common import kept, page_of, seen
from assay.customers.views.recorded import CUSTOMER
from assay.furniture.pages import form_page
from assay.furniture.reveals import REASONS, reveal
from assay.people.access import one, viewer
from assay.people.gate import needs


@needs("customers.see")
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole picture; an archive merged away leads to the one it stands for."""
    who = viewer(request)
    rows = customers_seen(who).select_related("group", "owner", "agent", "shop", "department")
    row = rows.filter(pk=pk).first()
    if row is None:
        absorbed = get_object_or_404(Customer, pk=pk, merged_into__isnull=False)
        return HttpResponseRedirect(page_of(seen(request, absorbed.merged_into_id or 0)))
    mine = customers_kept(who).filter(pk=pk).exists()
    context: dict[str, Any] = {
        "row": row, "view": picture(row, who), "log": LogForm(), "reasons": REASONS,
        "story": CUSTOMER.story(who, row),
        "may": {
            "change": mine and who.may("customers.change"),
            "tax": (mine or who.role == "finance") and who.may("customers.tax"),
            "reveal": mine and who.may("customers.reveal"),
            "lead": mine and who.may("customers.lead"),
            "nominate": mine and who.may("customers.nominate"),
            "churn": mine and who.may("customers.churn"), "groups": who.may("groups.see"),
        },
    }  # fmt: skip
    return render(request, "customers/customer.html", context)


PROFILE = (
    "name", "short", "industry", "city", "headcount", "address", "source", "agent", "shop", "remark",
    "version",
)  # fmt: skip


@needs("customers.change")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile."""
    row = kept(request, pk)
    start = {name: getattr(row, name) for name in PROFILE}
    start["group"] = row.group.name if row.group else ""
    form = ChangeForm(request.POST or None, initial=start)
    return form_page(
        request, form, title=_("改资料：%(name)s") % {"name": row.name},
        act=lambda said: actions.change_customer(row, **said), done=page_of, said=_("已保存"),
        extra={"back": page_of(row)},
    )  # fmt: skip


@needs("customers.tax")
def tax(request: HttpRequest, pk: int) -> HttpResponse:
    """The tax profile; finance changes that of every customer."""
    who = viewer(request)
    rows = customers_seen(who) if who.role == "finance" else customers_kept(who)
    row = one(rows, pk=pk)
    names = ("tax_title", "tax_number", "tax_bank", "tax_address", "tax_phone", "version")
    start = {name: getattr(row, name) for name in names}
    start["tax_title"] = row.tax_title or row.name
    form = TaxForm(request.POST or None, initial=start)
    return form_page(
        request, form, title=_("开票资料：%(name)s") % {"name": row.name},
        act=lambda said: actions.change_tax(row, **said), done=page_of, said=_("开票资料已保存"),
        extra={"back": page_of(row)},
    )  # fmt: skip


@needs("customers.change")
def add_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """A further contact."""
    row = kept(request, pk)
    return form_page(
        request, ContactForm(request.POST or None), title=_("新联系人：%(name)s") % {"name": row.name},
        act=lambda said: actions.add_contact(row, **said), done=lambda made: page_of(row),
        said=_("联系人已加"), extra={"back": page_of(row)},
    )  # fmt: skip


def _contact(request: HttpRequest, pk: int) -> Contact:
    rows = Contact.objects.filter(customer__in=customers_kept(viewer(request)))
    found: Contact = one(rows.select_related("customer"), pk=pk)
    return found


@needs("customers.change")
def contact_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a contact."""
    row = _contact(request, pk)
    names = ("name", "title", "part", "stance", "email", "remark", "left")
    form = ContactChangeForm(
        request.POST or None, initial={name: getattr(row, name) for name in names}
    )
    return form_page(
        request, form, title=_("联系人：%(name)s") % {"name": row.name},
        act=lambda said: actions.change_contact(row, **said),
        done=lambda made: page_of(row.customer), said=_("已保存"), extra={"back": page_of(row.customer)},
    )  # fmt: skip


@needs("customers.reveal")
def contact_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact's phone, noted."""
    return reveal(request, _contact(request, pk), "phone", ("phone",))


@needs("customers.reveal")
def account_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The account of the tax profile, noted."""
    return reveal(request, kept(request, pk), "tax_account", ("tax_account",))
