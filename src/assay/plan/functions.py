"""Functions of one value: whole steps, earlier months, spans between dates, one slice of a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from assay.plan import calls, meeting, sums, tables
from assay.plan.binding import Bind
from assay.plan.formula import Part, Path
from assay.plan.problems import fault, nearest
from assay.plan.sentences import say
from assay.plan.tree import Bands, Const, DayPart, Earlier, Level, Node, Rounded, Sliced, Span
from assay.plan.units import COUNT, DATE, DAYS, MONTHS, PLAIN, product, same

# What other languages call it.
_ELSEWHERE = {
    "avg": "mean(…)",
    "average": "mean(…)",
    "abs": "max(x, 0元 - x)",
    "sumif": "sum(x, where: condition)",
    "countif": "count(condition)",
    "last": "latest(x)",
    "vlookup": "a table",
    "ifs": "a table with first:",
    "roundup": "ceil(x, to: step)",
    "rounddown": "floor(x, to: step)",
}
_MODES = ("floor", "ceil", "round")
# Which months lie between two days: completed ones, begun ones, or turns of the calendar.
COUNTS = ("completed", "started", "calendar")
_DAY_PARTS = ("day_of", "month_of", "year_of")


def function(binder: Bind, part: Part) -> Node:
    """A call of a function of the language."""
    maker = FUNCTIONS.get(part.name)
    if maker is None:
        raise fault(
            part.place,
            say("unknown function “{0}(…)”", part.name),
            say("{0}, or a table", ", ".join(dict.fromkeys((*FUNCTIONS, *sums.AGGREGATES)))),
            nearest(part.name, (*FUNCTIONS, *sums.AGGREGATES)) or _ELSEWHERE.get(part.name, ""),
        )
    return maker(binder, part)


def _rounded(binder: Bind, part: Part) -> Node:
    """floor(x, to: step), ceil, round: `to` may be left out for counts, ratios and bare numbers."""
    form = say("{0}(value, to: 1元), or {1}(a / b) in ones", part.name, part.name)
    named = dict(part.named)
    if len(part.arguments or ()) != 1 or set(named) - {"to"}:
        raise fault(part.place, say("{0}() does not fit", part.name), form)
    assert part.arguments is not None
    of = binder.bind(part.arguments[0])
    step, unit = Fraction(1), of.unit
    if "to" in named:
        bound = binder.bind(named["to"])
        fixed = binder.fixed(bound)
        number = fixed.value if fixed is not None else None
        if not isinstance(number, int | Fraction) or number <= 0 or same(unit, bound.unit) is None:
            raise fault(part.place, "“to” is no fixed step above nought of that unit", form)
        step = Fraction(number)
    elif unit.kind not in ("ratio", "plain", "count"):
        raise fault(
            part.place, say("{0}() of {1} does not say in which steps", part.name, unit), form
        )
    elif unit.kind == "ratio":
        unit = PLAIN
    if not of.unit.numeric:
        raise fault(part.place, say("{0}() of {1}", part.name, of.unit), "a quantity")
    return Rounded(
        unit=unit,
        frame=of.frame,
        nonable=of.nonable,
        least=0 if of.least is not None else None,
        place=part.place,
        of=of,
        step=step,
        mode=part.name,
    )


def _earlier(binder: Bind, part: Part) -> Node:
    """earlier(x, 3个月): the value of the month three months before."""
    form = "earlier(value of the month, 3个月)"
    value, by = calls.plain(part, 2, 2, form)
    of, months = binder.bind(value), binder.fixed(binder.bind(by))
    number = months.value if months is not None and months.unit == MONTHS else None
    if of.frame.level is Level.ROW or not isinstance(number, int) or not 0 < number <= 120:
        raise fault(part.place, "earlier() does not fit", form)
    return Earlier(
        unit=of.unit,
        frame=of.frame,
        nonable=of.nonable,
        shaky=of.shaky,
        least=of.least,
        place=part.place,
        of=of,
        months=number,
    )


def _between(binder: Bind, part: Part) -> Node:
    """months_between(a, b, counts: started), in completed months unless said; days_between(a, b)."""
    months = part.name == "months_between"
    form = say("{0}(earlier date, later date{1})", part.name, ", counts: started" if months else "")
    said = dict(part.named).get("counts") if months else None
    counts = said.name if isinstance(said, Path) else "completed"
    if said is not None and counts not in COUNTS:
        raise fault(part.place, "months_between() does not say which months", ", ".join(COUNTS))
    if said is not None:
        part = replace(part, named=tuple(pair for pair in part.named if pair[0] != "counts"))
    start, end = (binder.bind(side) for side in calls.plain(part, 2, 2, form))
    if start.unit != DATE or end.unit != DATE:
        raise fault(part.place, say("{0}() of {1} and {2}", part.name, start.unit, end.unit), form)
    return Span(
        unit=MONTHS if months else DAYS,
        frame=meeting.join(start.frame, end.frame, binder.parents, part.place),
        nonable=start.nonable or end.nonable,
        place=part.place,
        start=start,
        end=end,
        counts=counts,
    )


def _day_part(binder: Bind, part: Part) -> Node:
    """day_of(date), month_of(date), year_of(date), as bare numbers."""
    (said,) = calls.plain(part, 1, 1, f"{part.name}(date)")
    of = binder.bind(said)
    if of.unit != DATE:
        raise fault(
            part.place,
            say("{0}() of {1}", part.name, of.unit),
            say("{0}(order.ordered_on)", part.name),
        )
    return DayPart(
        unit=PLAIN,
        frame=of.frame,
        nonable=of.nonable,
        least=1,
        place=part.place,
        of=of,
        name=part.name.removesuffix("_of"),
    )


def _slice(binder: Bind, part: Part) -> Node:
    """slice(table, 2): what the second band of a table read in slices pays of its value."""
    form = "slice(table, 2), of a table with reads: slices"
    said, which = calls.plain(part, 2, 2, form)
    bands = tables.binder_bands(binder, binder.bind(said)) if isinstance(said, Path) else None
    number = binder.fixed(binder.bind(which))
    index = number.value if isinstance(number, Const) else None
    if not isinstance(bands, Bands) or not isinstance(index, int):
        raise fault(part.place, "slice() does not fit", form)
    rows = sorted(
        (row for row in bands.rows if not row.none),
        key=lambda row: (row.low is not None, row.low or 0),
    )
    unit = product(bands.of.unit, bands.unit)
    if not 1 <= index <= len(rows) or unit is None:
        raise fault(part.place, say("“{0}” has {1} bands", bands.name, len(rows)), form)
    low = rows[index - 1].low
    return Sliced(
        unit=unit,
        frame=bands.of.frame,
        nonable=bands.of.nonable,
        least=0,
        place=part.place,
        of=bands.of,
        rows=(replace(rows[index - 1], low=low if low is not None else Fraction(0)),),
        name=bands.name,
    )


def _count_of(binder: Bind, part: Part) -> Node:
    """number(x): a count, days, months or a ratio as a bare number, to multiply by."""
    (value,) = calls.plain(part, 1, 1, "number(count, days, months or ratio)")
    of = binder.bind(value)
    if of.unit.kind not in ("count", "days", "months", "hours", "plain", "ratio"):
        raise fault(
            part.place, say("number() of {0}", of.unit), "a count, days, months, hours or a ratio"
        )
    one = {"count": COUNT}.get(of.unit.kind, of.unit)
    ones = meeting.constant(1, one, part.place)
    return replace(meeting.arithmetic("/", of, ones, of.frame, part.place), unit=PLAIN)


FUNCTIONS: dict[str, Callable[[Bind, Part], Node]] = {
    **calls.CALLS,
    **dict.fromkeys(_MODES, _rounded),
    "earlier": _earlier,
    "months_between": _between,
    "days_between": _between,
    **dict.fromkeys(_DAY_PARTS, _day_part),
    "slice": _slice,
    "turn": sums.turn,
    "this": sums.this,
    "number": _count_of,
}
