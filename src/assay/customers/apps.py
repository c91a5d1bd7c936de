"""Customers as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """The room of customers."""

    name = "assay.customers"
    label = "customers"
    verbose_name = _("客户")
    default_auto_field = "django.db.models.BigAutoField"
