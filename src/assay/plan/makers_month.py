"""Functions of nodes that are of a payee's month: who he is, his places, dates, balances."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

from assay.money import allocate, half_up
from assay.period import (
    Month,
    days_between,
    later_by_days,
    later_by_months,
    months_between,
    months_started,
    months_turned,
)
from assay.plan.running import Running
from assay.plan.standing import Holding, Who
from assay.plan.tree import (
    Attribute,
    Calendar,
    Carried,
    CarriedPart,
    DayPart,
    Earlier,
    Holds,
    Node,
    Rank,
    Share,
    Shift,
    Span,
    Target,
    Turn,
    Value,
)
from assay.plan.units import MONTHS
from assay.plan.values import Env, Function, exact
from assay.plan.vocabulary import PERIODS, period_start


def _attribute(run: Running, node: Attribute) -> Function:
    def name(env: Env) -> Value:
        held = run.shelf.holdings.get(env.payee, [])
        return held[-1].name if held else env.payee

    def joined_on(env: Env) -> Value:
        start = min((h.start for h in _held(run, env)), default=date.min)
        return None if start == date.min else start

    def left_on(env: Env) -> Value:
        stop = max((h.stop for h in _held(run, env)), default=date.max)
        return None if stop == date.max else stop - timedelta(1)

    makers: dict[str, Function] = {
        "id": lambda env: env.payee,
        "role": lambda env: env.role,
        "team": lambda env: run.shelf.team_of(env.payee, env.role, env.month),
        "name": name,
        "joined_on": joined_on,
        "left_on": left_on,
        "employed": lambda env: _employed(run, env),
        "days": lambda env: _days(run, env),
    }
    return makers[node.name]


def _held(run: Running, env: Env) -> list[Holding]:
    return [h for h in run.shelf.holdings.get(env.payee, ()) if h.role == env.role]


def _employed(run: Running, env: Env) -> bool:
    """Whether he holds any role on the last day of the month."""
    last = Month(env.now).after - timedelta(1)
    return any(h.on(last) for h in run.shelf.holdings.get(env.payee, ()))


def _days(run: Running, env: Env) -> int:
    """Days of the month on which he holds his role."""
    month = Month(env.now)
    spans = [(max(h.start, month.first), min(h.stop, month.after)) for h in _held(run, env)]
    return sum(max(0, (stop - start).days) for start, stop in spans)


def _calendar(run: Running, node: Calendar) -> Function:
    begins = run.begins
    if node.period != "month":
        return _period(node, begins)
    makers: dict[str, Callable[[Month], Value]] = {
        "number": lambda month: month.index % 12 + 1,
        "of_year": lambda month: month.index - period_start("year", month.index, begins) + 1,
        "days": lambda month: (month.after - month.first).days,
        "first_day": lambda month: month.first,
        "last_day": lambda month: month.after - timedelta(1),
    }
    make = makers[node.name]
    return lambda env: make(Month(env.now))


def _period(node: Calendar, begins: int) -> Function:
    """A quarter, half-year or year: its days, and its place in the year."""
    long = PERIODS[node.period]

    def value(env: Env) -> Value:
        start = period_start(node.period, env.now, begins)
        first, after = Month(start).first, Month(start + long - 1).after
        if node.name == "number":
            year = period_start("year", env.now, begins)
            return first.year if node.period == "year" else (start - year) // long + 1
        if node.name == "days":
            return (after - first).days
        return first if node.name == "first_day" else after - timedelta(1)

    return value


def _day_part(run: Running, node: DayPart) -> Function:
    of, name = run.function(node.of), node.name

    def value(env: Env) -> Value:
        day = of(env)
        return getattr(day, name) if isinstance(day, date) else None

    return value


def _earlier(run: Running, node: Earlier) -> Function:
    def value(env: Env) -> Value:
        return run.value(node.of, run.moved(node, env, env.month - node.months))

    return value


def _span(run: Running, node: Span) -> Function:
    start, end = run.function(node.start), run.function(node.end)
    counts = counting(node)

    def value(env: Env) -> Value:
        a, b = start(env), end(env)
        return counts(a, b) if isinstance(a, date) and isinstance(b, date) else None

    return value


def counting(node: Span) -> Callable[[date, date], int]:
    """How what lies between two days is counted."""
    if node.unit != MONTHS:
        return days_between
    return {"started": months_started, "calendar": months_turned}.get(node.counts, months_between)


def _shift(run: Running, node: Shift) -> Function:
    day, by = run.function(node.day), run.function(node.by)
    move = later_by_months if node.by.unit == MONTHS else later_by_days

    def value(env: Env) -> Value:
        start, many = day(env), by(env)
        if not isinstance(start, date) or many is None:
            return None
        whole = Fraction(exact(many)).__floor__()
        return move(start, -whole if node.back else whole)

    return value


def _carried(run: Running, node: Carried) -> Function:
    return lambda env: run.carried(node.name, "after", env)


def _carried_part(run: Running, node: CarriedPart) -> Function:
    return lambda env: run.carried(node.name, node.part, env)


def _turn(run: Running, node: Turn) -> Function:
    return lambda env: run.turn(node, env)


def _holds(run: Running, node: Holds) -> Function:
    def value(env: Env) -> Value:
        held = run.shelf.holdings.get(env.payee, ())
        return any(h.role == node.role and h.touches(env.month) for h in held)

    return value


def _target(run: Running, node: Target) -> Function:
    def value(env: Env) -> Value:
        if node.team:
            return run.book.team_targets.get((env.team or "", env.month)) or None
        return run.book.targets.get((env.payee, env.month)) or None

    return value


def _rank(run: Running, node: Rank) -> Function:
    groups: dict[object, list[tuple[Fraction | int, ...]]] = {}

    def standing(env: Env) -> tuple[Fraction | int, ...]:
        """What somebody's place goes by: the first value, and what parts those equal in it."""
        return tuple(exact(run.value(by, env)) for by in node.by)

    def value(env: Env) -> Value:
        """One more than those above; of equal values one where no place is left out."""
        group = run.group(node.among, env)
        if group not in groups:
            values = [standing(other) for _, other in run.others(node.among, env)]
            groups[group] = sorted(set(values) if node.dense else values)
        return 1 + len(groups[group]) - bisect_right(groups[group], standing(env))

    return value


def _share(run: Running, node: Share) -> Function:
    groups: dict[object, dict[Who, int]] = {}

    def weight(env: Env) -> Fraction:
        """Who stands below nought gets nothing, and takes nothing from the others; so who has no team."""
        return max(Fraction(exact(run.value(node.by, env))), Fraction(0))

    def parts(pool: Fraction, others: list[tuple[Who, Env]]) -> dict[Who, int]:
        by = [weight(other) for _, other in others]
        whole = sum(by)
        shares = [pool * part / whole for part in by] if whole else []
        given = allocate(half_up(pool), shares) if whole else [0] * len(by)
        return dict(zip((who for who, _ in others), given, strict=True))

    def value(env: Env) -> Value:
        peers = run.group(node.among, env)
        if not weight(env):
            return 0
        if node.among != "role" and peers[-1] is None:
            run.shelf.teamless[(env.payee, env.month)] = None
            return 0
        pool, me = Fraction(exact(run.value(node.pool, env))), (env.payee, env.role)
        group = (peers, pool)
        if group not in groups:
            groups[group] = parts(pool, run.others(node.among, env))
        found = groups[group].get(me)
        return parts(pool, run.others(node.among, env))[me] if found is None else found

    return value


OF_THE_MONTH: dict[type[Node], Callable[..., Function]] = {
    Attribute: _attribute,
    Holds: _holds,
    Target: _target,
    Calendar: _calendar,
    DayPart: _day_part,
    Carried: _carried,
    CarriedPart: _carried_part,
    Earlier: _earlier,
    Shift: _shift,
    Span: _span,
    Turn: _turn,
    Rank: _rank,
    Share: _share,
}
