"""Where the nodes of a plan stand: in which of its parts, and which formulas decide what is paid."""

from __future__ import annotations

from collections.abc import Iterator

from assay.plan.program import Program
from assay.plan.prove.loose import FREE
from assay.plan.steps import deep
from assay.plan.tree import Node, Ref, walk


def nodes(program: Program) -> Iterator[tuple[str, Node]]:
    """Every node of the plan once, with the step, rule or fact it stands in."""
    seen: set[int] = set()
    for home, top in (*_steps(program), *_pays(program), *_shown(program)):
        for node in walk(top):
            if id(node) not in seen:
                seen.add(id(node))
                yield home, node


def tops(program: Program) -> list[Node]:
    """The formulas by which a change can reach the pay: each rule's, credits, days, refusals, and
    what stands below a sum, place or balance. A value that none of them rests on is one of its own."""
    found: list[Node] = []
    reached: set[int] = set()
    for _, top in (*_pays(program), *_steps(program)):
        if id(top) in reached:
            continue
        found.append(top)
        for node in deep(top, program.steps):
            if id(node) in reached:
                continue
            reached.add(id(node))
            if isinstance(node, FREE):
                found += node.children()
    return found


def within(program: Program, top: Node) -> Iterator[Node]:
    """The nodes whose values a formula's own value rests on, through names, above sums and the like."""
    stack, seen = [top], set[str]()
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, Ref):
            if node.name not in seen:
                seen.add(node.name)
                stack.append(program.steps[node.name].node)
        elif not isinstance(node, FREE):
            stack += node.children()


def _steps(program: Program) -> Iterator[tuple[str, Node]]:
    yield from ((name, step.node) for name, step in program.steps.items())


def _pays(program: Program) -> Iterator[tuple[str, Node]]:
    for rule in program.rules:
        yield rule.name, rule.pay
        for node in rule.settle.nodes() if rule.settle is not None else ():
            yield rule.name, node
        if rule.gives is not None:
            yield rule.name, rule.gives
    for stream in program.streams:
        for part in (stream.who, stream.where, stream.part):
            if part is not None:
                yield stream.fact, part
    yield from program.dates.items()
    yield from ((refusal.fact, refusal.when) for refusal in program.refusals)


def _shown(program: Program) -> Iterator[tuple[str, Node]]:
    for rule in program.rules:
        yield from ((rule.name, node) for node in rule.shows.values())
