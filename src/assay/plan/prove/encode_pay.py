"""Lines as the solver is given them: per month, per row, settled to date; and what is assumed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from assay.period import Month
from assay.plan.program import PayRule, Settle
from assay.plan.prove.encoding import Encoding
from assay.plan.prove.logic import Truth, alike, both, either, neither
from assay.plan.prove.symbols import (
    Number,
    Value,
    chosen,
    const,
    least,
    lifted,
    minus,
    plus,
    times,
    total,
    where,
)
from assay.plan.settle import earning
from assay.plan.tree import Node
from assay.plan.units import DATE
from assay.plan.values import Env
from assay.plan.vocabulary import closes, period_start

NOUGHT: Value = const(0)


def line(enc: Encoding, rule: PayRule, payee: str, role: str, month: int) -> Value:
    """A line of a month (as run.Runner), exact but where rows are settled to date."""
    if rule.settle is not None and not rule.fact:
        return _to_date(enc, rule, rule.settle, payee, role, month)
    if not rule.fact:
        if not closes(rule.period, month, enc.real.begins):
            return NOUGHT
        return enc.value(rule.pay, enc.real.env(payee, role, month))
    if rule.settle is not None:
        now = _entitled(enc, rule, rule.settle, payee, role, month)
        before = _entitled(enc, rule, rule.settle, payee, role, month - 1)
        return lifted(_less, now, before)
    envs = [
        Env(payee, role, month, row.team, row) for row in enc.runner.rows(rule, payee, role, month)
    ]
    return total(enc.value(rule.pay, env) for env in envs)


def _less(a: Number, b: Number) -> Number:
    return plus(a, minus(b))


def _to_date(
    enc: Encoding, rule: PayRule, settle: Settle, payee: str, role: str, month: int
) -> Value:
    """Earned to date less paid before (as settle.Settling.of_month), in whole 分."""
    if not closes(rule.period, month, enc.real.begins):
        return NOUGHT
    start = enc.real.first_month(month)
    if settle.within:
        start = max(start, period_start(settle.within, month, enc.real.begins))
    paid, before, found = NOUGHT, NOUGHT, NOUGHT
    for index in range(start, month + 1):
        if not closes(rule.period, index, enc.real.begins):
            continue
        earned = enc.rounded(enc.value(rule.pay, enc.real.env(payee, role, index)))
        found = lifted(_less, earned, paid if settle.negative == "carry" else before)
        if settle.negative:
            found = least(found, NOUGHT, greatest=True)
        paid, before = lifted(plus, paid, found), earned
    return found


def _entitled(
    enc: Encoding, rule: PayRule, settle: Settle, payee: str, role: str, month: int
) -> Value:
    """What rows have earned by the end of a month, released and not undone, each in whole 分."""
    found: Value = NOUGHT
    for who, held, row in enc.runner.rows_of(rule):
        if (who, held) != (payee, role) or row.month > month:
            continue
        env = enc.runner.row_env(rule, payee, role, row)
        share = _share(enc, settle, replace(env, as_of=month))
        earned = lifted(times, enc.value(rule.pay, earning(env, month)), share)
        found = lifted(plus, found, enc.rounded(earned))
    return found


def _share(enc: Encoding, settle: Settle, then: Env) -> Value:
    """Which part of a row's pay is released and not undone."""
    share: Value = const(1)
    if settle.release:
        share = total(
            where(
                True if when is None else _happened(enc, when, then), enc.value(part, then), NOUGHT
            )
            for part, when in settle.release
        )
    open_: Truth = True
    cases: list[tuple[Truth, Value]] = []
    for when, keep in settle.undo:
        here = both(open_, _happened(enc, when, then))
        cases.append((here, lifted(times, share, enc.value(keep, then))))
        open_ = both(open_, neither(here))
    return chosen([*cases, (open_, share)])


def _happened(enc: Encoding, when: Node, env: Env) -> Truth:
    if when.unit != DATE:
        return enc.truth(when, env)
    assert env.as_of is not None
    after = Month(env.as_of).after
    return either(
        *(guard for guard, day in enc.value(when, env) if isinstance(day, date) and day < after)
    )


def pay(enc: Encoding, lines: Iterable[tuple[PayRule, str, str]]) -> Value:
    """What some lines come to over the months of the scene, exact."""
    return total(
        enc.line(rule, payee, role, month)
        for rule, payee, role in lines
        for month in enc.scene.months
    )


def assume(enc: Encoding) -> None:
    """What holds of every row: the plan turns none away and credits it as the scene says."""
    for refusal in enc.program.refusals:
        if refusal.wide:
            credited = [r for rows in enc.real.shelf.by_payee.values() for r in rows]
            envs = [enc.real.env_of(r) for r in credited if r.fact == refusal.fact]
        else:
            envs = [Env("", "", 0, None, row) for row in enc.real.shelf.bare(refusal.fact)]
        enc.defined += [neither(enc.truth(refusal.when, env)) for env in envs]
    for (_, role, _), rows in enc.real.shelf.by_payee.items():
        for row in rows:
            for stream in enc.program.streams:
                if stream.fact == row.fact and role in stream.roles and stream.where is not None:
                    env = Env("", "", 0, None, row)
                    truth = enc.truth(stream.where, env)
                    enc.credits = enc.credits or not isinstance(truth, bool)
                    enc.defined.append(alike(truth, bool(enc.real.value(stream.where, env))))
