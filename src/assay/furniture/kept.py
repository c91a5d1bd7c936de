"""Kept records: every row written, changed or deleted leaves a line of history: who, when, what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, reduce
from operator import and_
from typing import Any, ClassVar, Self

from django.db import connection, models, transaction
from django.db.models import CheckConstraint
from django.utils import timezone
from django.utils.encoding import force_str

from assay.furniture import finding, many
from assay.furniture.models import Change
from assay.furniture.seal import Sealed

MANY = 50  # rows from which on they are poured

_WHO: ContextVar[tuple[int | None, str]] = ContextVar("who", default=(None, "system"))


@contextmanager
def acting(user_id: int | None, name: str) -> Iterator[None]:
    """Whatever is written inside was written by this person (the middleware, a job, a command)."""
    token = _WHO.set((user_id, name))
    try:
        yield
    finally:
        _WHO.reset(token)


def actor() -> tuple[int | None, str]:
    """Who acts now: the login's number (None for the system itself) and name."""
    return _WHO.get()


class KeptQuerySet(models.QuerySet[Any]):
    """Rows written many at a time leave history too."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """As Django's, with a line of history each; poured in where they are many."""
        rows = list(objs)
        with transaction.atomic(using=self.db):
            if (
                len(rows) < MANY
                or args[1:]
                or set(kwargs) - {"batch_size"}
                or any(row.pk for row in rows)
            ):
                made = super().bulk_create(rows, *args, **kwargs)
            else:
                made = _poured(self.model, rows)
            _log([_change(row, "add", row._shown()) for row in made])
            if self.model._told:
                finding.put(made, fresh=True)
        for row in made:
            row._loaded = row._held()
        return made

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kw: Any) -> int:
        """As Django's, with a line of history for each row that differs."""
        rows = list(objs)
        changes = [_change(row, "change", found) for row in rows if (found := row._differences())]
        with transaction.atomic(using=self.db):
            many.rewrite(self.model, list(fields), rows)
            _log(changes)
            finding.put(row for row in rows if row._retold())
        for row in rows:
            row._loaded = row._held()
        return len(rows)

    def update(self, **values: Any) -> int:
        """Refused: it would change rows behind the history's back. Save them, or bulk_update."""
        raise TypeError("a kept record is saved or bulk_updated, so that its history is written")

    def delete(self) -> tuple[int, dict[str, int]]:
        """One by one, each with its line of history."""
        rows = list(self)
        for row in rows:
            row.delete()
        return len(rows), {self.model._meta.label: len(rows)}


class Kept(finding.Findable):
    """A record with history, found by its clues. `_unkept` names fields not worth a line (derived ones).

    `_under`: the foreign key (its attname) to the record it is a part of, in whose history it is read.
    """

    _unkept: frozenset[str] = frozenset()
    _under: str = ""
    _sound: bool = False
    _loaded: dict[str, Any]

    objects: ClassVar[Any] = KeptQuerySet.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **more: Any) -> Self:
        """Remember what was read."""
        row = super().from_db(db, field_names, values, **more)
        row._loaded = dict(zip(field_names, values, strict=False))
        return row

    def _get_FIELD_display(self, field: Any) -> Any:  # noqa: N802 (Django's own name)
        """As Django's, with the words of a field's choices laid out once."""
        value = getattr(self, field.attname)
        return force_str(_words(field).get(value, value), strings_only=True)

    def validate_constraints(self, exclude: Any = None) -> None:
        """As Django's, which asks the database of each check by itself: here of all at once, singly where one fails."""
        self._sound = _all_hold(self, frozenset(exclude or ()))
        super().validate_constraints(exclude)

    def get_constraints(self) -> list[tuple[type[models.Model], Any]]:
        """As Django's, without the checks that were found to hold."""
        return [
            (model, [one for one in said if not (self._sound and type(one) is CheckConstraint)])
            for model, said in super().get_constraints()
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's, with a line of history where something differs."""
        adding = self._state.adding
        found = self._shown() if adding else self._differences()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if adding or found:
                _change(self, "add" if adding else "change", found).save()
            if self._told and (adding or self._retold()):
                finding.put([self], fresh=adding)
        self._loaded = self._held()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """As Django's, with a line of history that holds what was there."""
        change = _change(self, "delete", self._shown())
        with transaction.atomic():
            if self._told:
                finding.drop([self])
            done = super().delete(*args, **kwargs)
            change.save()
        return done

    def _held(self) -> dict[str, Any]:
        return {f.attname: self.__dict__.get(f.attname) for f in self._meta.concrete_fields}

    def _shown(self) -> dict[str, list[Any]]:
        return {
            name: [None, _text(value)]
            for name, value in self._held().items()
            if value not in (None, "") and name != "id" and name not in self._unkept
        }

    def _retold(self) -> bool:
        """Whether something differs that its clues are made of."""
        before = getattr(self, "_loaded", {})
        return any(before.get(name) != self.__dict__.get(name) for name in self._told)

    def _differences(self) -> dict[str, list[Any]]:
        before = getattr(self, "_loaded", {})
        return {
            name: [_text(before[name]), _text(value)]
            for name, value in self._held().items()
            if name in before and before[name] != value and name not in self._unkept
        }


def _all_hold(row: Kept, exclude: frozenset[str]) -> bool:
    """Whether a row keeps all checks of its table that ask none of these fields."""
    asked = _checks(type(row), exclude)
    held: Any = row
    return asked is None or asked.check(
        held._get_field_expression_map(meta=row._meta, exclude=exclude)
    )


@cache
def _checks(model: type[Kept], exclude: frozenset[str]) -> models.Q | None:
    """The checks of a table as one condition."""
    said = [
        models.Q(one.condition) for one in model._meta.constraints if type(one) is CheckConstraint
    ]
    left = [one for one in said if not exclude & one.referenced_base_fields]
    return reduce(and_, left) if left else None


@cache
def _words(field: Any) -> dict[Any, Any]:
    return dict(field.flatchoices)


def _poured(model: type[Kept], rows: list[Any]) -> list[Any]:
    """New rows with keys of their own, all in one go."""
    fields = model._meta.concrete_fields
    for row, key in zip(rows, many.new_keys(model, len(rows)), strict=True):
        row.pk = key
        row._prepare_related_fields_for_save(operation_name="bulk_create")
    many.pour(
        model,
        [f.attname for f in fields],
        ([f.pre_save(row, True) for f in fields] for row in rows),
    )
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return rows


def _log(changes: list[Change]) -> None:
    if not changes:
        return
    names = ("at", "user_id", "who", "label", "key", "verb", "what", "whole")
    many.pour(Change, names, ([getattr(one, name) for name in names] for one in changes))


def _text(value: Any) -> Any:
    """What history shows: numbers and truths as they are, sealed texts masked, others as text."""
    if value is None or isinstance(value, bool | int):
        return value
    return value.masked if isinstance(value, Sealed) else str(value)


def whole(model: type[models.Model], key: Any) -> str:
    """What a record is called by the lines of its history."""
    return f"{model._meta.label_lower} {key}"


@cache
def parent(model: type[Kept]) -> type[Kept] | None:
    """The kind of record of which these are parts; None where they stand by themselves."""
    if not model._under:
        return None
    fields: list[Any] = list(model._meta.concrete_fields)
    found: type[Kept] = next(f.related_model for f in fields if f.attname == model._under)
    return found


def remark(row: Kept, what: dict[str, list[Any]]) -> None:
    """A line for what no field shows: that a password was changed."""
    _change(row, "change", what).save()


def _change(row: Kept, verb: str, what: dict[str, list[Any]]) -> Change:
    user, name = actor()
    kind = row._meta.model  # of a login that the request has only promised, too
    above = parent(kind)
    key = getattr(row, row._under) if above is not None else None
    return Change(
        at=timezone.now(), user_id=user, who=name, label=row._meta.label_lower,
        key=row.pk, verb=verb, what=what,
        whole=whole(kind, row.pk) if above is None or key is None else whole(above, key),
    )  # fmt: skip
