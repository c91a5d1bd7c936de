"""The desk as a Django app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """No tables: templates, styles, first pages."""

    name = "assay.desk"
    label = "desk"
