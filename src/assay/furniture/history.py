"""History as pages show it: fields by their names, words of choices, amounts, names for numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from assay.furniture.fields import FenField, MonthField
from assay.furniture.models import Change
from assay.money import grouped
from assay.period import Month


@dataclass(frozen=True)
class Told:
    """A line of history. title: the kind of record, where it is not the page's own."""

    at: datetime
    who: str
    verb: str
    added: bool
    title: str
    shown: list[tuple[str, Any, Any]]


def history(
    row: models.Model, *belonging: Iterable[models.Model], limit: int = 60,
    hidden: Collection[str] = (),
) -> list[Told]:  # fmt: skip
    """The history of a record and of rows that belong to it, newest first.

    `hidden`: names of fields that are not for the reader.
    """
    rows = [row, *(one for rows in belonging for one in rows)]
    kinds = {type(one)._meta.label_lower: type(one) for one in rows}
    mine = Q(pk__in=[])
    for label in kinds:
        mine |= Q(
            label=label, key__in=[one.pk for one in rows if type(one)._meta.label_lower == label]
        )
    found = list(Change.objects.filter(mine).order_by("-id")[:limit])
    names: dict[tuple[type[models.Model], Any], str] = {(type(row), row.pk): ""}
    return [
        Told(
            change.at, change.who, change.get_verb_display(), change.verb == "add",
            "" if kinds[change.label] is type(row) else str(kinds[change.label]._meta.verbose_name),
            list(_shown(kinds[change.label], _open(change.what, hidden), names)),
        )
        for change in found
    ]  # fmt: skip


def _open(what: dict[str, list[Any]], hidden: Collection[str]) -> dict[str, list[Any]]:
    return {name: pair for name, pair in what.items() if name not in hidden}


def _shown(
    model: type[models.Model], what: dict[str, list[Any]], names: dict[Any, str]
) -> Iterable[tuple[str, Any, Any]]:
    for attname, (before, after) in what.items():
        field = _field(model, attname)
        if field is None:
            yield attname, before, after
            continue
        if isinstance(field, models.JSONField) or attname.endswith("version"):
            continue  # workings and counters of the house, no facts of the person
        told = [_told(field, value, names) for value in (before, after)]
        if told != ["", ""] and told != [None, ""]:  # the record whose page this is
            yield str(field.verbose_name), *told


def _field(model: type[models.Model], attname: str) -> Any:
    for name in (attname.removesuffix("_id"), attname):
        try:
            return model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
    return None


def _told(field: Any, value: Any, names: dict[Any, str]) -> Any:
    if value is None:
        return None
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if getattr(field, "choices", None):
        return dict(field.flatchoices).get(value, value)
    if isinstance(field, FenField):
        return grouped(value)
    if isinstance(field, MonthField):
        return str(Month(value)) if isinstance(value, int) else value
    if isinstance(field, models.ForeignKey):
        return _name(field, value, names)
    return value


def _name(field: Any, key: Any, names: dict[Any, str]) -> str:
    """What a related record is called today; asked once."""
    related = field.related_model
    if (related, key) not in names:
        other = related._default_manager.filter(pk=key).first()
        names[related, key] = str(other) if other is not None else f"#{key}"
    return names[related, key]
