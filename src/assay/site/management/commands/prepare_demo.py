"""prepare_demo: the database of ./assay demo, made once."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from assay.people.queries import company
from assay.site.demo.fill import fill


class Command(BaseCommand):
    """Migrate, and fill an empty database with the sample department."""

    help = "make the demo's database"
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own shape)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        call_command("migrate", verbosity=0)
        if company() is None:
            fill()
