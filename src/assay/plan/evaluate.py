"""Values of the tree in exact fractions: each node becomes a small function, worked out lazily."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from assay.plan.book import Book, Row, Shelf
from assay.plan.makers import MAKERS
from assay.plan.program import Program
from assay.plan.tree import (
    Aggregate,
    Bands,
    Choose,
    Fill,
    First,
    Level,
    Node,
    Ref,
    Value,
)
from assay.plan.tree import Row as TableRow
from assay.plan.values import Env, Function, exact, slim


class Evaluator:
    """Values under one program and one book. `given` replaces named values of one payee's month."""

    def __init__(
        self,
        program: Program,
        book: Book,
        given: Mapping[str, Value] | None = None,
        line: Callable[[str, Env], int] | None = None,
        only_for: tuple[str, str, int] | None = None,
    ) -> None:
        self.program = program
        self.given = dict(given or {})
        self.only_for = only_for
        self.line = line or (lambda name, env: 0)
        self._functions: dict[int, Function] = {}
        self._kept: list[Node] = []
        self._values: dict[tuple[object, ...], Value] = {}
        self._envs: dict[int, Env] = {}
        self._fills: dict[tuple[object, ...], dict[int, Fraction | int | None]] = {}
        self._rows: list[Row] = []
        self.book = book
        self.shelf = Shelf(program, book, self.of_bare_row)

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
            found = MAKERS[type(node)](self, node)
            self._functions[id(node)] = found
            self._kept.append(node)
        return found

    def pretend(self, node: Node, value: Value) -> None:
        """Give a node a value whatever its parts say; before anything is worked out."""
        self._functions[id(node)] = lambda env: value

    def env(self, payee: str, role: str, month: int) -> Env:
        """The surroundings of a payee's month."""
        return Env(payee, role, month, self.shelf.team_of(payee, role, month))

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
        if over == "quarter":
            return range(month - month % 3, month + 1)
        if over in ("year", "year_to_date"):
            return range(month - month % 12, month + 1)
        if over == "last_12_months":
            return range(month - 11, month + 1)
        if over == "life":
            return range(min((m for _, _, m in self.shelf.by_payee), default=month), month + 1)
        return range(month, month + 1)

    # -- names ------------------------------------------------------------------------------

    def named(self, name: str, env: Env) -> Value:
        """The value of a named step, remembered for whom it belongs to."""
        step = self.program.steps[name]
        level = step.node.frame.level
        where: tuple[object, ...]
        if level is Level.ROW:
            assert env.row is not None
            row = env.row.up_to(step.node.frame.fact)
            env, where = self.env_of(row), (id(row),)
        elif level is Level.PAYEE:
            env = Env(env.payee, env.role, env.month, env.team) if env.row else env
            where = (env.payee, env.role, env.month)
        elif level is Level.TEAM:
            where = (env.team, env.month)
        else:
            where = (env.month,)
        if name in self.given and (level is not Level.PAYEE or self._is_subject(where)):
            return self.given[name]
        key = (name, *where)
        if key not in self._values:
            self._values[key] = self.function(step.node)(env)
        return self._values[key]

    def _is_subject(self, where: tuple[object, ...]) -> bool:
        return self.only_for is None or where == self.only_for

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
        owner = Env(row.payee, row.role, row.month, row.team)
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

    def others(self, among: str, env: Env) -> list[tuple[tuple[str, str], Env]]:
        """Payees of the same role in the month, by id: of the team, or of the whole house."""
        if among == "team" and env.team is not None:
            found = self.shelf.members(env.team, env.month)
        else:
            found = self.shelf.active(env.month)
        keys = {(p, r) for p, r in found if r == env.role} | {(env.payee, env.role)}
        return [((p, r), self.env(p, r, env.month)) for p, r in sorted(keys)]

    # -- sums -------------------------------------------------------------------------------

    def aggregated(self, node: Aggregate, env: Env) -> Value:
        """A sum, count, mean, least or greatest."""
        envs = self._envs_of(node, env)
        if node.where is not None:
            where = self.function(node.where)
            envs = [e for e in envs if where(e)]
        if node.kind == "count":
            return len(envs)
        assert node.body is not None
        body = self.function(node.body)
        values = [exact(body(e)) for e in envs]
        if node.kind == "sum":
            return slim(sum(values))
        if not values:
            return None
        if node.kind == "mean":
            return slim(Fraction(sum(values)) / len(values))
        return max(values) if node.kind == "max" else min(values)

    def _envs_of(self, node: Aggregate, env: Env) -> list[Env]:
        if node.scope == "children":
            assert env.row is not None
            parent = env.row.up_to(node.frame.fact)
            children = parent.children.get(node.fact, ())
            return [Env(parent.payee, parent.role, parent.month, parent.team, c) for c in children]
        months = self.months(node.over, env.month)
        shelf = self.shelf
        if node.scope == "members":
            if env.team is None:
                return []
            return [
                Env(payee, role, month, env.team)
                for month in months
                for payee, role in shelf.members(env.team, month)
            ]
        rows: list[Row] = []
        for month in months:
            if node.scope == "own":
                rows += shelf.by_payee.get((env.payee, env.role, month), ())
            elif env.team is not None:
                rows += shelf.by_team.get((env.team, month), ())
        return [self.env_of(r) for r in rows if r.fact == node.fact]

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
        """The row in which a table's value lies."""
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
