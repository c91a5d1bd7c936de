"""Tables that go on beyond bands: curves read between points, ladders of equal steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from assay.plan.binding import Bind
from assay.plan.calls import is_number, share_unit
from assay.plan.document import LadderSpec, Table
from assay.plan.formula import Syntax, parse
from assay.plan.problems import PlanError, fault
from assay.plan.sentences import say
from assay.plan.shape import choices
from assay.plan.stretches import Stretch, stretches
from assay.plan.tree import Between, Const, Ladder, Node, Row
from assay.plan.units import Unit, same, show

BEYOND = choices("table", "beyond")


def fixed_number(binder: Bind, syntax: Syntax, what: str) -> tuple[Const, Fraction]:
    """A fixed number of a table and its value."""
    node = binder.bind(syntax)
    fixed = binder.fixed(node)
    if fixed is None or not is_number(fixed.value) or not isinstance(fixed.value, int | Fraction):
        raise fault(node.place, say("{0} is not a fixed value", what), "1000元, 15%, 10单")
    return fixed, Fraction(fixed.value)


def bind_curve(binder: Bind, table: Table, of: Node) -> Node:
    """Points in rising order, and what stands outside them."""
    if table.reads.value != "between" or len(table.points) < 2:
        raise fault(
            table.place, say("“{0}” is no curve", table.name), "reads: between, and two points"
        )
    at = [fixed_number(binder, first, "a point") for first, _ in table.points]
    values = [fixed_number(binder, second, "a point's value") for _, second in table.points]
    for node, _ in at:
        if same(node.unit, of.unit) is None:
            raise fault(
                node.place, say("the point is {0}, the table reads {1}", node.unit, of.unit)
            )
    places = [value for _, value in at]
    for index, (node, high) in enumerate(at[1:], start=1):
        # Two points at one value are a jump; three would say nothing of the one between them.
        if high < places[index - 1] or places[max(0, index - 2) : index + 1] == [high] * 3:
            raise fault(
                node.place, say("{0} does not rise", show(high, node.unit)), "points in order"
            )
    if places[0] == places[-1]:
        raise fault(table.place, say("“{0}” is no curve", table.name), "points at two values")
    unit = share_unit(
        (node for node, _ in values), table.place, say("the points of “{0}”", table.name)
    )
    below, above = (_end(binder, table, side, unit) for side in ("below", "above"))
    found = Between(
        unit=unit,
        frame=of.frame,
        place=table.place,
        of=of,
        points=tuple((a, b) for (_, a), (_, b) in zip(at, values, strict=True)),
        hold=below == "hold",
        name=table.name,
        ends=() if below == above and below in ("hold", "refuse") else (below, above),
    )
    # Below the first point nothing is missing when the value can never fall there.
    reached = stretches(found)[int(of.least is not None and places[0] <= 0) :]
    return replace(
        found,
        nonable=of.nonable or any(piece.base is None for piece in reached),
        least=0 if _never_below_nought(reached) else None,
    )


def _end(binder: Bind, table: Table, side: str, unit: Unit) -> Fraction | str:
    """What stands below or above the points: a word, or a fixed value of the points' unit."""
    said = table.beyond.get(side)
    if said is None or said.value in BEYOND:
        return "refuse" if said is None else said.value
    form = say("{0}, or a value", ", ".join(BEYOND))
    where = {"below": say("below"), "above": say("above")}[side]
    try:
        node, value = fixed_number(binder, parse(said), say("what stands {0} the points", where))
    except PlanError:
        raise fault(said.place, say("“{0}” says nothing of beyond", said.value), form) from None
    if same(node.unit, unit) is None:
        raise fault(
            said.place,
            say("{0} the points stands {1}, they give {2}", where, node.unit, unit),
            form,
        )
    return value


def _never_below_nought(pieces: Sequence[Stretch]) -> bool:
    """Whether a curve gives nothing below nought wherever it is read."""
    for piece in pieces:
        ends = [end for end in (piece.low, piece.high) if end is not None]
        if piece.base is None:
            continue
        if any(piece.slope * end + piece.base < 0 for end in ends):
            return False
        if (piece.low is None and piece.slope > 0) or (piece.high is None and piece.slope < 0):
            return False
    return True


def bind_ladder(binder: Bind, spec: LadderSpec, of: Node) -> Row:
    """The band above the others, in which every full step adds the same."""
    start, low = fixed_number(binder, spec.start, "the start of the ladder")
    every, step = fixed_number(binder, spec.every, "the step of the ladder")
    first, base = fixed_number(binder, spec.first, "the first value of the ladder")
    add, more = fixed_number(binder, spec.add, "what a step adds")
    if same(start.unit, of.unit) is None or same(every.unit, of.unit) is None or step <= 0:
        raise fault(spec.place, "the ladder does not fit what the table reads", str(of.unit))
    if same(first.unit, add.unit) is None:
        raise fault(
            spec.place, say("the ladder begins with {0} and adds {1}", first.unit, add.unit)
        )
    value = Ladder(
        unit=first.unit,
        frame=of.frame,
        nonable=of.nonable,
        least=0 if base >= 0 and more >= 0 else None,
        place=spec.place,
        of=of,
        start=low,
        first=base,
        every=step,
        add=more,
    )
    return Row(f">= {show(low, of.unit)}", value, None, low, True, None, False, False, spec.place)
