"""night: what the calendar does, by hand; ./assay serve does it by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from assay.customers.actions.nightly import night
from assay.errors import UserError
from assay.furniture.kept import acting
from assay.incentives.actions.days import keep_yesterday
from assay.people.queries import company
from assay.period import read_date


class Command(BaseCommand):
    """End protections, recycle the pool, tell how many customers went silent, keep yesterday's months."""

    help = "do what a date brings"
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own shape)

    def add_arguments(self, parser: CommandParser) -> None:
        """The date."""
        parser.add_argument("--day", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what came of it."""
        if company() is None:
            raise UserError("no company in this database yet; begin with ./assay new-company")
        day = _day(options["day"])
        with acting(None, "night"):
            done = night(day)
            kept = keep_yesterday() if day == timezone.localdate() else 0
        self.stdout.write(f"{day}: {done.pooled} customers went to the pool")
        self.stdout.write(f"{done.expired} registrations of agents ended")
        self.stdout.write(f"{done.warned} customers reached the warning, {done.lost} were lost")
        self.stdout.write(f"{kept} statements of the running month kept as yesterday left them")


def _day(text: str) -> date:
    today = timezone.localdate()
    try:
        day = read_date(text) if text else today
    except ValueError as error:
        raise UserError(f"--day {text}: {error}") from None
    if day > today:
        raise UserError(f"--day {text}: lies after today")
    return day
