"""index_clues: writes anew by what customers, people, agents, shops and goods are found."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from assay.furniture.finding import rebuild


class Command(BaseCommand):
    """Safe at any time: one transaction; records keep their clues themselves when they are saved."""

    help = "write the clues of all records anew"
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own shape)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how many records there are."""
        self.stdout.write(f"{rebuild()} records")
