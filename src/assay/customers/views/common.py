"""What the pages of customers share: the row asked for, among those one sees or keeps."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from assay.customers.access import customers_kept, customers_seen
from assay.customers.models import Customer
from assay.customers.queries.people import employee_of
from assay.furniture.links import page_at
from assay.people.access import one, viewer
from assay.people.models import Employee


def page_of(customer: Customer) -> str:
    """The address of a customer's page."""
    return page_at("customers:customer", customer.pk)


def seen(request: HttpRequest, pk: int) -> Customer:
    """A customer this person may read; else 404."""
    return one(customers_seen(viewer(request)), pk=pk)


def kept(request: HttpRequest, pk: int) -> Customer:
    """A customer this person may change; else 404."""
    return one(customers_kept(viewer(request)), pk=pk)


def me(request: HttpRequest) -> Employee:
    """The employee who is signed in."""
    return employee_of(viewer(request))


def decided(request: HttpRequest) -> HttpResponse:
    """Back to where it was decided: the desk where it says so, else the page of what waits."""
    home = request.POST.get("back") == "home"
    return HttpResponseRedirect(reverse("home" if home else "customers:nominations"))
