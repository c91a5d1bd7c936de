"""What a formula has asked about first: behind “x is none” and “x is not none” no none comes by accident."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from assay.plan.tree import (
    Arith,
    Attribute,
    Column,
    Compare,
    Extreme,
    IsNone,
    Logic,
    Node,
    Not,
    Ref,
    Shift,
    Target,
)

Keys = frozenset[tuple[object, ...]]
NOTHING: Keys = frozenset()


@dataclass
class Guards:
    """The values known to be there where a formula is being bound."""

    there: Keys = NOTHING

    @contextmanager
    def knowing(self, more: Keys) -> Iterator[None]:
        """Bind what is looked at only where some further values are there."""
        before = self.there
        self.there |= more
        try:
            yield
        finally:
            self.there = before

    def settled(self, node: Node) -> Node:
        """A comparison of values that are all known to be there meets no none."""
        if isinstance(node, Compare) and self._known(node.left) and self._known(node.right):
            return replace(node, shaky=False)
        return node

    def _known(self, node: Node) -> bool:
        if not node.nonable or _key(node) in self.there:
            return True
        made = isinstance(node, Shift | Extreme) or (
            isinstance(node, Arith) and node.operator != "/"
        )
        return made and all(self._known(child) for child in node.children())


def after(operator: str, left: Node) -> Keys:
    """What is there where the right side of and, of or decides."""
    return {"and": holding, "or": failing}.get(operator, _none)(left)


def holding(condition: Node) -> Keys:
    """What is there where a condition holds."""
    if isinstance(condition, Not):
        return failing(condition.operand)
    if isinstance(condition, Logic) and condition.operator == "and":
        return holding(condition.left) | holding(condition.right)
    return NOTHING


def failing(condition: Node) -> Keys:
    """What is there where a condition does not hold."""
    if isinstance(condition, IsNone):
        return frozenset([_key(condition.operand)]) - {()}
    if isinstance(condition, Not):
        return holding(condition.operand)
    if isinstance(condition, Logic) and condition.operator == "or":
        return failing(condition.left) | failing(condition.right)
    return NOTHING


def _none(condition: Node) -> Keys:
    return NOTHING


def _key(node: Node) -> tuple[object, ...]:
    """What a value is called, alike wherever it stands; nothing for what has no name."""
    if isinstance(node, Ref | Attribute):
        return (type(node), node.name)
    if isinstance(node, Column):
        return (Column, node.fact, node.stored)
    return (Target, node.team) if isinstance(node, Target) else ()
