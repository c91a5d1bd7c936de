"""One small function a node: its value, or whether it holds, as the solver is given it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from assay.period import Month, days_between, later_by_days, later_by_months, months_turned
from assay.plan.makers_month import counting
from assay.plan.prove import encode_rows
from assay.plan.prove.encoding import Encoding, Mark
from assay.plan.prove.logic import Truth, alike, both, either, neither
from assay.plan.prove.symbols import (
    Atom,
    BeyondError,
    Value,
    absent,
    chosen,
    compare,
    compared,
    const,
    least,
    lifted,
    merged,
    minus,
    number,
    plus,
    ratio,
    times,
    where,
)
from assay.plan.stretches import jumps, stretches
from assay.plan.tree import (
    Aggregate,
    Arith,
    Attribute,
    Bands,
    Between,
    Calendar,
    Carried,
    CarriedPart,
    Choose,
    Column,
    Compare,
    Const,
    Dated,
    DayPart,
    Earlier,
    Extreme,
    Fill,
    First,
    Holds,
    IsNone,
    Ladder,
    LineOf,
    Logic,
    Node,
    Not,
    Otherwise,
    Rank,
    Ref,
    Rounded,
    Row,
    Share,
    Shift,
    Sliced,
    Span,
    Target,
    This,
    Turn,
)
from assay.plan.units import MONTHS
from assay.plan.values import Env
from assay.plan.vocabulary import CREDITED, PART


def _plain(enc: Encoding, node: Node, env: Env) -> Value:
    """What does not depend on amounts comes from the reference itself."""
    found = enc.real.value(node, env)
    if isinstance(found, bool):
        raise BeyondError("a condition stands where a value is read")
    return const(found)


def _plain_truth(enc: Encoding, node: Node, env: Env) -> Truth:
    return bool(enc.real.value(node, env))


def _column(enc: Encoding, node: Column, env: Env) -> Value:
    assert env.row is not None
    row = env.row.up_to(node.fact)
    if node.stored in (CREDITED, PART):
        return encode_rows.part_of_row(enc, node, row)
    value = enc.cells.column(node, row)
    if not (node.event and env.as_of is not None):
        return value
    after = Month(env.as_of).after
    # A day that has not come yet is not known yet.
    return merged(
        (guard, None if isinstance(atom, date) and atom >= after else atom) for guard, atom in value
    )


def _column_truth(enc: Encoding, node: Column, env: Env) -> Truth:
    assert env.row is not None
    return enc.cells.condition(node, env.row.up_to(node.fact))


def _arith(enc: Encoding, node: Arith, env: Env) -> Value:
    a, b = enc.value(node.left, env), enc.value(node.right, env)
    if node.operator == "+":
        return lifted(plus, a, b)
    if node.operator == "-":
        return lifted(lambda x, y: plus(x, minus(y)), a, b)
    return lifted(times, a, b) if node.operator == "*" else ratio(a, b)


def _this(enc: Encoding, node: This, env: Env) -> Value:
    assert env.outer is not None
    return enc.value(node.of, env.outer)


def _this_truth(enc: Encoding, node: This, env: Env) -> Truth:
    assert env.outer is not None
    return enc.truth(node.of, env.outer)


def _extreme(enc: Encoding, node: Extreme, env: Env) -> Value:
    found = enc.value(node.operands[0], env)
    for operand in node.operands[1:]:
        found = least(found, enc.value(operand, env), node.greatest)
    return found


def _choose(enc: Encoding, node: Choose, env: Env) -> Value:
    truth = enc.truth(node.condition, env)
    if isinstance(truth, bool):
        return enc.value(node.yes if truth else node.no, env)
    return where(truth, enc.value(node.yes, env), enc.value(node.no, env))


def _otherwise(enc: Encoding, node: Otherwise, env: Env) -> Value:
    value = enc.value(node.value, env)
    gone = absent(value)
    if gone is False:
        return value
    there = tuple((guard, atom) for guard, atom in value if atom is not None)
    cases: list[tuple[Truth, Value]] = [(guard, ((True, atom),)) for guard, atom in there]
    return chosen([*cases, (gone, enc.value(node.fallback, env))])


def _rounded(enc: Encoding, node: Rounded, env: Env) -> Value:
    found = _in_steps(enc, node, enc.value(node.of, env))
    enc.mark_steps(Mark(node), env, found)
    return found


def _in_steps(enc: Encoding, node: Rounded, of: Value) -> Value:
    if node.mode == "floor":
        return enc.floor(of, node.step)
    if node.mode == "ceil":
        return lifted(times, const(-1), enc.floor(lifted(times, const(-1), of), node.step))
    steps = enc.rounded(lifted(times, const(1 / node.step), of))
    return lifted(times, const(node.step), steps)


def in_band(row: Row, value: Value) -> Truth:
    """Whether a value lies in a row of bands; `none` rows hold where there is none."""
    if row.none:
        return absent(value)
    found: list[Truth] = []
    for guard, atom in value:
        if atom is None:
            continue
        if isinstance(atom, date):
            atom = Fraction(atom.toordinal())
        low: Truth = True
        high: Truth = True
        if row.low is not None:
            low = compare(">=" if row.low_in else ">", number(atom), row.low)
        if row.high is not None:
            high = compare("<=" if row.high_in else "<", number(atom), row.high)
        found.append(both(guard, low, high))
    return either(*found)


def _bands(enc: Encoding, node: Bands, env: Env) -> Value:
    of = enc.value(node.of, env)
    if node.slices:
        paid = sliced(enc, node.rows, of, env)
        nought = compared("=", of, const(0))
        first = next((r for r in node.rows if not r.none and r.holds(0)), None)
        at_nought = enc.value(first.value, env) if first is not None else const(None)
        return where(nought, at_nought, ratio(paid, of))
    _mark_ends(enc, node, of, env)
    rows = _banded(enc, node, of, env)
    nothing = both(absent(of), *(neither(in_band(r, of)) for r in node.rows if r.none))
    return chosen([*rows, (nothing, const(None))])


def _mark_ends(enc: Encoding, node: Bands, of: Value, env: Env) -> None:
    """Each end at which one band gives way to the next."""
    for row in node.rows:
        if row.low is not None and not row.none:
            passed = in_band(replace(row, high=None), of)
            if not isinstance(passed, bool):
                enc.mark(Mark(node, row.low, row.label), env, passed)


def _banded(enc: Encoding, node: Bands, of: Value, env: Env) -> list[tuple[Truth, Value]]:
    found: list[tuple[Truth, Value]] = []
    for row in node.rows:
        holds = in_band(row, of)
        if holds is not False:
            found.append((holds, enc.value(row.value, env)))
    return found


def sliced(enc: Encoding, rows: tuple[Row, ...], of: Value, env: Env) -> Value:
    """An amount paid slice by slice (as evaluate.sliced)."""
    found: Value = const(0)
    nought = const(0)
    for row in rows:
        if row.none:
            continue
        low = const(row.low) if row.low is not None else least(nought, of)
        upper = of if row.high is None else least(of, const(row.high))
        part = lifted(lambda x, y: plus(x, minus(y)), upper, low)
        below = both(compared("<", of, nought), in_band(row, of))
        share = where(below, of, least(part, nought, greatest=True))
        found = lifted(plus, found, lifted(times, share, enc.value(row.value, env)))
    return found


def _sliced(enc: Encoding, node: Sliced, env: Env) -> Value:
    return sliced(enc, node.rows, enc.value(node.of, env), env)


def _first(enc: Encoding, node: First, env: Env) -> Value:
    cases: list[tuple[Truth, Value]] = []
    open_: Truth = True
    for row in node.rows:
        holds: Truth = True if row.condition is None else enc.truth(row.condition, env)
        here = both(open_, holds)
        if here is not False:
            cases.append((here, enc.value(row.value, env)))
        open_ = both(open_, neither(holds))
        if open_ is False:
            break
    return chosen([*cases, (open_, const(None))])


def _between(enc: Encoding, node: Between, env: Env) -> Value:
    of = enc.value(node.of, env)
    cases: list[tuple[Truth, Value]] = [(absent(of), const(None))]
    for piece in stretches(node):
        low, high = piece.low, piece.high
        if low is not None and low == high:
            here = compared("=", of, const(low))
        else:
            starts = low is None or compared(">" if high is None else ">=", of, const(low))
            here = both(starts, high is None or compared("<", of, const(high)))
        if here is not False:
            base = const(piece.base)
            line = lifted(times, of, const(piece.slope)) if piece.slope else None
            cases.append((here, base if line is None else lifted(plus, line, base)))
    for at, operator in jumps(node):
        passed = compared(operator, of, const(at))
        if not isinstance(passed, bool):
            enc.mark(Mark(node, at), env, passed)
    return chosen(cases)


def _ladder(enc: Encoding, node: Ladder, env: Env) -> Value:
    above = lifted(plus, enc.value(node.of, env), const(-node.start))
    steps = enc.floor(lifted(times, const(1 / node.every), above), Fraction(1))
    enc.mark_steps(Mark(node), env, steps)
    return lifted(plus, const(node.first), lifted(times, const(node.add), steps))


def _target(enc: Encoding, node: Target, env: Env) -> Value:
    who = (env.team or "") if node.team else env.payee
    return enc.cells.target(who, env.month, node.team)


def _earlier(enc: Encoding, node: Earlier, env: Env) -> Value:
    return enc.value(node.of, enc.real.moved(node, env, env.month - node.months))


# Where the difference of two days' numbers is what is counted, no pair of days has to be looked at.
NUMBERED: dict[object, Callable[[date], int]] = {
    days_between: date.toordinal,
    months_turned: lambda day: Month.of(day).index,
}


def _span(enc: Encoding, node: Span, env: Env) -> Value:
    counts = counting(node)
    start, end = enc.value(node.start, env), enc.value(node.end, env)
    place = NUMBERED.get(counts)
    if place is not None:
        numbers = [_numbered(days, place) for days in (end, start)]
        return lifted(lambda b, a: plus(b, minus(a)), *numbers)
    return _days(
        start,
        end,
        lambda a, b: Fraction(counts(a, b)) if isinstance(b, date) else None,
    )


def _numbered(days: Value, place: Callable[[date], int]) -> Value:
    return merged(
        (guard, Fraction(place(day)) if isinstance(day, date) else None) for guard, day in days
    )


def _day_part(enc: Encoding, node: DayPart, env: Env) -> Value:
    return _days(
        enc.value(node.of, env),
        const(Fraction(0)),
        lambda day, _: Fraction(getattr(day, node.name)),
    )


def _shift(enc: Encoding, node: Shift, env: Env) -> Value:
    move = later_by_months if node.by.unit == MONTHS else later_by_days

    def moved(day: date, by: Atom) -> Atom:
        if not isinstance(by, Fraction):
            raise BeyondError("a day moved by an amount that is open")
        many = by.__floor__()
        return move(day, -many if node.back else many)

    return _days(enc.value(node.day, env), enc.value(node.by, env), moved)


def _days(a: Value, b: Value, make: Callable[[date, Atom], Atom]) -> Value:
    """A function of days, which stand in cases of fixed ones."""
    cases: list[tuple[Truth, Atom]] = []
    for first, x in a:
        for second, y in b:
            there = isinstance(x, date) and y is not None
            assert isinstance(x, date) or x is None
            found = make(x, y) if there and x is not None else None
            cases.append((both(first, second), found))
    return merged(cases)


# -- conditions -------------------------------------------------------------------------------


def _compare(enc: Encoding, node: Compare, env: Env) -> Truth:
    if node.left.unit.kind == "bool":
        same = alike(enc.truth(node.left, env), enc.truth(node.right, env))
        return same if node.operator == "=" else neither(same)
    found = compared(node.operator, enc.value(node.left, env), enc.value(node.right, env))
    if node.left.unit.numeric and not isinstance(found, bool):
        enc.mark(Mark(node), env, found)
    return found


def _logic(enc: Encoding, node: Logic, env: Env) -> Truth:
    left = enc.truth(node.left, env)
    if isinstance(left, bool) and left == (node.operator == "or"):
        return left
    right = enc.truth(node.right, env)
    return both(left, right) if node.operator == "and" else either(left, right)


def _not(enc: Encoding, node: Not, env: Env) -> Truth:
    return neither(enc.truth(node.operand, env))


def _is_none(enc: Encoding, node: IsNone, env: Env) -> Truth:
    return False if node.operand.unit.kind == "bool" else absent(enc.value(node.operand, env))


def _choose_truth(enc: Encoding, node: Choose, env: Env) -> Truth:
    truth = enc.truth(node.condition, env)
    yes, no = enc.truth(node.yes, env), enc.truth(node.no, env)
    return either(both(truth, yes), both(neither(truth), no))


def _first_truth(enc: Encoding, node: First, env: Env) -> Truth:
    found: list[Truth] = []
    open_: Truth = True
    for row in node.rows:
        holds: Truth = True if row.condition is None else enc.truth(row.condition, env)
        found.append(both(open_, holds, enc.truth(row.value, env)))
        open_ = both(open_, neither(holds))
    return either(*found)


def _bands_truth(enc: Encoding, node: Bands, env: Env) -> Truth:
    of = enc.value(node.of, env)
    return either(*(both(in_band(row, of), enc.truth(row.value, env)) for row in node.rows))


VALUES: dict[type[Node], Callable[..., Value]] = {
    Const: _plain,
    Dated: _plain,
    Attribute: _plain,
    Calendar: _plain,
    Column: _column,
    Ref: lambda enc, node, env: enc.named(node.name, env),
    Arith: _arith,
    Extreme: _extreme,
    Choose: _choose,
    Otherwise: _otherwise,
    Rounded: _rounded,
    Bands: _bands,
    Sliced: _sliced,
    First: _first,
    Between: _between,
    Ladder: _ladder,
    Target: _target,
    Earlier: _earlier,
    Span: _span,
    DayPart: _day_part,
    Shift: _shift,
    Aggregate: encode_rows.aggregate,
    This: _this,
    Fill: encode_rows.fill,
    Turn: encode_rows.turn,
    Rank: encode_rows.rank,
    Share: encode_rows.share,
    Carried: encode_rows.carried,
    CarriedPart: encode_rows.carried_part,
    LineOf: encode_rows.line_of,
}
TRUTHS: dict[type[Node], Callable[..., Truth]] = {
    Const: _plain_truth,
    Attribute: _plain_truth,
    Holds: _plain_truth,
    Column: _column_truth,
    Ref: lambda enc, node, env: enc.named_truth(node.name, env),
    Compare: _compare,
    Logic: _logic,
    Not: _not,
    IsNone: _is_none,
    Choose: _choose_truth,
    First: _first_truth,
    Bands: _bands_truth,
    This: _this_truth,
}
