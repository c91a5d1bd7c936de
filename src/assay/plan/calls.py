"""Functions and sums of the language: min, max, if, case, above, within, sum, count, mean."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from assay.plan import meeting
from assay.plan.binding import Bind
from assay.plan.formula import Part, Path, Syntax
from assay.plan.problems import Place, fault, nearest
from assay.plan.tree import (
    PAYEE,
    TEAM,
    Aggregate,
    Fill,
    Frame,
    Level,
    Node,
    Rank,
    Share,
    row,
)
from assay.plan.units import COUNT, RATIO, Unit, same

AGGREGATES = ("sum", "count", "mean", "min", "max")
FUNCTIONS = ("min", "max", "if", "case", "above", "within", "rank", "share", *AGGREGATES)
AMONG = ("team", "role")
TIES = ("same", "dense")
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
                f"{what} have different units: {unit} and {node.unit}",
                "one unit for all",
            )
        unit = found
    assert unit is not None
    return unit


def function(binder: Bind, part: Part) -> Node:
    """A call of a function of the language."""
    if part.name in ("min", "max"):
        return _extreme(binder, part)
    if part.name == "if":
        return _if(binder, part)
    if part.name == "case":
        return _case(binder, part)
    if part.name in ("above", "within"):
        return _fill(binder, part)
    if part.name in ("rank", "share"):
        return _among(binder, part)
    raise fault(
        part.place,
        f"unknown function “{part.name}(…)”",
        ", ".join(dict.fromkeys(FUNCTIONS)) + ", or a table",
        nearest(part.name, FUNCTIONS),
    )


def _plain(part: Part, least: int, most: int, form: str) -> tuple[Syntax, ...]:
    arguments = part.arguments or ()
    if part.named or not least <= len(arguments) <= most:
        raise fault(part.place, f"{part.name}() does not fit", form)
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
    arguments = _plain(part, 2, 20, f"{part.name}(a, b, …)")
    nodes = tuple(binder.bind(argument) for argument in arguments)
    frame = _frames(binder, nodes, part.place)
    return meeting.extreme(part.name == "max", nodes, frame, part.place)


def _if(binder: Bind, part: Part) -> Node:
    arguments = _plain(part, 3, 3, "if(condition, value, other value)")
    condition, yes, no = (binder.bind(argument) for argument in arguments)
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
                f"“{name}” is no reading of “{question.name}”",
                ", ".join(question.readings),
                nearest(name, question.readings),
            )
    missing = [name for name in question.readings if name not in given]
    if missing or len(given) != len(part.named):
        raise fault(
            part.place,
            f"case({question.name}, …) does not name each reading once",
            ", ".join(f"{name}: …" for name in question.readings),
            f"add {', '.join(missing)}" if missing else "",
        )
    nodes = {name: binder.bind(syntax) for name, syntax in given.items()}
    share_unit(nodes.values(), part.place, f"the values of case({question.name}, …)")
    chosen = nodes[binder.reading(question)]
    binder.branches.setdefault(question.name, []).append(chosen)
    return chosen


def _fill(binder: Bind, part: Part) -> Node:
    """above(amount, quota, by: order) and within(…): what a quota filled in turn leaves or takes."""
    arguments = part.arguments or ()
    named = dict(part.named)
    if len(arguments) != 2 or set(named) - {"by"}:
        raise fault(
            part.place, f"{part.name}() does not fit", f"{part.name}(amount, quota, by: date)"
        )
    amount, quota = (binder.bind(argument) for argument in arguments)
    if amount.frame.level is not Level.ROW or quota.frame.level is Level.ROW:
        raise fault(
            part.place,
            f"{part.name}() fills a quota of the month with amounts of rows",
            f"{part.name}(order.amount, quota of the month)",
        )
    unit = same(amount.unit, quota.unit)
    if unit is None or amount.least is None or amount.nonable:
        raise fault(
            part.place,
            f"{part.name}() of {amount.unit} and {quota.unit}",
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
    """rank(value, among: role, ties: same) and share(pool, by: value, among: team)."""
    form = (
        "rank(value, among: role, ties: same)"
        if part.name == "rank"
        else ("share(pool, by: value, among: team)")
    )
    named = dict(part.named)
    words = {
        key: said.name
        for key in ("among", "ties")
        if isinstance(said := named.get(key), Path) and len(said.parts) == 1
    }
    among, ties = words.get("among", ""), words.get("ties", "same")
    wanted = {"among", "ties"} if part.name == "rank" else {"among", "by"}
    if (
        len(part.arguments or ()) != 1
        or set(named) - wanted
        or among not in AMONG
        or ties not in TIES
    ):
        raise fault(part.place, f"{part.name}() does not fit", form)
    assert part.arguments is not None
    first = binder.bind(part.arguments[0])
    by = binder.bind(named["by"]) if part.name == "share" and "by" in named else first
    if part.name == "share" and "by" not in named:
        raise fault(part.place, "share() does not say by what", form)
    for node in (first, by):
        if node.nonable or not node.unit.numeric or node.frame.level is Level.ROW:
            raise fault(
                node.place,
                f"{part.name}() of {node.unit} that can be none or stands on rows",
                "a value of the month that is always there",
                "sum the rows, or write “… otherwise 0元”",
            )
    if part.name == "rank":
        return Rank(
            unit=COUNT,
            frame=PAYEE,
            least=1,
            place=part.place,
            of=first,
            among=among,
            dense=ties == "dense",
        )
    if first.unit.kind != "money" or first.frame.level is Level.PAYEE or by.least is None:
        raise fault(part.place, "share() needs a pool of the team and parts not below zero", form)
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
                raise fault(part.place, f"{part.name}() orders rows by a number of theirs")
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
            f"the reading “{name}” does not say in which order the quota is filled",
            "date, pro_rata, lowest(…), highest(…)",
            f'write the readings as a mapping: {{{name}: "lowest(rate)"}}',
        )
    return "date", None


def aggregate(binder: Bind, scope: str, part: Part) -> Node:
    """sum(x), team.sum(x), order.sum(x) and their kin; `where:` filters."""
    if part.name not in AGGREGATES:
        raise fault(part.place, f"“{part.name}(…)” sums nothing", ", ".join(AGGREGATES))
    where_said, over = binder.surroundings() if scope != "children" else (None, "month")
    named = dict(part.named)
    if len(part.arguments or ()) != 1 or set(named) - {"where"}:
        raise fault(
            part.place, f"{part.name}() does not fit", f"{part.name}(value, where: condition)"
        )
    assert part.arguments is not None
    with binder.inside():
        body, fact = _body(binder, part, part.arguments[0])
        conditions = [binder.bind(said) for said in (where_said, named.get("where")) if said]
    return _assemble(binder, scope, part, (body, fact), conditions, over)


def _body(binder: Bind, part: Part, syntax: Syntax) -> tuple[Node | None, str]:
    """What is summed, and of which fact; count(order) counts rows, count(condition) those it holds for."""
    if (
        part.name == "count"
        and isinstance(syntax, Path)
        and len(syntax.parts) == 1
        and binder.is_fact(syntax.name)
    ):
        return None, syntax.name
    body = binder.bind(syntax)
    return body, body.frame.fact


def _assemble(
    binder: Bind,
    scope: str,
    part: Part,
    summed: tuple[Node | None, str],
    conditions: list[Node],
    over: str,
) -> Node:
    body, fact = summed
    where: Node | None = None
    for condition in conditions:
        if condition.unit.kind != "bool":
            raise fault(condition.place, f"“where” is {condition.unit}", "a condition")
        joined = (
            condition
            if where is None
            else meeting.logic(
                "and",
                where,
                condition,
                meeting.join(where.frame, condition.frame, binder.parents, part.place),
                part.place,
            )
        )
        where = joined
    if body is not None and part.name == "count":
        if body.unit.kind != "bool":
            raise fault(body.place, f"count() of {body.unit}", "count(order), or count(condition)")
        where = body if where is None else meeting.logic("and", where, body, body.frame, part.place)
        body = None if body.frame.level is Level.ROW else body
        body = None
    level = Level.ROW if fact else (where.frame.level if body is None and where else Level.CONST)
    level = body.frame.level if body is not None else level
    name, frame = _scope(binder, scope, fact, level, part)
    if body is not None and body.nonable:
        raise fault(
            body.place,
            f"{part.name}() of something that can be none",
            "a value that is always there",
            "write “… otherwise 0元”",
        )
    counted = part.name == "count"
    unit = COUNT if counted or body is None else body.unit
    if not unit.numeric:
        raise fault(part.place, f"{part.name}() of {unit}", "a quantity")
    always = part.name in ("sum", "count")
    return Aggregate(
        unit=RATIO if unit.kind == "plain" and part.name == "mean" else unit,
        frame=frame,
        nonable=not always,
        least=0 if counted or (body is not None and body.least is not None) else None,
        place=part.place,
        kind=part.name,
        fact=fact,
        scope=name,
        over=over,
        body=body,
        where=where,
    )


def _scope(binder: Bind, scope: str, fact: str, level: Level, part: Part) -> tuple[str, Frame]:
    """Whose rows are summed and to whom the sum belongs."""
    if scope == "team":
        if level is Level.ROW:
            return "team", TEAM
        if level is Level.PAYEE:
            return "members", TEAM
    elif scope:
        if level is Level.ROW and meeting.is_below(fact, scope, binder.parents):
            return "children", row(scope)
        raise fault(
            part.place,
            f"{scope}.{part.name}() sums rows below {scope}",
            f"columns of a fact that is “of: {scope}”",
        )
    elif level is Level.ROW:
        return "own", PAYEE
    raise fault(
        part.place,
        f"{part.name}() of something that is not on rows",
        "columns of a fact, as in sum(order.amount)",
    )


def is_order(syntax: Syntax) -> bool:
    """Whether a formula is an order of filling rather than a value."""
    return isinstance(syntax, Path) and len(syntax.parts) == 1 and syntax.parts[0].name in FILLS
