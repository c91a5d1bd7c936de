"""Patterns of a month among its exceptions: what the search found in the orders of a run, as it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assay.engine.search_words import LABELS
from assay.furniture.models import Job
from assay.incentives.models import Run, Statement
from assay.sales.models import Order

KIND = "patterns"


def search_of(run: Run) -> Job | None:
    """The search of a run's orders, running or done."""
    return Job.last(KIND, run=run.pk)


@dataclass(frozen=True)
class Case:
    """A payee's month in which a pattern stands: the 分 it moved, its orders as (number, key or None)."""

    name: str
    statement: int | None
    moved: int
    orders: list[tuple[str, int | None]]
    more: int


@dataclass(frozen=True)
class Shown:
    """A pattern in words: title, whose, how it is told, its clauses, the 分 it moved, its cases.

    counts: orders in equal widths beside an edge, this month's and the last one's: edge, (where, how many).
    """

    title: str
    role: str
    told: str
    clauses: Sequence[str]
    moved: int
    people: int
    cases: list[Case]
    more: int
    counts: list[tuple[str, list[tuple[str, int]]]]


def shown(job: Job, run: Run, lang: str) -> list[Shown]:
    """What a search found, with the pages behind it; two queries."""
    kept: list[dict[str, Any]] = job.result["patterns"]
    numbers = {n for one in kept for case in one["cases"] for n in case["orders"]}
    keys = dict(Order.objects.filter(number__in=numbers).values_list("number", "pk"))
    held = {(s.code, s.role): s for s in Statement.objects.filter(run=run)}
    found = []
    for one in kept:
        cases = []
        for case in one["cases"]:
            statement = held.get((case["payee"], one["role"]))
            cases.append(
                Case(
                    statement.name if statement else case["payee"],
                    statement.pk if statement else None,
                    case["moved"],
                    [(n, keys.get(n)) for n in case["orders"]],
                    case["more"],
                )
            )
        beside = [
            (c["at"], [(LABELS[lang][where], n) for where, n in c["counts"]])
            for c in one.get("counts", ())
        ]
        found.append(
            Shown(
                one["title"][lang], one["called"][lang], one["told"][lang], one.get("clauses", ()),
                one["moved"], one["people"], cases, one["more"], beside,
            )
        )  # fmt: skip
    return found
