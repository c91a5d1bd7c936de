"""The furniture as a Django app."""

from django.apps import AppConfig


class FurnitureConfig(AppConfig):
    """Tables: counters, history, what was shown to whom, jobs."""

    name = "assay.furniture"
    label = "furniture"
    default_auto_field = "django.db.models.BigAutoField"
