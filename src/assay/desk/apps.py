"""The desk as a Django app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Templates, styles, first pages, notices."""

    name = "assay.desk"
    label = "desk"
