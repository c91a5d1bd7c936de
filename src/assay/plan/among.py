"""A row among others: its place, the rows like it, what they come to up to it, periods of its own."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from assay.period import Month
from assay.plan.rows import Key, Row
from assay.plan.running import Running
from assay.plan.tree import Aggregate, Turn, Value
from assay.plan.values import Env, exact, slim
from assay.plan.vocabulary import EARLIER, own_months, own_period


class Among:
    """Finds rows among others over one evaluator; each list is put together once."""

    def __init__(self, run: Running) -> None:
        self.run = run
        self._alike: dict[tuple[object, ...], dict[object, list[Row]]] = {}
        self._places: dict[tuple[int, int], list[Key]] = {}
        self._running: dict[tuple[int, int], tuple[list[Key], list[Fraction | int]]] = {}

    def turn(self, node: Turn, env: Env) -> int:
        """The place of a row among others (of one kind) in the window."""
        assert env.row is not None
        row = env.row.up_to(node.fact)
        rows = self.alike(node, row, row.month)
        key = (id(node), id(rows))
        if key not in self._places:
            where = self.run.function(node.where) if node.where is not None else None
            counted = (r.key for r in rows if where is None or where(self.run.env_of(r)))
            # A row credited to several counts once.
            self._places[key] = list(dict.fromkeys(counted))
        return bisect_right(self._places[key], row.key)

    def alike(self, node: Aggregate | Turn, row: Row, month: int) -> list[Row]:
        """The rows of a month's window that are like a row, by date and id."""
        whose = {"team": (row.team,), "company": ()}.get(node.whose, (row.payee, row.role))
        key = (id(node.same), id(node.since), node.fact, node.over, node.whose, whose, month)
        if key not in self._alike:
            found: dict[object, list[Row]] = defaultdict(list)
            for other in self.candidates(node, row, month):
                found[self._likeness(node, other)].append(other)
            self._alike[key] = found
        return self._alike[key].setdefault(self._likeness(node, row), [])

    def _likeness(self, node: Aggregate | Turn, row: Row) -> tuple[Value, int]:
        env = self.run.env_of(row)
        like = self.run.value(node.same, env) if node.same is not None else None
        return like, self.own_period(node, env, row.day)

    def candidates(self, node: Aggregate | Turn, row: Row, month: int) -> Iterator[Row]:
        """The rows among which a row has its place, all that the window can hold, in order."""
        shelf = self.run.shelf
        for index in self.months_of(node, row.month if node.since is not None else month, month):
            if node.whose == "company":
                rows = shelf.by_month.get(index, [])
            elif node.whose == "team":
                rows = shelf.by_team.get((row.team, index), []) if row.team is not None else []
            else:
                rows = shelf.by_payee.get((row.payee, row.role, index), [])
            yield from (other for other in rows if other.fact == node.fact)

    def months_of(self, node: Aggregate | Turn, first: int, month: int) -> range:
        """The months a window can hold days of: of its own periods, those since `first`'s began."""
        if node.since is not None:
            return own_months(node.over, first, month)
        return self.run.months(node.over, month)

    def own_period(self, node: Aggregate | Turn, env: Env, day: date) -> int:
        """Which of the periods counted from a day of its own a day lies in; 0 where none are."""
        if node.since is None:
            return 0
        since = self.run.value(node.since, env)
        assert isinstance(since, date)
        return own_period(node.over, since, day)

    def run_up(self, node: Aggregate, env: Env) -> Value:
        """What the rows up to and with the row at hand come to; each list is added up once."""
        assert env.row is not None
        assert node.body is not None
        row = env.row.up_to(node.fact)
        rows = self.alike(node, row, row.month)
        key = (id(node), id(rows))
        if key not in self._running:
            where = self.run.function(node.where) if node.where is not None else None
            body = self.run.function(node.body)
            kept = [e for e in map(self.run.env_of, rows) if where is None or where(e)]
            sums = itertools.accumulate((exact(body(e)) for e in kept), initial=0)
            self._running[key] = ([e.row.key for e in kept if e.row is not None], [*sums])
        keys, sums_to = self._running[key]
        return slim(sums_to[bisect_right(keys, row.key)])

    def stands_in(self, node: Aggregate, e: Env, env: Env) -> bool:
        """Whether a row (or a month) lies in the period of its own that stands at a month's end."""
        if node.since is None:
            return True
        now = Month(env.month).after - timedelta(1)
        day = e.row.day if e.row is not None else Month(e.month).after - timedelta(1)
        whose = env if node.scope == "months" else e
        behind = self.own_period(node, whose, now) - self.own_period(node, whose, day)
        return behind == (1 if node.over in EARLIER else 0)
