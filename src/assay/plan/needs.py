"""What facts and optional columns a program reads, and which reading asked for them."""

from __future__ import annotations

from dataclasses import replace

from assay.plan.binder import Binder
from assay.plan.program import Need, Program
from assay.plan.tree import Column, Node
from assay.plan.vocabulary import COLLECTED_ON, FACTS


def with_needs(program: Program, binder: Binder) -> Program:
    """The program with what it needs of the facts."""
    roots: list[Node] = [node for rule in program.rules for node in rule.nodes()]
    roots += [
        node for s in program.streams for node in (s.who, s.where, s.part) if node is not None
    ]
    roots += [*program.dates.values(), *(refusal.when for refusal in program.refusals)]
    wanted = {need for root in roots for need in _needs(program, binder, root)}
    asked: dict[tuple[str, str], tuple[str, str]] = {}
    for name, nodes in binder.branches.items():
        for node in nodes:
            for pair in _needs(program, binder, node):
                asked.setdefault(pair, (name, program.readings[name]))
    in_force = {rule.place for rule in program.rules}
    for rule in program.plan.rules:
        if rule.place in in_force and rule.per.value in FACTS:
            for question, (reading, _) in rule.only.items():
                asked.setdefault((FACTS[rule.per.value].table, ""), (question, reading))
    needs = tuple(Need(*pair, *asked.get(pair, ("", ""))) for pair in sorted(wanted))
    return replace(program, needs=needs)


def _needs(program: Program, binder: Binder, root: Node) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for node in program.deep(root):
        if isinstance(node, Column):
            table = FACTS[node.fact].table if node.fact in FACTS else node.fact
            if node.name == COLLECTED_ON:
                found.add((FACTS["collection"].table, ""))
            elif node.fact != "order":
                found.add((table, ""))
            elif binder.columns(node.fact)[node.name].optional:
                found.add((table, node.stored))
    return found
