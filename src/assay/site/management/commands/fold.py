"""fold: puts the constraints and indexes of a first migration inside its CREATE TABLEs.

SQLite makes a table anew for each constraint added to it; a database is made in half the time without.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.writer import MigrationWriter
from django.db.models import BaseConstraint, Index


class Command(BaseCommand):
    """For those who write models; only before a migration has been run anywhere for real."""

    help = "fold constraints into a room's first migration"
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own shape)

    def add_arguments(self, parser: CommandParser) -> None:
        """Room and migration."""
        parser.add_argument("room")
        parser.add_argument("name", nargs="?", default="0001_initial")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rewrite the file. A constraint on a field that is added later stays where it is."""
        migration = MigrationLoader(None).get_migration(options["room"], options["name"])
        path = Path(inspect.getfile(type(migration)))
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        models: dict[str, CreateModel] = {}
        later: dict[str, set[str]] = {}
        kept: list[Operation] = []
        for operation in migration.operations:
            if isinstance(operation, CreateModel):
                models[operation.name_lower] = operation
            if isinstance(operation, AddField):
                later.setdefault(operation.model_name_lower, set()).add(operation.name)
            if not _folded(operation, models, later):
                kept.append(operation)
        setattr(migration, "operations", kept)  # noqa: B010 (this instance, to be written)
        text = MigrationWriter(migration, include_header=False).as_string()
        path.write_text(f"{first}\n\n{text.lstrip()}", encoding="utf-8")
        self.stdout.write(f"{path.name}: {len(kept)} operations")


def _folded(
    operation: Operation, models: dict[str, CreateModel], later: dict[str, set[str]]
) -> bool:
    """Put a constraint or index into its model; not where it speaks of a field added later."""
    named: BaseConstraint | Index
    if isinstance(operation, AddConstraint):
        kind, named = "constraints", operation.constraint
    elif isinstance(operation, AddIndex):
        kind, named = "indexes", operation.index
    else:
        return False
    model = operation.model_name_lower
    said = repr(named.deconstruct())
    if model not in models or any(name in said for name in later.get(model, ())):
        return False
    models[model].options.setdefault(kind, []).append(named)
    return True
