"""Commission expense of the coming months: each of the last twelve rehearsed under the targets ahead.

A rehearsal takes a past month's orders, each with its discount, size, agent and shop, makes them larger or
smaller as its seller's target then is to his target ahead, and pays them by the plan of the month ahead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from django.db.models import Sum
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
from assay.incentives.queries.accrual import expense_of
from assay.incentives.queries.facts import facts_out_of, looks_about, plan_of, pulled
from assay.incentives.queries.forecast import KIND, newest
from assay.period import Month
from assay.plan.program import Program
from assay.sales.models import Opportunity

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
    if job is not None and job.state in ("waiting", "running"):
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

    def placed(self, month: Month) -> list[Row]:
        """The orders of a month that count."""
        rows = [row for row in self.orders if str(row["order_date"])[:7] == str(month)]
        return [row for row in rows if row["status"] not in GONE]


def forecast(job: Job, tell: Progress) -> tuple[str, dict[str, Any]]:
    """The running month and those after it: low, middle and high of their rehearsals."""
    today = timezone.localdate()
    running = Month.of(today)
    months = [running.next(n) for n in range(AHEAD + 1)]
    plans = [plan_of(month)[0] for month in months]
    if any(looks_about(program) for program in plans):
        raise UserError(_("方案按回款、交货或别的月份计提，不能只凭订单预测"))
    tables = pulled(plans[0], running.next(-BACK), running)
    past = _past(tables)
    sources = [running.next(-n) for n in range(1, BACK + 1)]
    sources = [month for month in sources if past.placed(month)]
    if not sources:
        raise UserError(_("过去 12 个月没有订单，无从预测"))
    found = []
    for at, (month, program) in enumerate(zip(months, plans, strict=True)):
        rehearsed = []
        for done, source in enumerate(sources):
            tell(at * len(sources) + done, len(months) * len(sources))
            orders = _orders(past, source, month, today)
            rehearsed.append((str(source), _paid(program, past.tables, orders, month)))
        found.append(_told(program, month, rehearsed, past))
    return "done", {"day": str(today), "sources": len(sources), "months": found}


def _past(tables: Tables) -> Past:
    targets = {
        (row["employee"], row["month"]): row["amount"]
        for row in tables["targets"].to_pylist()
        if row["employee"] and row["amount"] > 0
    }
    return Past(tables, tables["orders"].to_pylist(), targets)


def _orders(past: Past, source: Month, month: Month, today: date) -> list[Row]:
    """A past month's orders as they would be in a month; of the running one those to come."""
    own = past.placed(month)
    last = (month.after - timedelta(1)).day
    made = [*own]
    for at, row in enumerate(past.placed(source), start=1):
        day = date(*month.first.timetuple()[:2], min(int(str(row["order_date"])[8:10]), last))
        if month == Month.of(today) and day <= today:
            continue
        then = past.targets.get((row["seller"], source.index))
        ahead = past.targets.get((row["seller"], month.index))
        made.append(
            {
                **row, "id": -at, "order_id": f"+{at}", "order_date": str(day), "delivered_on": "",
                "list_amount": _scaled(row["list_amount"], ahead, then),
                "net_amount": _scaled(row["net_amount"], ahead, then),
            }
        )  # fmt: skip
    return made


def _scaled(amount: int, ahead: int | None, then: int | None) -> int:
    """An amount times ahead/then, rounded half up; as it was where either has no target."""
    if not ahead or not then:
        return amount
    return max(1, (2 * amount * ahead + then) // (2 * then)) if amount > 0 else amount


def _paid(program: Program, tables: Tables, orders: Iterable[Row], month: Month) -> Sums:
    columns = list(SELECTS["orders"].columns)
    rows = [tuple(row[name] for name in columns) for row in orders]
    facts = facts_out_of({**tables, "orders": tables_of({"orders": rows})["orders"]}, program)
    outcome = run_program(program, facts, range(month.index, month.index + 1), "duckdb")
    sums: Sums = defaultdict(int)
    for row in outcome.statements:
        sums[expense_of(row.role), program.rules[row.rule].name] += row.amount
    return dict(sums)


def _told(
    program: Program, month: Month, rehearsed: list[tuple[str, Sums]], past: Past
) -> dict[str, Any]:  # fmt: skip
    """Low, middle and high: the rehearsals at a quarter, a half and three quarters by their totals.

    Each is one rehearsal, so that its lines add up.
    """
    ranked = sorted(rehearsed, key=lambda one: (sum(one[1].values()), one[0]))
    count = len(ranked)
    picked = [ranked[count // 4], ranked[count // 2], ranked[count - 1 - count // 4]]
    titles = {rule.name: rule.title for rule in program.rules}
    lines = list(dict.fromkeys(key for _source, sums in picked for key in sums))
    span = {"expected_on__gte": month.first, "expected_on__lt": month.after}
    open_ones = Opportunity.objects.filter(stage__in=("lead", "needs", "quoted"), **span)
    return {
        "month": month.index, "like": [source for source, _sums in picked],
        "totals": [sum(sums.values()) for _source, sums in picked],
        "target": sum(v for (_who, index), v in past.targets.items() if index == month.index),
        "pipeline": open_ones.aggregate(s=Sum("expected"))["s"] or 0,
        "lines": [
            {
                "control": control,
                "title": {lang: titles[line].text(lang, line) for lang in LANGS},
                "amounts": [sums.get((control, line), 0) for _source, sums in picked],
            }
            for control, line in lines
        ],
    }  # fmt: skip


jobs.register(KIND, forecast)
