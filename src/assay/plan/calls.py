"""Calls: choices, extremes, quotas filled in turn, places and shares among others."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from assay.plan import meeting
from assay.plan.binding import Bind
from assay.plan.formula import Part, Path, Syntax
from assay.plan.guards import failing, holding
from assay.plan.nones import lack
from assay.plan.problems import Place, fault, nearest
from assay.plan.sentences import say
from assay.plan.tree import PAYEE, Fill, Frame, Level, Node, Rank, Share
from assay.plan.units import COUNT, Unit, same

AMONG = ("team", "role", "whole_team")
TIES = ("same", "dense")
# A value, and at most so many that part those equal in it.
MOST_RANKED = 5
FILLS = ("date", "pro_rata", "lowest", "highest")


def is_number(value: object) -> bool:
    """Whether a constant's value is a number."""
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def share_unit(nodes: Iterable[Node], place: Place, what: str) -> Unit:
    """The unit several nodes share. Raises where they cannot."""
    unit: Unit | None = None
    for node in nodes:
        found = node.unit if unit is None else same(unit, node.unit)
        if found is None:
            raise fault(
                node.place if node.place.line > 1 else place,
                say("{0} have different units: {1} and {2}", what, unit, node.unit),
                "one unit for all",
            )
        unit = found
    assert unit is not None
    return unit


def plain(part: Part, least: int, most: int, form: str) -> tuple[Syntax, ...]:
    """The arguments of a call that takes some unnamed ones. Raises where they do not fit."""
    arguments = part.arguments or ()
    if part.named or not least <= len(arguments) <= most:
        raise fault(part.place, say("{0}() does not fit", part.name), form)
    return arguments


def _frames(binder: Bind, nodes: Iterable[Node], place: Place) -> Frame:
    frame: Frame | None = None
    for node in nodes:
        joined = (
            node.frame if frame is None else meeting.join(frame, node.frame, binder.parents, place)
        )
        frame = joined
    assert frame is not None
    return frame


def _extreme(binder: Bind, part: Part) -> Node:
    arguments = plain(part, 2, 20, say("{0}(a, b, …)", part.name))
    nodes = tuple(binder.bind(argument) for argument in arguments)
    frame = _frames(binder, nodes, part.place)
    return meeting.extreme(part.name == "max", nodes, frame, part.place)


def _if(binder: Bind, part: Part) -> Node:
    arguments = plain(part, 3, 3, "if(condition, value, other value)")
    condition = binder.bind(arguments[0])
    with binder.guards.knowing(holding(condition)):
        yes = binder.bind(arguments[1])
    with binder.guards.knowing(failing(condition)):
        no = binder.bind(arguments[2])
    frame = _frames(binder, (condition, yes, no), part.place)
    return meeting.choice(condition, yes, no, frame, part.place)


def _case(binder: Bind, part: Part) -> Node:
    """case(question, reading: value, …): the value of the reading in force."""
    arguments = part.arguments or ()
    subject = arguments[0] if len(arguments) == 1 else None
    if not isinstance(subject, Path) or subject.name not in binder.plan.questions:
        raise fault(
            part.place,
            "case() does not begin with a question of this plan",
            "case(question, reading: value, other_reading: value)",
            nearest(subject.name, binder.plan.questions) if isinstance(subject, Path) else "",
        )
    question = binder.plan.questions[subject.name]
    given = dict(part.named)
    for name in given:
        if name not in question.readings:
            raise fault(
                part.place,
                say("“{0}” is no reading of “{1}”", name, question.name),
                ", ".join(question.readings),
                nearest(name, question.readings),
            )
    missing = [name for name in question.readings if name not in given]
    if missing or len(given) != len(part.named):
        raise fault(
            part.place,
            say("case({0}, …) does not name each reading once", question.name),
            ", ".join(f"{name}: …" for name in question.readings),
            say("add {0}", ", ".join(missing)) if missing else "",
        )
    nodes = {name: binder.bind(syntax) for name, syntax in given.items()}
    share_unit(nodes.values(), part.place, say("the values of case({0}, …)", question.name))
    chosen = nodes[binder.reading(question)]
    binder.branches.setdefault(question.name, []).append(chosen)
    return chosen


def _fill(binder: Bind, part: Part) -> Node:
    """above(amount, quota, by: order) and within(…): what a quota filled in turn leaves or takes."""
    arguments = part.arguments or ()
    named = dict(part.named)
    if len(arguments) != 2 or set(named) - {"by"}:
        raise fault(
            part.place,
            say("{0}() does not fit", part.name),
            say("{0}(amount, quota, by: date)", part.name),
        )
    amount, quota = (binder.bind(argument) for argument in arguments)
    if amount.frame.level is not Level.ROW or quota.frame.level is Level.ROW:
        raise fault(
            part.place,
            say("{0}() fills a quota of the month with amounts of rows", part.name),
            say("{0}(order.amount, quota of the month)", part.name),
        )
    unit = same(amount.unit, quota.unit)
    if unit is None or amount.least is None or amount.nonable:
        raise fault(
            part.place,
            say("{0}() of {1} and {2}", part.name, amount.unit, quota.unit),
            "two quantities of one unit, the first never below zero",
        )
    by, key = _order(binder, named.get("by"), part.place)
    return Fill(
        unit=unit,
        frame=amount.frame,
        nonable=quota.nonable,
        least=0,
        place=part.place,
        amount=amount,
        quota=quota,
        by=by,
        key=key,
        above=part.name == "above",
    )


def _among(binder: Bind, part: Part) -> Node:
    """rank(value, next value, among: role, ties: same) and share(pool, by: value, among: team)."""
    ranks = part.name == "rank"
    form = (
        "rank(value, among: role, ties: same), rank(value, value for ties, among: role)"
        if ranks
        else "share(pool, by: value, among: team)"
    )
    named = dict(part.named)
    words = {
        key: said.name
        for key in ("among", "ties")
        if isinstance(said := named.get(key), Path) and len(said.parts) == 1
    }
    among, ties = words.get("among", ""), words.get("ties", "same")
    wanted = {"among", "ties"} if ranks else {"among", "by"}
    arguments = part.arguments or ()
    if (
        not arguments
        or len(arguments) > (MOST_RANKED if ranks else 1)
        or set(named) - wanted
        or among not in AMONG
        or ties not in TIES
    ):
        raise fault(part.place, say("{0}() does not fit", part.name), form)
    first, *then = (binder.bind(one) for one in arguments)
    if not ranks and "by" not in named:
        raise fault(part.place, "share() does not say by what", form)
    by = first if ranks else binder.bind(named["by"])
    for node in (first, by, *then):
        if node.nonable or not node.unit.numeric or node.frame.level is Level.ROW:
            why = say(" that can be none: {0}", lack(node).what) if node.nonable else " of rows"
            raise fault(
                node.place,
                say("{0}() of {1}{2}", part.name, node.unit, why if node.unit.numeric else ""),
                "a value of the month that is always there",
                say("write “{0}”", lack(node).mend) if node.nonable else "sum the rows",
            )
    if ranks:
        return Rank(
            unit=COUNT,
            frame=PAYEE,
            least=1,
            place=part.place,
            of=first,
            among=among,
            dense=ties == "dense",
            then=tuple(then),
        )
    if first.unit.kind != "money" or first.frame.level is Level.PAYEE:
        raise fault(part.place, "share() needs a pool of money of the team", form)
    return Share(unit=first.unit, frame=PAYEE, place=part.place, pool=first, by=by, among=among)


def _order(binder: Bind, syntax: Syntax | None, place: Place) -> tuple[str, Node | None]:
    """In which order rows fill a quota: a word of the language, or a question that reads one."""
    if syntax is None:
        return "date", None
    if isinstance(syntax, Path) and len(syntax.parts) == 1:
        part = syntax.parts[0]
        if part.name in binder.plan.questions and part.arguments is None:
            question = binder.plan.questions[part.name]
            readings = {
                name: _reading_order(
                    binder, name, said, question.places[name], binder.reading(question)
                )
                for name, said in question.readings.items()
            }
            chosen = readings[binder.reading(question)]
            if chosen[1] is not None:
                binder.branches.setdefault(question.name, []).append(chosen[1])
            return chosen
        if part.name in ("date", "pro_rata") and part.arguments is None:
            return part.name, None
        if part.name in ("lowest", "highest") and part.arguments and len(part.arguments) == 1:
            key = binder.bind(part.arguments[0])
            if key.frame.level is not Level.ROW or not key.unit.numeric or key.nonable:
                raise fault(part.place, say("{0}() orders rows by a number of theirs", part.name))
            return part.name, key
    raise fault(place, "not an order of filling", "date, pro_rata, lowest(…), highest(…)")


def _reading_order(
    binder: Bind, name: str, said: Syntax | None, place: Place, chosen: str
) -> tuple[str, Node | None]:
    """A reading as an order of filling; a bare word is one of the language's own."""
    if said is not None:
        return _order(binder, said, place)
    if name in ("date", "pro_rata"):
        return name, None
    if name == chosen:
        raise fault(
            place,
            say("the reading “{0}” does not say in which order the quota is filled", name),
            "date, pro_rata, lowest(…), highest(…)",
            say('write the readings as a mapping: {{0}: "lowest(rate)"}', name),
        )
    return "date", None


CALLS = {
    "min": _extreme,
    "max": _extreme,
    "if": _if,
    "case": _case,
    "above": _fill,
    "within": _fill,
    "rank": _among,
    "share": _among,
}


def is_order(syntax: Syntax) -> bool:
    """Whether a formula is an order of filling rather than a value."""
    return isinstance(syntax, Path) and len(syntax.parts) == 1 and syntax.parts[0].name in FILLS
