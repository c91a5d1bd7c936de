"""Keeping a day: what every payee's running month came to at its end, written once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.engine.run import Outcome, credits_of, run_program
from assay.errors import UserError
from assay.facts.facts import Facts
from assay.incentives.models import DayKept
from assay.incentives.queries.facts import facts_of_day
from assay.incentives.queries.owners import Owners
from assay.money import read_yuan
from assay.period import Month
from assay.plan.program import Program
from assay.plan.source import digest
from assay.sales.queries.plan import plan_of

REACH = 7  # days back to which a day that nobody kept is kept later
Orders = dict[tuple[str, str], list[list[Any]]]


def keep_day(day: date) -> int:
    """Keep what the month of a day came to, of every payee; the rows written, 0 where it is kept.

    UserError without a plan, or for a day that is too long ago. What is there stays as it is.
    """
    today = timezone.localdate()
    if not today - timedelta(REACH) <= day <= today:
        raise UserError(
            _("只能留今天和前 %(days)s 天：更早没有留下的日子不再补留") % {"days": REACH}
        )
    if cache.get(f"nothing-of:{day}") or DayKept.objects.filter(day=day).exists():
        return 0
    month = Month.of(day)
    program, text = plan_of(month)
    facts = facts_of_day(program, day)
    outcome = run_program(program, facts, range(month.index, month.index + 1), "duckdb")
    rows = list(_rows(day, month, program, digest(text), facts, outcome))
    if (
        not rows and day < today
    ):  # a house of which nothing was known then; workers ask again and again
        cache.set(f"nothing-of:{day}", True, 86_400)
    with transaction.atomic():
        # Two workers at once: on SQLite the second sees here what is kept; PostgreSQL leaves it out.
        if DayKept.objects.filter(day=day).exists():
            return 0
        DayKept.objects.bulk_create(rows, 500, ignore_conflicts=True)
    return len(rows)


def keep_yesterday() -> int:
    """Soon after midnight the day that ended is kept; later, as soon as somebody works. Rows written.

    With it the days before it that nobody was there to keep, or that did not come through, since the
    first one kept. A fault of one day keeps no other from being kept; the first is raised at the end.
    """
    today = timezone.localdate()
    begun = DayKept.objects.filter(day__lt=today).aggregate(day=Min("day"))["day"]
    back = min((today - begun).days - 1, REACH) if begun else 1
    rows, first = 0, None
    for days in range(back, 0, -1):
        try:
            rows += keep_day(today - timedelta(days))
        except UserError:  # a company without a plan has no month to keep
            continue
        except Exception as fault:
            first = first or fault
    if first:
        raise first
    return rows


def the_round() -> None:
    """What workers do again and again."""
    keep_yesterday()


def _rows(
    day: date, month: Month, program: Program, plan: str, facts: Facts, outcome: Outcome
) -> list[DayKept]:  # fmt: skip
    orders = _orders(program, facts, outcome)
    lines: dict[tuple[str, str], list[list[Any]]] = defaultdict(list)
    names: dict[tuple[str, str], str] = {}
    for row in outcome.statements:
        rule = program.rules[row.rule]
        title = rule.title.text("zh", rule.name)
        lines[row.payee, row.role].append([rule.name, title, row.amount])
        names[row.payee, row.role] = row.name
    owners = Owners(month)
    made = []
    for (code, role), told in sorted(lines.items()):
        held = {"lines": told, "orders": orders.get((code, role), [])}
        one = DayKept(
            day=day, month=month.index, code=code, role=role, name=names[code, role],
            plan_digest=plan, rewound=True, total=sum(amount for *_line, amount in told), told=held,
            **owners.of(code, role),
        )  # fmt: skip
        one.digest = one.sealed()
        made.append(one)
    return made


def _orders(program: Program, facts: Facts, outcome: Outcome) -> Orders:
    """(payee, role) -> [line, number, day, list, net, 计提, rate, added point, amount], 分 and texts."""
    found: Orders = defaultdict(list)
    for row in credits_of(program, facts, outcome):
        (
            payee,
            role,
            _month,
            line,
            number,
            day,
            listed,
            net,
            _band,
            rate,
            _q,
            base,
            added,
            amount,
        ) = ("" if value is None else str(value) for value in row)
        found[payee, role].append(
            [line, number, day, _fen(listed), _fen(net), _fen(base), rate, added, _fen(amount)]
        )
    return found


def _fen(text: str) -> int | None:
    return read_yuan(text) if text else None
