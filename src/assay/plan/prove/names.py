"""Short names of what stands in a formula: how a threshold is called."""

from __future__ import annotations

from fractions import Fraction

from assay.plan.program import Program
from assay.plan.prove.encoding import Mark
from assay.plan.tree import (
    Aggregate,
    Arith,
    Bands,
    Between,
    CarriedPart,
    Column,
    Compare,
    Const,
    Extreme,
    Ladder,
    LineOf,
    Logic,
    Node,
    Not,
    Rank,
    Ref,
    Rounded,
    Target,
)
from assay.plan.units import Unit, show
from assay.plan.vocabulary import QUOTIENTS

MOST = 40


def threshold(program: Program, mark: Mark) -> str:
    """How a threshold is called: what is compared, and with what."""
    node = mark.node
    if isinstance(node, Bands | Between) and mark.end is not None:
        return f"{name_of(program, node.of)} {amount(mark.end, node.of.unit)}"
    if isinstance(node, Compare):
        left, right = name_of(program, node.left), name_of(program, node.right)
        return f"{left} {node.operator} {right}"
    if isinstance(node, Ladder):
        return f"{name_of(program, node.of)} +{amount(node.every, node.of.unit)}"
    if isinstance(node, Rounded):
        return f"{node.mode}({name_of(program, node.of)})"
    return name_of(program, node)


def amount(value: Fraction, unit: Unit) -> str:
    """A fixed value, short."""
    text = show(value, unit)
    return text.replace(".00元", "元").replace(".00 ", " ")


def condition_of(program: Program, node: Node) -> str:
    """A condition, short."""
    if isinstance(node, Logic):
        left, right = (condition_of(program, side) for side in (node.left, node.right))
        return _short(f"{left} {node.operator} {right}")
    if isinstance(node, Not):
        return _short(f"not {condition_of(program, node.operand)}")
    return _short(threshold(program, Mark(node)))


def name_of(program: Program, node: Node) -> str:
    """What a value is called."""
    return _short(_name(program, node))


def _short(text: str) -> str:
    return text if len(text) <= MOST else text[: MOST - 1] + "…"


def _name(program: Program, node: Node) -> str:
    if isinstance(node, Ref):
        return node.name
    if isinstance(node, Const):
        value = node.value
        return (
            amount(Fraction(value), node.unit) if isinstance(value, int | Fraction) else str(value)
        )
    if isinstance(node, Column):
        return f"{node.fact}.{node.name}"
    if isinstance(node, Target):
        return "team.target" if node.team else "target"
    if isinstance(node, Arith):
        return _arith(program, node)
    if isinstance(node, Aggregate):
        team = {"team": "team.", "members": "team.", "reports": "reports."}.get(node.scope, "")
        inner = node.fact if node.body is None else _name(program, node.body)
        return f"{team}{node.kind}({inner})"
    if isinstance(node, Extreme):
        word = "max" if node.greatest else "min"
        return f"{word}({', '.join(_name(program, o) for o in node.operands)})"
    if isinstance(node, LineOf):
        return f"line.{node.rule}"
    if isinstance(node, CarriedPart):
        return f"{node.name}.{node.part}"
    if isinstance(node, Rank):
        return f"rank({', '.join(_name(program, by) for by in node.by)})"
    return type(node).__name__.lower()


def _arith(program: Program, node: Arith) -> str:
    left, right = node.left, node.right
    if isinstance(left, Column) and isinstance(right, Column) and node.operator == "/":
        for name, pair in QUOTIENTS.get(left.fact, {}).items():
            if pair == (left.name, right.name):
                return f"{left.fact}.{name}"
    return f"{_name(program, left)} {node.operator} {_name(program, right)}"
