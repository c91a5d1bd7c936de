"""prepare_demo: the database of ./assay demo, made once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from assay.furniture.finding import complete
from assay.people.queries import company
from assay.site.demo.fill import fill


class Command(BaseCommand):
    """Migrate, and fill an empty database with the sample department."""

    help = "make the demo's database"
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own shape)

    def add_arguments(self, parser: CommandParser) -> None:
        """The plan it pays by."""
        parser.add_argument("--plan", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        settings.PLANS.mkdir(exist_ok=True)
        shutil.copyfile(options["plan"], settings.PLANS / options["plan"].name)
        call_command("migrate", verbosity=0)
        if company() is None:
            fill()
        else:
            complete()
