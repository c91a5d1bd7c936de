"""Which rule, and which clause, decides what a whole month's example shows."""

from __future__ import annotations

from collections.abc import Iterator

from assay.plan.program import PayRule, Program
from assay.plan.prove.question import Outcome
from assay.plan.prove.reach import Reach
from assay.plan.prove.replay import Filled
from assay.plan.prove.subject import Subject
from assay.plan.tree import Bands, First, Level, Node


def decided_by(
    program: Program, subject: Subject, outcome: Outcome
) -> tuple[PayRule, tuple[str, ...]]:
    """The rule whose line moves most between both situations, and clauses, the deciding ones first:
    of tables that give something else, then the rule's own, then the month's others."""
    rules = subject.rules
    if not subject.whole or outcome.sides is None:
        return rules[0], _cited([rule.cite for rule in rules])
    moves = {id(rule): _moved(rule, subject.role, *outcome.sides) for rule in rules}
    gain = sum(moves.values())
    first = max(rules, key=lambda rule: moves[id(rule)] * (1 if gain >= 0 else -1))
    others = [rule for rule in rules if rule is not first]
    turned = _turned(program, first, *outcome.sides)
    return first, _cited([*turned, first.cite, *(rule.cite for rule in others)])


def _cited(clauses: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause for cited in clauses for clause in cited))


def _moved(rule: PayRule, role: str, before: Filled, after: Filled) -> int:
    asked = ((rule, before.scene.subject.id, role),)
    return after.pay(asked) - before.pay(asked)


def _turned(
    program: Program, rule: PayRule, before: Filled, after: Filled
) -> Iterator[tuple[str, ...]]:
    """The clauses of tables below the rule that give another value of the same month or row."""
    names = {node.name for node in Reach(program, (rule,)).nodes if isinstance(node, Bands | First)}
    for name, table in program.plan.tables.items():
        if name not in names or name not in program.steps or not table.cite:
            continue
        node = program.steps[name].node
        one, two = _values(node, before), _values(node, after)
        if any(key in two and two[key] != value for key, value in one.items()):
            yield table.cite


def _values(node: Node, filled: Filled) -> dict[tuple[object, ...], object]:
    """What a table gives to each who stands in each month, or to each of their rows."""
    values = filled.runner().values
    found: dict[tuple[object, ...], object] = {}
    for month in filled.scene.months:
        for person in filled.scene.people:
            if node.frame.level is not Level.ROW:
                env = values.env(person.id, person.role, month)
                found[(person.id, month)] = values.value(node, env)
                continue
            for row in values.shelf.by_payee.get((person.id, person.role, month), ()):
                if row.fact == node.frame.fact:
                    found[(row.values.get("slot"), month)] = values.value(node, values.env_of(row))
    return found
