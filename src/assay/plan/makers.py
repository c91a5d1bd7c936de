"""One small function a node: how each kind of node comes to its value."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Protocol

from assay.money import allocate, half_up
from assay.plan.book import Book, Shelf
from assay.plan.tree import (
    Aggregate,
    Arith,
    Attribute,
    Bands,
    Between,
    Choose,
    Column,
    Compare,
    Const,
    Dated,
    Extreme,
    Fill,
    First,
    Holds,
    IsNone,
    Ladder,
    LineOf,
    Logic,
    Node,
    Not,
    Otherwise,
    Rank,
    Ref,
    Share,
    Sliced,
    Target,
    Value,
)
from assay.plan.tree import Row as TableRow
from assay.plan.values import Env, Function, exact, slim


class Running(Protocol):
    """The evaluator as its makers see it."""

    shelf: Shelf
    book: Book
    line: Callable[[str, Env], int]

    def function(self, node: Node) -> Function:
        """The function of a node."""

    def value(self, node: Node, env: Env) -> Value:
        """The value of a node for somebody."""

    def named(self, name: str, env: Env) -> Value:
        """The value of a named step."""

    def filled(self, node: Fill, env: Env) -> Fraction | int | None:
        """The part of a row above or within a quota."""

    def others(self, among: str, env: Env) -> list[tuple[tuple[str, str], Env]]:
        """The payee and those beside him."""

    def aggregated(self, node: Aggregate, env: Env) -> Value:
        """A sum, count, mean, least or greatest."""

    def band(self, node: Bands, env: Env) -> TableRow | None:
        """The row in which a table's value lies."""

    def first(self, node: First, env: Env) -> TableRow | None:
        """The first row that holds."""

    def sliced(
        self, rows: tuple[TableRow, ...], amount: Fraction | int, env: Env
    ) -> Fraction | int:
        """An amount paid slice by slice."""


def _const(run: Running, node: Const) -> Function:
    value = node.value
    return lambda env: value


def _dated(run: Running, node: Dated) -> Function:
    def value(env: Env) -> Value:
        month = env.row.month if env.row is not None else env.month
        found: Value = node.values[0][1]
        for start, said in node.values:
            if start <= month:
                found = said
        return found

    return value


def _column(run: Running, node: Column) -> Function:
    fact, stored = node.fact, node.stored

    def value(env: Env) -> Value:
        row = env.row
        assert row is not None
        if row.fact != fact:
            row = row.up_to(fact)
        return row.values.get(stored)

    return value


def _attribute(run: Running, node: Attribute) -> Function:
    def name(env: Env) -> Value:
        held = run.shelf.holdings.get(env.payee, [])
        return held[-1].name if held else env.payee

    makers: dict[str, Function] = {
        "id": lambda env: env.payee,
        "role": lambda env: env.role,
        "team": lambda env: env.team,
        "name": name,
    }
    return makers[node.name]


def _holds(run: Running, node: Holds) -> Function:
    def value(env: Env) -> Value:
        held = run.shelf.holdings.get(env.payee, ())
        return any(h.role == node.role and h.touches(env.month) for h in held)

    return value


def _target(run: Running, node: Target) -> Function:
    def value(env: Env) -> Value:
        if node.team:
            return run.book.team_targets.get((env.team or "", env.month)) or None
        return run.book.targets.get((env.payee, env.month)) or None

    return value


def _ref(run: Running, node: Ref) -> Function:
    name = node.name
    return lambda env: run.named(name, env)


def _line_of(run: Running, node: LineOf) -> Function:
    return lambda env: run.line(node.rule, env)


def _arith(run: Running, node: Arith) -> Function:
    left, right, operator = run.function(node.left), run.function(node.right), node.operator

    def value(env: Env) -> Value:
        a, b = left(env), right(env)
        if a is None or b is None:
            return None
        x, y = exact(a), exact(b)
        if operator == "+":
            return slim(x + y)
        if operator == "-":
            return slim(x - y)
        if operator == "*":
            return slim(x * y)
        return slim(Fraction(x) / y) if y else None

    return value


def _compare(run: Running, node: Compare) -> Function:
    left, right, operator = run.function(node.left), run.function(node.right), node.operator

    def value(env: Env) -> Value:
        a, b = left(env), right(env)
        if a is None or b is None:
            return False
        if operator == "=":
            return a == b
        if operator == "!=":
            return a != b
        if isinstance(a, date) and isinstance(b, date):
            x, y = Fraction(a.toordinal()), Fraction(b.toordinal())
        else:
            x, y = Fraction(exact(a)), Fraction(exact(b))
        return {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[operator]

    return value


def _logic(run: Running, node: Logic) -> Function:
    left, right = run.function(node.left), run.function(node.right)
    if node.operator == "and":
        return lambda env: bool(left(env)) and bool(right(env))
    return lambda env: bool(left(env)) or bool(right(env))


def _not(run: Running, node: Not) -> Function:
    operand = run.function(node.operand)
    return lambda env: not operand(env)


def _is_none(run: Running, node: IsNone) -> Function:
    operand = run.function(node.operand)
    return lambda env: operand(env) is None


def _extreme(run: Running, node: Extreme) -> Function:
    operands = [run.function(operand) for operand in node.operands]
    pick = max if node.greatest else min

    def value(env: Env) -> Value:
        found = [operand(env) for operand in operands]
        return None if any(v is None for v in found) else pick(exact(v) for v in found)

    return value


def _choose(run: Running, node: Choose) -> Function:
    condition, yes, no = (run.function(n) for n in (node.condition, node.yes, node.no))
    return lambda env: yes(env) if condition(env) else no(env)


def _otherwise(run: Running, node: Otherwise) -> Function:
    value, other = run.function(node.value), run.function(node.fallback)

    def found(env: Env) -> Value:
        first = value(env)
        return other(env) if first is None else first

    return found


def _aggregate(run: Running, node: Aggregate) -> Function:
    return lambda env: run.aggregated(node, env)


def _bands(run: Running, node: Bands) -> Function:
    def value(env: Env) -> Value:
        row = run.band(node, env)
        if row is None:
            return None
        amount = run.value(node.of, env) if node.slices else None
        if node.slices and amount:
            return slim(Fraction(run.sliced(node.rows, exact(amount), env)) / exact(amount))
        return run.value(row.value, env)

    return value


def _between(run: Running, node: Between) -> Function:
    of = run.function(node.of)

    def value(env: Env) -> Value:
        said = of(env)
        if said is None:
            return None
        at = exact(said)
        low, high = node.points[0], node.points[-1]
        if not low[0] <= at <= high[0]:
            return slim((low if at < low[0] else high)[1]) if node.hold else None
        for (x, y), (further, higher) in itertools.pairwise(node.points):
            if at <= further:
                return slim(y + (higher - y) * (at - x) / (further - x))
        return None

    return value


def _ladder(run: Running, node: Ladder) -> Function:
    of = run.function(node.of)

    def value(env: Env) -> Value:
        said = of(env)
        if said is None:
            return None
        steps = (exact(said) - node.start) // node.every
        return slim(node.first + node.add * steps)

    return value


def _sliced(run: Running, node: Sliced) -> Function:
    def value(env: Env) -> Value:
        amount = run.value(node.of, env)
        return None if amount is None else run.sliced(node.rows, exact(amount), env)

    return value


def _first(run: Running, node: First) -> Function:
    def value(env: Env) -> Value:
        row = run.first(node, env)
        return None if row is None else run.value(row.value, env)

    return value


def _rank(run: Running, node: Rank) -> Function:
    def value(env: Env) -> Value:
        values = {
            key: exact(run.value(node.of, other)) for key, other in run.others(node.among, env)
        }
        mine = values[(env.payee, env.role)]
        above = [other for other in values.values() if other > mine]
        return 1 + (len(set(above)) if node.dense else len(above))

    return value


def _share(run: Running, node: Share) -> Function:
    def value(env: Env) -> Value:
        others = run.others(node.among, env)
        parts = [Fraction(exact(run.value(node.by, other))) for _, other in others]
        whole = sum(parts)
        pool = Fraction(exact(run.value(node.pool, env)))
        if not whole:
            return 0
        given = allocate(half_up(pool), [pool * part / whole for part in parts])
        return given[[key for key, _ in others].index((env.payee, env.role))]

    return value


def _fill(run: Running, node: Fill) -> Function:
    return lambda env: run.filled(node, env)


MAKERS: dict[type[Node], Callable[..., Function]] = {
    Const: _const,
    Dated: _dated,
    Column: _column,
    Attribute: _attribute,
    Holds: _holds,
    Target: _target,
    Ref: _ref,
    LineOf: _line_of,
    Arith: _arith,
    Compare: _compare,
    Logic: _logic,
    Not: _not,
    IsNone: _is_none,
    Extreme: _extreme,
    Choose: _choose,
    Otherwise: _otherwise,
    Aggregate: _aggregate,
    Bands: _bands,
    Rank: _rank,
    Share: _share,
    Sliced: _sliced,
    Between: _between,
    Ladder: _ladder,
    First: _first,
    Fill: _fill,
}
