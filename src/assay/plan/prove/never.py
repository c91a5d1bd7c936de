"""Rows and conditions that can never hold, whatever is sold: for any number of rows and any amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from assay.plan.problems import Place
from assay.plan.program import Program
from assay.plan.prove import encode_nodes, homes
from assay.plan.prove.logic import Truth, both, neither
from assay.plan.prove.loose import NOBODY, Loose
from assay.plan.prove.names import condition_of
from assay.plan.prove.said import Said
from assay.plan.prove.solve import UNKNOWN, UNSAT
from assay.plan.prove.symbols import BeyondError
from assay.plan.tree import Aggregate, Bands, Choose, Const, First, Node, Row


@dataclass(frozen=True)
class Idle:
    """A part of a plan that changes nothing, or of which that was not decided.

    name: of the table or what else it stands in; at: the row, as the plan writes it. node: what it
    is part of; part: which part. why: in a sentence.
    """

    name: str
    at: str
    place: Place
    node: Node
    part: str
    why: Said
    undecided: bool = False


def never(program: Program) -> list[Idle]:
    """What can never hold, and what could not be decided."""
    return [
        found
        for home, node in homes.nodes(program)
        for asked in _asked(program, home, node)
        for found in [_judged(program, node, asked)]
        if found is not None
    ]


@dataclass(frozen=True)
class _Asked:
    """One row or condition. key: of its sentence."""

    name: str
    at: str
    place: Place
    part: str
    key: str
    make: Callable[[Loose], Truth]


def _judged(program: Program, node: Node, asked: _Asked) -> Idle | None:
    loose = Loose(program)
    parts = {"row": asked.at, "name": asked.name}
    try:
        verdict = loose.possible(asked.make(loose))
    except BeyondError as beyond:
        why = Said(f"{asked.key}_beyond", {**parts, "what": str(beyond)})
        return Idle(asked.name, asked.at, asked.place, node, asked.part, why, True)
    if verdict == UNSAT:
        return Idle(asked.name, asked.at, asked.place, node, asked.part, Said(asked.key, parts))
    if verdict == UNKNOWN:
        why = Said(f"{asked.key}_open", parts)
        return Idle(asked.name, asked.at, asked.place, node, asked.part, why, True)
    return None


def _asked(program: Program, home: str, node: Node) -> Iterator[_Asked]:
    """The rows and conditions of one node."""
    said = partial(condition_of, program)
    if isinstance(node, First):
        for at, row in enumerate(node.rows):
            if isinstance(row.condition, Const):
                break  # a reading decides it, and what comes after
            # The last row and those for none stand there because they must.
            if row.condition is not None and not row.none:
                yield _Asked(
                    node.name, row.label, row.place, f"row {at}", "row", _first_row(node, at)
                )
    elif isinstance(node, Bands):
        for at, row in enumerate(node.rows):
            if not row.none:
                yield _Asked(
                    node.name, row.label, row.place, f"row {at}", "row", _band_row(node, row)
                )
    elif isinstance(node, Choose):
        place = node.condition.place
        yield _Asked(
            home, said(node.condition), place, "condition", "condition", _condition(node.condition)
        )
        yield _Asked(
            home,
            said(node.condition),
            node.no.place,
            "opposite",
            "opposite",
            _opposite(node.condition),
        )
    elif isinstance(node, Aggregate) and node.where is not None:
        yield _Asked(
            home, said(node.where), node.where.place, "where", "condition", _condition(node.where)
        )


def _first_row(node: First, at: int) -> Callable[[Loose], Truth]:
    def make(loose: Loose) -> Truth:
        above = [
            neither(loose.truth(row.condition, NOBODY))
            for row in node.rows[:at]
            if row.condition is not None
        ]
        own = node.rows[at].condition
        return both(*above, True if own is None else loose.truth(own, NOBODY))

    return make


def _band_row(node: Bands, row: Row) -> Callable[[Loose], Truth]:
    return lambda loose: encode_nodes.in_band(row, loose.value(node.of, NOBODY))


def _condition(node: Node) -> Callable[[Loose], Truth]:
    return lambda loose: loose.truth(node, NOBODY)


def _opposite(node: Node) -> Callable[[Loose], Truth]:
    return lambda loose: neither(loose.truth(node, NOBODY))
