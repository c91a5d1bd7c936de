"""A statement opened: every line with its orders, band, base quota, added point, sentences and clauses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from assay.customers.models import Customer
from assay.engine.explain import Explained, explain
from assay.engine.in_force import compiled
from assay.engine.inputs import read_inputs
from assay.engine.kept_credits import Part, shared_out
from assay.facts.facts import Facts
from assay.incentives.models import Line, Statement
from assay.incentives.queries.statements import folder_of
from assay.money import grouped, half_up, rate
from assay.period import Month
from assay.plan.next import Next
from assay.plan.program import Program
from assay.plan.run import Credit
from assay.sales.models import Order


@dataclass(frozen=True)
class OrderRow:
    """A row of a line: amounts in 分, rates as the plan shows them; sentences say how it came about."""

    number: str
    day: date | None
    customer: str
    listed: int | None
    net: int | None
    quota: int | None
    base: int | None
    rate: str
    added: str
    amount: int
    sentences: Sequence[str]
    metal: str = ""


@dataclass(frozen=True)
class Step:
    """A bar of the waterfall: what, how it is worked out, how much; left and width in percent."""

    title: str
    how: str
    amount: int
    cite: Sequence[str]
    left: str
    width: str
    metal: str


@dataclass(frozen=True)
class Opened:
    """A line as a page shows it; `row` is the line that was recorded, None in the running month."""

    name: str
    title: str
    amount: int
    award: str
    cite: Sequence[str]
    orders: Sequence[OrderRow]
    head: Sequence[str]
    tail: Sequence[str]
    ahead: Sequence[Next]
    row: Line | None = None


@dataclass(frozen=True)
class Account:
    """A payee's month in one role: lines in the plan's order, the waterfall, clauses by number."""

    lines: Sequence[Opened]
    steps: Sequence[Step]
    gists: Mapping[str, str]
    total: int
    adjusted: Sequence[Line] = ()
    # Lines whose figure is not what plan and facts make of it: never silently.
    wrong: Sequence[str] = ()


def of_statement(statement: Statement, lang: str) -> Account:
    """A recorded statement, opened from the plan and the facts kept with its run."""
    folder = folder_of(statement.run)
    program = program_at(folder)
    facts = read_inputs(program, folder / "facts", trusted=True)
    rows = {line.line: line for line in statement.lines.filter(for_month__isnull=True)}
    month = statement.run.pay_month.month
    account = of_facts(program, facts, statement.code, statement.role, month, lang, rows)
    late = list(statement.lines.filter(for_month__isnull=False))
    steps = _steps(account.lines, late)
    wrong = [x.title for x in account.lines if x.row is not None and x.row.amount != x.amount]
    return Account(account.lines, steps, account.gists, statement.total, late, wrong)


def program_at(folder: Path) -> Program:
    """The plan of a run's folder, compiled once a process."""
    path = folder / "plan.yaml"
    return compiled(path, path.stat().st_mtime_ns)[0]


def of_facts(
    program: Program, facts: Facts, code: str, role: str, month: Month, lang: str,
    rows: Mapping[str, Line] | None = None,
) -> Account:  # fmt: skip
    """A payee's month out of any facts: the running month, a what-if, or a run's own."""
    told = explain(program, facts, code, month, role=role, lang=lang)
    names = _customers(told)
    lines = [_opened(one, lang, names, (rows or {}).get(one.line.rule.name)) for one in told]
    gists = {number: clause.gist(lang) for number, clause in program.plan.clauses.items()}
    total = sum(line.amount for line in lines)
    return Account(lines, _steps(lines, []), gists, total)


def _opened(one: Explained, lang: str, names: Mapping[str, str], row: Line | None) -> Opened:
    rule = one.line.rule
    orders = [
        _order(credit, said, names) for credit, said in zip(one.line.credits, one.rows, strict=True)
    ]
    return Opened(
        rule.name, rule.title.text(lang, rule.name), one.line.amount, one.line.award, rule.cite,
        _metals(orders), one.head, one.tail, [n for n in one.ahead if n.gain > 0], row,
    )  # fmt: skip


def _customers(told: Sequence[Explained]) -> dict[str, str]:
    """Order number -> customer's name, of every order of the lines, asked once."""
    numbers = {
        str(credit.row.root.values.get("order_id")) for one in told for credit in one.line.credits
    }
    rows = Order.objects.filter(number__in=numbers).values_list("number", "customer")
    held = dict(rows)
    people = dict(Customer.objects.filter(pk__in=set(held.values())).values_list("pk", "name"))
    return {str(number): people[pk] for number, pk in held.items()}


def _order(credit: Credit, said: Sequence[str], names: Mapping[str, str]) -> OrderRow:
    root, shown = credit.row.root.values, credit.shown
    number = str(root.get("order_id") or "")
    day = root.get("order_date")
    return OrderRow(
        number, day if isinstance(day, date) else None, names.get(number, ""),
        _fen(root.get("list_amount")), _fen(root.get("net_amount")), _fen(shown.get("quota_part")),
        _fen(shown.get("commissionable")), _percent(shown.get("rate")),
        _percent(shown.get("added_point")), credit.amount, said,
    )  # fmt: skip


def _fen(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return None
    return half_up(value)


def _percent(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Fraction) or not value:
        return ""
    return f"{rate(Fraction(value) * 100)}%"


def _number(text: str) -> Fraction:
    return Fraction(text.rstrip("%") or 0)


def _metals(orders: list[OrderRow]) -> list[OrderRow]:
    """The dearest rate is the finest gold; what earns nothing is dross."""
    worth = sorted({_number(o.rate) for o in orders if _number(o.rate)}, reverse=True)
    metal = {value: f"f{min(at, 3) + 1}" for at, value in enumerate(worth)}
    return [
        replace(o, metal=metal.get(_number(o.rate), "fd" if o.base is not None else ""))
        for o in orders
    ]


def _steps(lines: Sequence[Opened], late: Sequence[Line]) -> list[Step]:
    """The waterfall: a line's tiers and its added point apart, other lines whole, then 补发/补扣."""
    bare: list[tuple[str, str, int, Sequence[str], str]] = []
    for line in lines:
        bare += _tiers(line) or [(line.title, _how(line), line.amount, line.cite, "fs")]
    bare += [(row.title, row.reason, row.amount, (), "fs") for row in late]
    places, at = [], 0
    for _title, _how_said, amount, _cite, _metal in bare:
        places.append((min(at, at + amount), abs(amount)))
        at += amount
    low = min([0, *(left for left, _ in places)])
    high = max([0, *(left + width for left, width in places)])
    scale = max(1, high - low)
    return [
        Step(title, how, amount, cite, _p(left - low, scale), _p(width, scale), metal)
        for (title, how, amount, cite, metal), (left, width) in zip(bare, places, strict=True)
    ]


def _how(line: Opened) -> str:
    """The sentence that works out a line without orders, without its full stop."""
    return line.head[1][:-1] if len(line.head) > 1 and not line.orders else ""


def _p(part: int, scale: int) -> str:
    return f"{half_up(Fraction(part * 10_000, scale)) / 100:g}%"


def _tiers(line: Opened) -> list[tuple[str, str, int, Sequence[str], str]]:
    """A line that pays by rates, tier by tier, as shares that add up to it."""
    exact: dict[Part, Fraction] = defaultdict(Fraction)
    bases: dict[Part, int] = defaultdict(int)
    metals: dict[Part, str] = {}
    for order in line.orders:
        if order.base is None or not order.rate:
            continue
        tier = Part("·", False, _number(order.rate) / 100)
        exact[tier] += order.base * tier.rate
        bases[tier] += order.base
        metals[tier] = order.metal
        if order.added:
            point = Part("", True, _number(order.added) / 100)
            exact[point] += order.base * point.rate
            bases[point] += order.base
    if not exact:
        return []
    return [
        (
            line.title, f"{grouped(bases[part])} × {'+' if part.added else ''}{rate(part.rate * 100)}%",
            amount, line.cite, "fi" if part.added else metals[part],
        )
        for part, amount in shared_out(line.amount, exact).items()
    ]  # fmt: skip
