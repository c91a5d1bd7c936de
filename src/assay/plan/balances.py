"""Balances over months: what they open with, and what each period adds and takes."""

from __future__ import annotations

from dataclasses import replace

from assay.plan.binding import Bind
from assay.plan.document import CarrySpec, Measure
from assay.plan.formula import Nought
from assay.plan.problems import fault
from assay.plan.tree import PAYEE, Carried, Level, Node
from assay.plan.units import same


def carried(binder: Bind, measure: Measure, carry: CarrySpec) -> Node:
    """A balance over months: opens, and each month adds and then takes."""
    opens = binder.bind(carry.opens)
    parts: list[Node] = []
    for name, syntax in (("adds", carry.adds), ("takes", carry.takes)):
        binder.carrying[measure.name] = name
        node = binder.bind(syntax)
        if isinstance(syntax, Nought):
            node = replace(node, unit=opens.unit)
        if node.nonable or node.frame.level is Level.ROW or same(node.unit, opens.unit) is None:
            raise fault(
                node.place,
                f"what “{measure.name}” {name} is {node.unit} that can be none or is of rows",
                f"{opens.unit} of the month that is always there",
                "sum the rows, or write “… otherwise 0元”; a balance of something else than money "
                "says so: opens: 0单",
            )
        parts.append(node)
    if binder.fixed(opens) is None:
        raise fault(opens.place, f"“{measure.name}” does not open with a fixed value", "0元")
    return Carried(
        unit=parts[0].unit if parts[0].unit.kind != "plain" else opens.unit,
        frame=PAYEE,
        place=measure.place,
        name=measure.name,
        opens=opens,
        adds=parts[0],
        takes=parts[1],
        resets=carry.resets,
        every=carry.every,
    )
