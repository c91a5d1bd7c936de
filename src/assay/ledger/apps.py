"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Accounts, entries, postings."""

    name = "assay.ledger"
    label = "ledger"
    verbose_name = _("账簿")
