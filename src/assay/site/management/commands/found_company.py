"""found_company: an empty company with its first administrator and its plan."""

from __future__ import annotations

import getpass
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from assay.customers.actions import furnish
from assay.errors import UserError
from assay.furniture.kept import acting
from assay.people import actions


class Command(BaseCommand):
    """Migrate, write the company down, make the first login, keep the plan."""

    help = "an empty company"
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own shape)

    def add_arguments(self, parser: CommandParser) -> None:
        """Name, administrator, plan."""
        parser.add_argument("--name", required=True)
        parser.add_argument("--admin", default="admin")
        parser.add_argument("--plan", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, all or nothing."""
        password = _password()
        try:
            validate_password(password)
            call_command("migrate", verbosity=0)
            with transaction.atomic(), acting(None, "new-company"):
                actions.found_company(name=options["name"])
                furnish()
                actions.open_login(
                    username=options["admin"], password=password, admin=True, renew=False
                )
        except ValidationError as error:
            raise UserError("; ".join(error.messages)) from None
        settings.PLANS.mkdir(exist_ok=True)
        shutil.copyfile(options["plan"], settings.PLANS / options["plan"].name)


def _password() -> str:
    """Out of ASSAY_ADMIN_PASSWORD, else asked for twice."""
    given = os.environ.get("ASSAY_ADMIN_PASSWORD")
    if given:
        return given
    if not sys.stdin.isatty():
        raise UserError("set ASSAY_ADMIN_PASSWORD, or run this in a terminal and type the password")
    first = getpass.getpass("password for the administrator: ")
    if first != getpass.getpass("again: "):
        raise UserError("the two passwords differ; run it again")
    return first
