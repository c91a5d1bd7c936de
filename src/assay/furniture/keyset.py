"""One page of a sorted list by the key it begins after: as quick on page 1,000 as on the first."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

PAGE = 50
FEW = 20_000  # rows that are sorted by what no index leads


@dataclass(frozen=True)
class Window:
    """One page of rows, and where the pages before and after begin."""

    rows: list[Any]
    earlier: str
    later: str


def sorted_by(rows: QuerySet[Any], sort: str) -> QuerySet[Any]:
    """Rows by a field, a field of what they point at, or an annotation; the empty before all others."""
    name, down = sort.lstrip("-"), sort.startswith("-")
    if not _may_be_empty(rows, name):
        return rows.order_by(sort, "-pk" if down else "pk")
    first = F(name).desc(nulls_last=True) if down else F(name).asc(nulls_first=True)
    return rows.order_by(first, "-pk" if down else "pk")


def led(model: type[Model], name: str) -> bool:
    """Whether an index of the whole table begins with a field, so that a million rows need no sorting.

    One that may be empty is no such field: not every database keeps the empty before all others.
    """
    if name in ("id", "pk"):
        return True
    if "__" in name or name in {f.name for f in model._meta.fields if f.null}:
        return False
    first = {
        index.fields[0] for index in model._meta.indexes if index.fields and not index.condition
    }
    single = {f.name for f in model._meta.fields if f.unique or getattr(f, "db_index", False)}
    return name in first | single


def few(rows: QuerySet[Any]) -> bool:
    """Whether they are so few that they may be sorted by anything; counts no further than that."""
    return rows.order_by().values("pk")[: FEW + 1].count() <= FEW


def window(request: HttpRequest, rows: QuerySet[Any], sort: str) -> Window:
    """The rows after (or before) the key that the address names."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    name, down = sort.lstrip("-"), sort.startswith("-")
    backwards = bool(before)
    ordered = sorted_by(rows, sort)
    ordered = ordered.reverse() if backwards else ordered
    if key := before or after:
        value, pk = _read_key(key, rows, name)
        ordered = ordered.filter(_beyond(rows, name, value, pk, upwards=down == backwards))
    found = list(ordered[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    if backwards:
        found.reverse()
    earlier = found and (more if backwards else bool(after))
    later = found and (True if backwards else more)
    return Window(
        found,
        address(request, before=_key(found[0], name), after="") if earlier else "",
        address(request, after=_key(found[-1], name), before="") if later else "",
    )


def _beyond(rows: QuerySet[Any], name: str, value: Any, pk: int, *, upwards: bool) -> Q:
    """Rows that come after a value and key in a direction; the empty are less than any value."""
    sign = "gt" if upwards else "lt"
    empty, further = Q(**{f"{name}__isnull": True}), Q(**{f"pk__{sign}": pk})
    if value is None:
        return (empty & further) | ~empty if upwards else empty & further
    found = Q(**{f"{name}__{sign}": value}) | (Q(**{name: value}) & further)
    if not _may_be_empty(rows, name):
        # It says nothing new, but tells the database where in its index to begin.
        return found & Q(**{f"{name}__{sign}e": value})
    return found if upwards else found | empty


def _may_be_empty(rows: QuerySet[Any], name: str) -> bool:
    if name in rows.query.annotations:
        return True
    return any(field.null for field in _fields(rows.model, name))


def _fields(model: type[Model], name: str) -> list[Any]:
    held: list[Any] = []
    for part in name.split("__"):
        held.append((held[-1].related_model if held else model)._meta.get_field(part))
    return held


def _key(row: Any, name: str) -> str:
    value = row
    for part in name.split("__"):
        value = getattr(value, part, None)
    field_value = value.isoformat() if isinstance(value, date) else value
    if not isinstance(field_value, int | str | None):
        field_value = str(field_value)
    return urlsafe_b64encode(json.dumps([field_value, row.pk]).encode()).decode().rstrip("=")


def _read_key(key: str, rows: QuerySet[Any], name: str) -> tuple[Any, int]:
    try:
        value, pk = json.loads(urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        made = rows.query.annotations.get(name)
        field = made.output_field if made is not None else _fields(rows.model, name)[-1]
        return field.to_python(value), int(pk)
    except (ValueError, TypeError, ValidationError) as error:
        raise SuspiciousOperation(_("页码不对")) from error


def address(request: HttpRequest, **words: str) -> str:
    """This page's address with some words changed; empty ones go."""
    query = request.GET.copy()
    query.pop("export", None)
    for name, value in words.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"
