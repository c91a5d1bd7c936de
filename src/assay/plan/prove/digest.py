"""What a finding rests on, in a few letters: the same whatever things are called, another when they change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import MISSING, fields

from assay.plan.program import PayRule, Program
from assay.plan.tree import CarriedPart, Const, Holds, LineOf, Node, Ref, Row

LENGTH = 10
# Where a thing stands and what it is called makes no difference to what it pays.
_ASIDE = frozenset({"place", "name", "text", "label", "least", "shaky", "frame"})


def digest_of(program: Program, rules: tuple[PayRule, ...], *more: str) -> str:
    """The digest of some rules' formulas, the credits they rest on, and what else is said."""
    # Roles are names too: the first that the plan names is the first whatever it is called.
    known: dict[str, str] = {f"role {role}": str(at) for at, role in enumerate(program.roles)}
    parts = [*more, program.rounding]
    for rule in rules:
        parts += [rule.fact, str(rule.of_team), rule.period, *_rule(program, rule, known)]
    for stream in program.streams:
        for node in (stream.who, stream.where, stream.part):
            parts.append("" if node is None else _node(program, node, known))
        parts += [
            stream.fact,
            ",".join(known[f"role {r}"] for r in stream.roles),
            str(stream.team),
            str(stream.adds_to),
        ]
    for fact, node in program.dates.items():
        parts += [fact, _node(program, node, known)]
    for refusal in program.refusals:
        parts += [refusal.fact, _node(program, refusal.when, known)]
    return _hash(parts)


def digest_of_part(program: Program, *parts: Node | str) -> str:
    """The digest of formulas and what else is said, whatever things are called."""
    known: dict[str, str] = {f"role {role}": str(at) for at, role in enumerate(program.roles)}
    return _hash([p if isinstance(p, str) else _node(program, p, known) for p in parts])


def _rule(program: Program, rule: PayRule, known: dict[str, str]) -> Iterator[str]:
    yield _node(program, rule.pay, known)
    if rule.settle is not None:
        yield f"{rule.settle.negative} {rule.settle.within}"
        for pair in (*rule.settle.release, *rule.settle.undo):
            yield "|".join("" if n is None else _node(program, n, known) for n in pair)


def _node(program: Program, node: Node, known: dict[str, str]) -> str:
    if isinstance(node, Ref | CarriedPart):
        part = node.part if isinstance(node, CarriedPart) else ""
        return part + _named(program, node.name, known)
    if isinstance(node, LineOf):
        key = f"line.{node.rule}"
        if key not in known:
            known[key] = ""
            rules = [r for r in program.rules if r.name == node.rule]
            known[key] = _hash([t for r in rules for t in _rule(program, r, known)])
        return known[key]
    if isinstance(node, Const) and f"role {node.value}" in known:
        return known[f"role {node.value}"]
    if isinstance(node, Holds):
        return f"holds {known.get(f'role {node.role}', node.role)}"
    parts = [type(node).__name__]
    for spec in fields(node):
        value = getattr(node, spec.name)
        if spec.name in _ASIDE and not (spec.name == "name" and _words_matter(node)):
            continue
        # What stands at its default says nothing, so that the tree can grow without new digests.
        if spec.default is MISSING or value != spec.default:
            parts.append(f"{spec.name}={_value(program, value, known)}")
    return _hash(parts)


def _words_matter(node: Node) -> bool:
    """Whether the name of a node is what it reads: a column, an attribute, a part of the calendar."""
    return not hasattr(node, "rows") and not hasattr(node, "points")


def _named(program: Program, name: str, known: dict[str, str]) -> str:
    if name not in known:
        known[name] = ""  # a balance that looks at itself
        known[name] = _node(program, program.steps[name].node, known)
    return known[name]


def _value(program: Program, value: object, known: dict[str, str]) -> str:
    if isinstance(value, Node):
        return _node(program, value, known)
    if isinstance(value, Row):
        ends = [str(x) for x in (value.low, value.low_in, value.high, value.high_in, value.none)]
        condition = "" if value.condition is None else _node(program, value.condition, known)
        return _hash([*ends, condition, _node(program, value.value, known)])
    if isinstance(value, tuple):
        return _hash([_value(program, item, known) for item in value])
    if isinstance(value, frozenset):
        return ",".join(sorted(map(str, value)))
    return str(value)


def _hash(parts: list[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:LENGTH]
