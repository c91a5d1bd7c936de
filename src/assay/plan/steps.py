"""A named value of the plan, bound, and everything it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assay.plan.document import Title
from assay.plan.problems import Place
from assay.plan.tree import CarriedPart, Node, Ref, walk


@dataclass(frozen=True)
class Step:
    """A named value of the plan, bound."""

    name: str
    kind: str
    node: Node
    title: Title
    cite: tuple[str, ...]
    place: Place


def deep(node: Node, steps: Mapping[str, Step]) -> Iterator[Node]:
    """A node and all it rests on, through names."""
    seen: set[str] = set()
    stack = [node]
    while stack:
        for found in walk(stack.pop()):
            yield found
            name = found.name if isinstance(found, Ref | CarriedPart) else ""
            if name and name not in seen:
                seen.add(name)
                stack.append(steps[name].node)
