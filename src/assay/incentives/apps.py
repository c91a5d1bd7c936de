"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from assay.sales.queries.plan import hold_to


class IncentivesConfig(AppConfig):
    """Plans, months, statements, disputes, pay."""

    name = "assay.incentives"
    label = "incentives"
    verbose_name = _("提成")

    def ready(self) -> None:
        """Whatever process this is, it pays by what was published or not at all."""
        hold_to(import_string("assay.incentives.queries.published.as_published"))
