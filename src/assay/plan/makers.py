"""One small function a node: how each kind of node comes to its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from assay.money import half_up
from assay.period import Month
from assay.plan.makers_month import OF_THE_MONTH
from assay.plan.running import Running
from assay.plan.stretches import stretches
from assay.plan.tree import (
    Aggregate,
    Arith,
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
    IsNone,
    Ladder,
    LineOf,
    Logic,
    Node,
    Not,
    Otherwise,
    Ref,
    Rounded,
    Sliced,
    This,
    Value,
)
from assay.plan.values import Env, Function, exact, slim


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

    def known(env: Env) -> Value:
        """A day that has not come yet is not known yet."""
        day = value(env)
        later = env.as_of is not None and isinstance(day, date) and day >= Month(env.as_of).after
        return None if later else day

    return known if node.event else value


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
        if isinstance(x, int) and isinstance(y, int):  # at once: a Fraction less to be made
            return slim(Fraction(x, y)) if y else None
        return slim(Fraction(x) / y) if y else None

    return value


_HOLDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip


def _compare(run: Running, node: Compare) -> Function:
    left, right, holds = run.function(node.left), run.function(node.right), _HOLDS[node.operator]
    alike = node.operator in ("=", "!=")

    def value(env: Env) -> Value:
        a, b = left(env), right(env)
        if a is None or b is None:
            return False
        if alike or (isinstance(a, date) and isinstance(b, date)):
            return bool(holds(a, b))
        return bool(holds(exact(a), exact(b)))

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


def _rounded(run: Running, node: Rounded) -> Function:
    of = run.function(node.of)
    ways: dict[str, Callable[[Fraction], int]] = {
        "floor": lambda x: x.__floor__(),
        "ceil": lambda x: x.__ceil__(),
        "round": half_up,
    }
    way = ways[node.mode]

    def value(env: Env) -> Value:
        said = of(env)
        return None if said is None else slim(way(Fraction(exact(said)) / node.step) * node.step)

    return value


def _aggregate(run: Running, node: Aggregate) -> Function:
    return lambda env: run.aggregated(node, env)


def _this(run: Running, node: This) -> Function:
    of = run.function(node.of)

    def value(env: Env) -> Value:
        assert env.outer is not None
        return of(env.outer)

    return value


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
    of, pieces = run.function(node.of), stretches(node)

    def value(env: Env) -> Value:
        said = of(env)
        if said is None:
            return None
        at = exact(said)
        piece = next(p for p in pieces if p.high is None or at < p.high or at == p.low == p.high)
        return None if piece.base is None else slim(piece.slope * at + piece.base)

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


def _fill(run: Running, node: Fill) -> Function:
    return lambda env: run.filled(node, env)


MAKERS: dict[type[Node], Callable[..., Function]] = {
    **OF_THE_MONTH,
    Const: _const,
    Dated: _dated,
    Column: _column,
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
    This: _this,
    Rounded: _rounded,
    Bands: _bands,
    Sliced: _sliced,
    Between: _between,
    Ladder: _ladder,
    First: _first,
    Fill: _fill,
}
