"""Balances carried over months: the payee's own, of each of his customers, the team's or the company's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property

from assay.period import Month, later_by_months
from assay.plan.given import Balance, Lot
from assay.plan.rows import Row
from assay.plan.running import Running
from assay.plan.tree import Carried, Value
from assay.plan.values import Env, exact
from assay.plan.vocabulary import PERIODS, closes, own_period, period_start


class Keeping:
    """Works out balances over one evaluator, each month once."""

    def __init__(self, run: Running) -> None:
        self.run = run
        self._balances: dict[tuple[object, ...], Balance] = {}
        self._firsts: dict[tuple[str, str, str], dict[Value, Row]] = {}
        self._stood: dict[tuple[int, int], Row] = {}

    def part(self, name: str, part: str, env: Env) -> Value:
        """A part of a balance; every month since the first is worked out in turn."""
        node = self.run.program.steps[name].node
        assert isinstance(node, Carried)
        month = env.month if node.same is None else env.now
        owner = self.keeper(node, env, month)
        given: Value | tuple[()] = ()
        if part == "after" and node.same is None:
            of_month = self.run.given.of_month(name, env.month)
            given = of_month if node.whose else self.run.given.of_payee(name, env)
        if not isinstance(given, tuple):
            return given
        kept_for = self.like(node, env) if node.same is not None else None
        key = (name, owner.payee, owner.role, owner.team if node.whose else kept_for)
        done = self._balances.get((*key, month))
        if done is None:
            first, start = self.opening(node, owner), month
            while start > first and (*key, start - 1) not in self._balances:
                start -= 1
            for index in range(start, month + 1):
                self._month(node, self.keeper(node, env, index), key, first)
            done = self._balances.get((*key, month))
        if done is None:
            return self.run.value(node.opens, env)
        return done.part(part)

    # -- a balance for each customer ------------------------------------------------------------

    def like(self, node: Carried, env: Env) -> Value:
        """Which of the balances a row belongs to: the value its likes have in common."""
        assert node.same is not None
        assert env.row is not None
        return self.run.value(node.same, self.run.env_of(env.row.up_to(node.frame.fact)))

    def first_row(self, node: Carried, env: Env) -> Row:
        """The payee's first row with the value of the row at hand: since then there is a balance."""
        assert env.row is not None
        key = (node.name, env.payee, env.role)
        if key not in self._firsts:
            found: dict[Value, Row] = {}
            for month in sorted(self._rows_in.get(key[1:], ())):
                for row in self.run.shelf.by_payee[(*key[1:], month)]:
                    if row.fact == node.frame.fact:
                        found.setdefault(self.like(node, self.run.env_of(row)), row)
            self._firsts[key] = found
        row = env.row.up_to(node.frame.fact)
        return self._firsts[key].get(self.like(node, env), row)

    @cached_property
    def _rows_in(self) -> dict[tuple[str, str], list[int]]:
        """The months in which each payee has rows: all looked through once, not once a payee."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for payee, role, month in self.run.shelf.by_payee:
            found[(payee, role)].append(month)
        return found

    def stood(self, node: Carried, env: Env, month: int) -> Row:
        """The first row as if it were of a month, so that its likes of that month are found."""
        first = self.first_row(node, env)
        key = (id(first), month)
        if key not in self._stood:
            team = self.run.shelf.team_of(first.payee, first.role, month)
            self._stood[key] = first.on(team, Month(month).after - timedelta(1))
        return self._stood[key]

    def keeper(self, node: Carried, env: Env, month: int) -> Env:
        """In whose surroundings a balance stands in a month: the payee's, the team's, anybody's."""
        if node.same is not None:
            return replace(self.run.env_of(self.stood(node, env, month)), as_of=month)
        if not node.whose:
            return self.run.env(env.payee, env.role, month)
        return Env("", "", month, env.team if node.whose == "team" else None)

    def opening(self, node: Carried, env: Env) -> int:
        """The month in which a balance opens: the first of the period, the plan, or the payee."""
        first = self.run.first_month(env.month)
        if node.same is not None:
            first = self.first_row(node, env).month
        elif not node.whose:
            held = [h for h in self.run.shelf.holdings.get(env.payee, ()) if h.role == env.role]
            start = min((h.start for h in held), default=date.min)
            if start > Month(first).first:
                first = min(Month.of(start).index, env.month)
        if node.resets and node.since is not None:
            since = self.run.value(node.since, env)
            assert isinstance(since, date)
            last = Month(env.month).after - timedelta(1)
            turns = own_period(node.resets, since, last) * PERIODS[node.resets]
            first = max(first, Month.of(later_by_months(since, turns)).index)
        elif node.resets:
            first = max(first, period_start(node.resets, env.month, self.run.begins))
        return first

    def _month(self, node: Carried, env: Env, key: tuple[object, ...], first: int) -> None:
        before = self._balances.get((*key, env.month - 1)) if env.month > first else None
        opened = exact(self.run.value(node.opens, env)) if before is None else before.after
        balance = Balance(opened)
        self._balances[(*key, env.month)] = balance
        # Months in which he does not stand leave the balance as it is, and those within a period.
        moves = closes(node.every, env.month, self.run.begins)
        if moves and (node.whose or self.run.shelf.stands(env.payee, env.role, env.month)):
            balance.adds = exact(self.run.value(node.adds, env))
            balance.takes = exact(self.run.value(node.takes, env))
        if node.lasts is not None:
            # What it opens with was added in the month before.
            lasts = int(exact(self.run.value(node.lasts, env)))
            lots = [Lot(env.month - 1 + lasts, opened)] if before is None else before.lots
            balance.lapse(lots, env.month, lasts)
