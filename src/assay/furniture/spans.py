"""Spans of days [start, stop): no two of one kind overlap, and the database itself sees to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.ddl_references import Statement, Table
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def covering(day: date, prefix: str = "") -> Q:
    """Rows whose span holds a day."""
    return meeting(day, day + timedelta(1), prefix)


def meeting(start: date, stop: date | None, prefix: str = "") -> Q:
    """Rows whose span shares a day with [start, stop); None is open."""
    found = Q(**{f"{prefix}stop__isnull": True}) | Q(**{f"{prefix}stop__gt": start})
    return found & Q(**{f"{prefix}start__lt": stop}) if stop is not None else found


def last_day(stop: date | None) -> date | None:
    """The last day of a span, as people name it."""
    return stop - timedelta(1) if stop is not None else None


class NoOverlap(models.BaseConstraint):
    """No two rows alike in `fields` (and under `where`) share a day.

    PostgreSQL: an exclusion constraint; SQLite: triggers. `where` is (field, value).
    """

    def __init__(
        self,
        *,
        name: str,
        fields: Sequence[str],
        where: tuple[str, str] | None = None,
        violation_error_message: Any = None,
    ) -> None:
        """Rows where a field is NULL overlap nothing."""
        self.fields, self.where = tuple(fields), where
        super().__init__(
            name=name,
            violation_error_message=violation_error_message or _("这段时间与已有的一段重叠"),
        )

    def deconstruct(self) -> Any:
        """For migrations."""
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "fields": self.fields, "where": self.where}

    def __eq__(self, other: object) -> bool:
        """Alike in name, fields and condition."""
        if not isinstance(other, NoOverlap):
            return NotImplemented
        return (self.name, self.fields, self.where) == (other.name, other.fields, other.where)

    __hash__ = models.BaseConstraint.__hash__

    def _columns(self, model: Any, editor: Any) -> list[str]:
        return [editor.quote_name(model._meta.get_field(name).column) for name in self.fields]

    def _condition(self, model: Any, editor: Any, prefix: str = "") -> str:
        if self.where is None:
            return ""
        column = editor.quote_name(model._meta.get_field(self.where[0]).column)
        return f"{prefix}{column} = {editor.quote_value(self.where[1])}"

    def _exclusion(self, model: Any, editor: Any) -> str:
        parts = [f"{column} WITH =" for column in self._columns(model, editor)]
        parts.append("daterange(start, stop) WITH &&")
        condition = self._condition(model, editor)
        said = f"EXCLUDE USING gist ({', '.join(parts)})"
        return f"{said} WHERE ({condition})" if condition else said

    def _triggers(self, model: Any, editor: Any) -> list[Statement]:
        alike = " AND ".join(f"o.{c} = NEW.{c}" for c in self._columns(model, editor))
        mine, theirs = (self._condition(model, editor, p) for p in ("NEW.", "o."))
        also = f" AND {theirs}" if theirs else ""
        when = f"WHEN {mine} " if mine else ""
        made = []
        for verb in ("INSERT", "UPDATE"):
            template = (
                f"CREATE TRIGGER %(name)s BEFORE {verb} ON %(table)s FOR EACH ROW {when}BEGIN"
                f" SELECT RAISE(ABORT, 'overlap: {self.name}') WHERE EXISTS (SELECT 1 FROM %(table)s o"
                f" WHERE o.id IS NOT NEW.id AND {alike}{also} AND (o.stop IS NULL OR o.stop > NEW.start)"
                " AND (NEW.stop IS NULL OR NEW.stop > o.start)); END"
            )
            name = editor.quote_name(f"{self.name}_{verb.lower()}")
            table = Table(model._meta.db_table, editor.quote_name)
            made.append(Statement(template, table=table, name=name))
        return made

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Inside CREATE TABLE on PostgreSQL; triggers after it on SQLite."""
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
            return None
        name = schema_editor.quote_name(self.name)
        return f"CONSTRAINT {name} {self._exclusion(model, schema_editor)}"

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Added to a table that stands (SQLite remakes the table instead)."""
        table, name = (schema_editor.quote_name(n) for n in (model._meta.db_table, self.name))
        return f"ALTER TABLE {table} ADD CONSTRAINT {name} {self._exclusion(model, schema_editor)}"

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        """Taken off."""
        table, name = (schema_editor.quote_name(n) for n in (model._meta.db_table, self.name))
        return f"ALTER TABLE {table} DROP CONSTRAINT {name}"

    def validate(
        self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS
    ) -> None:
        """Say it before the database does."""
        if exclude and {*self.fields, "start", "stop"} & set(exclude):
            return
        if self.where and getattr(instance, self.where[0]) != self.where[1]:
            return
        alike = {
            model._meta.get_field(n).attname: getattr(instance, model._meta.get_field(n).attname)
            for n in self.fields
        }
        if instance.start is None or None in alike.values():
            return
        if self.where:
            alike[self.where[0]] = self.where[1]
        try:
            others = model._default_manager.using(using).filter(**alike)
        except FieldError:  # pragma: no cover (a migration's half-built model)
            return
        if others.filter(meeting(instance.start, instance.stop)).exclude(pk=instance.pk).exists():
            raise ValidationError(self.get_violation_error_message(), code="overlap")
