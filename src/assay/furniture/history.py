"""History as pages show it: fields by their names, words of choices, amounts, names for numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.furniture.fields import FenField, MonthField
from assay.furniture.kept import whole
from assay.furniture.links import page_at
from assay.furniture.models import Change
from assay.furniture.templatetags.figures import money
from assay.period import Month

SHOWN, ALL = 30, 100  # lines on a record's own page, and on a page of its history


@dataclass(frozen=True)
class Told:
    """A line of history. title: the kind of record, where it is not the page's own."""

    number: int
    at: datetime
    who: str
    verb: str
    added: bool
    title: str
    shown: list[tuple[str, Any, Any]]


@dataclass(frozen=True)
class Story:
    """The history part of a page: its lines, and where the others are, if there are others."""

    lines: list[Told]
    more: str


def _none(who: Any) -> Collection[Any]:
    return ()


def _whenever(who: Any, row: Any) -> Q:
    return Q()


def _alone(row: Any) -> Iterable[models.Model]:
    return ()


@dataclass(frozen=True)
class Recorded:
    """A kind of record with its history: who reads it, of which rows, what of it.

    rows: those a viewer may open, as on the record's page, which is at `page` and needs `opens` (else
    `right`). hidden: fields that are not for him; without: kinds of parts that are not; when: a
    condition on lines (`at`, `label`, `key`). also: records it stands for, whose history is its own.
    """

    model: type[models.Model]
    right: str
    rows: Callable[[Any], QuerySet[Any]]
    page: Callable[[Any], str] | None = None
    hidden: Callable[[Any], Collection[str]] = _none
    without: Callable[[Any], Collection[type[models.Model]]] = _none
    when: Callable[[Any, Any], Q] = _whenever
    also: Callable[[Any], Iterable[models.Model]] = _alone
    opens: str = ""

    @property
    def kind(self) -> str:
        """The word of its address."""
        return str(self.model._meta.model_name)

    def own_page(self, who: Any, row: Any) -> str:
        """The record's own page, for who may open it."""
        return self.page(row) if self.page and who.may(self.opens or self.right) else ""

    def address(self, row: Any) -> str:
        """Where the whole history of a row is read."""
        return page_at("history", row.pk, self.kind)

    def told(self, who: Any, row: Any, *, most: int = ALL, before: int | None = None) -> list[Told]:
        """Lines of a row this person may see, newest first; `before`: older than that number."""
        when = self.when(who, row)
        for model in self.without(who):
            when &= ~Q(label=model._meta.label_lower)
        if before is not None:
            when &= Q(pk__lt=before)
        return history(row, *self.also(row), limit=most, hidden=self.hidden(who), when=when)

    def story(self, who: Any, row: Any) -> Story | None:
        """The part of the record's page; None for who may not read it. The row is one he sees."""
        if not (who.may("history.see") and who.may(self.right)):
            return None
        lines = self.told(who, row, most=SHOWN + 1)
        return Story(lines[:SHOWN], self.address(row) if len(lines) > SHOWN else "")


def history(
    row: models.Model, *also: models.Model, limit: int = 60, hidden: Collection[str] = (),
    when: Q | None = None,
) -> list[Told]:  # fmt: skip
    """The history of a record with its parts, newest first, and of others that it stands for.

    `hidden`: names of fields that are not for the reader; `when`: a condition on lines.
    """
    stood = [row, *also]
    found = Change.objects.filter(whole__in=[whole(type(one), one.pk) for one in stood])
    lines = list(found.filter(when or Q()).order_by("-id")[:limit])
    opened = [(change, _fields(change, hidden)) for change in lines]
    names = _names([pair for _change, fields in opened for pair in fields], stood)
    own = type(row)._meta.label_lower
    return [
        Told(
            change.pk, change.at, change.who, change.get_verb_display(), change.verb == "add",
            "" if change.label == own else _title(change.label), list(_shown(fields, names)),
        )
        for change, fields in opened
    ]  # fmt: skip


Pair = tuple[str, Any, Any, Any]  # attname, its field (None where it is no more), before, after


def _fields(change: Change, hidden: Collection[str]) -> list[Pair]:
    model = apps.get_model(change.label)
    return [
        (name, _field(model, name), before, after)
        for name, (before, after) in change.what.items() if name not in hidden
    ]  # fmt: skip


def _title(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name)


def _field(model: type[models.Model], attname: str) -> Any:
    for name in (attname.removesuffix("_id"), attname):
        try:
            return model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
    return None


def _names(pairs: Sequence[Pair], own: Iterable[models.Model]) -> dict[Any, str]:
    """What related records are called today, each kind asked once; the page's own are not named."""
    wanted: dict[type[models.Model], set[Any]] = {}
    for _name, field, *values in pairs:
        if isinstance(field, models.ForeignKey):
            keys = wanted.setdefault(field.related_model, set())
            keys.update(value for value in values if value is not None)
    found: dict[Any, str] = {}
    for model, keys in wanted.items():
        named = model._default_manager.in_bulk(keys)
        found |= {(model, key): str(named.get(key, f"#{key}")) for key in keys}
    return found | {(type(one), one.pk): "" for one in own}


def _shown(pairs: Iterable[Pair], names: dict[Any, str]) -> Iterable[tuple[str, Any, Any]]:
    for attname, field, before, after in pairs:
        if field is None:
            yield attname, before, after
            continue
        title = _called(field)
        if isinstance(field, models.JSONField) or attname.endswith("version") or not title:
            continue  # workings and counters of the house, no facts of the person
        told = [_told(field, value, names) for value in (before, after)]
        if told != ["", ""] and told != [None, ""]:  # the record whose page this is
            yield title, *told


def _called(field: Any) -> str:
    """A field by its name; one that was given none by what it leads to, or not at all."""
    if not isinstance(field.verbose_name, str) or field.verbose_name != field.name.replace(
        "_", " "
    ):
        return str(field.verbose_name)
    related = field.related_model
    return str(related._meta.verbose_name) if related is not None else ""


def _told(field: Any, value: Any, names: dict[Any, str]) -> Any:
    if value is None:
        return None
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if getattr(field, "choices", None):
        return dict(field.flatchoices).get(value, value)
    if isinstance(field, FenField):
        return money(value)
    if isinstance(field, MonthField):
        return str(Month(value)) if isinstance(value, int) else value
    if isinstance(field, models.DateTimeField):  # kept with its microseconds, read to the minute
        return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
    if isinstance(field, models.ForeignKey):
        return names[field.related_model, value]
    # A text of several stands in one line with them: their comma takes the place of its full stop.
    return value.rstrip("。") if isinstance(value, str) else value
