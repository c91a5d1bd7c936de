"""The running month as statements: whose a person may watch, worked out again once facts differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from threading import Lock

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from assay.customers.access import departments_led
from assay.engine.explain import PayeeMonth, opened
from assay.engine.supposed import Supposed, rows_of
from assay.facts.facts import Facts
from assay.furniture.spans import meeting
from assay.incentives.models import DayKept
from assay.incentives.queries.behind import Asked, LineBehind, line_behind
from assay.incentives.queries.kept import RUNNING
from assay.incentives.queries.opened import Account, OrderOpened, Which, of_opened, order_opened
from assay.people.access import Viewer
from assay.people.models import Agent, Assignment, Shop
from assay.people.queries import PAYEES
from assay.period import Month
from assay.plan.program import Program
from assay.sales.queries.facts import facts_from, month_rows
from assay.sales.queries.plan import plan_of

FRESH = 2  # seconds in which the facts of a department are not asked again, however many watch
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
    """A running month as it stood at a moment; `mark` tells what it pays at one moment from another."""

    account: Account
    at: datetime
    mark: str


@dataclass(frozen=True)
class Glance:
    """What a running month comes to, 分, without how it came about."""

    total: int
    at: datetime
    mark: str


def live(whose: Whose, day: date, lang: str) -> Live:
    """A payee's running month by the plan in force, of facts read at most FRESH seconds ago.

    UserError without a plan, or where its file is not what was published.
    """
    month = Month.of(day)
    program, text = plan_of(month)
    with _facts(program, text, whose, month) as (facts, state):
        key = _key("opened", state, whose, lang)
        found: Live | None = cache.get(key)
        if found is None:
            at_work = opened(program, facts, whose.code, month, role=whose.role)
            account = of_opened(at_work, facts, lang)
            found = Live(account, state.at, _mark(at_work, state))
            cache.set(key, found, KEPT)
    return found


def glance(whose: Whose, day: date) -> Glance:
    """The same in short, for a page that asks again and again. UserError as `live`."""
    month = Month.of(day)
    program, text = plan_of(month)
    with _facts(program, text, whose, month) as (facts, state):
        key = _key("glance", state, whose)
        found: Glance | None = cache.get(key)
        if found is None:
            at_work = opened(program, facts, whose.code, month, role=whose.role)
            total = sum(at_work.amounts().values())
            found = Glance(total, state.at, _mark(at_work, state))
            cache.set(key, found, KEPT)
    return found


def _key(kind: str, state: State, *more: object) -> str:
    return f"{kind}:{sha256(repr((state.facts, *more)).encode()).hexdigest()}"


def _mark(month: PayeeMonth, state: State) -> str:
    """What a payee's page shows: his lines down to each order, and the posts and targets they rest on.

    A colleague's order does not change it.
    """
    lines = month.runner.statement(month.payee, month.wanted[0][0], month.month.index)
    told = [
        (line.rule.name, line.amount, [(c.row.root.values.get("order_id"), c.amount) for c in line.credits])
        for line in lines
    ]  # fmt: skip
    return sha256(repr((state.around, told)).encode()).hexdigest()[:16]


def supposed(whose: Whose, day: date, orders: Sequence[Supposed], lang: str) -> Account:
    """The running month with further orders, as the same plan pays it; nothing is written."""
    month = Month.of(day)
    program, text = plan_of(month)
    with _facts(program, text, whose, month) as (facts, _state):
        more = rows_of(facts, orders)
        at_work = opened(program, facts, whose.code, month, role=whose.role, more=more)
        return of_opened(at_work, facts, lang, only={str(row["order_id"]) for row in more})


def order_live(
    whose: Whose, day: date, orders: Sequence[Supposed], which: Which, lang: str
) -> OrderOpened | None:
    """An order of the running month worded, with further orders imagined; None where it has none such."""
    with _at_work(whose, day, orders) as at_work:
        return order_opened(at_work, which, lang)


def behind_live(
    whose: Whose, day: date, orders: Sequence[Supposed], asked: Asked, lang: str
) -> LineBehind | None:
    """What stands behind a line of the running month, with further orders imagined; None as `line_behind`."""
    with _at_work(whose, day, orders) as at_work:
        return line_behind(at_work, asked, lang)


@contextmanager
def _at_work(whose: Whose, day: date, orders: Sequence[Supposed]) -> Iterator[PayeeMonth]:
    """The running month at work, with further orders imagined."""
    month = Month.of(day)
    program, text = plan_of(month)
    with _facts(program, text, whose, month) as (facts, _state):
        more = rows_of(facts, orders)
        yield opened(program, facts, whose.code, month, role=whose.role, more=more)


@contextmanager
def facts_live(whose: Whose, month: Month) -> Iterator[tuple[Program, Facts]]:
    """The plan in force and the facts of a month as they stand."""
    program, text = plan_of(month)
    with _facts(program, text, whose, month) as (facts, _state):
        yield program, facts


@dataclass(frozen=True)
class State:
    """Facts as they were read: their digest, that of what stands around the orders, and when."""

    facts: str
    around: str
    at: datetime


@contextmanager
def _facts(
    program: Program, text: str, whose: Whose, month: Month
) -> Iterator[tuple[Facts, State]]:  # fmt: skip
    """The facts a payee's month rests on, read once in FRESH seconds for all who watch the same.

    However many orders come in and however many look on: a department's facts are read and put
    together once, while the others wait for it.
    """
    scope = sha256(
        repr((text, month.index, whose.departments, whose.agent, whose.shop)).encode()
    ).hexdigest()
    with _turn(scope):
        state: State | None = cache.get(f"facts:{scope}")
        if state is None or not RUNNING.holds(state.facts):
            at = timezone.now()
            rows = month_rows(program, month, whose.departments, whose.agent, whose.shop)
            around = repr((text, rows["posts"], rows["targets"]))
            whole = repr((text, month.index, sorted(rows.items())))
            state = State(
                sha256(whole.encode()).hexdigest(), sha256(around.encode()).hexdigest(), at
            )
            with RUNNING.facts(state.facts, lambda: facts_from(program, rows)):
                cache.set(f"facts:{scope}", state, FRESH)
    with RUNNING.facts(state.facts, lambda: _anew(program, whose, month)) as facts:
        yield facts, state


def _anew(program: Program, whose: Whose, month: Month) -> Facts:
    """Facts that were let go while they were waited for."""
    return facts_from(
        program, month_rows(program, month, whose.departments, whose.agent, whose.shop)
    )


@lru_cache(maxsize=256)
def _turn(scope: str) -> AbstractContextManager[object]:
    """One thread at a time reads the facts of a scope."""
    return Lock()


def days_kept(whose: Whose, day: date) -> QuerySet[DayKept]:
    """The days of a payee's month that were kept, newest first."""
    rows = DayKept.objects.filter(code=whose.code, role=whose.role, month=Month.of(day).index)
    return rows.filter(day__lte=day).order_by("-day")
