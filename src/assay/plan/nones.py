"""What of a value can be none, as the plan writes it, and which nought fits in its place."""

from __future__ import annotations

from typing import NamedTuple

from assay.plan.sentences import say
from assay.plan.tree import (
    Aggregate,
    Arith,
    Attribute,
    Bands,
    Between,
    Column,
    Compare,
    First,
    Node,
    Otherwise,
    Ref,
    Target,
)
from assay.plan.units import Unit

_NOUGHTS = {
    "ratio": "0%",
    "count": "0单",
    "days": "0天",
    "months": "0个月",
    "hours": "0小时",
    "word": "''",
    "date": "a date as '2024-01-01'",
}


class Lack(NamedTuple):
    """what: the name, column or quotient that can be none. mend: how to say what stands in."""

    what: str
    mend: str


def nought(unit: Unit) -> str:
    """What is nothing in a unit: 0元, 0%, an empty text; a date for dates."""
    if unit.kind == "money":
        return "0元" if unit.currency == "CNY" else f"0 {unit.currency}"
    return _NOUGHTS.get(unit.kind, "0")


def lack(node: Node) -> Lack:
    """The cause of a none in a value (or in what a condition compares), the innermost named one."""
    found = _cause(node)
    if isinstance(found, Arith):
        divisor = _written(found.right)
        text = f"{_written(found.left)} / {divisor}"
        return Lack(
            say("“{0}” (nothing to divide by)", text),
            say("({0} otherwise {1})", text, nought(found.unit)),
        )
    text = _written(found)
    if found.unit.kind == "bool":
        return Lack(say("what “{0}” compares", text), say("(… otherwise …)” inside “{0}", text))
    why = {
        Target: " (no target set)",
        Aggregate: " (no rows)",
        Between: " (outside its points)",
    }.get(type(found), "")
    return Lack(say("“{0}”{1}", text, why), say("({0} otherwise {1})", text, nought(found.unit)))


def _cause(node: Node) -> Node:
    """The node that is none first: what it is made of, as far as that is none."""
    if isinstance(node, Ref | Column | Target | Attribute | Aggregate | First):
        return node
    if isinstance(node, Compare):
        return _cause(node.left if node.left.nonable else node.right)
    if isinstance(node, Otherwise):
        return _cause(node.fallback)
    for below in node.children():
        if below.nonable or below.shaky:
            return _cause(below)
    return node


def _written(node: Node) -> str:
    """A value roughly as the plan writes it."""
    if isinstance(node, Column):
        return f"{node.fact}.{node.name}"
    if isinstance(node, Attribute):
        return f"payee.{node.name}"
    if isinstance(node, Target):
        return "team.target" if node.team else "target"
    if isinstance(node, Aggregate):
        return f"{node.kind}({_written(node.body) if node.body is not None else '…'})"
    if isinstance(node, Ref | Bands | First | Between):
        return node.name
    if isinstance(node, Arith):
        return f"{_written(node.left)} {node.operator} {_written(node.right)}"
    text = getattr(node, "text", "")
    return str(text) or "…"
