"""The forecast as it is kept and shown: the running month and those after it, each with its range."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from assay.furniture.drawn import place
from assay.furniture.models import Job
from assay.ledger.chart import CHART
from assay.period import Month

KIND = "forecast"


def newest() -> Job | None:
    """The last forecast that was asked for."""
    found: Job | None = Job.objects.filter(kind=KIND).order_by("-pk").first()
    return found


def standing() -> Job | None:
    """The last forecast that is done."""
    found: Job | None = Job.objects.filter(kind=KIND, state="done").order_by("-pk").first()
    return found


@dataclass(frozen=True)
class Ahead:
    """A month ahead, amounts in 分: its targets, its opportunities and those by their odds (`weighed`),
    low, middle and high with what opportunities filled up in each (`filled`); its lines.

    lines: (account, line, low, middle, high). like: the past months that were rehearsed for the three.
    left, width, middle: where the range is drawn, in percent of the highest of all months.
    """

    month: Month
    target: int
    pipeline: int
    weighed: int
    filled: list[int]
    low: int
    mid: int
    high: int
    like: list[str]
    lines: list[tuple[Any, str, int, int, int]]
    left: str
    width: str
    middle: str


def months_ahead(job: Job, lang: str) -> list[Ahead]:
    """What a forecast that is done says."""
    kept: list[dict[str, Any]] = job.result["months"]
    top = max([1, *(one["totals"][2] for one in kept)])
    found = []
    for one in kept:
        low, mid, high = one["totals"]
        lines = [
            (CHART[line["control"]].title, line["title"][lang], *line["amounts"])
            for line in one["lines"]
        ]
        found.append(
            Ahead(
                Month(one["month"]), one["target"], one["pipeline"], one.get("weighed", 0),
                one.get("filled", [0, 0, 0]), low, mid, high, one["like"],
                lines, place(Fraction(low, top)), place(Fraction(high - low, top)),
                place(Fraction(mid, top)),
            )
        )  # fmt: skip
    return found
