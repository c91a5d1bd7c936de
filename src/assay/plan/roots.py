"""Dotted names: payee.role, month.last_day, line.commission, reports.sum(…), owed.before."""

from __future__ import annotations

from assay.plan import balances, sums
from assay.plan.binding import Bind
from assay.plan.formula import Number, Part, Path, Syntax
from assay.plan.problems import Place, fault, nearest
from assay.plan.sentences import say
from assay.plan.tree import (
    CONST,
    PAYEE,
    TEAM,
    Attribute,
    Calendar,
    CarriedPart,
    Holds,
    LineOf,
    Node,
    Target,
)
from assay.plan.units import BOOL, KIND_UNITS, WORD
from assay.plan.vocabulary import (
    CARRIED_PARTS,
    MONTH_FACTS,
    PAYEE_COLUMNS,
    PAYEE_FACTS,
    PERIOD_FACTS,
    PERIODS,
)

MOST_LEVELS = 9


def dotted(binder: Bind, path: Path) -> Node:
    """What a name with a dot stands for."""
    if len(path.parts) > 2:
        raise fault(
            path.place, say("“{0}” has too many dots", path.name), "fact.column, team.sum(…)"
        )
    first, second = path.parts
    if first.name == "reports" and second.arguments is not None:
        level, skip = _level(first)
        return sums.aggregate(binder, "reports", second, level, skip)
    if first.arguments is not None:
        raise fault(
            first.place, say("nothing follows “{0}(…)”", first.name), "a name before the dot"
        )
    if first.name in _ROOTS and not (first.name == "team" and second.arguments is not None):
        return _ROOTS[first.name](binder, second)
    if first.name in PERIODS and first.name not in binder.plan.measures:
        return _calendar(binder, first.name, second)
    if first.name == "company" and second.arguments is None:
        raise fault(
            second.place,
            say("the company has no “{0}”", second.name),
            "company.sum(…), company.count(…)",
        )
    if second.arguments is not None and (
        first.name in ("team", "company") or binder.is_fact(first.name)
    ):
        return sums.aggregate(binder, first.name, second)
    if binder.is_fact(first.name):
        return binder.column(first.name, second)
    measure = binder.plan.measures.get(first.name)
    if measure is not None and measure.carry is not None and second.arguments is None:
        return _carried(binder, first, second)
    raise binder.unknown(path.name, first.place)


def _level(part: Part) -> tuple[int, Syntax | None]:
    """reports(2, skip: condition): those two levels below, whom it skips making no level."""
    said, named = part.arguments or (), dict(part.named)
    if part.arguments is None:
        return 1, None
    number = said[0] if len(said) == 1 else None
    fits = isinstance(number, Number) and number.value in range(1, MOST_LEVELS + 1)
    if not fits or not isinstance(number, Number) or set(named) - {"skip"}:
        raise fault(
            part.place,
            "reports(…) does not name a level",
            "reports.sum(…), reports(2).sum(…), reports(2, skip: condition).sum(…)",
        )
    return int(number.value), named.get("skip")


def _payee(binder: Bind, part: Part) -> Node:
    if part.name == "holds" and part.arguments is not None and len(part.arguments) == 1:
        role = part.arguments[0]
        if isinstance(role, Path) and len(role.parts) == 1:
            return Holds(unit=BOOL, frame=PAYEE, place=part.place, role=role.name)
    if part.arguments is None and part.name in (*PAYEE_COLUMNS, *PAYEE_FACTS):
        kind, absent = PAYEE_FACTS.get(part.name, ("text", part.name == "team"))
        return Attribute(
            unit=KIND_UNITS.get(kind, WORD),
            frame=PAYEE,
            nonable=absent,
            least=0 if kind == "days" else None,
            place=part.place,
            name=part.name,
        )
    raise fault(
        part.place,
        say("a payee has no “{0}”", part.name),
        ", ".join(f"payee.{name}" for name in (*PAYEE_COLUMNS, *PAYEE_FACTS))
        + ", payee.holds(role)",
    )


def _calendar(binder: Bind, period: str, part: Part) -> Node:
    """The month paid, or the quarter, half-year or year it lies in."""
    known = MONTH_FACTS if period == "month" else PERIOD_FACTS
    kind = known.get(part.name) if part.arguments is None else None
    if kind is None:
        raise fault(
            part.place,
            say("a {0} has no “{1}”", period, part.name),
            ", ".join(f"{period}.{name}" for name in known),
            nearest(part.name, known),
        )
    least = None if kind == "date" else 1
    return Calendar(
        unit=KIND_UNITS[kind],
        frame=CONST,
        least=least,
        place=part.place,
        name=part.name,
        period=period,
    )


def _line(binder: Bind, part: Part) -> Node:
    if part.name not in binder.rules or part.arguments is not None:
        raise fault(
            part.place,
            say("no rule yields a line “{0}”", part.name),
            ", ".join(binder.rules),
            nearest(part.name, binder.rules),
        )
    with binder.opened(f"line.{part.name}", part.place):
        for rule in binder.plan.rules:
            if rule.name == part.name:
                binder.bind(rule.pay)
    return LineOf(unit=binder.money, frame=PAYEE, place=part.place, rule=part.name)


def target(binder: Bind, place: Place, team: bool) -> Node:
    """The target of the payee's month, or of his team's."""
    frame = TEAM if team else PAYEE
    return Target(unit=binder.money, frame=frame, nonable=True, least=0, place=place, team=team)


def _team(binder: Bind, part: Part) -> Node:
    if part.name != "target":
        raise fault(part.place, say("a team has no “{0}”", part.name), "team.target, team.sum(…)")
    return target(binder, part.place, team=True)


def _carried(binder: Bind, first: Part, second: Part) -> Node:
    """before, adds, takes or after of a balance; inside its own adds and takes only what is known."""
    measure = binder.plan.measures[first.name]
    assert measure.carry is not None
    if second.name not in CARRIED_PARTS:
        raise fault(
            second.place,
            say("“{0}” is carried over months and has no “{1}”", first.name, second.name),
            ", ".join(CARRIED_PARTS),
            nearest(second.name, CARRIED_PARTS),
        )
    if binder.is_open(first.name):
        open_part = binder.carrying.get(first.name, "adds")
        known = ("before",) if open_part == "adds" else ("before", "adds")
        if second.name not in known:
            raise fault(
                second.place,
                say(
                    "“{0}.{1}” is not known yet where its {2} is worked out",
                    first.name,
                    second.name,
                    open_part,
                ),
                ", ".join(f"{first.name}.{name}" for name in known),
            )
        node = binder.bind(measure.carry.opens)
    elif second.name == "before":
        # What stood at the end of the month before rests on nothing of this month: no circle.
        node = binder.bind(measure.carry.opens)
    else:
        node = binder.step(first.name, first.place).node
    frame = balances.standing(binder, measure.carry)
    return CarriedPart(
        unit=node.unit, frame=frame, place=second.place, name=first.name, part=second.name
    )


_ROOTS = {"payee": _payee, "line": _line, "team": _team}
