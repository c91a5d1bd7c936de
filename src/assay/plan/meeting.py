"""How typed nodes meet: frames joined, units matched, constants folded, nones guarded."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from datetime import date
from fractions import Fraction

from assay.plan.nones import Lack, lack
from assay.plan.problems import Place, fault
from assay.plan.sentences import say
from assay.plan.tree import (
    CONST,
    Aggregate,
    Arith,
    Choose,
    Column,
    Compare,
    Const,
    Extreme,
    Frame,
    Level,
    Logic,
    Node,
    Not,
    Otherwise,
    Ref,
    Shift,
    walk,
)
from assay.plan.units import BOOL, DATE, DAYS, MONTHS, PLAIN, Unit, product, quotient, same

Ancestry = Mapping[str, str]


def join(a: Frame, b: Frame, parents: Ancestry, place: Place) -> Frame:
    """The frame of a value made of two: the narrower of them."""
    if a.level is not Level.ROW or b.level is not Level.ROW:
        return a if a.level >= b.level else b
    if a.fact == b.fact or is_below(a.fact, b.fact, parents):
        return a
    if is_below(b.fact, a.fact, parents):
        return b
    raise fault(
        place,
        say("rows of {0} and of {1} cannot meet in one formula", a.fact, b.fact),
        "columns of one fact, or of the fact it is “of”",
        say("sum the one first: {0}.sum(…); inside a sum: this(…) of what it is for", a.fact),
    )


def is_below(fact: str, ancestor: str, parents: Ancestry) -> bool:
    """Whether a fact is a part of another, over any number of steps."""
    seen = 0
    while (fact := parents.get(fact, "")) and seen < 20:
        if fact == ancestor:
            return True
        seen += 1
    return False


def _number(node: Node) -> Fraction | None:
    if isinstance(node, Const) and not isinstance(node.value, bool | str):
        return Fraction(node.value) if isinstance(node.value, int | Fraction) else None
    return None


def is_zero(node: Node) -> bool:
    """Whether a node is the constant nought (or a false condition, or an empty word)."""
    return isinstance(node, Const) and node.value in (0, False, "")


def constant(value: Fraction | int | str | bool, unit: Unit, place: Place, text: str = "") -> Const:
    """A constant node."""
    least = None
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        least = 1 if value > 0 else 0 if value == 0 else None
        value = int(value) if Fraction(value).denominator == 1 else value
    return Const(unit=unit, frame=CONST, least=least, place=place, value=value, text=text)


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def quoted(text: str, place: Place) -> Const:
    """A word in quotes; one written 2024-03-01 is a date."""
    if not _DAY.match(text):
        return constant(text, Unit("word"), place, text)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise fault(place, say("there is no day {0}", text), "'2024-03-01'") from None
    return Const(unit=DATE, frame=CONST, place=place, value=day, text=text)


def _moved(operator: str, left: Node, right: Node, frame: Frame, place: Place) -> Node:
    """A date some days or months later or earlier."""
    return Shift(
        unit=DATE,
        frame=frame,
        nonable=left.nonable or right.nonable,
        place=place,
        day=left,
        by=right,
        back=operator == "-",
    )


def _mend(operator: str, left: Unit, right: Unit) -> str:
    """How quantities that cannot meet are made to."""
    times = {"days", "months", "hours"} & {left.kind, right.kind}
    if operator == "*" and times:
        return (
            "divide times first: money * (days / days), or make a bare number of it: number(days)"
        )
    if operator in "+-" and "date" in (left.kind, right.kind):
        return (
            "a date ± days or months; between two dates: days_between(a, b), months_between(a, b)"
        )
    return "write the unit of every number: 2万元, 9折, 1.5%"


def arithmetic(operator: str, left: Node, right: Node, frame: Frame, place: Place) -> Node:
    """left operator right, with its unit; constants are worked out at once."""
    if operator in "+-" and left.unit == DATE and right.unit in (DAYS, MONTHS):
        return _moved(operator, left, right, frame, place)
    if operator in "+-":
        unit = same(left.unit, right.unit) if left.unit.numeric and right.unit.numeric else None
    elif operator == "*":
        unit = product(left.unit, right.unit)
    else:
        unit = quotient(left.unit, right.unit)
    if unit is None:
        signs = {"+": "added to", "-": "subtracted from", "*": "multiplied by", "/": "divided by"}
        first, second = (right, left) if operator == "-" else (left, right)
        raise fault(
            place,
            say("{0} cannot be {1} {2}", first.unit, signs[operator], second.unit),
            "quantities whose units fit: money + money, money * ratio, money / money",
            _mend(operator, left.unit, right.unit),
        )
    a, b = _number(left), _number(right)
    if a is not None and b is not None and not (operator == "/" and b == 0):
        value = {"+": a + b, "-": a - b, "*": a * b}.get(operator)
        return constant(a / b if value is None else value, unit, place)
    divides = operator == "/" and not right.least
    least = None
    if left.least is not None and right.least is not None and operator != "-":
        least = {"+": max(left.least, right.least), "*": min(left.least, right.least), "/": 0}[
            operator
        ]
        least = min(least, 0) if operator == "*" else least
    return Arith(
        unit=unit,
        frame=frame,
        nonable=left.nonable or right.nonable or divides,
        least=least,
        place=place,
        operator=operator,
        left=left,
        right=right,
    )


def counted(node: Node, measures: Container[str]) -> bool:
    """Whether a bare number is counted (a score, points), not a factor that a rate is turned by."""
    return node.unit == PLAIN and any(
        isinstance(n, Column | Aggregate)
        or (isinstance(n, Ref) and n.frame.level and n.name in measures)
        for n in walk(node)
        if n.unit == PLAIN
    )


def comparison(operator: str, left: Node, right: Node, frame: Frame, place: Place) -> Node:
    """left operator right as a condition."""
    unit = same(left.unit, right.unit)
    ordered = operator not in ("=", "!=")
    if unit is None or (ordered and unit.kind in ("word", "bool")):
        raise fault(
            place,
            say("{0} cannot be compared with {1}", left.unit, right.unit),
            "two quantities of one unit",
            "divide: part / whole <= 10%, or make bare numbers of them: number(count)"
            if {left.unit.kind, right.unit.kind} == {"count", "ratio"}
            else "write the unit of the number: 30万元, 120%, 9折",
        )
    if isinstance(left, Const) and isinstance(right, Const):
        return constant(_compare(operator, left.value, right.value), BOOL, place)
    return Compare(
        unit=BOOL,
        frame=frame,
        # A word that is not there is not the word asked for: no accident.
        shaky=(left.nonable or right.nonable) and not (operator == "=" and unit.kind == "word"),
        place=place,
        operator=operator,
        left=left,
        right=right,
    )


def _compare(operator: str, a: object, b: object) -> bool:
    if operator in ("=", "!="):
        return (a == b) == (operator == "=")
    if isinstance(a, date) and isinstance(b, date):
        a, b = a.toordinal(), b.toordinal()
    assert isinstance(a, int | Fraction)
    assert isinstance(b, int | Fraction)
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]


def logic(operator: str, left: Node, right: Node, frame: Frame, place: Place) -> Node:
    """left and/or right; a side already decided drops out."""
    for node in (left, right):
        if node.unit.kind != "bool":
            raise fault(
                node.place,
                say("“{0}” joins conditions, here stands {1}", operator, node.unit),
                "a condition",
            )
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Const):
            return one if bool(one.value) == (operator == "or") else other
    return Logic(
        unit=BOOL,
        frame=frame,
        shaky=left.shaky or right.shaky,
        place=place,
        operator=operator,
        left=left,
        right=right,
    )


def negation(operand: Node, place: Place) -> Node:
    """not operand; refused where a none would make it hold by accident."""
    if operand.unit.kind != "bool":
        raise fault(place, say("“not” turns a condition round, here stands {0}", operand.unit))
    if isinstance(operand, Const):
        return constant(not operand.value, BOOL, place)
    if operand.shaky:
        found = lack(operand)
        raise fault(
            place,
            say(
                "a none would reach this “not” by accident: {0} can be none,"
                " a comparison with none does not hold, so its opposite would",
                found.what,
            ),
            "a condition that cannot meet a none",
            say(
                "write the opposite comparison (< for >=), or “{0}”{1}", found.mend, _inside(found)
            ),
        )
    return Not(unit=BOOL, frame=operand.frame, place=place, operand=operand)


def _inside(found: Lack) -> str:
    """Where what stands in belongs, unless the mend says so."""
    return "" if "inside" in found.mend else " inside it"


def choice(condition: Node, yes: Node, no: Node, frame: Frame, place: Place) -> Node:
    """if(condition, yes, no); a none must not reach a paying “no” by accident."""
    unit = same(yes.unit, no.unit)
    if condition.unit.kind != "bool" or unit is None:
        raise fault(
            place,
            say("if() has {0}, {1} and {2}", condition.unit, yes.unit, no.unit),
            "a condition and two values of one unit",
        )
    if isinstance(condition, Const):
        return yes if condition.value else no
    if condition.shaky and not is_zero(no):
        found = lack(condition)
        raise fault(
            no.place,
            say(
                "a none would reach this value by accident: in the condition {0} can be none",
                found.what,
            ),
            "nought here, or a condition that cannot meet a none",
            say("write “{0}”{1}, or ask “… is none” first", found.mend, _inside(found)),
        )
    both = yes.least is not None and no.least is not None
    return Choose(
        unit=unit,
        frame=frame,
        nonable=yes.nonable or no.nonable,
        shaky=yes.shaky or no.shaky or (unit.kind == "bool" and condition.shaky),
        least=min(yes.least or 0, no.least or 0) if both else None,
        place=place,
        condition=condition,
        yes=yes,
        no=no,
    )


def extreme(greatest: bool, operands: tuple[Node, ...], frame: Frame, place: Place) -> Node:
    """min(…) or max(…) of values of one unit."""
    unit: Unit | None = operands[0].unit
    for other in operands[1:]:
        unit = same(unit, other.unit) if unit else None
    if unit == DATE:
        return _outermost_day(greatest, operands, frame, place)
    if unit is None or not unit.numeric:
        found = ", ".join(str(node.unit) for node in operands)
        raise fault(
            place, say("{0}() of {1}", "max" if greatest else "min", found), "values of one unit"
        )
    numbers = [_number(node) for node in operands]
    if all(number is not None for number in numbers):
        known = [number for number in numbers if number is not None]
        return constant(max(known) if greatest else min(known), unit, place)
    leasts = [node.least for node in operands]
    known_least = [least for least in leasts if least is not None]
    least = (
        (max(known_least) if known_least else None)
        if greatest
        else (min(known_least) if len(known_least) == len(leasts) else None)
    )
    return Extreme(
        unit=unit,
        frame=frame,
        nonable=any(node.nonable for node in operands),
        least=least,
        place=place,
        greatest=greatest,
        operands=operands,
    )


def _outermost_day(greatest: bool, days: tuple[Node, ...], frame: Frame, place: Place) -> Node:
    """The later or the earlier of some days, all of them there."""
    for day in days:
        if day.nonable:
            raise fault(
                day.place,
                say("{0}() of a date that can be none", "max" if greatest else "min"),
                "days that are always there",
                "write “(… otherwise month.last_day)”",
            )
    found = days[0]
    for day in days[1:]:
        first = Compare(
            unit=BOOL,
            frame=frame,
            place=place,
            operator=">=" if greatest else "<=",
            left=found,
            right=day,
        )
        found = choice(first, found, day, frame, place)
    return found


def fallback(value: Node, other: Node, frame: Frame, place: Place) -> Node:
    """value otherwise other."""
    unit = same(value.unit, other.unit)
    if unit is None:
        raise fault(
            place, say("{0} otherwise {1}", value.unit, other.unit), "two values of one unit"
        )
    if not value.nonable:
        return value
    both = value.least is not None and other.least is not None
    return Otherwise(
        unit=unit,
        frame=frame,
        nonable=other.nonable,
        least=min(value.least or 0, other.least or 0) if both else None,
        place=place,
        value=value,
        fallback=other,
    )
