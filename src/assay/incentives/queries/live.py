"""The running month as statements: whose a person may watch, worked out again once facts differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from assay.customers.access import departments_led
from assay.engine.supposed import Supposed, rows_of
from assay.facts.facts import Facts
from assay.furniture.spans import meeting
from assay.incentives.models import DayKept
from assay.incentives.queries.facts import plan_of
from assay.incentives.queries.kept import held
from assay.incentives.queries.opened import Account, of_facts
from assay.people.access import Viewer
from assay.people.models import Agent, Assignment, Shop
from assay.people.queries import PAYEES
from assay.period import Month
from assay.plan.program import Program
from assay.sales.queries.facts import facts_from, month_rows

FRESH = 2  # seconds in which the facts are not asked again, however many watch
KEPT = 600


@dataclass(frozen=True)
class Whose:
    """A payee's month in a role, and what its facts rest on: departments, an agent or a shop."""

    code: str
    name: str
    role: str
    own: bool
    departments: tuple[int, ...] = ()
    agent: int | None = None
    shop: int | None = None


def watched(who: Viewer, day: date) -> list[Whose]:
    """Whose running month a person may watch: his own first, then his people's; no colleague's."""
    if who.agent_id is not None:
        code, name = Agent.objects.values_list("code", "name").get(pk=who.agent_id)
        return [Whose(code, name, "agent", True, agent=who.agent_id)]
    month = Month.of(day)
    found = list(_posts(who, month))
    for pk, code, name in Shop.objects.filter(pk__in=who.shop_ids).values_list(
        "pk", "code", "name"
    ):
        found.append(Whose(code, name, "store", True, shop=pk))
    return found


def _posts(who: Viewer, month: Month) -> Iterator[Whose]:
    """Own posts that are paid, and those of the people somebody leads."""
    posts = Assignment.objects.filter(
        meeting(month.first, month.after), role__in=PAYEES, department__isnull=False
    ).select_related("employee")
    led = sorted(departments_led(who)) if who.role in ("manager", "director") else []
    own = posts.filter(employee=who.employee_id or 0)
    places = tuple(sorted({*led, *(p.department_id or 0 for p in own)}))
    seen: set[tuple[str, str]] = set()
    for mine, rows in ((True, own.order_by("role")), (False, posts.filter(department__in=led))):
        for post in rows.order_by("role", "employee__number") if not mine else rows:
            key = (post.employee.number, post.role)
            if key not in seen:
                seen.add(key)
                yield Whose(
                    post.employee.number, post.employee.name, post.role,
                    post.employee_id == who.employee_id, places,
                )  # fmt: skip


@dataclass(frozen=True)
class Live:
    """A running month as it stood at a moment; `mark` tells one state of the facts from another."""

    account: Account
    at: datetime
    mark: str


def live(whose: Whose, day: date, lang: str) -> Live:
    """A payee's running month by the plan in force, no older than FRESH seconds. UserError without a plan."""
    key = f"live:{whose.code}:{whose.role}:{whose.departments}:{day}:{lang}".replace(" ", "")
    near: Live | None = cache.get(key)
    if near is not None:
        return near
    month = Month.of(day)
    program, text = plan_of(month)
    with _facts(program, text, whose, month) as (facts, state):
        place = sha256(f"{state}:{whose}:{lang}".encode()).hexdigest()
        found: Live | None = cache.get(f"opened:{place}")
        if found is None:
            account = of_facts(program, facts, whose.code, whose.role, month, lang)
            found = Live(account, timezone.now(), place[:16])
            cache.set(f"opened:{place}", found, KEPT)
    cache.set(key, found, FRESH)
    return found


def supposed(whose: Whose, day: date, orders: Sequence[Supposed], lang: str) -> Account:
    """The running month with further orders, as the same plan pays it; nothing is written."""
    month = Month.of(day)
    program, text = plan_of(month)
    with _facts(program, text, whose, month) as (facts, _state):
        more = rows_of(facts, orders)
        return of_facts(program, facts, whose.code, whose.role, month, lang, more=more)


@contextmanager
def facts_live(whose: Whose, month: Month) -> Iterator[tuple[Program, Facts]]:
    """The plan in force and the facts of a month as they stand."""
    program, text = plan_of(month)
    with _facts(program, text, whose, month) as (facts, _state):
        yield program, facts


@contextmanager
def _facts(
    program: Program, text: str, whose: Whose, month: Month
) -> Iterator[tuple[Facts, str]]:  # fmt: skip
    """The facts of a month and their state: read each time, made anew only where they differ."""
    rows = month_rows(program, month, whose.departments, whose.agent, whose.shop)
    said = repr((text, month.index, sorted(rows.items())))
    state = sha256(said.encode()).hexdigest()
    with held(state, lambda: facts_from(program, rows)) as facts:
        yield facts, state


def days_kept(whose: Whose, day: date) -> QuerySet[DayKept]:
    """The days of a payee's month that were kept, newest first."""
    rows = DayKept.objects.filter(code=whose.code, role=whose.role, month=Month.of(day).index)
    return rows.filter(day__lte=day).order_by("-day")
