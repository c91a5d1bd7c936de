"""What looks over rows, people and months: sums, quotas filled in turn, places, shares, balances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from assay.period import Month
from assay.plan.prove.encoding import Encoding, Mark
from assay.plan.prove.logic import Truth, alike, both, either, neither
from assay.plan.prove.symbols import (
    BeyondError,
    Value,
    absent,
    chosen,
    compared,
    const,
    least,
    lifted,
    minus,
    plus,
    ratio,
    times,
    total,
    where,
)
from assay.plan.rows import Row
from assay.plan.tree import (
    Aggregate,
    Carried,
    CarriedPart,
    Column,
    Fill,
    LineOf,
    Node,
    Rank,
    Share,
    Turn,
)
from assay.plan.values import Env
from assay.plan.vocabulary import PART, closes

NOUGHT: Value = const(0)


# -- sums -------------------------------------------------------------------------------------


def aggregate(enc: Encoding, node: Aggregate, env: Env) -> Value:
    """A sum, count, mean, least or greatest of what stands there."""
    whose = (env.payee, env.role, env.month, env.team)
    key = ("sum", id(node), *whose, id(env.row), env.as_of, env.held)
    if key not in enc.kept:
        enc.kept[key] = _aggregate(enc, node, env)
    return enc.kept[key]


def _aggregate(enc: Encoding, node: Aggregate, env: Env) -> Value:
    seen = list(_envs(enc, node, env))
    if node.asks:
        seen = [(guard, replace(e, outer=env)) for guard, e in seen]
    if node.where is not None:
        seen = [(both(guard, enc.truth(node.where, e)), e) for guard, e in seen]
    seen = [(guard, e) for guard, e in seen if guard is not False]
    count = total(where(guard, const(1), NOUGHT) for guard, _ in seen)
    if node.kind == "count":
        return count
    assert node.body is not None
    if node.kind == "latest":
        return _latest(enc, node.body, seen)
    values = [(guard, enc.value(node.body, e)) for guard, e in seen]
    if node.best:
        values = _best(values, node.best)
        count = total(where(guard, const(1), NOUGHT) for guard, _ in values)
    if node.kind in ("sum", "mean"):
        added = total(where(guard, value, NOUGHT) for guard, value in values)
        return added if node.kind == "sum" else ratio(added, count)
    return _outermost(values, node.kind == "max")


def _best(values: Sequence[tuple[Truth, Value]], most: int) -> list[tuple[Truth, Value]]:
    """Those that count: not so many of them stand ahead, of equal values the earlier."""
    found: list[tuple[Truth, Value]] = []
    for at, (guard, value) in enumerate(values):
        ahead: Value = const(1)
        for place, (there, other) in enumerate(values):
            sign = ">=" if place < at else ">"
            if place != at:
                above = both(there, compared(sign, other, value))
                ahead = lifted(plus, ahead, where(above, const(1), NOUGHT))
        found.append((both(guard, compared("<=", ahead, const(most))), value))
    return found


def _latest(enc: Encoding, body: Node, seen: list[tuple[Truth, Env]]) -> Value:
    """The value of the last row, by date and id, that has one (or of the last month)."""
    in_order = sorted(seen, key=lambda s: s[1].row.key if s[1].row else (date.min, s[1].month, 0))
    found: Value = const(None)
    for guard, env in in_order:
        value = enc.value(body, env)
        found = where(both(guard, neither(absent(value))), value, found)
    return found


def _outermost(values: Sequence[tuple[Truth, Value]], greatest: bool) -> Value:
    """The least or greatest of those that count, none where there are none."""
    found: Value = const(None)
    there: Truth = False
    for guard, value in values:
        joined = least(found, value, greatest) if there is not False else value
        counted = chosen([(there, joined), (neither(there), value)])
        found = where(guard, counted, found)
        there = either(there, guard)
    return found


def _envs(enc: Encoding, node: Aggregate, env: Env) -> Iterator[tuple[Truth, Env]]:
    """Whom or what is summed over, as the reference finds it; days below a row may be open."""
    if node.scope in ("alike", "running"):
        assert env.row is not None
        row = env.row.up_to(node.fact)
        for other, same in _like(enc, node, row):
            if node.scope == "alike" or other.key <= row.key:
                yield same, enc.real.env_of(other)
        return
    _known_days(enc, node)
    if node.skip is not None:
        yield from _skipping(enc, node, env)
        return
    if node.scope == "children" and env.as_of is not None:
        assert env.row is not None
        after = Month(env.as_of).after
        for inner in enc.real.below(node, replace(env, as_of=None)):
            assert inner.row is not None
            day = inner.row.values.get("on")
            if not isinstance(day, date) or day < after:
                yield True, replace(inner, as_of=env.as_of, held=env.held)
        return
    for found in enc.real.envs_of(node, env):
        yield True, found


def _like(enc: Encoding, node: Aggregate | Turn, row: Row) -> Iterator[tuple[Row, Truth]]:
    """The rows among which a row has its place, and whether each is like it."""
    _known_days(enc, node)
    among = enc.real.among
    mine = among.own_period(node, enc.real.env_of(row), row.day)
    for other in among.candidates(node, row, row.month):
        if among.own_period(node, enc.real.env_of(other), other.day) == mine:
            alone = other is row or node.same is None
            yield other, True if alone or node.same is None else _equal(enc, node.same, other, row)


def _known_days(enc: Encoding, node: Aggregate | Turn) -> None:
    """Periods counted from a day of rows stand open, and are not looked into."""
    deep = enc.program.deep(node.since) if node.since is not None else ()
    if any(isinstance(n, Column | Aggregate) for n in deep):
        raise BeyondError("a period counted since a day of rows")


def _skipping(enc: Encoding, node: Aggregate, env: Env) -> Iterator[tuple[Truth, Env]]:
    """Everybody below, where so many of those between as the level has make one; his rows or he."""
    real = enc.real
    assert node.skip is not None
    for month in real.months_of(node, env.month):
        for (payee, role), between in real.shelf.below(env.payee, env.role, month):
            makes = [neither(enc.truth(node.skip, real.env(p, r, month))) for p, r in between]
            levels = total(where(one, const(1), NOUGHT) for one in makes)
            here = compared("=", levels, const(node.depth - 1))
            if here is False:
                continue
            seen = [real.env(payee, role, month)]
            if node.scope != "reports":
                rows = real.shelf.by_payee.get((payee, role, month), ())
                seen = real.as_of(node, env, list(rows))
            yield from ((here, e) for e in seen if real.among.stands_in(node, e, env))


def _equal(enc: Encoding, node: Node, a: Row, b: Row) -> Truth:
    first, second = enc.real.env_of(a), enc.real.env_of(b)
    if node.unit.kind == "bool":
        return alike(enc.truth(node, first), enc.truth(node, second))
    left, right = enc.value(node, first), enc.value(node, second)
    gone = [
        both(g, h) for g, x in left for h, y in right if x is None and y is None
    ]  # two nones are alike
    return either(compared("=", left, right), *gone)


def turn(enc: Encoding, node: Turn, env: Env) -> Value:
    """The place of a row among those of one kind in the window; one credited twice counts once."""
    assert env.row is not None
    row = env.row.up_to(node.fact)
    before = {other.key: (other, same) for other, same in _like(enc, node, row)}
    place: Value = NOUGHT
    for other, same in before.values():
        if other.key <= row.key:
            here = same
            if node.where is not None:
                here = both(same, enc.truth(node.where, enc.real.env_of(other)))
            place = lifted(plus, place, where(here, const(1), NOUGHT))
    return place


def part_of_row(enc: Encoding, node: Column, row: Row) -> Value:
    """The part of a row that its payee is credited with, and what it comes to in whole 分."""
    share = row.values.get(PART)
    fixed = const(share if isinstance(share, int | Fraction) else 1)
    if node.stored == PART:
        return fixed
    stored = "net_amount" if row.fact == "order" else "amount"
    amount = replace(node, stored=stored, name="amount")
    return enc.rounded(lifted(times, fixed, enc.cells.column(amount, row)))


# -- quotas -----------------------------------------------------------------------------------


def fill(enc: Encoding, node: Fill, env: Env) -> Value:
    """The part of a row above (or within) the quota its owner's rows fill."""
    assert env.row is not None
    row = env.row.up_to(node.frame.fact)
    key = ("fill", id(node), id(row))
    if key not in enc.kept:
        for other, value in _filled(enc, node, row):
            enc.kept[("fill", id(node), id(other))] = value
    return enc.kept[key]


def _filled(enc: Encoding, node: Fill, row: Row) -> Iterator[tuple[Row, Value]]:
    owner = enc.real.env(row.payee, row.role, row.month)
    own = enc.real.shelf.by_payee[(row.payee, row.role, row.month)]
    rows = [r for r in own if r.fact == row.fact]
    quota = least(enc.value(node.quota, owner), NOUGHT, greatest=True)
    amounts = [enc.value(node.amount, enc.real.env_of(r)) for r in rows]
    if node.by == "pro_rata":
        whole = total(amounts)
        part = ratio(least(quota, whole), whole)
        taken = [lifted(times, amount, part) for amount in amounts]
        nothing = compared("=", whole, NOUGHT)
        taken = [where(nothing, NOUGHT, value) for value in taken]
    else:
        taken = _in_turn(enc, node, rows, amounts, quota)
    for r, amount, within in zip(rows, amounts, taken, strict=True):
        yield (
            r,
            within if not node.above else lifted(lambda x, y: plus(x, minus(y)), amount, within),
        )


def _in_turn(
    enc: Encoding, node: Fill, rows: list[Row], amounts: list[Value], quota: Value
) -> list[Value]:
    """What the quota takes of each: what is left of it once the rows before have taken theirs."""
    keys = [enc.value(node.key, enc.real.env_of(r)) for r in rows] if node.key is not None else []
    sign = "<" if node.by == "lowest" else ">"
    found: list[Value] = []
    for at, amount in enumerate(amounts):
        before: Value = NOUGHT
        for other, more in enumerate(amounts):
            if other == at:
                continue
            first: Truth = other < at
            if keys:
                ties = both(other < at, compared("=", keys[other], keys[at]))
                first = either(compared(sign, keys[other], keys[at]), ties)
            before = lifted(plus, before, where(first, more, NOUGHT))
        left = least(lifted(lambda x, y: plus(x, minus(y)), quota, before), NOUGHT, greatest=True)
        found.append(least(amount, left))
    return found


# -- people -----------------------------------------------------------------------------------


def rank(enc: Encoding, node: Rank, env: Env) -> Value:
    """The payee's place among others by a value of the month, and by what parts equals in it."""
    own = enc.real.env(env.payee, env.role, env.month)
    mine = [enc.value(by, own) for by in node.by]
    place: Value = const(1)
    before: list[list[Value]] = []
    for key, other in enc.real.others(node.among, env):
        if key != (env.payee, env.role):
            theirs = [enc.value(by, other) for by in node.by]
            higher = _ahead(theirs, mine)
            if node.dense:
                # Those who share a place are counted once: only the first of them.
                higher = both(higher, *(either(*_apart(theirs, one)) for one in before))
                before.append(theirs)
            place = lifted(plus, place, where(higher, const(1), NOUGHT))
    enc.mark_steps(Mark(node), env, place)
    return place


def _ahead(theirs: list[Value], mine: list[Value]) -> Truth:
    """Whether somebody stands above by the first value in which the two differ."""
    ahead: Truth = False
    alike: Truth = True
    for one, other in zip(theirs, mine, strict=True):
        ahead = either(ahead, both(alike, compared(">", one, other)))
        alike = both(alike, compared("=", one, other))
    return ahead


def _apart(theirs: list[Value], others: list[Value]) -> list[Truth]:
    return [compared("!=", one, other) for one, other in zip(theirs, others, strict=True)]


def share(enc: Encoding, node: Share, env: Env) -> Value:
    """The payee's exact part of a pool; in whole 分 it differs by less than 1, as rounding does."""
    others = enc.real.others(node.among, env)
    parts = [least(enc.value(node.by, other), NOUGHT, greatest=True) for _, other in others]
    whole = total(parts)
    mine = parts[[key for key, _ in others].index((env.payee, env.role))]
    pool = enc.value(node.pool, env)
    enc.slack.add(("share", id(node), env.payee, env.month))
    part = lifted(times, pool, ratio(mine, whole))
    return where(compared("=", whole, NOUGHT), NOUGHT, part)


def line_of(enc: Encoding, node: LineOf, env: Env) -> Value:
    """A line's rounded amount for another rule; nought where the role has no such line."""
    for rule in enc.program.rules:
        if rule.name == node.rule and env.role in rule.roles:
            return enc.rounded(enc.line(rule, env.payee, env.role, env.month))
    return NOUGHT


# -- balances ---------------------------------------------------------------------------------


def carried(enc: Encoding, node: Carried, env: Env) -> Value:
    """What a balance is at the end of a month."""
    return _balance(enc, node, "after", env)


def carried_part(enc: Encoding, node: CarriedPart, env: Env) -> Value:
    """before, adds, takes or after of a balance."""
    step = enc.program.steps[node.name].node
    assert isinstance(step, Carried)
    return _balance(enc, step, node.part, env)


def _balance(enc: Encoding, node: Carried, part: str, env: Env) -> Value:
    if node.same is not None:
        raise BeyondError("a balance for each of something")
    keeping = enc.real.keeping
    month_env = keeping.keeper(node, env, env.month)
    key = ("balance", node.name, part, month_env.payee, month_env.role, month_env.team, env.month)
    if key in enc.kept:
        return enc.kept[key]
    first = keeping.opening(node, month_env)
    if env.month < first:
        return enc.value(node.opens, env)
    _nothing_lapses(enc, node, month_env, first)
    moves = closes(node.every, env.month, enc.real.begins)
    there = node.whose or enc.real.shelf.stands(env.payee, env.role, env.month)
    if part == "before":
        back = keeping.keeper(node, env, env.month - 1)
        opened = env.month <= first
        found = enc.value(node.opens, env) if opened else _balance(enc, node, "after", back)
    elif part == "after":
        adds = _balance(enc, node, "adds", env)
        takes = _balance(enc, node, "takes", env)
        found = lifted(plus, _balance(enc, node, "before", env), adds)
        found = lifted(lambda x, y: plus(x, minus(y)), found, takes)
    elif part == "lapsed":
        found = NOUGHT
    else:
        formula = node.adds if part == "adds" else node.takes
        found = enc.value(formula, month_env) if moves and there else NOUGHT
    enc.kept[key] = found
    return found


def _nothing_lapses(enc: Encoding, node: Carried, env: Env, first: int) -> None:
    """What is added lasts longer than the months looked at, or it is not looked into."""
    if node.lasts is None:
        return
    lasts, opens = enc.program.fixed(node.lasts), enc.program.fixed(node.opens)
    opened = 1 if opens is None or opens != 0 else 0
    if not isinstance(lasts, int) or env.month - first + opened >= lasts:
        raise BeyondError("a balance of which something lapses")
