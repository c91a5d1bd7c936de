"""A statement opened: every line with its orders, band, base quota, added point, sentences and clauses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext

from assay.customers.models import Customer
from assay.engine.causes import left_out
from assay.engine.explain import Explained, PayeeMonth, opened, rests_on_sums
from assay.engine.supposed import MARK
from assay.facts.facts import Facts
from assay.furniture.drawn import Rung
from assay.incentives.models import Line, Statement
from assay.incentives.queries.drawing import (
    Figures,
    Further,
    Piece,
    figures,
    further,
    steps,
    strip,
)  # fmt: skip
from assay.incentives.queries.kept import facts_kept, program_at
from assay.incentives.queries.rows import Opened, OrderRow, Said, number_of
from assay.incentives.queries.statements import folder_of
from assay.money import half_up, rate
from assay.plan.behind_words import MOST_SUMS
from assay.plan.program import Program
from assay.plan.run import Credit
from assay.plan.tree import Ref
from assay.sales.models import Order

KEPT = 3600  # seconds an opened statement is remembered; what it rests on never changes
_CLAUSES = re.compile(r"\s?\[([^\[\]]+)\](?=[\u3002.]?$)")


@dataclass(frozen=True)
class Table:
    """The orders of a line, with what other lines pay for the same orders beside them."""

    line: Opened
    others: Sequence[Opened]
    rows: Sequence[OrderRow]
    asks: int

    @property
    def counted(self) -> list[OrderRow]:
        """Those that count."""
        return [row for row in self.rows if not row.gone]

    def _sum(self, name: str) -> int:
        return sum(getattr(row, name) or 0 for row in self.counted)

    @property
    def sums(self) -> dict[str, int]:
        """The columns added up."""
        return {name: self._sum(name) for name in ("listed", "net", "quota", "base", "amount")}


@dataclass(frozen=True)
class Account:
    """A payee's month in one role: lines in the plan's order, the waterfall, clauses by number."""

    lines: Sequence[Opened]
    tables: Sequence[Table]
    steps: Sequence[Rung]
    pieces: Sequence[Piece]
    figures: Figures
    gists: Mapping[str, str]
    total: int
    plan: str
    adjusted: Sequence[Line] = ()
    # Lines whose figure is not what plan and facts make of it: never silently.
    wrong: Sequence[str] = ()

    @property
    def strip_height(self) -> int:
        """Pixels of the strip with its labels."""
        return max((piece.down for piece in self.pieces), default=0) + 6

    @property
    def further(self) -> list[Further]:
        """What more would pay by itself."""
        return further(self.lines)

    @property
    def plain(self) -> list[Opened]:
        """Lines that are paid by the month."""
        held = {one.line.name for one in self.tables}
        held |= {other.name for one in self.tables for other in one.others}
        return [line for line in self.lines if line.name not in held]


def of_statement(statement: Statement, lang: str) -> Account:
    """A recorded statement, opened from the plan and the facts kept with its run; remembered."""
    key = f"opened:{statement.pk}:{statement.run.digest}:{lang}"
    found: Account | None = cache.get(key)
    if found is None:
        found = _of_statement(statement, lang)
        cache.set(key, found, KEPT)
    return found


def _of_statement(statement: Statement, lang: str) -> Account:
    folder = folder_of(statement.run)
    program = program_at(folder)
    rows = {line.line: line for line in statement.lines.filter(for_month__isnull=True)}
    month = statement.run.pay_month.month
    with facts_kept(folder) as facts:
        at_work = opened(program, facts, statement.code, month, role=statement.role)
        account = of_opened(at_work, facts, lang, rows)
    late = list(statement.lines.filter(for_month__isnull=False))
    wrong = [x.title for x in account.lines if x.row is not None and x.row.amount != x.amount]
    return replace(
        _light(account),
        steps=steps(account.lines, late, statement.total),
        total=statement.total,
        adjusted=late,
        wrong=wrong,
    )


def _light(account: Account) -> Account:
    """What a page shows of an account, to be remembered: its lines' orders stand in its tables."""
    bare = {line.name: replace(line, orders=()) for line in account.lines}
    tables = [
        replace(one, line=bare[one.line.name], others=[bare[other.name] for other in one.others])
        for one in account.tables
    ]
    return replace(account, lines=[*bare.values()], tables=tables)


def of_opened(
    at_work: PayeeMonth, facts: Facts, lang: str, rows: Mapping[str, Line] | None = None,
    only: Collection[str] = (),
) -> Account:  # fmt: skip
    """A payee's month as it is told: the running month, a what-if, or a run's own (with its lines).

    An order is worded when somebody opens it (`order_opened`), but for those named in `only`.
    """
    program = at_work.program
    # Of an order the page says what it is paid by, not what would pay more.
    told = at_work.told(lang, of_orders=False, only=only)
    gone = left_out(program, facts, at_work.payee, at_work.month)
    names = customers_named(_numbers(told) | {str(row["order_id"]) for row in gone})
    gists = {number: clause.gist(lang) for number, clause in program.plan.clauses.items()}
    lines = [_opened(one, at_work, lang, names, gists, rows or {}) for one in told]
    tables = _tables(lines, program, [_left_out(row, names) for row in gone])
    return Account(
        lines, tables, steps(lines, []), strip(tables[0].line.orders) if tables else [],
        figures(at_work, at_work.wanted[0][0], tables[0].counted if tables else [], lines), gists,
        sum(line.amount for line in lines), program.plan.title.text(lang, program.plan.name),
    )  # fmt: skip


def lines_told(at_work: PayeeMonth, lang: str) -> list[Opened]:
    """The lines of a payee's month, their orders by their figures; those paid by the month with what
    stands behind their sums, the first rows of each.
    """
    told = [
        one if one.line.rule.fact else replace(one, tail=[*one.tail, *_behind(at_work, one, lang)])
        for one in at_work.told(lang, only=(), further=False)
    ]
    names, gists = customers_named(_numbers(told)), at_work.program.plan.clauses
    return [_opened(one, at_work, lang, names, gists, {}) for one in told]


def _behind(at_work: PayeeMonth, one: Explained, lang: str) -> list[str]:
    telling = at_work.behind(one.line, lang)
    first = islice(telling.told(one.line), MOST_SUMS)
    return [text.strip() for text in telling.sentences(one.line, first)]


@dataclass(frozen=True)
class OrderOpened:
    """An order of a line, worded, with the gists of the clauses it rests on."""

    title: str
    order: OrderRow
    gists: Mapping[str, str]


@dataclass(frozen=True)
class Which:
    """An order of a line, as an address names it: `nth` of the line's rows for it, from 0."""

    line: str
    number: str
    nth: int


def order_of_statement(statement: Statement, which: Which, lang: str) -> OrderOpened | None:
    """An order of a recorded statement as it is opened; None where the line has no such order."""
    with at_work_of(statement) as at_work:
        return order_opened(at_work, which, lang)


@contextmanager
def at_work_of(statement: Statement) -> Iterator[PayeeMonth]:
    """A recorded statement at work, from the plan and the facts kept with its run."""
    folder = folder_of(statement.run)
    month = statement.run.pay_month.month
    with facts_kept(folder) as facts:
        yield opened(program_at(folder), facts, statement.code, month, role=statement.role)


def order_opened(at_work: PayeeMonth, which: Which, lang: str) -> OrderOpened | None:
    """An order of one of a payee's lines, worded; None where the line has no such order."""
    program = at_work.program
    told = at_work.told(lang, only=[which.number], further=False)
    if which.number not in _numbers(told):  # anything may stand in an address
        return None
    gists = {n: clause.gist(lang) for n, clause in program.plan.clauses.items()}
    names = customers_named([which.number])
    lines = [_opened(one, at_work, lang, names, gists, {}) for one in told]
    for table in _tables(lines, program, []):
        for row in table.rows:
            if Which(table.line.name, row.number, row.nth) == which:
                return OrderOpened(table.line.title, row, gists)
    return None


def _opened(
    one: Explained, month: PayeeMonth, lang: str, names: Mapping[str, tuple[str, str]],
    gists: Collection[str], rows: Mapping[str, Line],
) -> Opened:  # fmt: skip
    rule = one.line.rule
    orders = _orders(one, names, gists)
    shown = {}
    for name, node in rule.shows.items():
        step = month.program.steps.get(node.name) if isinstance(node, Ref) else None
        if step is not None:
            shown[name] = (step.title.text(lang, name), tuple(step.cite))
    return Opened(
        rule.name, rule.title.text(lang, rule.name), one.line.amount, one.line.award, rule.cite,
        _metals(orders), [_said(text, gists) for text in one.head],
        [_said(text, gists) for text in one.tail], [n for n in one.ahead if n.gain > 0],
        rows.get(rule.name), shown, rests_on_sums(month.program, rule),
    )  # fmt: skip


def _said(text: str, gists: Collection[str]) -> Said:
    """A sentence with its clauses taken out of it, to stand beside it."""
    match = _CLAUSES.search(text)
    cite = tuple(match[1].split(", ")) if match else ()
    if match is None or not all(number in gists for number in cite):
        return Said(text)
    return Said(text[: match.start()] + text[match.end() :], cite)


def _numbers(told: Sequence[Explained]) -> set[str]:
    """The orders that some line pays for."""
    return {_number(credit) for one in told for credit in one.line.credits}


def _number(credit: Credit) -> str:
    return str(credit.row.root.values.get("order_id") or "")


def customers_named(numbers: Collection[str]) -> dict[str, tuple[str, str]]:
    """Order number -> customer's name and the order's state; two queries, however many."""
    rows = Order.objects.filter(number__in=numbers)
    held = {n: (pk, state) for n, pk, state in rows.values_list("number", "customer", "status")}
    who = {pk for pk, _state in held.values()}
    people = dict(Customer.objects.filter(pk__in=who).values_list("pk", "name"))
    return {str(number): (people[pk], state) for number, (pk, state) in held.items()}


def _orders(
    one: Explained, names: Mapping[str, tuple[str, str]], gists: Collection[str]
) -> list[OrderRow]:
    """A line's rows as they come; of an order that it pays several times each says which it is."""
    seen: Counter[str] = Counter()
    found = []
    for credit, said in zip(one.line.credits, one.rows, strict=True):
        row = _order(credit, said, names, gists)
        found.append(replace(row, nth=seen[row.number]) if row.number in seen else row)
        seen[row.number] += 1
    return found


def _order(
    credit: Credit, said: Sequence[str], names: Mapping[str, tuple[str, str]],
    gists: Collection[str],
) -> OrderRow:  # fmt: skip
    root, shown = credit.row.root.values, credit.shown
    number = _number(credit)
    day = root.get("order_date")
    # The formula with its result comes last: it is the sum of what is said before it.
    texts = [said[0], *said[2:], said[1]] if len(said) > 1 else said
    name = gettext("假设的订单") if number.startswith(MARK) else names.get(number, ("", ""))[0]
    return OrderRow(
        number, day if isinstance(day, date) else None, name,
        _fen(root.get("list_amount")), _fen(root.get("net_amount")), _fen(shown.get("quota_part")),
        _fen(shown.get("commissionable")), _percent(shown.get("rate")),
        _percent(shown.get("added_point")), credit.amount, str(shown.get("band") or ""),
        [_said(text, gists) for text in texts],
    )  # fmt: skip


def _left_out(row: Mapping[str, Any], names: Mapping[str, tuple[str, str]]) -> OrderRow:
    """An order of the month that was returned or cancelled: shown, never counted."""
    number = str(row["order_id"])
    name, state = names.get(number, ("", ""))
    word = gettext("已取消") if state == "cancelled" else gettext("已退货")
    return OrderRow(
        number, row.get("order_date"), name, _fen(row.get("list_amount")),
        _fen(row.get("net_amount")), gone=word,
    )  # fmt: skip


def _fen(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return None
    return half_up(value)


def _percent(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Fraction) or not value:
        return ""
    return _rated(value)


@lru_cache(maxsize=1024)
def _rated(value: int | Fraction) -> str:
    return f"{rate(Fraction(value) * 100)}%"


def _metals(orders: list[OrderRow]) -> list[OrderRow]:
    """The dearest rate is the finest gold; what earns nothing is dross."""
    worth = sorted({number_of(o.rate) for o in orders if number_of(o.rate)}, reverse=True)
    metal = {value: f"f{min(at, 3) + 1}" for at, value in enumerate(worth)}
    return [
        replace(o, metal=metal.get(number_of(o.rate), "fd" if o.base is not None else ""))
        for o in orders
    ]


def _tables(lines: Sequence[Opened], program: Program, gone: Sequence[OrderRow]) -> list[Table]:
    """Lines with orders as tables: a line that pays for the same orders stands beside the first."""
    with_orders = [line for line in lines if line.orders]
    with_orders.sort(key=lambda line: all(order.base is None for order in line.orders))
    made: list[tuple[Opened, list[Opened]]] = []
    for line in with_orders:
        numbers = {order.number for order in line.orders}
        home = next(
            (others for first, others in made
             if numbers <= {order.number for order in first.orders}
             and all(order.base is None for order in line.orders)), None,
        )  # fmt: skip
        if home is None:
            made.append((line, []))
        else:
            home.append(line)
    tables = []
    for at, (line, others) in enumerate(made):
        beside: dict[str, list[tuple[Opened, OrderRow]]] = defaultdict(list)
        for other in others:
            for order in other.orders:
                beside[order.number].append((other, order))
        rows = [_beside(order, line, beside.get(order.number, ())) for order in line.orders]
        rows += [] if at else gone
        rows.sort(key=lambda row: row.day or date.min)
        cite = {*line.cite, *(number for other in others for number in other.cite)}
        asks = sum(
            not question.decided_by and bool(cite & {*question.cite})
            for question in program.plan.questions.values()
        )
        tables.append(Table(line, others, rows, asks))
    return tables


def _beside(
    order: OrderRow, line: Opened, same: Sequence[tuple[Opened, OrderRow]]
) -> OrderRow:  # fmt: skip
    """An order with what other lines pay for it, told before its own sum."""
    if not same and not order.sentences:
        return order
    paid = tuple((other.title, one.amount) for other, one in same if one.amount)
    told = [*order.sentences[:-1]]
    for _other, one in same:
        told += one.sentences[1:] if one.amount else one.sentences[1:-1]
    told = [*dict.fromkeys(told), *order.sentences[-1:]]
    rate_ = (line.shown or {}).get("rate", ("", ()))[1]
    cite = [*rate_, *(number for said in told for number in said.cite), *line.cite]
    return replace(order, beside=paid, sentences=told, told_by=cite[0] if cite else "")
