"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncentivesConfig(AppConfig):
    """Plans, months, statements, disputes, pay."""

    name = "assay.incentives"
    label = "incentives"
    verbose_name = _("提成")
