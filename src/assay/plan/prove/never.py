"""Rows and conditions that can never hold, whatever is sold: for any number of rows and any amounts.

Sums, places, balances and the like stand here for any value they could have, each on its own:
what is then impossible is impossible for certain, and nothing else is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import z3

from assay.plan.problems import Place, Problem
from assay.plan.program import Program
from assay.plan.prove import encode_nodes
from assay.plan.prove.encoding import Mark
from assay.plan.prove.logic import Truth, both, neither
from assay.plan.prove.solve import UNKNOWN, UNSAT
from assay.plan.prove.symbols import BeyondError, Term, Value, const, merged
from assay.plan.sentences import say
from assay.plan.tree import (
    Aggregate,
    Attribute,
    Bands,
    Between,
    Calendar,
    Carried,
    CarriedPart,
    Choose,
    Column,
    Compare,
    Const,
    Dated,
    DayPart,
    Earlier,
    Fill,
    First,
    Holds,
    Ladder,
    LineOf,
    Node,
    Rank,
    Rounded,
    Row,
    Share,
    Shift,
    Span,
    Target,
    Turn,
    walk,
)
from assay.plan.values import Env

_FREE = (
    Aggregate, Column, Target, Fill, Turn, Rank, Share, Carried, CarriedPart, LineOf, Earlier,
    DayPart, Span, Shift, Rounded, Ladder, Between, Attribute, Calendar,
)  # fmt: skip
_MOST_OF = {"number": 12, "of_year": 12, "days": 31, "first_day": 31, "last_day": 31}
_NOBODY = Env("", "", 0, None)
MILLISECONDS = 1000


@dataclass
class _Loose:
    """Reads the tree with everything that rows, people or months make of it left open."""

    program: Program
    bounds: list[Truth] = field(default_factory=list)
    made: dict[object, Value] = field(default_factory=dict)
    truths: dict[object, Truth] = field(default_factory=dict)

    def value(self, node: Node, env: Env) -> Value:
        """The value of a node, open where rows make it."""
        if isinstance(node, _FREE):
            key = self._key(node)
            if key not in self.made:
                self.made[key] = self._open(node, len(self.made))
            return self.made[key]
        if isinstance(node, Const):
            return const(node.value)
        if isinstance(node, Dated):
            values = [const(v) for _, v in node.values]
            return self._one_of([v[0][1] for v in values], f"dated{len(self.made)}.{node.name}")
        return encode_nodes.VALUES[type(node)](self, node, env)

    def truth(self, node: Node, env: Env) -> Truth:
        """Whether a condition holds."""
        if isinstance(node, Const):
            return bool(node.value)
        if isinstance(node, Holds):
            return self._free_truth(("holds", node.role))
        if isinstance(node, Column | Attribute):
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
            found = self._one_of(sorted(node.unit.words) or ["?"], name)
        elif kind in ("date", "bool"):
            found = const("?")
        else:
            whole = kind in ("money", "count", "months", "days") and isinstance(
                node, Column | Calendar | Turn | Rank | Target | LineOf
            )
            counted = isinstance(node, Aggregate) and (
                node.kind == "count" or (node.kind != "mean" and self._whole(node.body))
            )
            made = z3.Int(name) if whole or counted else z3.Real(name)
            least = 1 if isinstance(node, Target) else node.least
            low = None if least is None else Fraction(least)
            high = None
            if isinstance(node, Calendar):
                low, high = (
                    Fraction(1),
                    Fraction(_MOST_OF[node.name] if node.period == "month" else 9999),
                )
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
        key = ("step", name)
        if key not in self.made:
            self.made[key] = self.value(self.program.steps[name].node, env)
        return self.made[key]

    def named_truth(self, name: str, env: Env) -> Truth:
        """A named condition."""
        key = ("step", name)
        if key not in self.truths:
            self.truths[key] = self.truth(self.program.steps[name].node, env)
        return self.truths[key]

    def mark(self, mark: Mark, env: Env, passed: Truth) -> None:
        """Thresholds are not asked about here."""


def never(program: Program) -> tuple[list[Problem], list[Problem]]:
    """What can never hold, and what could not be decided."""
    impossible: list[Problem] = []
    open_: list[Problem] = []
    for node in _nodes(program):
        for place, what, make in _asked(node):
            loose = _Loose(program)
            try:
                truth = make(loose)
            except BeyondError:
                continue
            verdict = _possible(loose, truth)
            if verdict == UNSAT:
                impossible.append(
                    Problem(place, say("{0} can never hold", what), "a row that some case reaches",
                            "delete it, or correct its condition, its end or the rows above it")
                )  # fmt: skip
            elif verdict == UNKNOWN:
                open_.append(Problem(place, say("whether {0} can ever hold was not decided", what)))
    return impossible, open_


def _possible(loose: _Loose, truth: Truth) -> str:
    if isinstance(truth, bool):
        return "sat" if truth else UNSAT
    solver = z3.Solver()
    solver.set("random_seed", 0)
    solver.set("timeout", 6 * MILLISECONDS)
    solver.set("rlimit", 4000 * MILLISECONDS)
    solver.add(*(b for b in loose.bounds if b is not True), truth)
    return str(solver.check())


def _nodes(program: Program) -> Iterator[Node]:
    """Every node of the plan once: of its steps, its rules, credits and refusals."""
    tops = [step.node for step in program.steps.values()]
    tops += [node for rule in program.rules for node in rule.nodes()]
    tops += [n for s in program.streams for n in (s.where, s.part) if n is not None]
    tops += [refusal.when for refusal in program.refusals]
    seen: set[int] = set()
    for top in tops:
        for node in walk(top):
            if id(node) not in seen:
                seen.add(id(node))
                yield node


Asked = tuple[Place, str, Callable[[_Loose], Truth]]


def _asked(node: Node) -> Iterator[Asked]:
    """The rows and conditions of one node."""
    if isinstance(node, First):
        for at, row in enumerate(node.rows):
            if isinstance(row.condition, Const):
                break  # a reading decides it, and what comes after
            # The last row and those for none stand there because they must.
            if row.condition is not None and not row.none:
                yield (
                    row.place,
                    say("the row “{0}” of “{1}”", row.label, node.name),
                    _first_row(node, at),
                )
    elif isinstance(node, Bands):
        for row in node.rows:
            if not row.none:
                yield (
                    row.place,
                    say("the row “{0}” of “{1}”", row.label, node.name),
                    _band_row(node, row),
                )
    elif isinstance(node, Choose):
        yield node.condition.place, "this condition", _condition(node.condition)
        yield node.no.place, "the opposite of this condition", _opposite(node.condition)
    elif isinstance(node, Aggregate) and node.where is not None:
        yield node.where.place, "this condition", _condition(node.where)


def _first_row(node: First, at: int) -> Callable[[_Loose], Truth]:
    def make(loose: _Loose) -> Truth:
        above = [
            neither(loose.truth(row.condition, _NOBODY))
            for row in node.rows[:at]
            if row.condition is not None
        ]
        own = node.rows[at].condition
        return both(*above, True if own is None else loose.truth(own, _NOBODY))

    return make


def _band_row(node: Bands, row: Row) -> Callable[[_Loose], Truth]:
    return lambda loose: encode_nodes.in_band(row, loose.value(node.of, _NOBODY))


def _condition(node: Node) -> Callable[[_Loose], Truth]:
    return lambda loose: loose.truth(node, _NOBODY)


def _opposite(node: Node) -> Callable[[_Loose], Truth]:
    return lambda loose: neither(loose.truth(node, _NOBODY))
