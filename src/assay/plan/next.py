"""The next threshold of a line: how far it is, and what the line would pay beyond it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from assay.plan.book import Book
from assay.plan.run import Line, Runner
from assay.plan.tree import Arith, Bands, Column, Compare, First, Level, Ref, Value, walk
from assay.plan.tree import Row as TableRow
from assay.plan.units import Unit, exactly
from assay.plan.values import Env, exact
from assay.plan.words import Words, shortfall

MOST_ORDERS = 3
# Where a condition ends and whether it holds begins; the comma of a thousand is none.
_ENDS = {"zh": re.compile(r",(?![0-9]{3})"), "en": re.compile(" does")}


@dataclass(frozen=True)
class Next:
    """A threshold ahead: what is there, what is needed, the gap, and what the line gains (分).

    strict: the threshold itself is not enough; `need` lies beyond it. of_order: one order must grow.
    """

    threshold: str
    have: Fraction | int
    need: Fraction | int
    gap: Fraction | int
    gain: int
    unit: Unit
    strict: bool = False
    of_order: bool = False

    def sentence(self, words: Words, currency: Unit) -> str:
        """The threshold as a sentence."""
        return words.say(
            "next",
            threshold=self.threshold,
            have=exactly(self.have, self.unit),
            need=exactly(self.need, self.unit),
            gap=exactly(self.gap, self.unit),
            gain=exactly(self.gain, currency),
        )


def ahead(
    words: Words, line: Line, again: Callable[[], Runner], orders: bool = True
) -> list[Next]:  # fmt: skip
    """Thresholds of the month first, then, where asked, those of its orders with the least gap.

    `again` makes a fresh runner over the same book, in which one thing is then changed.
    """
    return [*_of_month(words, line, again), *(_of_orders(words, line) if orders else ())]


def _of_month(words: Words, line: Line, again: Callable[[], Runner]) -> Iterator[Next]:
    runner = words.runner
    env = runner.values.env(line.payee, line.role, line.month)
    for node in thresholds(runner, line):
        if node.frame.level not in (Level.PAYEE, Level.TEAM):
            continue
        left, right = runner.values.value(node.left, env), runner.values.value(node.right, env)
        if left is None or right is None or runner.values.value(node, env):
            continue
        gap = shortfall(node, left, right)
        if not gap:
            continue
        changed = again()
        changed.values.pretend(node, True)
        gain = changed.line(line.rule, line.payee, line.role, line.month).amount - line.amount
        have = exact(left)
        text = _ENDS[words.lang].split(words.condition(node, env))[0]
        yield Next(text, have, have + gap, gap, gain, node.left.unit, node.operator == ">")


def _of_orders(words: Words, line: Line) -> Iterator[Next]:
    """For the orders nearest to a better band: the amount that reaches it, and the line then."""
    found: list[tuple[Fraction | int, Bands, TableRow, Env, int]] = []
    tables = [n for n in words.runner.program.deep(line.rule.pay) if isinstance(n, Bands)]
    for credit in line.credits:
        env = Env(line.payee, line.role, line.month, credit.row.team, credit.row)
        for table in tables:
            if table.frame.level is Level.ROW:
                edge = _edge(words, table, env)
                if edge is not None:
                    found.append((edge[1], table, edge[0], env, edge[2]))
    found.sort(key=lambda f: (f[0], f[3].row.key if f[3].row else ()))
    for gap, table, row, env, have in found[:MOST_ORDERS]:
        assert env.row is not None
        gain = _with_amount(words.runner, line, env, have + int(gap)) - line.amount
        text = words.say(
            "next_order",
            id=env.row.root.values.get("order_id"),
            of=words.formula(table.of, env),
            label=row.label,
        )
        yield Next(text, have, have + gap, gap, gain, line.rule.pay.unit, of_order=True)


def _edge(words: Words, table: Bands, env: Env) -> tuple[TableRow, Fraction | int, int] | None:
    """The next band above for the order's amount: (band, gap in 分, amount now)."""
    of = table.of
    amount, divisor = of, None
    if isinstance(of, Arith) and of.operator == "/":
        amount, divisor = of.left, of.right
    if not (isinstance(amount, Column) and amount.stored == "net_amount"):
        return None
    values = words.runner.values
    have = values.value(amount, env)
    by: Value = values.value(divisor, env) if divisor is not None else 1
    here = values.value(of, env)
    if not isinstance(have, int) or here is None or not by:
        return None
    above = [
        r
        for r in table.rows
        if r.low is not None and not r.holds(exact(here)) and r.low >= exact(here)
    ]
    if not above:
        return None
    row = min(above, key=lambda r: r.low or 0)
    need = Fraction(row.low or 0) * exact(by)
    whole = -(-need.numerator // need.denominator)
    whole += 0 if row.low_in or whole > need else 1
    return row, whole - have, have


def _with_amount(runner: Runner, line: Line, env: Env, amount: int) -> int:
    """The line with one order at another amount, everything else as it is."""
    assert env.row is not None
    order = env.row.root.values
    book = runner.values.book
    rows = dict(book.rows)
    rows["order"] = [
        {**values, "net_amount": amount} if values is order else values for values in rows["order"]
    ]
    changed = Runner(runner.program, Book(rows, book.holdings, book.targets, book.team_targets))
    return changed.line(line.rule, line.payee, line.role, line.month).amount


def thresholds(runner: Runner, line: Line) -> Iterator[Compare]:
    """Comparisons of the month that the line's formula rests on."""
    seen: set[int] = set()
    for node in runner.program.deep(line.rule.pay):
        if isinstance(node, First):
            for row in node.rows:
                for inner in walk(row.condition) if row.condition is not None else ():
                    if isinstance(inner, Ref):
                        for deep in runner.program.deep(inner):
                            if isinstance(deep, Compare) and id(deep) not in seen:
                                seen.add(id(deep))
                                yield deep
                    elif isinstance(inner, Compare) and id(inner) not in seen:
                        seen.add(id(inner))
                        yield inner
