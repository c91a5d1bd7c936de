"""Tables that go on beyond bands: curves read between points, ladders of equal steps."""

from __future__ import annotations

import itertools
from fractions import Fraction

from assay.plan.binding import Bind
from assay.plan.calls import is_number, share_unit
from assay.plan.document import LadderSpec, Table
from assay.plan.formula import Syntax
from assay.plan.problems import fault
from assay.plan.shape import choices
from assay.plan.tree import Between, Const, Ladder, Node, Row
from assay.plan.units import same, show

BEYOND = choices("table", "beyond")


def fixed_number(binder: Bind, syntax: Syntax, what: str) -> tuple[Const, Fraction]:
    """A fixed number of a table and its value."""
    node = binder.bind(syntax)
    fixed = binder.fixed(node)
    if fixed is None or not is_number(fixed.value) or not isinstance(fixed.value, int | Fraction):
        raise fault(node.place, f"{what} is not a fixed value", "1000元, 15%, 10单")
    return fixed, Fraction(fixed.value)


def bind_curve(binder: Bind, table: Table, of: Node) -> Node:
    """Points in rising order; `beyond: refuse` is none outside them, `hold` the nearest value."""
    if table.beyond not in BEYOND:
        raise fault(table.place, f"“{table.beyond}” says nothing of beyond", ", ".join(BEYOND))
    if table.reads.value != "between" or len(table.points) < 2:
        raise fault(table.place, f"“{table.name}” is no curve", "reads: between, and two points")
    at = [fixed_number(binder, first, "a point") for first, _ in table.points]
    values = [fixed_number(binder, second, "a point's value") for _, second in table.points]
    for node, _ in at:
        if same(node.unit, of.unit) is None:
            raise fault(node.place, f"the point is {node.unit}, the table reads {of.unit}")
    for (_, low), (node, high) in itertools.pairwise(at):
        if high <= low:
            raise fault(node.place, f"{show(high, node.unit)} does not rise", "points in order")
    unit = share_unit((node for node, _ in values), table.place, f"the points of “{table.name}”")
    hold = table.beyond == "hold"
    # Below the first point nothing is missing when the value can never fall there.
    return Between(
        unit=unit,
        frame=of.frame,
        nonable=of.nonable or not hold,
        least=0 if min(value for _, value in values) >= 0 else None,
        place=table.place,
        of=of,
        points=tuple((a, b) for (_, a), (_, b) in zip(at, values, strict=True)),
        hold=hold,
        name=table.name,
    )


def bind_ladder(binder: Bind, spec: LadderSpec, of: Node) -> Row:
    """The band above the others, in which every full step adds the same."""
    start, low = fixed_number(binder, spec.start, "the start of the ladder")
    every, step = fixed_number(binder, spec.every, "the step of the ladder")
    first, base = fixed_number(binder, spec.first, "the first value of the ladder")
    add, more = fixed_number(binder, spec.add, "what a step adds")
    if same(start.unit, of.unit) is None or same(every.unit, of.unit) is None or step <= 0:
        raise fault(spec.place, "the ladder does not fit what the table reads", str(of.unit))
    if same(first.unit, add.unit) is None:
        raise fault(spec.place, f"the ladder begins with {first.unit} and adds {add.unit}")
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
