"""Choices above a list that many lists have: one of some words, a month, one of the records pointed at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assay.furniture.lists import Filter
from assay.furniture.numbers import number
from assay.period import Month

MONTHS_OFFERED = 36
OFFERED = 500


def one_of(
    name: str, title: Any, options: Callable[[], Sequence[tuple[str, Any]]], field: str = ""
) -> Filter:
    """Rows whose field (named as the choice is, unless said otherwise) is the word chosen."""
    return Filter(name, title, options, lambda rows, said: rows.filter(**{field or name: said}))


def yes_or_no(name: str, title: Any, yes: Any, no: Any) -> Filter:
    """Rows by a field that is true or not."""
    return Filter(
        name, title, lambda: [("1", yes), ("0", no)],
        lambda rows, said: rows.filter(**{name: said == "1"}),
    )  # fmt: skip


def of_month(field: str = "day") -> Filter:
    """Rows by the month of a date, of the last three years."""

    def options() -> list[tuple[str, str]]:
        last = Month.of(timezone.localdate())
        months = [Month(last.index - n) for n in range(MONTHS_OFFERED)]
        return [(str(month), str(month)) for month in months]

    def narrow(rows: QuerySet[Any], said: str) -> QuerySet[Any]:
        try:
            month = Month.parse(said)
        except ValueError:
            return rows
        return rows.filter(**{f"{field}__gte": month.first, f"{field}__lt": month.after})

    return Filter("month", _("全部月份"), options, narrow)


def one_row(name: str, title: Any, rows: QuerySet[Any], told: str, field: str = "") -> Filter:
    """Rows that point at one of `rows`, which are named by their field `told`."""

    def options() -> list[tuple[str, str]]:
        return [(str(pk), text) for pk, text in rows.values_list("pk", told)[:OFFERED]]

    def narrow(found: QuerySet[Any], said: str) -> QuerySet[Any]:
        key = number(said)
        return found if key is None else found.filter(**{field or name: key})

    return Filter(name, title, options, narrow)
