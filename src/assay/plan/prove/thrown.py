"""The tree with everything left open given some value by chance, about the edges that the plan names."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from assay.plan.program import Program
from assay.plan.prove.logic import Truth
from assay.plan.prove.loose import Loose, bounded
from assay.plan.prove.reach import Reach
from assay.plan.prove.symbols import Value, const
from assay.plan.tree import Node

TIMES = 80
_ONE = Fraction(1)
_USUAL: Mapping[str, Sequence[Fraction]] = {
    "money": tuple(Fraction(n) for n in (0, 100_00, 20_000_00, 100_000_00, 500_000_00)),
    "ratio": tuple(Fraction(n, 20) for n in (0, 10, 15, 18, 20, 25)),
    **{
        kind: tuple(Fraction(n) for n in range(14)) for kind in ("count", "plain", "months", "days")
    },
}


@dataclass
class Thrown(Loose):
    """One throw: sums, columns, places and conditions that rows make, each a value by chance."""

    dice: random.Random = field(default_factory=random.Random)
    pool: Mapping[str, Sequence[Fraction]] = field(default_factory=dict)

    def _open(self, node: Node, number: int) -> Value:
        if node.nonable and self.dice.random() < 0.1:
            return const(None)
        kind = node.unit.kind
        if kind == "word":
            return const(self.dice.choice(sorted(node.unit.words) or [f"?{number}"]))
        if kind == "bool":
            return const(f"?{number}")
        value = self.dice.choice(self.pool.get(kind) or [Fraction(n) for n in range(14)])
        low, high = bounded(node)
        value = value if low is None else max(value, low)
        return const(value if high is None else min(value, high))

    def _free_truth(self, key: object) -> Truth:
        if key not in self.truths:
            self.truths[key] = self.dice.random() < 0.5
        return self.truths[key]

    def _one_of(self, options: Sequence[object], name: str) -> Value:
        if name not in self.made:
            self.made[name] = const(self.dice.choice(options))
        return self.made[name]


def throws(program: Program) -> list[Thrown]:
    """The same throws each time, of amounts at and beside what stands in the plan's formulas."""
    pool: dict[str, list[Fraction]] = {kind: [*usual] for kind, usual in _USUAL.items()}
    for value, kind in Reach(program, program.rules).constants():
        step = _ONE if kind != "ratio" else Fraction(1, 1000)
        pool.setdefault(kind, [Fraction(0)]).extend((value - step, value, value + step))
    kept = {kind: sorted(set(values)) for kind, values in pool.items()}
    return [Thrown(program, dice=random.Random(at), pool=kept) for at in range(TIMES)]
