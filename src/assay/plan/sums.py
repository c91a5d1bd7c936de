"""Sums and their kin: over a payee's rows, a team, those who report to him, months, rows below."""

from __future__ import annotations

from dataclasses import replace

from assay.plan import balances, meeting
from assay.plan.binding import Bind, Window
from assay.plan.formula import Part, Path, Syntax
from assay.plan.nones import lack
from assay.plan.problems import fault
from assay.plan.sentences import say
from assay.plan.tree import (
    CONST,
    PAYEE,
    TEAM,
    Aggregate,
    Const,
    Earlier,
    Fill,
    Frame,
    Level,
    Node,
    Rank,
    Share,
    This,
    Turn,
    asked,
    row,
)
from assay.plan.units import COUNT
from assay.plan.vocabulary import SHARED

AGGREGATES = ("sum", "count", "mean", "min", "max", "latest", "running")
OF_THE_BEST = ("sum", "mean")


def aggregate(
    binder: Bind, scope: str, part: Part, depth: int = 1, skip: Syntax | None = None
) -> Node:
    """sum(x), team.sum(x), order.sum(x) and their kin; `where:`, `same:` and `best:` choose.

    depth and skip: of people who report, how many levels below, and who between makes none.
    """
    if part.name == "turn":
        return turn(binder, part, scope)
    if part.name not in AGGREGATES:
        raise fault(part.place, say("“{0}(…)” sums nothing", part.name), ", ".join(AGGREGATES))
    where_said, window = binder.surroundings()
    named = dict(part.named)
    known = {"where", "same", *(["best"] if part.name in OF_THE_BEST else [])}
    if len(part.arguments or ()) != 1 or set(named) - known:
        raise fault(
            part.place,
            say("{0}() does not fit", part.name),
            say("{0}(value, where: condition)", part.name),
        )
    best = _best(binder, named["best"]) if "best" in named else 0
    assert part.arguments is not None
    reporting = binder.reporting(scope == "reports")
    with reporting, binder.inside(summing=True):
        body, fact = _body(binder, part, part.arguments[0])
        conditions = [binder.bind(said) for said in (where_said, named.get("where")) if said]
    with binder.inside():
        key = binder.bind(named["same"]) if "same" in named else None
        since = balances.day(binder, window.since) if window.since is not None else None
    with binder.reporting(scope == "reports"), binder.inside():
        skipped = _skipped(binder, skip) if skip is not None else None
    made = _assemble(binder, scope, part, (body, fact), conditions, window)
    if since is not None:
        _counted(binder, made, since)
    made = _of_whom(binder, replace(made, since=since, best=best))
    if part.name == "running":
        return _asking(binder, _running(made, key))
    made = replace(made, depth=depth, skip=skipped) if key is None else alike(made, key)
    return _asking(binder, made)


def _of_whom(binder: Bind, made: Aggregate) -> Aggregate:
    """A sum over months is also of him by whom its months are chosen or counted, be they a team's."""
    frame = made.frame
    for node in (made.where, made.since) if made.scope == "months" else ():
        if node is not None:
            frame = meeting.join(frame, node.frame, binder.parents, node.place)
    return replace(made, frame=frame)


def this(binder: Bind, part: Part) -> Node:
    """this(x): inside a sum, x of the row (or of the payee's month) the sum is worked out for."""
    form = "sum(goal.amount, where: goal.product = this(order.product))"
    if len(part.arguments or ()) != 1 or part.named or not binder.summing:
        raise fault(part.place, "this() stands inside a sum, with one value", form)
    assert part.arguments is not None
    with binder.inside():
        of = binder.bind(part.arguments[0])
    if isinstance(of, Const):
        return of
    return This(
        unit=of.unit, nonable=of.nonable, shaky=of.shaky, least=of.least,
        frame=CONST, place=part.place, of=of,
    )  # fmt: skip


# What is worked out for others than those a sum runs through: this(…) would be of somebody else.
_APART = (Earlier, Fill, Rank, Share)


def _asking(binder: Bind, made: Aggregate) -> Aggregate:
    """A sum that reads values of what it is worked out for belongs to it, however deep that is."""
    read = [n for top in (made.body, made.where) if top is not None for n in asked(top)]
    found = [node for node in read if isinstance(node, This)]
    if not found:
        return made
    if made.scope == "running" or any(
        isinstance(n, This) for apart in read if isinstance(apart, _APART) for n in asked(apart)
    ):
        raise fault(
            found[0].place,
            "this() cannot stand inside running(), earlier(), rank(), share(), above() or within()",
            "sum(order.amount, where: order.ordered_on <= this(order.ordered_on))",
        )
    frame = made.frame
    for node in found:
        frame = meeting.join(frame, node.of.frame, binder.parents, node.place)
    return replace(made, asks=True, frame=frame)


def _best(binder: Bind, said: Syntax) -> int:
    """How many values count, the greatest: a fixed whole number."""
    node = binder.bind(said)
    fixed = binder.fixed(node)
    value = fixed.value if fixed is not None and node.unit.kind in ("plain", "count") else None
    if not isinstance(value, int) or value < 1:
        raise fault(node.place, "“best” is no fixed whole number", "sum(sales, best: 3)")
    return value


def _skipped(binder: Bind, said: Syntax) -> Node:
    """Who makes no level between: a condition of a payee's month."""
    node = binder.bind(said)
    if node.unit.kind != "bool" or node.frame.level is Level.ROW:
        raise fault(
            node.place,
            say("“skip” is {0}{1}", node.unit, " of rows" if node.frame.level is Level.ROW else ""),
            "a condition of the month: reports(2, skip: sales < 100元)",
        )
    return node


def _counted(binder: Bind, made: Aggregate | Turn, since: Node) -> None:
    """Refuse a day that is not of the rows (or people) summed."""
    of_rows = since.frame.level is Level.ROW
    above = row(made.fact) == since.frame or meeting.is_below(
        made.fact, since.frame.fact, binder.parents
    )
    if of_rows and not (made.fact and above):
        raise fault(
            since.place,
            say("“since” is a day of {0}, which is not what is summed", since.frame.fact),
            "a day of the payee, of the row, or of the row above it",
        )


# Whose rows a place is counted among.
_WHOSE = {"own": "", "team": "team", "company": "company"}


def _running(made: Aggregate, key: Node | None) -> Aggregate:
    """What the rows of the window come to, up to and with the row at hand."""
    if made.scope not in _WHOSE or (key is not None and key.frame != row(made.fact)):
        raise fault(
            made.place,
            "running() adds up the rows of the payee, his team or the company, one after the other",
            "running(order.amount), team.running(order.amount, same: order.customer)",
        )
    frame, whose = row(made.fact), _WHOSE[made.scope]
    return replace(
        made, kind="sum", scope="running", same=key, frame=frame, nonable=False, whose=whose
    )


def alike(made: Aggregate, key: Node) -> Aggregate:
    """Only rows with the same `key` as the row at hand: a value of each row."""
    if made.scope not in _WHOSE or key.frame != row(made.fact):
        raise fault(
            made.place,
            "“same:” compares a column of the rows that are summed",
            "sum(order.amount, same: order.customer)",
        )
    return replace(made, scope="alike", same=key, frame=key.frame, whose=_WHOSE[made.scope])


def turn(binder: Bind, part: Part, scope: str = "") -> Node:
    """turn(order, same: order.customer): the place of a row by date and id, within the window."""
    form = "turn(order), turn(order, same: order.customer), team.turn(order, where: …)"
    if scope and scope not in SHARED:
        raise fault(
            part.place,
            say(
                "turn() is a place among rows of the payee, his team or the company, not of “{0}”",
                scope,
            ),
            form,
        )
    where_said, window = binder.surroundings()
    named = dict(part.named)
    fact = part.arguments[0] if part.arguments and len(part.arguments) == 1 else None
    if (
        not isinstance(fact, Path)
        or not binder.is_fact(fact.name)
        or set(named) - {"same", "where"}
    ):
        raise fault(part.place, "turn() does not fit", form)
    if scope == "team":
        _counts(binder, fact.name, part)
    with binder.inside():
        conditions = [binder.bind(said) for said in (where_said, named.get("where")) if said]
        key = binder.bind(named["same"]) if "same" in named else None
        since = balances.day(binder, window.since) if window.since is not None else None
    if key is not None and key.frame != row(fact.name):
        raise fault(part.place, "“same:” is no column of the row", form)
    where = _all_of(binder, conditions, part)
    _chooses(binder, where, row(fact.name))
    made = Turn(
        unit=COUNT,
        frame=row(fact.name),
        least=1 if where is None else 0,
        place=part.place,
        fact=fact.name,
        over=window.name,
        same=key,
        where=where,
        whose=scope,
        since=since,
    )
    if since is not None:
        _counted(binder, made, since)
    return made


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
    window: Window,
) -> Aggregate:
    body, fact = summed
    inner = body.frame if body is not None else row(fact)
    where = _all_of(binder, conditions, part)
    _chooses(binder, where, inner)
    if body is not None and part.name == "count":
        if body.unit.kind != "bool":
            raise fault(
                body.place, say("count() of {0}", body.unit), "count(order), or count(condition)"
            )
        where = body if where is None else _all_of(binder, [where, body], part)
        body = None
    name, frame = _scope(binder, scope, inner, part, window)
    _reads(part, name, body)
    counted = part.name == "count"
    unit = COUNT if counted or body is None else body.unit
    if not unit.numeric and part.name != "latest":
        raise fault(part.place, say("{0}() of {1}", part.name, unit), "a quantity")
    always = part.name in ("sum", "count")
    return Aggregate(
        unit=unit,
        frame=frame,
        nonable=not always,
        least=0 if counted or (body is not None and body.least is not None) else None,
        place=part.place,
        kind=part.name,
        fact=fact,
        scope=name,
        over=window.name,
        body=body,
        where=where,
        said=window.said,
    )


def _credited(binder: Bind, fact: str, part: Part) -> None:
    """Refuse sums of rows that nobody is ever credited with: they would be nought unnoticed."""
    said = binder.plan.facts.get(fact)
    if fact != "order" and (said is None or not said.to):
        above = binder.parents.get(fact, "")
        below = (
            say(", or {0}.{1}(…) for rows below one {2}", above, part.name, above) if above else ""
        )
        raise fault(
            part.place,
            say("nobody is credited with rows of {0}", fact),
            say("to: under facts: {0}: — company.{1}(…) for all rows{2}", fact, part.name, below),
            say("facts: {0}: {to: {who: {1}.…, as: role}}", fact, above or fact),
        )


def _counts(binder: Bind, fact: str, part: Part) -> None:
    """Refuse sums of a team's rows that count for none: they would be nought unnoticed."""
    said = binder.plan.facts.get(fact)
    if said is not None and said.to and not any(credit.team for credit in said.to):
        raise fault(
            part.place,
            say("no {0} counts for a team", fact),
            say("facts: {0}: to: [{…, counts_for: team}]", fact),
        )


def _all_of(binder: Bind, conditions: list[Node], part: Part) -> Node | None:
    """Several conditions as one."""
    where: Node | None = None
    for condition in conditions:
        if condition.unit.kind != "bool":
            raise fault(condition.place, say("“where” is {0}", condition.unit), "a condition")
        if where is None:
            where = condition
        else:
            frame = meeting.join(where.frame, condition.frame, binder.parents, part.place)
            where = meeting.logic("and", where, condition, frame, part.place)
    return where


def _chooses(binder: Bind, where: Node | None, summed: Frame) -> None:
    """Refuse a condition of other rows than those summed and the rows above them."""
    if where is None or where.frame.level is not Level.ROW:
        return
    if meeting.join(where.frame, summed, binder.parents, where.place) != summed:
        raise fault(
            where.place,
            say("“where” is of rows of {0}, which is not what is summed", where.frame.fact),
            "columns of the rows that are summed, or of the rows above them",
            say("sum them first: {0}.sum(…) > 0元, {0}.count(…) > 0单", summed.fact)
            if summed.fact
            else "sum the rows",
        )


def _reads(part: Part, scope: str, body: Node | None) -> None:
    """Refuse what cannot be summed: values that may be none, the latest of several people."""
    latest = part.name == "latest"
    if latest and scope not in ("own", "alike", "children", "months", "company"):
        raise fault(
            part.place,
            "latest() of several people does not say whose",
            "latest(column of rows), company.latest(column of rows)",
        )
    if body is not None and body.nonable and not latest:
        found = lack(body)
        raise fault(
            body.place,
            say("{0}() of something that can be none: {1}", part.name, found.what),
            "a value that is always there",
            say("write “{0}”", found.mend),
        )


def _scope(binder: Bind, scope: str, inner: Frame, part: Part, window: Window) -> tuple[str, Frame]:
    """Whose rows (or people, or months) are summed and to whom the sum belongs."""
    level = inner.level
    if level is Level.ROW and scope in ("", "team", "reports"):
        _credited(binder, inner.fact, part)
        if scope == "team":
            _counts(binder, inner.fact, part)
    if scope == "company":
        return ("company", CONST) if level is Level.ROW else ("everyone", CONST)
    if scope in ("team", "reports"):
        if level is Level.ROW:
            return ("team", TEAM) if scope == "team" else ("their_rows", PAYEE)
        if level is Level.PAYEE:
            return ("members", TEAM) if scope == "team" else ("reports", PAYEE)
    elif scope:
        if level is Level.ROW and meeting.is_below(inner.fact, scope, binder.parents):
            return "children", row(scope)
        raise fault(
            part.place,
            say("{0}.{1}() sums rows below {2}", scope, part.name, scope),
            say("columns of a fact that is “of: {0}”", scope),
        )
    elif level is Level.ROW:
        return "own", PAYEE
    elif window.name != "month":
        return "months", inner
    raise fault(
        part.place,
        say("{0}() of something that is not on rows", part.name),
        "columns of a fact, as in sum(order.amount)",
        "a value of the month is summed over the months of a window: write over: quarter",
    )


def collected(binder: Bind, part: Part) -> Node:
    """order.collected: what its collections come to."""
    amount = binder.column("collection", Part("amount", None, (), part.place))
    return Aggregate(
        unit=amount.unit,
        frame=row("order"),
        least=0,
        place=part.place,
        kind="sum",
        fact="collection",
        scope="children",
        over="month",
        body=amount,
        where=None,
    )
