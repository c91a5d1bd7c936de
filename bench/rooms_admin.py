"""The peer of `bench rooms`: the same lists in a stock Django admin over the same database.

As its manual has it: list_display, list_select_related, search_fields, list_filter; 50 rows a page. Nobody signs
in, so that its own sessions and rights cost nothing. Settings and WSGI entry in one module.
"""

from __future__ import annotations

import os

from assay.site.boot import prepare

prepare()
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.rooms_admin_settings"

from django.contrib import admin  # noqa: E402 (Django reads its settings first)
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.urls import path  # noqa: E402

application = get_wsgi_application()

from assay.customers.models import Customer  # noqa: E402
from assay.people.models import Employee  # noqa: E402
from assay.sales.models import Order, Receipt  # noqa: E402


class Site(admin.AdminSite):
    """Open to everybody who reaches the loopback address."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Yes."""
        return True


class Open(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list anybody may read."""

    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Yes."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Yes."""
        return True

    has_add_permission = has_change_permission = has_delete_permission = (
        lambda self, request, obj=None: False
    )


class Customers(Open):
    """The columns of the list of customers, without what was paid in twelve months."""

    list_display = (
        "name", "code", "tier", "owner", "industry", "last_paid", "last_met", "opened",
    )  # fmt: skip
    list_select_related = ("owner", "group", "shop")
    list_filter = ("tier", "source")
    search_fields = ("name", "code", "tax_number", "pinyin", "contacts__name")
    ordering = ("pinyin",)


class Orders(Open):
    """The columns of the list of orders."""

    list_display = (
        "number", "day", "customer", "seller", "channel", "list_amount", "net_amount", "status",
    )  # fmt: skip
    list_select_related = ("customer", "seller")
    list_filter = ("status", "channel")
    search_fields = ("number", "quote_number", "customer__name", "customer__pinyin")
    ordering = ("-day",)


class Receipts(Open):
    """The columns of the list of collections."""

    list_display = ("number", "day", "payer", "amount", "matched", "method", "reference")
    search_fields = ("number", "payer", "reference")
    ordering = ("-day",)


class Staff(Open):
    """The columns of the list of employees."""

    list_display = ("name", "number", "start", "stop")
    search_fields = ("name", "number", "pinyin")
    ordering = ("pinyin",)


SITE = Site()
SITE.register(Customer, Customers)
SITE.register(Order, Orders)
SITE.register(Receipt, Receipts)
SITE.register(Employee, Staff)
urlpatterns = [path("admin/", SITE.urls)]
