"""Commission expense of the coming months: each of the last twelve rehearsed under the targets ahead.

A rehearsal takes a past month's orders, each with its discount, size, agent and shop, makes them larger or
smaller as its seller's target then is to his target ahead (without both: by the house's own growth), adds what
opportunities hold beyond them by the odds of their stages, and pays all by the plan of the month ahead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pyarrow as pa
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.engine.run import run_program
from assay.errors import UserError
from assay.facts.database import tables_of
from assay.facts.selects import SELECTS
from assay.furniture import jobs
from assay.furniture.jobs import Progress
from assay.furniture.kept import actor
from assay.furniture.models import Job
from assay.incentives.queries.facts import facts_out_of, looks_about, pulled
from assay.incentives.queries.forecast import KIND, newest
from assay.incentives.queries.in_sight import (
    QUARTER,
    InSight,
    grown,
    growth,
    in_sight,
    lacking,
    odds,
)
from assay.incentives.queries.parties import kind_paid_as
from assay.money import half_up
from assay.money import rate as rate_text
from assay.period import Month
from assay.plan.program import Program
from assay.sales.queries.plan import plan_of

BACK, AHEAD = 12, 3
GONE = ("cancelled", "returned")
LANGS = ("zh", "en")
Tables = Mapping[str, pa.Table]
Row = dict[str, Any]
Sums = dict[tuple[str, str], int]
"""(expense account, line of the plan) -> 分."""


def begin() -> Job:
    """Ask for a forecast; one runs at a time."""
    job = newest()
    if job is not None and job.under_way:
        return job
    user, who = actor()
    made: Job = Job.objects.create(kind=KIND, user_id=user, who=who, given={})
    return made


@dataclass(frozen=True)
class Past:
    """What is rehearsed: the orders of the last months and of the running one, and all targets."""

    tables: Tables
    orders: list[Row]
    targets: dict[tuple[int, int], int]  # (employee, month) -> 分
    rate: Fraction | None = None  # the house's growth of a year
    seen: list[InSight] = field(default_factory=list)
    averages: dict[int, tuple[int, int]] = field(default_factory=dict)  # seller, 0 all: list, net

    def placed(self, month: Month) -> list[Row]:
        """The orders of a month that count."""
        rows = [row for row in self.orders if str(row["order_date"])[:7] == str(month)]
        return [row for row in rows if row["status"] not in GONE]

    def sold(self, month: Month) -> int:
        """What the orders of a month come to, in 分."""
        return sum(row["net_amount"] for row in self.placed(month))

    def listed(self, seller: int, net: int) -> int:
        """The list price of a net amount at the seller's own average discount, else the house's."""
        listed, sold = self.averages.get(seller) or self.averages.get(0, (0, 0))
        return max(net, half_up(Fraction(net * listed, sold))) if sold else net


@dataclass(frozen=True)
class Rehearsed:
    """A past month rehearsed: what it pays, and what opportunities filled up, in 分."""

    source: str
    sums: Sums
    filled: int


def forecast(job: Job, tell: Progress) -> tuple[str, dict[str, Any]]:
    """The running month and those after it: low, middle and high of their rehearsals."""
    today = timezone.localdate()
    running = Month.of(today)
    months = [running.next(n) for n in range(AHEAD + 1)]
    plans = [plan_of(month)[0] for month in months]
    if any(looks_about(program) for program in plans):
        raise UserError(_("方案按回款、交货或别的月份计提，不能只凭订单预测"))
    tables = pulled(plans[0], running.next(-BACK - QUARTER), running)
    past = _past(tables, running, months)
    sources = [running.next(-n) for n in range(1, BACK + 1)]
    sources = [month for month in sources if past.placed(month)]
    if not sources:
        raise UserError(_("过去 12 个月没有订单，无从预测"))
    found = []
    for at, (month, program) in enumerate(zip(months, plans, strict=True)):
        rehearsed: list[Rehearsed] = []
        for done, source in enumerate(sources):
            tell(at * len(sources) + done, len(months) * len(sources))
            orders, filled = _orders(past, source, month, today)
            sums = _paid(program, past.tables, orders, month)
            rehearsed.append(Rehearsed(str(source), sums, filled))
        found.append(_told(program, month, rehearsed, past))
    return "done", {
        "day": str(today), "sources": len(sources), "months": found,
        "odds": {stage: f"{n}%" for stage, n in odds().items()},
        "growth": f"{rate_text(past.rate * 100)}%" if past.rate is not None else "",
    }  # fmt: skip


def _past(tables: Tables, running: Month, months: list[Month]) -> Past:
    targets = {
        (row["employee"], row["month"]): row["amount"]
        for row in tables["targets"].to_pylist()
        if row["employee"] and row["amount"] > 0
    }
    orders = tables["orders"].to_pylist()
    bare = Past(tables, orders, targets)
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in orders:
        counts = row["net_amount"] > 0 and row["status"] not in GONE
        for whose in {row["seller"], 0} if counts else ():
            sums[whose][0] += row["list_amount"]
            sums[whose][1] += row["net_amount"]
    return Past(
        tables, orders, targets, growth(running, bare.sold), in_sight(months),
        {whose: (listed, net) for whose, (listed, net) in sums.items()},
    )  # fmt: skip


def _orders(past: Past, source: Month, month: Month, today: date) -> tuple[list[Row], int]:
    """A past month's orders as they would be in a month, and what opportunities add to them (分).

    Of the running month its own orders, and of those rehearsed the ones still to come.
    """
    last = (month.after - timedelta(1)).day
    usual = grown(past.rate, source, month)
    made: list[Row] = []
    for at, row in enumerate(past.placed(source), start=1):
        day = date(*month.first.timetuple()[:2], min(int(str(row["order_date"])[8:10]), last))
        if month == Month.of(today) and day <= today:
            continue
        then = past.targets.get((row["seller"], source.index))
        ahead = past.targets.get((row["seller"], month.index))
        made.append(
            {
                **row, "id": -at, "order_id": f"+{at}", "order_date": str(day), "delivered_on": "",
                "list_amount": _scaled(row["list_amount"], ahead, then, usual),
                "net_amount": _scaled(row["net_amount"], ahead, then, usual),
            }
        )  # fmt: skip
    more = lacking([one for one in past.seen if one.month == month], made)
    for at, (one, amount) in enumerate(more, start=len(made) + 1):
        made.append(
            {
                "id": -at, "order_id": f"+{at}", "order_date": str(month.after - timedelta(1)),
                "seller": one.seller, "customer": one.customer, "channel": "direct", "agent": 0,
                "shop": 0, "list_amount": past.listed(one.seller, amount), "net_amount": amount,
                "status": "open", "delivered_on": "",
            }
        )  # fmt: skip
    return [*past.placed(month), *made], sum(amount for _one, amount in more)


def _scaled(amount: int, ahead: int | None, then: int | None, usual: Fraction) -> int:
    """An amount times ahead/then, rounded half up; by the usual growth where either has no target."""
    by = Fraction(ahead, then) if ahead and then else usual
    return max(1, half_up(amount * by)) if amount > 0 else amount


def _paid(program: Program, tables: Tables, orders: Iterable[Row], month: Month) -> Sums:
    columns = list(SELECTS["orders"].columns)
    rows = [tuple(row[name] for name in columns) for row in orders]
    facts = facts_out_of({**tables, "orders": tables_of({"orders": rows})["orders"]}, program)
    outcome = run_program(program, facts, range(month.index, month.index + 1), "duckdb")
    sums: Sums = defaultdict(int)
    for row in outcome.statements:
        sums[kind_paid_as(row.role).expense, program.rules[row.rule].name] += row.amount
    return dict(sums)


def _told(
    program: Program, month: Month, rehearsed: list[Rehearsed], past: Past
) -> dict[str, Any]:  # fmt: skip
    """Low, middle and high: the rehearsals at a quarter, a half and three quarters by their totals.

    Each is one rehearsal, so that its lines add up.
    """
    ranked = sorted(rehearsed, key=lambda one: (sum(one.sums.values()), one.source))
    count = len(ranked)
    picked = [ranked[count // 4], ranked[count // 2], ranked[count - 1 - count // 4]]
    titles = {rule.name: rule.title for rule in program.rules}
    lines = list(dict.fromkeys(key for one in picked for key in one.sums))
    seen = [one for one in past.seen if one.month == month]
    return {
        "month": month.index, "like": [one.source for one in picked],
        "totals": [sum(one.sums.values()) for one in picked],
        "filled": [one.filled for one in picked],
        "target": sum(v for (_who, index), v in past.targets.items() if index == month.index),
        "pipeline": sum(one.expected for one in seen), "weighed": sum(one.weighed for one in seen),
        "lines": [
            {
                "control": control,
                "title": {lang: titles[line].text(lang, line) for lang in LANGS},
                "amounts": [one.sums.get((control, line), 0) for one in picked],
            }
            for control, line in lines
        ],
    }  # fmt: skip


jobs.register(KIND, forecast)
