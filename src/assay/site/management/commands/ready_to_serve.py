"""ready_to_serve: what must hold before the server starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from assay.errors import UserError
from assay.furniture.finding import complete
from assay.people.models import Company
from assay.people.queries import company

EMPTY = "no company in this database yet; begin with ./assay new-company"


class Command(BaseCommand):
    """Migrate; refuse a database without a company, and the demo's."""

    help = "migrate and check before serving"
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own shape)

    def handle(self, *args: Any, **options: Any) -> None:
        """UserError says what is missing."""
        try:
            if Company._meta.db_table not in connection.introspection.table_names():
                raise UserError(EMPTY)
            call_command("migrate", verbosity=0)
            found = company()
        except DatabaseError as error:
            raise UserError(f"the database does not answer: {str(error).splitlines()[0]}") from None
        if found is None:
            raise UserError(EMPTY)
        complete()
        if found.demo and not settings.DEMO:
            raise UserError(
                "this is the demo's database, with passwords printed for everybody;"
                " make a company of your own with ./assay new-company --data FOLDER"
            )
        call_command("check", fail_level="ERROR", verbosity=0)
