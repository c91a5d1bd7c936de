"""words: lists what has no English yet and writes it, empty, into the room's catalogue."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from assay.site.words import CATALOG, add_missing, rooms


class Command(BaseCommand):
    """For those who write pages."""

    help = "texts without English"
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own shape)

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a text."""
        for room in rooms():
            for word in add_missing(room):
                self.stdout.write(f"src/assay/{room}/{CATALOG}: {word}")
