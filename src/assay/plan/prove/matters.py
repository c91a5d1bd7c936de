"""Rows that never matter: bands that pay what their neighbour pays, rows and conditions without which
everything is paid the same, rules that never pay; for any number of rows and any amounts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction

from assay.plan.problems import Place
from assay.plan.program import Program
from assay.plan.prove import homes
from assay.plan.prove.logic import Truth, alike, both, either, neither
from assay.plan.prove.loose import NOBODY, Loose
from assay.plan.prove.names import condition_of
from assay.plan.prove.never import Idle
from assay.plan.prove.said import Said
from assay.plan.prove.solve import SAT, UNKNOWN, UNSAT
from assay.plan.prove.symbols import Atom, BeyondError, Quot, Term, Value, compare
from assay.plan.prove.thrown import throws
from assay.plan.tree import Bands, Between, Choose, Const, First, Node, Sliced

Key = tuple[str, str, Place]
_BAD = (UNSAT, UNKNOWN)
_NOUGHT = Fraction(0)


@dataclass(frozen=True)
class _Asked:
    """A part that may not matter. variants: what its node would be without it, each on its own;
    none where its shape alone says that it never does.

    beside: where else the part stands.
    """

    name: str
    at: str
    place: Place
    part: str
    said: Said
    node: Node
    variants: tuple[Node, ...]
    beside: Place

    @property
    def key(self) -> Key:
        """The same for every use of a table."""
        return (self.name, self.part, self.place)


def matters(
    program: Program, apart: Set[Place], only: Set[Key] | None = None
) -> dict[Key, Idle | None]:
    """What never matters, or was not decided, and None for each part that matters.

    apart: places of what can never hold anyway. A part of a table that stands in several formulas is
    idle where it is so in each of them. What this program does not hold is not in the answer.
    """
    asked: dict[Key, list[_Asked]] = {}
    for home, node in homes.nodes(program):
        for one in _asked(program, home, node):
            if apart.isdisjoint((one.place, one.beside)) and (only is None or one.key in only):
                asked.setdefault(one.key, []).append(one)
    ways = _Ways(program)
    return {key: _judged(uses[0], ways.worst(uses)) for key, uses in asked.items()}


def _judged(one: _Asked, verdict: str) -> Idle | None:
    if verdict not in _BAD:
        return None
    said = Said(f"{one.said.key}_open", one.said.parts) if verdict == UNKNOWN else one.said
    return Idle(one.name, one.at, one.place, one.node, one.part, said, verdict == UNKNOWN)


def idle_rules(program: Program) -> Iterator[Idle]:
    """Rules that never pay anything."""
    for rule in program.rules:
        if rule.gives is not None or rule.settle is not None:
            continue
        loose = Loose(program)
        try:
            paid = loose.value(rule.pay, NOBODY)
            verdict = loose.possible(either(*(both(g, _other(a, _NOUGHT)) for g, a in paid)))
        except BeyondError:
            continue  # a formula beyond the solver is paid by, and prove says so
        if verdict in _BAD:
            said = Said("rule" if verdict == UNSAT else "rule_open", {"name": rule.name})
            yield Idle(rule.name, "", rule.place, rule.pay, "rule", said, verdict == UNKNOWN)


class _Ways:
    """By which formulas a node reaches the pay, and whether it makes a difference there."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.throws = throws(program)
        self.over: dict[int, list[Node]] = {}
        for top in homes.tops(program):
            for node in homes.within(program, top):
                self.over.setdefault(id(node), []).append(top)

    def worst(self, uses: Sequence[_Asked]) -> str:
        """sat where some use makes a difference, unknown where one may, else unsat."""
        verdicts = set()
        for one in uses:
            verdicts.add(self._one(one))
            if SAT in verdicts:
                return SAT
        return UNKNOWN if UNKNOWN in verdicts else UNSAT

    def _one(self, asked: _Asked) -> str:
        """Whether each variant of a node makes a difference: one that makes none is enough."""
        if not asked.variants:
            return UNSAT
        verdicts = {self._variant(asked.node, variant) for variant in asked.variants}
        if UNSAT in verdicts:
            return UNSAT
        return UNKNOWN if UNKNOWN in verdicts else SAT

    def _variant(self, node: Node, variant: Node) -> str:
        verdicts = set()
        for top in self.over.get(id(node), [node]):
            verdicts.add(self._differs(top, {id(node): variant}))
            if SAT in verdicts:
                return SAT
        return UNKNOWN if UNKNOWN in verdicts else UNSAT

    def _differs(self, top: Node, instead: dict[int, Node]) -> str:
        for thrown in self.throws:
            if _apart(top, thrown, thrown.without(instead)):
                return SAT
        loose = Loose(self.program)
        other = loose.without(instead)
        try:
            if top.unit.kind == "bool":
                same = alike(loose.truth(top, NOBODY), other.truth(top, NOBODY))
                return loose.possible(neither(same))
            return loose.possible(differ(loose.value(top, NOBODY), other.value(top, NOBODY)))
        except BeyondError:
            return UNKNOWN


def _apart(top: Node, one: Loose, two: Loose) -> bool:
    """Whether two readings of a formula differ where everything has a value."""
    try:
        if top.unit.kind == "bool":
            return one.truth(top, NOBODY) != two.truth(top, NOBODY)
        return differ(one.value(top, NOBODY), two.value(top, NOBODY)) is True
    except BeyondError:
        return False


def differ(one: Value, two: Value) -> Truth:
    """Whether two values are not the same."""
    return either(*(both(g, h, _other(a, b)) for g, a in one for h, b in two))


def _other(a: Atom, b: Atom) -> Truth:
    if isinstance(a, Fraction | Term | Quot) and isinstance(b, Fraction | Term | Quot):
        return compare("!=", a, b)
    return a != b


# -- what is asked ------------------------------------------------------------------------------


def _asked(program: Program, home: str, node: Node) -> Iterator[_Asked]:
    if isinstance(node, Bands | Sliced):
        yield from _neighbours(node)
    elif isinstance(node, First):
        yield from _rows(node)
    elif isinstance(node, Between):
        yield from _points(node)
    elif isinstance(node, Choose):
        at = condition_of(program, node.condition)
        said = Said("choice", {"name": home, "row": at})
        yield _Asked(
            home, at, node.condition.place, "choice", said, node, (node.yes, node.no), node.no.place
        )


def _neighbours(node: Bands | Sliced) -> Iterator[_Asked]:
    """Bands that lie side by side, one of them over both."""
    rows = sorted(
        (row for row in node.rows if not row.none),
        key=lambda r: (r.low is not None, r.low or 0, not r.low_in),
    )
    for below, above in itertools.pairwise(rows):
        joined = replace(below, high=above.high, high_in=above.high_in)
        rest = [row for row in node.rows if row is not below and row is not above]
        variants = tuple(
            replace(node, rows=(*rest, replace(joined, value=value)))
            for value in (below.value, above.value)
        )
        first, second = sorted((below, above), key=node.rows.index)
        parts = {"row": first.label, "other": second.label, "name": node.name}
        yield _Asked(
            node.name, second.label, second.place, f"joined {rows.index(above)}",
            Said("neighbours", parts), node, variants, first.place,
        )  # fmt: skip


def _rows(node: First) -> Iterator[_Asked]:
    """Rows of conditions, each left out."""
    for at, row in enumerate(node.rows[:-1]):
        if isinstance(row.condition, Const):
            break  # a reading decides it, and what comes after
        if row.none:
            continue
        without = replace(node, rows=tuple(r for r in node.rows if r is not row))
        said = Said("left_out", {"row": row.label, "name": node.name})
        yield _Asked(
            node.name, row.label, row.place, f"without {at}", said, node, (without,), row.place
        )


def _points(node: Between) -> Iterator[_Asked]:
    """Points of a curve that lie on the straight line between those beside them."""
    for at in range(1, len(node.points) - 1):
        (x, a), (y, b), (z, c) = node.points[at - 1 : at + 2]
        if x < y < z and (b - a) * (z - y) == (c - b) * (y - x):
            said = Said("point", {"n": str(at + 1), "name": node.name})
            yield _Asked(
                node.name, f"#{at + 1}", node.place, f"point {at}", said, node, (), node.place
            )
