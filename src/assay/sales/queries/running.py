"""The running month: what the plan pays on the facts as they stand, worked out again once they differ."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from hashlib import sha256

from django.core.cache import cache

from assay.engine.inputs import load_book
from assay.engine.judge import trimmed
from assay.furniture.reader import reader_language
from assay.period import Month
from assay.plan.book import Book
from assay.plan.next import Next, ahead
from assay.plan.program import Program
from assay.plan.run import Line, Runner
from assay.plan.units import show
from assay.plan.values import Env
from assay.plan.words import Words
from assay.sales import rules
from assay.sales.queries.facts import Rows, facts_from, month_rows
from assay.sales.queries.plan import plan_of

EVERYBODY = "*"
MOST_AHEAD = 60  # payees whose thresholds are looked for at once
KEPT = 600  # seconds; what is asked again within them, on the same facts, is not worked out again


@dataclass(frozen=True)
class PaidLine:
    """A line as it stands: its title, its amount in 分, the clauses it rests on."""

    line: str
    title: str
    amount: int
    cite: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A threshold ahead: how far, as text; `strict` where just reaching it is not enough.

    gap: 分 still to be sold where it is money (without the last 分 of a strict one), else None.
    gain: 分 that the line gains by the threshold alone. order: it is one order that must grow.
    """

    line: str
    cite: tuple[str, ...]
    said: str
    need: str
    distance: str
    gap: int | None
    gain: int
    strict: bool
    order: bool


@dataclass(frozen=True)
class Standing:
    """A payee's month so far. Amounts in 分, ratios exact; None where the plan has no such thing."""

    payee: str
    name: str
    roles: tuple[str, ...]
    team: str
    sales: int | None = None
    average: Fraction | None = None
    target: int | None = None
    lines: tuple[PaidLine, ...] = ()
    ahead: tuple[Step, ...] = ()

    @property
    def total(self) -> int:
        """All lines together."""
        return sum(line.amount for line in self.lines)

    @property
    def earned(self) -> tuple[PaidLine, ...]:
        """Lines that come to something."""
        return tuple(line for line in self.lines if line.amount)

    @property
    def attained(self) -> Fraction | None:
        """Sales over target; None without a target."""
        return Fraction(self.sales or 0, self.target) if self.target else None

    @property
    def nearest(self) -> Step | None:
        """The next threshold of the month, of those whose distance is money."""
        found = [s for s in self.ahead if not s.order and s.gap is not None]
        return min(found, key=lambda s: s.gap or 0, default=None)


@dataclass(frozen=True)
class Running:
    """A month so far: its payees by number, its teams by code, the plan's lines on the way."""

    month: Month
    plan: str
    payees: dict[str, Standing]
    teams: dict[str, Standing]
    over: Fraction | None = None
    floor: Fraction | None = None
    clauses: dict[str, str] = field(default_factory=dict)


def running(
    day: date,
    departments: Collection[int] = (),
    *,
    agent: int | None = None,
    shop: int | None = None,
    look_ahead: str = "",
) -> Running:
    """The month of a day as the plan in force pays it.

    `look_ahead`: whose thresholds are wanted; EVERYBODY for a board of no more than MOST_AHEAD.

    The facts are read each time (one query a table); what follows from them is kept by their
    digest, so a page never shows a month that its facts have left behind. UserError as `plan_of`.
    """
    month = Month.of(day)
    program, text = plan_of(month)
    rows = month_rows(program, month, sorted(departments), agent, shop)
    lang = reader_language()
    key = digest("running", text, month, rows, look_ahead, lang)
    found: Running | None = cache.get(key)
    if found is None:
        found = _worked_out(program, month, rows, look_ahead, lang)
        cache.set(key, found, KEPT)
    return found


def digest(kind: str, plan: str, month: Month, rows: Rows, *more: str) -> str:
    """The key under which something that follows from a plan and from facts is kept."""
    state = repr((plan, month.index, sorted(rows.items()), more))
    return f"{kind}:{sha256(state.encode()).hexdigest()}"


def _worked_out(
    program: Program, month: Month, rows: Rows, look_ahead: str, lang: str
) -> Running:  # fmt: skip
    facts = facts_from(program, rows)
    wide = program.looks_back or not program.by_order_date
    span = None if wide else (month.index, month.index)
    book = trimmed(load_book(program, facts, None, span), program)
    runner = Runner(program, book)
    roles: dict[str, list[str]] = {}
    for payee, role in runner.values.shelf.active(month.index):
        roles.setdefault(payee, []).append(role)
    seen = set(roles) if look_ahead == EVERYBODY and len(roles) <= MOST_AHEAD else {look_ahead}
    payees = {
        payee: _standing(runner, book, month, payee, tuple(held), payee in seen, lang)
        for payee, held in roles.items()
    }
    policies = program.plan.policies
    first = next(((p, held[0]) for p, held in roles.items()), None)
    named = {
        name: _named(runner, name, first, month) for name in (rules.OVER, rules.FLOOR)
    } if first else {}  # fmt: skip
    return Running(
        month, program.plan.title.text(lang, program.plan.name), payees,
        _teams(runner, book, month, payees), named.get(rules.OVER), named.get(rules.FLOOR),
        {n: policies[n].cite[0] for n in named if n in policies and policies[n].cite},
    )  # fmt: skip


def _named(
    runner: Runner, name: str, whose: tuple[str, str], month: Month
) -> Fraction | None:  # fmt: skip
    """A measure or policy of the plan for somebody's month; None where the plan has none."""
    if name not in runner.program.steps:
        return None
    payee, role = whose
    team = runner.values.shelf.team_of(payee, role, month.index)
    value = runner.values.named(name, Env(payee, role, month.index, team))
    return Fraction(value) if isinstance(value, int | Fraction) else None


def _standing(
    runner: Runner, book: Book, month: Month, payee: str, roles: tuple[str, ...],
    look_ahead: bool, lang: str,
) -> Standing:  # fmt: skip
    lines = [line for role in roles for line in runner.statement(payee, role, month.index)]
    steps: list[Step] = []
    if look_ahead:
        words = Words(runner, lang if lang in ("zh", "en") else "zh")
        for line in lines:
            found = ahead(words, line, lambda: Runner(runner.program, book))
            steps += [_step(line, one) for one in found if one.gain or not one.of_order]
    main = next((r for r in roles if r == "salesperson"), roles[0])
    sales = _named(runner, rules.SALES, (payee, main), month)
    return Standing(
        payee, next((h.name for h in book.holdings if h.payee == payee), payee), roles,
        runner.values.shelf.team_of(payee, main, month.index) or "",
        None if sales is None else int(sales),
        _named(runner, rules.AVERAGE, (payee, main), month),
        book.targets.get((payee, month.index)),
        tuple(_paid(line, lang) for line in lines), tuple(steps),
    )  # fmt: skip


def _paid(line: Line, lang: str) -> PaidLine:
    rule = line.rule
    return PaidLine(rule.name, rule.title.text(lang, rule.name), line.amount, tuple(rule.cite))


def _step(line: Line, one: Next) -> Step:
    money = one.unit.kind == "money" and isinstance(one.gap, int)
    last = 1 if money and one.strict else 0
    return Step(
        line.rule.name, tuple(line.rule.cite), one.threshold, show(one.need - last, one.unit),
        show(one.gap - last, one.unit), int(one.gap) - last if money else None, one.gain,
        one.strict, one.of_order,
    )  # fmt: skip


def _teams(
    runner: Runner, book: Book, month: Month, payees: dict[str, Standing]
) -> dict[str, Standing]:  # fmt: skip
    """Each team's sales, average and target, as the plan measures them."""
    found: dict[str, Standing] = {}
    for one in payees.values():
        if not one.team or one.team in found:
            continue
        whose = (one.payee, one.roles[0])
        sales = _named(runner, rules.TEAM_SALES, whose, month)
        found[one.team] = Standing(
            "", one.team, (), one.team, None if sales is None else int(sales),
            _named(runner, rules.TEAM_AVERAGE, whose, month),
            book.team_targets.get((one.team, month.index)),
        )  # fmt: skip
    return found
