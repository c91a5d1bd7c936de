"""audit: everything held against everything; the differences, a line each."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from assay.incentives.queries.auditing import audit, kept_for_nothing


class Command(BaseCommand):
    """Print what differs; its text is empty where all agrees."""

    help = "reconcile books, runs, statements and payments"
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own shape)

    def add_arguments(self, parser: CommandParser) -> None:
        """How deep."""
        parser.add_argument("--deep", action="store_true")

    def handle(self, *args: Any, **options: Any) -> str:
        """The differences as text."""
        found = audit(options["deep"], lambda text: print(text, file=sys.stderr))
        for place in kept_for_nothing():
            print(_("没有记下的计算，可以删除：%(place)s") % {"place": place}, file=sys.stderr)
        if not found:
            print(_("账簿、计算、提成单、发放都对得上"))
        return "\n".join(found)
