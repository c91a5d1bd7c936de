"""What credits show beside their amount: band labels, rates as decimal texts, parts in 分."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from assay.money import rate
from assay.plan.sql.columns import quoted
from assay.plan.sql.formulas import Formulas
from assay.plan.sql.terms import OutsideError, Term, half_up
from assay.plan.tree import (
    Arith,
    Bands,
    Choose,
    Const,
    Extreme,
    First,
    Level,
    Node,
    Ref,
)

_MOST = 64
Choices = list[tuple[str, Fraction]]


def rate_text(make: Formulas, node: Node) -> str:
    """SQL of a rate as the contract prints it (0.08)."""
    level = node.frame.level
    if Level.CONST < level < make.level:
        inner = rate_text(make.at(level), node)
        return make.column_of(level, inner)
    if isinstance(node, Ref):
        return rate_text(make.owner(node), make.program.steps[node.name].node)
    if isinstance(node, Choose):
        yes, no = rate_text(make, node.yes), rate_text(make, node.no)
        return f"CASE WHEN {make.condition(node.condition)} THEN {yes} ELSE {no} END"
    if isinstance(node, First):
        return _first(make, node)
    found = choices(make, node)
    if found is None:
        return _decimal(make.number(node))
    if len(found) == 1:
        return quoted(rate(found[0][1]))
    whens = " ".join(f"WHEN {condition} THEN {quoted(rate(value))}" for condition, value in found)
    return f"CASE {whens} END"


def _first(make: Formulas, node: First) -> str:
    whens: list[str] = []
    last = "''"
    for row in node.rows:
        if row.condition is None:
            last = rate_text(make, row.value)
            break
        whens.append(f"WHEN {make.condition(row.condition)} THEN {rate_text(make, row.value)}")
    return f"CASE {' '.join(whens)} ELSE {last} END" if whens else last


def choices(make: Formulas, node: Node) -> Choices | None:
    """The values a node can take with the condition of each, or None when they are not few."""
    if isinstance(node, Const) and isinstance(node.value, int | Fraction):
        return [("TRUE", Fraction(node.value))]
    if isinstance(node, Ref):
        inner = make.program.steps[node.name].node
        return choices(make.owner(node), inner) if inner.frame == node.frame else None
    if isinstance(node, Bands) and not node.slices and node.frame.level is make.level:
        return _of_bands(make, node)
    if isinstance(node, Arith | Extreme):
        return _combined(make, node)
    return None


def _of_bands(make: Formulas, node: Bands) -> Choices | None:
    index = make.band(node)
    found: Choices = []
    for number, row in enumerate(node.rows):
        inner = choices(make, row.value)
        if inner is None or len(inner) != 1:
            return None
        found.append((f"{index} = {number}", inner[0][1]))
    return found


def _combined(make: Formulas, node: Arith | Extreme) -> Choices | None:
    operands = (node.left, node.right) if isinstance(node, Arith) else node.operands
    sides = [choices(make, operand) for operand in operands]
    if any(side is None for side in sides):
        return None
    found: Choices = []
    for combination in product(*(side or [] for side in sides)):
        values = [value for _, value in combination]
        conditions = [condition for condition, _ in combination if condition != "TRUE"]
        found.append((" AND ".join(conditions) or "TRUE", _apply(node, values)))
        if len(found) > _MOST:
            return None
    return found


def _apply(node: Arith | Extreme, values: list[Fraction]) -> Fraction:
    if isinstance(node, Extreme):
        return max(values) if node.greatest else min(values)
    left, right = values
    if node.operator == "/":
        if not right:
            raise OutsideError("a rate divided by nought")
        return left / right
    return {"+": left + right, "-": left - right, "*": left * right}[node.operator]


def _decimal(term: Term) -> str:
    """A term as a decimal of at most ten digits, half-up, by whole numbers alone."""
    divisor = " * ".join([str(term.den), *(f"CAST({over.sql} AS HUGEINT)" for over in term.overs)])
    num = f"CAST({term.num} AS HUGEINT)"
    size = f"((2 * abs({num}) * 10000000000 + {divisor}) // (2 * {divisor}))"
    digits = f"lpad(CAST({size} % 10000000000 AS VARCHAR), 10, '0')"
    whole = f"CAST({size} // 10000000000 AS VARCHAR)"
    sign = f"CASE WHEN {num} < 0 THEN '-' ELSE '' END"
    return f"concat({sign}, rtrim(rtrim(concat({whole}, '.', {digits}), '0'), '.'))"


def fen(term: Term) -> str:
    """A term as whole 分, half-up away from nought; an exact part rounded for show only."""
    if term.den == 1 and not term.overs:
        return term.num
    divisor = " * ".join([str(term.den), *(over.sql for over in term.overs)])
    return half_up(term.num, f"({divisor})", term.signed)
