"""Balances over months: what they open with, and what each period adds and takes."""

from __future__ import annotations

from dataclasses import replace

from assay.plan.binding import Bind
from assay.plan.document import CarrySpec, Measure
from assay.plan.formula import Nought, Syntax
from assay.plan.nones import lack
from assay.plan.problems import fault
from assay.plan.sentences import say
from assay.plan.tree import CONST, PAYEE, TEAM, Carried, Frame, Level, Node
from assay.plan.units import DATE, MONTHS, same


def carried(binder: Bind, measure: Measure, carry: CarrySpec) -> Node:
    """A balance over months: opens, and each month adds and then takes."""
    opens = binder.bind(carry.opens)
    key = _same(binder, carry.same) if carry.same is not None else None
    frame = frame_of(carry) if key is None else key.frame
    parts: list[Node] = []
    for name, syntax in (("adds", carry.adds), ("takes", carry.takes)):
        binder.carrying[measure.name] = name
        node = binder.bind(syntax)
        if isinstance(syntax, Nought):
            node = replace(node, unit=opens.unit)
        of_rows = node.frame.level is Level.ROW and node.frame != frame
        if node.nonable or of_rows or same(node.unit, opens.unit) is None:
            raise fault(
                node.place,
                say(
                    "what “{0}” {1} is {2} that can be none or is of rows",
                    measure.name,
                    name,
                    node.unit,
                ),
                say("{0} of the month that is always there", opens.unit),
                "sum the rows, or write “… otherwise 0元”; a balance of something else than money "
                "says so: opens: 0单",
            )
        if node.frame.level > frame.level:
            raise fault(
                node.place,
                say(
                    "what “{0}” {1} is of one payee, the balance of the {2}",
                    measure.name,
                    name,
                    carry.whose,
                ),
                say("{0}.sum(…), policies, the calendar", carry.whose),
            )
        parts.append(node)
    if binder.fixed(opens) is None:
        raise fault(opens.place, say("“{0}” does not open with a fixed value", measure.name), "0元")
    return Carried(
        unit=parts[0].unit if parts[0].unit.kind != "plain" else opens.unit,
        frame=frame,
        place=measure.place,
        name=measure.name,
        opens=opens,
        adds=parts[0],
        takes=parts[1],
        resets=carry.resets,
        every=carry.every,
        whose=carry.whose,
        lasts=_lasts(binder, carry, frame) if carry.lasts is not None else None,
        since=_since(binder, measure, frame) if measure.since is not None else None,
        same=key,
    )


def frame_of(carry: CarrySpec) -> Frame:
    """Whose a balance is."""
    return {"team": TEAM, "company": CONST}.get(carry.whose, PAYEE)


def standing(binder: Bind, carry: CarrySpec) -> Frame:
    """Where a balance stands: on the rows whose likes it is kept for, or with whose it is."""
    return frame_of(carry) if carry.same is None else _same(binder, carry.same).frame


def _same(binder: Bind, said: Syntax) -> Node:
    """The column whose values have a balance each."""
    with binder.inside():
        node = binder.bind(said)
    if node.frame.level is not Level.ROW or node.unit.kind == "money":
        raise fault(
            node.place, "“same” of a balance is no column that tells rows apart", "order.customer"
        )
    return node


def _lasts(binder: Bind, carry: CarrySpec, frame: Frame) -> Node:
    assert carry.lasts is not None
    node = binder.bind(carry.lasts)
    if node.unit != MONTHS or node.nonable or node.frame.level > frame.level:
        raise fault(
            node.place, say("“lasts” is {0}, not so many months", node.unit), "lasts: 12个月"
        )
    return node


def _since(binder: Bind, measure: Measure, frame: Frame) -> Node:
    assert measure.since is not None
    node = day(binder, measure.since)
    if node.frame.level > frame.level:
        raise fault(
            node.place, "“since” is a day of rows", "payee.joined_on otherwise '2024-01-01'"
        )
    return node


def day(binder: Bind, said: Syntax) -> Node:
    """The day from which periods are counted: one that is always there."""
    node = binder.bind(said)
    if node.unit != DATE or node.nonable:
        why = (
            say("can be none: {0}", lack(node).what)
            if node.unit == DATE
            else say("is {0}", node.unit)
        )
        raise fault(
            node.place,
            say("the day “since” which periods are counted {0}", why),
            "payee.joined_on otherwise '2024-01-01'",
            say("write “{0}”", lack(node).mend) if node.unit == DATE else "",
        )
    return node
