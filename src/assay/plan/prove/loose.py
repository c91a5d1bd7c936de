"""The tree read with everything that rows, people or months make of it left open, each on its own.

Sums, places, balances and the like stand for any value they could have, for any number of rows and
any amounts: what is impossible, or always the same, is so for certain, and nothing else is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Self

import z3

from assay.plan.program import Program
from assay.plan.prove import encode_nodes
from assay.plan.prove.encoding import Mark
from assay.plan.prove.logic import Truth, both, neither
from assay.plan.prove.solve import SAT, STEPS_PER_MS, UNSAT
from assay.plan.prove.symbols import Term, Value, const, merged
from assay.plan.tree import (
    Aggregate,
    Attribute,
    Between,
    Calendar,
    Carried,
    CarriedPart,
    Column,
    Compare,
    Const,
    Dated,
    DayPart,
    Earlier,
    Fill,
    Holds,
    Ladder,
    LineOf,
    Node,
    Rank,
    Rounded,
    Share,
    Shift,
    Span,
    Target,
    This,
    Turn,
)
from assay.plan.values import Env

FREE = (
    Aggregate, Column, Target, Fill, Turn, Rank, Share, Carried, CarriedPart, LineOf, Earlier,
    DayPart, Span, Shift, Rounded, Ladder, Between, Attribute, Calendar, This,
)  # fmt: skip
NOBODY = Env("", "", 0, None)
MILLISECONDS = 1000
_MOST_OF = {"number": 12, "of_year": 12, "days": 31, "first_day": 31, "last_day": 31}


@dataclass
class Loose:
    """Reads the tree with everything that rows, people or months make of it left open.

    instead: nodes that stand in for others, by the identity of these.
    """

    program: Program
    bounds: list[Truth] = field(default_factory=list)
    made: dict[object, Value] = field(default_factory=dict)
    truths: dict[object, Truth] = field(default_factory=dict)
    instead: Mapping[int, Node] = field(default_factory=dict)
    _values: dict[str, Value] = field(default_factory=dict)
    _holds: dict[str, Truth] = field(default_factory=dict)

    def without(self, instead: Mapping[int, Node]) -> Self:
        """The same open values, read with some nodes instead of others."""
        return replace(self, instead=instead, _values={}, _holds={})

    def value(self, node: Node, env: Env) -> Value:
        """The value of a node, open where rows make it."""
        node = self.instead.get(id(node), node)
        if isinstance(node, FREE):
            key = self._key(node)
            if key not in self.made:
                self.made[key] = self._open(node, len(self.made))
            return self.made[key]
        if isinstance(node, Const):
            return const(node.value)
        if isinstance(node, Dated):
            values = [const(v) for _, v in node.values]
            return self._one_of([v[0][1] for v in values], f"dated.{node.name}")
        return encode_nodes.VALUES[type(node)](self, node, env)

    def truth(self, node: Node, env: Env) -> Truth:
        """Whether a condition holds."""
        node = self.instead.get(id(node), node)
        if isinstance(node, Const):
            return bool(node.value)
        if isinstance(node, Holds):
            return self._free_truth(("holds", node.role))
        if isinstance(node, Column | Attribute | This):
            return self._free_truth(self._key(node))
        if isinstance(node, Compare) and self._worded(node):
            return self._free_truth(("compare", id(node)))
        return encode_nodes.TRUTHS[type(node)](self, node, env)

    def _worded(self, node: Compare) -> bool:
        """Days and free text are not looked into."""
        unit = node.left.unit
        closed = node.left.unit.words or node.right.unit.words
        return unit.kind == "date" or (unit.kind == "word" and not closed)

    def _free_truth(self, key: object) -> Truth:
        if key not in self.truths:
            self.truths[key] = z3.Bool(f"truth{len(self.truths)}")
        return self.truths[key]

    def _key(self, node: Node) -> object:
        if isinstance(node, Column):
            return ("column", node.fact, node.stored)
        if isinstance(node, Attribute | Calendar):
            return (type(node).__name__, node.name, getattr(node, "period", ""))
        if isinstance(node, Target):
            return ("target", node.team)
        return id(node)

    def _open(self, node: Node, number: int) -> Value:
        kind, name = node.unit.kind, f"{type(node).__name__}{number}"
        if kind == "word":
            found = self._one_of(sorted(node.unit.words) or [f"?{number}"], name)
        elif kind == "bool":
            found = const(f"?{number}")
        else:
            whole = kind == "date" or (
                kind in ("money", "count", "months", "days")
                and isinstance(node, Column | Calendar | Turn | Rank | Target | LineOf)
            )
            counted = isinstance(node, Aggregate) and (
                node.kind == "count" or (node.kind != "mean" and self._whole(node.body))
            )
            made = z3.Int(name) if whole or counted else z3.Real(name)
            low, high = bounded(node)
            if low is not None:
                self.bounds.append(made >= int(low))
            if high is not None:
                self.bounds.append(made <= int(high))
            found = ((True, Term(made, 1, low, high)),)
        if not node.nonable:
            return found
        gone = z3.Bool(f"none{number}")
        return merged([(gone, None), *((both(neither(gone), g), a) for g, a in found)])

    def _whole(self, body: Node | None) -> bool:
        return isinstance(body, Column) and body.unit.kind in ("money", "count")

    def _one_of(self, options: Sequence[object], name: str) -> Value:
        if len(options) == 1:
            return const(options[0])
        which = z3.Int(name)
        self.bounds.append(z3.And(which >= 0, which < len(options)))
        return tuple((which == at, const(o)[0][1]) for at, o in enumerate(options))

    def named(self, name: str, env: Env) -> Value:
        """The value of a named step."""
        if name not in self._values:
            self._values[name] = self.value(self.program.steps[name].node, env)
        return self._values[name]

    def named_truth(self, name: str, env: Env) -> Truth:
        """A named condition."""
        if name not in self._holds:
            self._holds[name] = self.truth(self.program.steps[name].node, env)
        return self._holds[name]

    def mark(self, mark: Mark, env: Env, passed: Truth) -> None:
        """Thresholds are not asked about here."""

    def possible(self, truth: Truth, milliseconds: int = MILLISECONDS) -> str:
        """Whether a condition can hold: sat, unsat or unknown."""
        if isinstance(truth, bool):
            return SAT if truth else UNSAT
        solver = z3.Solver()
        solver.set("random_seed", 0)
        solver.set("timeout", 6 * milliseconds)
        solver.set("rlimit", int(STEPS_PER_MS * milliseconds))
        solver.add(*(b for b in self.bounds if b is not True), truth)
        return str(solver.check())


def bounded(node: Node) -> tuple[Fraction | None, Fraction | None]:
    """Within what the value of a node lies, whatever is sold; None where nothing is known."""
    if isinstance(node, Calendar):
        most = _MOST_OF[node.name] if node.period == "month" else 9999
        return Fraction(1), Fraction(most)
    least = 1 if isinstance(node, Target) else node.least
    return None if least is None else Fraction(least), None
