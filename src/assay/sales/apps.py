"""Sales as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    """The room of sales."""

    name = "assay.sales"
    label = "sales"
    verbose_name = _("销售")
    default_auto_field = "django.db.models.BigAutoField"
