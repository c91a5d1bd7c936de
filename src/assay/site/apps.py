"""The site as a Django app: it carries the house's own commands."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """No tables."""

    name = "assay.site"
    label = "house"
