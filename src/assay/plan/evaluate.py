"""Values of the tree in exact fractions: each node becomes a small function, worked out lazily."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from assay.errors import UserError
from assay.period import Month
from assay.plan.among import Among
from assay.plan.book import Book, Shelf
from assay.plan.given import Given
from assay.plan.keeping import Keeping
from assay.plan.makers import MAKERS
from assay.plan.program import Program
from assay.plan.rows import Row
from assay.plan.sentences import say
from assay.plan.standing import Who
from assay.plan.tree import (
    Aggregate,
    Bands,
    Calendar,
    Carried,
    CarriedPart,
    Choose,
    Column,
    Fill,
    First,
    Level,
    Node,
    Ref,
    Turn,
    Value,
)
from assay.plan.tree import Row as TableRow
from assay.plan.values import Env, Function, exact, slim
from assay.plan.vocabulary import months_back, own_months


class Evaluator:
    """Values under one program and one book. `given` replaces named values (of an example)."""

    def __init__(
        self,
        program: Program,
        book: Book,
        given: Given | None = None,
        line: Callable[[str, Env], int] | None = None,
    ) -> None:
        self.program = program
        self.begins = program.plan.year_begins - 1
        self.given = given or Given()
        self.line = line or (lambda name, env: 0)
        self._functions: dict[int, Function] = {}
        self._kept: list[Node] = []
        self._values: dict[tuple[object, ...], Value] = {}
        self._envs: dict[int, Env] = {}
        self._bands: dict[tuple[object, ...], TableRow | None] = {}
        self._fills: dict[tuple[object, ...], dict[int, Fraction | int | None]] = {}
        self._rows: list[Row] = []
        self._moving: dict[int, bool] = {}
        self._busy: set[tuple[str, str, str, int]] = set()
        self._first: int | None = None
        self.book = book
        self.shelf = Shelf(program, book, self.of_bare_row)
        self.keeping = Keeping(self)
        self.among = Among(self)

    def of_bare_row(self, node: object, row: Row) -> Value:
        """The value of a node for a row that nobody is credited with yet."""
        assert isinstance(node, Node)
        return self.value(node, Env("", "", 0, None, row))

    # -- the way in -------------------------------------------------------------------------

    def value(self, node: Node, env: Env) -> Value:
        """The value of a node for somebody."""
        return self.function(node)(env)

    def function(self, node: Node) -> Function:
        """The function of a node, made once."""
        found = self._functions.get(id(node))
        if found is None:
            found = self._at_home(node, MAKERS[type(node)](self, node))
            self._functions[id(node)] = found
            self._kept.append(node)
        return found

    def _at_home(self, node: Node, found: Function) -> Function:
        return (lambda env: found(self._home(env))) if _of_his_team(node) else found

    def at_home(self, node: Node, env: Env) -> Env:
        """For whom the parts of a value are worked out: a row's payee, in his month, or whom it is for."""
        return self._home(env) if _of_his_team(node) else env

    def _home(self, env: Env) -> Env:
        return env if env.row is None else self.env(env.payee, env.role, env.month)

    def pretend(self, node: Node, value: Value) -> None:
        """Give a node a value whatever its parts say; before anything is worked out."""
        self._functions[id(node)] = lambda env: value

    def env(self, payee: str, role: str, month: int) -> Env:
        """The surroundings of a payee's month."""
        return Env(payee, role, month, self.shelf.team_of(payee, role, month))

    def moved(self, node: Node, env: Env, month: int) -> Env:
        """The surroundings of another month: the team's where the value is its own, else the payee's."""
        if node.frame.level is Level.TEAM:
            return Env("", "", month, env.team)
        return self.env(env.payee, env.role, month)

    def env_of(self, row: Row) -> Env:
        """The surroundings of a row: those of its owner."""
        found = self._envs.get(id(row))
        if found is None:
            found = Env(row.payee, row.role, row.month, row.team, row)
            self._envs[id(row)] = found
            self._rows.append(row)
        return found

    def months(self, over: str, month: int) -> range:
        """The months of a window that ends with a month."""
        found = months_back(over, month, self.begins)
        return found if found is not None else range(self.first_month(month), month + 1)

    def months_of(self, node: Aggregate, month: int) -> range:
        """The months a sum looks at: its window, or those that can hold days of its own period."""
        if node.since is not None:
            return own_months(node.over, month, month)
        return self.months(node.over, month)

    def first_month(self, month: int) -> int:
        """The first month of anything: of the plan, or of a row before it."""
        if self._first is None:
            begins = self.given.begins
            begins = self.program.effective if begins is None else begins
            self._first = min([begins, *(m for m, rows in self.shelf.by_month.items() if rows)])
        return min(self._first, month)

    # -- names ------------------------------------------------------------------------------

    def named(self, name: str, env: Env) -> Value:
        """The value of a named step, remembered for whom it belongs to."""
        node = self.program.steps[name].node
        level = node.frame.level
        key: tuple[object, ...]
        if level is Level.ROW:
            row = env.row
            assert row is not None
            if row.fact != node.frame.fact:
                row = row.up_to(node.frame.fact)
            key = (name, id(row), env.as_of, env.held)
        elif level is Level.PAYEE:
            key = (name, env.payee, env.role, env.month)
        elif level is Level.TEAM:
            key = (name, env.team, env.month)
        else:
            key = (name, env.month, env.now)
        if key not in self._values:
            rests = name in self.program.resting
            self._values[key] = (self._from_below if rests else self._worked_out)(name, node, env)
        return self._values[key]

    def _from_below(self, name: str, node: Node, env: Env) -> Value:
        """A name that rests on itself: for everybody below first, the lowest level before the next."""
        month = env.month
        for payee, role in reversed(
            [who for who, _ in self.shelf.below(env.payee, env.role, month)]
        ):
            if (name, payee, role, month) not in self._values:
                found = self._alone(name, node, self.env(payee, role, month))
                self._values[(name, payee, role, month)] = found
        return self._alone(name, node, env)

    def _alone(self, name: str, node: Node, env: Env) -> Value:
        """The name for one of them. Raises where he stands below himself."""
        who = (name, env.payee, env.role, env.month)
        if who in self._busy:
            line = self.program.steps[name].place.line
            raise UserError(
                say(
                    "“{0}” stands below himself in {1}, where “{2}” (line {3} of the plan) rests on"
                    " those below: say in reports_to who stands above whom",
                    env.payee,
                    Month(env.month),
                    name,
                    line,
                )
            )
        self._busy.add(who)
        try:
            return self._worked_out(name, node, env)
        finally:
            self._busy.discard(who)

    def _worked_out(self, name: str, node: Node, env: Env) -> Value:
        """What is given outright, or what the formula comes to for whom the value belongs to."""
        level = node.frame.level
        given: Value | tuple[()]
        if level is Level.ROW:
            assert env.row is not None
            row = env.row.up_to(node.frame.fact)
            given = self.given.of_row(name, row)
            as_of, held, env = env.as_of, env.held, self.env_of(row)
            if as_of is not None:
                env = replace(env, as_of=as_of, held=held)
        elif level is Level.PAYEE:
            given = self.given.of_payee(name, env)
            if env.row is not None:
                env = self.env(env.payee, env.role, env.month)
        else:
            given = self.given.of_month(name, env.month)
        return self.function(node)(env) if isinstance(given, tuple) else given

    # -- balances, turns and likeness ----------------------------------------------------------

    def carried(self, name: str, part: str, env: Env) -> Value:
        """A part of a balance carried over months."""
        return self.keeping.part(name, part, env)

    def turn(self, node: Turn, env: Env) -> int:
        """The place of a row among others (of one kind) in the window."""
        return self.among.turn(node, env)

    # -- fills ------------------------------------------------------------------------------

    def filled(self, node: Fill, env: Env) -> Fraction | int | None:
        """The part of the row above (or within) the quota its owner's rows fill."""
        assert env.row is not None
        row = env.row.up_to(node.frame.fact)
        key = (id(node), row.payee, row.role, row.month)
        if key not in self._fills:
            self._fills[key] = self._fill(node, row)
        return self._fills[key][id(row)]

    def _fill(self, node: Fill, row: Row) -> dict[int, Fraction | int | None]:
        owner = self.env(row.payee, row.role, row.month)
        rows = [
            r for r in self.shelf.by_payee[(row.payee, row.role, row.month)] if r.fact == row.fact
        ]
        said = self.value(node.quota, owner)
        if said is None:
            return {id(r): None for r in rows}
        quota = max(exact(said), 0)
        amounts = {id(r): exact(self.value(node.amount, self.env_of(r))) for r in rows}
        within: dict[int, Fraction | int] = {}
        if node.by == "pro_rata":
            total = sum(amounts.values())
            part = Fraction(min(quota, total)) / total if total else Fraction(0)
            within = {key: slim(amount * part) for key, amount in amounts.items()}
        else:
            left = quota
            for r in self.in_turn(node, rows):
                within[id(r)] = min(left, amounts[id(r)])
                left -= within[id(r)]
        if not node.above:
            return dict(within)
        return {key: slim(amounts[key] - taken) for key, taken in within.items()}

    def in_turn(self, node: Fill, rows: list[Row]) -> list[Row]:
        if node.key is None:
            return rows
        key = self.function(node.key)
        sign = 1 if node.by == "lowest" else -1
        return sorted(rows, key=lambda r: sign * exact(key(self.env_of(r))))

    def group(self, among: str, env: Env) -> tuple[int, str, str | None]:
        """What those a payee is measured among have in common: month, role, and the team of his month."""
        team = self.shelf.team_of(env.payee, env.role, env.month) if among != "role" else None
        return env.month, "" if among == "whole_team" else env.role, team

    def others(self, among: str, env: Env) -> list[tuple[tuple[str, str], Env]]:
        """Payees of the month, by id: of the same role, of the house or of a team, or a whole team.

        Everybody is among those of one team, the last he stood in, so that a pool is shared out once.
        """
        _, role, team = self.group(among, env)
        of: tuple[str | None, ...] = (role,) if among == "role" else (role, team)
        keys = {*self.shelf.peers(env.month).get(of, ()), (env.payee, env.role)}
        return [((p, r), self.env(p, r, env.month)) for p, r in sorted(keys)]

    # -- sums -------------------------------------------------------------------------------

    def aggregated(self, node: Aggregate, env: Env) -> Value:
        """A sum, count, mean, least or greatest."""
        if node.scope == "running":
            return self.among.run_up(node, env)
        envs = self.envs_of(node, env)
        if node.where is not None:
            where = self.function(node.where)
            envs = [e for e in envs if where(e)]
        if node.kind == "count":
            return len(envs)
        if node.kind == "latest":
            return self._latest(node, envs)
        assert node.body is not None
        body = self.function(node.body)
        values = [exact(body(e)) for e in envs]
        if node.best:
            values = sorted(values, reverse=True)[: node.best]
        if node.kind == "sum":
            return slim(sum(values))
        if not values:
            return None
        if node.kind == "mean":
            return slim(Fraction(sum(values)) / len(values))
        return max(values) if node.kind == "max" else min(values)

    def _latest(self, node: Aggregate, envs: list[Env]) -> Value:
        """The value of the last row, by date and id, that has one (or of the last month)."""
        assert node.body is not None
        body = self.function(node.body)
        in_order = sorted(envs, key=lambda e: e.row.key if e.row else (date.min, e.month, 0))
        values = [body(e) for e in reversed(in_order)]
        return next((value for value in values if value is not None), None)

    def envs_of(self, node: Aggregate, env: Env) -> list[Env]:
        """Whom or what a sum looks at: rows, people or months, each in its surroundings."""
        found = self._many(node, env)
        return [replace(one, outer=env) for one in found] if node.asks else found

    def _many(self, node: Aggregate, env: Env) -> list[Env]:
        if node.scope == "children":
            return self.below(node, env)
        if node.scope == "alike":
            assert env.row is not None
            row = env.row.up_to(node.fact)
            return [self.env_of(r) for r in self.among.alike(node, row, env.now)]
        # A sum that a row asks for is looked at when the row is.
        now = env.now if node.frame.level is Level.ROW else env.month
        found = self._stood(node, env, self.months_of(node, now))
        if node.since is None:
            return found
        return [e for e in found if self.among.stands_in(node, e, env)]

    def _stood(self, node: Aggregate, env: Env, months: range) -> list[Env]:
        """The rows, people or months of some months."""
        shelf = self.shelf
        if node.scope == "months":
            return [self.moved(node, env, month) for month in months]
        if node.scope == "company":
            rows = [r for month in months for r in shelf.by_month.get(month, ())]
            return self.as_of(node, env, rows)
        if node.scope == "everyone":
            return [self.env(p, r, month) for month in months for p, r in shelf.active(month)]
        if node.scope in ("reports", "their_rows"):
            return self._reporting(node, env, months)
        if node.scope == "members":
            if env.team is None:
                return []
            # Who moves in a month is among those of both teams, each time with what is his.
            return [self.env(p, r, m) for m in months for p, r in shelf.members(env.team, m)]
        rows = []
        for month in months:
            if node.scope == "own":
                rows += shelf.by_payee.get((env.payee, env.role, month), ())
            elif env.team is not None:
                rows += shelf.by_team.get((env.team, month), ())
        return self.as_of(node, env, rows)

    def as_of(self, node: Aggregate, env: Env, rows: list[Row]) -> list[Env]:
        """Rows of a fact as they stood at the end of the month the sum is worked out for.

        What came later (rows below, days that had not come) is not looked at, and “month” is that
        month; where the formula looks at nothing of the kind, the rows are shared over all months.
        """
        found = [self.env_of(row) for row in rows if row.fact == node.fact]
        if not self._moves(node):
            return found
        return [replace(e, as_of=env.now) for e in found]

    def _moves(self, node: Aggregate) -> bool:
        """Whether what is summed of a row can change after the row's own month."""
        if id(node) not in self._moving:
            tops = [top for top in (node.body, node.where) if top is not None]
            self._moving[id(node)] = any(
                isinstance(found, Calendar)
                or (isinstance(found, Aggregate) and found.frame.level is Level.ROW)
                or (isinstance(found, Column) and found.event)
                or (isinstance(found, Carried | CarriedPart) and found.frame.level is Level.ROW)
                for top in tops
                for found in self.program.deep(top)
            )
        return self._moving[id(node)]

    def below(self, node: Aggregate, env: Env) -> list[Env]:
        """Rows below a row; looked at as of a month, those that were there by its end."""
        assert env.row is not None
        parent = env.row.up_to(node.frame.fact)
        found = rows_below(parent, node.fact, self.program.parents)
        if env.as_of is not None:
            after = Month(env.as_of).after
            days = [(c, c.values.get("on")) for c in found]
            found = [c for c, day in days if not isinstance(day, date) or day < after]
        return [
            Env(parent.payee, parent.role, parent.month, parent.team, c, env.as_of, env.held)
            for c in found
        ]

    def _reporting(self, node: Aggregate, env: Env, months: range) -> list[Env]:
        """Those who report to him in each month, or the rows credited to them."""
        shelf = self.shelf
        found: list[Env] = []
        for month in months:
            for payee, role in self._below(node, env, month):
                if node.scope == "reports":
                    found.append(self.env(payee, role, month))
                else:
                    rows = shelf.by_payee.get((payee, role, month), ())
                    found += self.as_of(node, env, list(rows))
        return found

    def _below(self, node: Aggregate, env: Env, month: int) -> list[Who]:
        """Who reports to a payee at a level; whom `skip` holds for makes none."""
        if node.skip is None:
            return self.shelf.reports(env.payee, env.role, month, node.depth)
        skips = self.function(node.skip)
        found = {
            who
            for who, between in self.shelf.below(env.payee, env.role, month)
            if sum(not skips(self.env(p, r, month)) for p, r in between) == node.depth - 1
        }
        return sorted(found)

    def sliced(
        self, rows: tuple[TableRow, ...], amount: Fraction | int, env: Env
    ) -> Fraction | int:
        """An amount paid slice by slice."""
        total: Fraction | int = 0
        for row in rows:
            if row.none:
                continue
            low = row.low if row.low is not None else min(Fraction(0), Fraction(amount))
            part = (amount if row.high is None else min(Fraction(amount), row.high)) - low
            if part > 0 or (amount < 0 and row.holds(amount)):
                share = part if part > 0 else amount
                total += share * exact(self.value(row.value, env))
        return slim(total)

    def band(self, node: Bands, env: Env) -> TableRow | None:
        """The row in which a table's value lies; of a row of facts it is asked for again and again."""
        if env.row is None or env.as_of is not None or env.outer is not None:
            return self._band(node, env)
        key = (id(node), id(env.row), env.payee, env.role, env.month)
        if key not in self._bands:
            self._bands[key] = self._band(node, env)
        return self._bands[key]

    def _band(self, node: Bands, env: Env) -> TableRow | None:
        value = self.value(node.of, env)
        if value is None:
            return next((row for row in node.rows if row.none), None)
        number = exact(value)
        return next((row for row in node.rows if not row.none and row.holds(number)), None)

    def first(self, node: First, env: Env) -> TableRow | None:
        """The first row that holds."""
        for row in node.rows:
            if row.condition is None or self.value(row.condition, env):
                return row
        return None


def _of_his_team(node: Node) -> bool:
    """Whether a value of the payee's month looks at the team of his month, whatever the row's day says."""
    teams = any(child.frame.level is Level.TEAM for child in node.children())
    teams = teams or (isinstance(node, Aggregate) and node.scope in ("team", "members"))
    return teams and node.frame.level is Level.PAYEE


def rows_below(row: Row, fact: str, parents: Mapping[str, str]) -> list[Row]:
    """The rows of a fact below a row, over any number of levels; parents: fact -> the one above."""
    between = parents.get(fact)
    if between is None or between == row.fact:
        return row.below(fact) if between else []
    return [found for one in rows_below(row, between, parents) for found in one.below(fact)]


def label_of(run: Evaluator, node: Node, env: Env) -> str:
    """The label of the row a table gave, looking through names and choices; else empty."""
    if isinstance(node, Ref):
        step = run.program.steps[node.name]
        if step.node.frame.level is Level.ROW and env.row is not None:
            env = run.env_of(env.row.up_to(step.node.frame.fact))
        return label_of(run, step.node, env)
    if isinstance(node, Choose):
        return label_of(run, node.yes if run.value(node.condition, env) else node.no, env)
    if isinstance(node, Bands):
        row = run.band(node, env)
        return row.label if row else ""
    if isinstance(node, First):
        row = run.first(node, env)
        return row.label if row else ""
    return ""
