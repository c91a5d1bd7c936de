"""What stands behind a sum of a payee's month: rows, months and people, each with what it contributed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from assay.plan.program import PayRule
from assay.plan.run import Line, Runner
from assay.plan.settle import earning
from assay.plan.tree import (
    Aggregate,
    Bands,
    Carried,
    CarriedPart,
    Choose,
    Earlier,
    First,
    Level,
    LineOf,
    Node,
    Otherwise,
    Ref,
    This,
    Value,
)
from assay.plan.values import Env, exact, slim
from assay.plan.vocabulary import LEADS, closes

Summing = Aggregate | Carried | LineOf
Seen = set[tuple[object, ...]]
Found = Iterator[tuple[Node, Env]]


@dataclass(frozen=True)
class Sum:
    """A sum (a number of rows, a mean, an extreme, the latest, a balance, a line) as it entered a month.

    name: of the step that is this sum, empty where the formula has it in itself; env: whose and when.
    """

    node: Summing
    name: str
    env: Env
    figure: Value

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from every other sum."""
        return sum_key(self.node, self.env)

    @property
    def team(self) -> str:
        """The team it is of; empty where it is a payee's or the company's."""
        return (self.env.team or "") if self.node.frame.level is Level.TEAM else ""

    @property
    def kind(self) -> str:
        """sum, count, mean, min, max, latest; carried."""
        if isinstance(self.node, Aggregate):
            return self.node.kind
        return "carried" if isinstance(self.node, Carried) else "sum"

    @property
    def of(self) -> str:
        """What it is made of: rows, months or people."""
        if isinstance(self.node, LineOf):
            return "rows"
        if isinstance(self.node, Carried) or self.node.scope == "months":
            return "months"
        return "people" if self.node.scope in ("members", "everyone", "reports") else "rows"


@dataclass(frozen=True)
class Part:
    """What one row, one month or one person contributed; None where it only counts as one.

    opens: not the month's own, but what a balance opened with.
    """

    env: Env
    value: Value
    opens: bool = False


@dataclass(frozen=True)
class Made:
    """What a sum was made of: the parts its reader may see, in their order, and the rest in numbers.

    others, theirs: how many parts are other people's, and what they come to (None but for sums).
    left_out: how many a condition, or the number of the best that count, left out.
    """

    parts: tuple[Part, ...]
    others: int
    theirs: Fraction | int | None
    left_out: int


class Behind:
    """Opens the sums a payee's lines of a month rest on, for his eyes: he sees his own rows and those
    of people he leads in the row's month; of all others only how many they are and their sum.
    """

    def __init__(self, runner: Runner, payee: str, role: str) -> None:
        self.runner, self.payee, self.role = runner, payee, role
        self._led: dict[int, set[str]] = {}

    # -- which sums -----------------------------------------------------------------------------

    def of_line(self, line: Line) -> list[Sum]:
        """The sums a line of the month rests on, as far as they decided it, each once."""
        rule = line.rule
        seen: Seen = set()
        tops = [rule.pay, *([rule.gives] if rule.gives is not None else [])]
        if rule.fact:
            envs = [self._of_credit(line, at) for at in range(len(line.credits))]
        elif closes(rule.period, line.month, self.runner.values.begins):
            envs = [self.runner.values.env(line.payee, line.role, line.month)]
        else:
            envs = []
        return [found for env in envs for top in tops for found in self._walk(top, env, seen)]

    def below(self, whole: Sum, part: Part) -> list[Sum]:
        """The sums that a month's or a person's part rests on itself; rows have none."""
        node, seen = whole.node, set[tuple[object, ...]]()
        if isinstance(node, LineOf) or part.env.row is not None:
            return []
        if isinstance(node, Aggregate):
            tops: tuple[Node | None, ...] = (node.body, node.where)
        else:
            tops = (node.opens,) if part.opens else (node.adds, node.takes)
            seen.add((node.name,))
        return [
            found for top in tops if top is not None for found in self._walk(top, part.env, seen)
        ]

    def _of_credit(self, line: Line, at: int) -> Env:
        row = line.credits[at].row
        if line.rule.settle is None:
            return Env(line.payee, line.role, line.month, row.team, row)
        return earning(self.runner.row_env(line.rule, line.payee, line.role, row), line.month)

    def _walk(self, node: Node, env: Env, seen: Seen, name: str = "") -> Iterator[Sum]:
        env = self.runner.values.at_home(node, env)
        if isinstance(node, Ref):
            step = self.runner.program.steps[node.name].node
            yield from self._walk(step, self._owner(node, env), seen, node.name)
        elif isinstance(node, Aggregate | Carried | LineOf):
            yield from self._summed(node, env, seen, name)
        elif isinstance(node, CarriedPart):
            yield from self._of_part(node, env, seen)
        else:
            # What stands in for a value that is not there bears its name, too.
            name = name if isinstance(node, Otherwise) else ""
            for child, there in self._decided(node, env):
                yield from self._walk(child, there, seen, name)

    def _summed(self, node: Summing, env: Env, seen: Seen, name: str) -> Iterator[Sum]:
        if node.frame.level is Level.ROW:
            return  # what a row comes to is said with the row
        if isinstance(node, Carried) and (node.name,) in seen:
            return  # the balance whose month is being opened
        env = self._home(node.frame.level, env)
        key = sum_key(node, env)
        if key in seen:
            return
        seen.add(key)
        if isinstance(node, LineOf):
            yield from self._line(node, env, seen)
            return
        yield Sum(node, name, env, self.runner.values.value(node, env))
        if isinstance(node, Aggregate) and self._sum_of_rows(node):
            yield from self._in_rows(node, env, seen)

    def _line(self, node: LineOf, env: Env, seen: Seen) -> Iterator[Sum]:
        """Somebody else's line; one's own stands in the statement of its month."""
        rule = self._rule(node, env)
        if env.payee == self.payee or rule is None:
            return
        if rule.fact:
            yield Sum(node, "", env, self.runner.values.value(node, env))
        else:
            yield from self._walk(rule.pay, env, seen)

    def _rule(self, node: LineOf, env: Env) -> PayRule | None:
        rules = self.runner.program.rules
        return next((r for r in rules if r.name == node.rule and env.role in r.roles), None)

    def _of_part(self, node: CarriedPart, env: Env, seen: Seen) -> Iterator[Sum]:
        """What a month adds or takes; else the balance up to it, or up to the month before."""
        step = self.runner.program.steps[node.name].node
        assert isinstance(step, Carried)
        if step.frame.level is Level.ROW:
            return
        env = self._home(step.frame.level, env)
        keeping = self.runner.values.keeping
        if node.part in ("adds", "takes"):
            top = step.adds if node.part == "adds" else step.takes
            inside = {*seen, (node.name,)}
            yield from self._walk(top, keeping.keeper(step, env, env.month), inside)
            return
        back = 1 if node.part == "before" else 0
        if env.month - back >= keeping.opening(step, env):
            there = self.runner.values.moved(step, env, env.month - back)
            yield from self._summed(step, there, seen, node.name)

    def _in_rows(self, node: Aggregate, env: Env, seen: Seen) -> Iterator[Sum]:
        """The sums of a month by which its own rows were worth what they are worth."""
        for e in self._kept(node, env)[0]:
            if e.row is not None and e.row.payee == self.payee:
                for top in (node.body, node.where):
                    if top is not None:
                        yield from self._walk(top, e, seen)

    @staticmethod
    def _sum_of_rows(node: Aggregate) -> bool:
        return node.scope not in ("members", "everyone", "reports", "months")

    def _decided(self, node: Node, env: Env) -> Found:
        """The parts of a formula that decided its value, each with for whom it is worked out."""
        values = self.runner.values
        if isinstance(node, This):
            if env.outer is not None:
                yield node.of, env.outer
            return
        if isinstance(node, Choose):
            yield node.condition, env
            yield (node.yes if values.value(node.condition, env) else node.no), env
        elif isinstance(node, Otherwise):
            yield node.value, env
            if values.value(node.value, env) is None:
                yield node.fallback, env
        elif isinstance(node, First):
            for row in node.rows:
                if row.condition is not None:
                    yield row.condition, env
                if row.condition is None or values.value(row.condition, env):
                    yield row.value, env
                    return
        elif isinstance(node, Bands) and not node.slices:
            yield node.of, env
            found = values.band(node, env)
            if found is not None:
                yield found.value, env
        elif isinstance(node, Earlier):
            yield node.of, values.moved(node, env, env.month - node.months)
        else:
            yield from ((child, env) for child in node.children())

    def _owner(self, ref: Ref, env: Env) -> Env:
        """For whom a name is worked out: a row's own values are its owner's, a payee's his month's."""
        if ref.frame.level is Level.ROW and env.row is not None:
            owner = self.runner.values.env_of(env.row.up_to(ref.frame.fact))
            return replace(owner, as_of=env.as_of, held=env.held)
        return self._home(ref.frame.level, env)

    def _home(self, level: Level, env: Env) -> Env:
        """The surroundings of a payee's month, out of those of one of his rows."""
        if level is not Level.PAYEE or env.row is None:
            return env
        return self.runner.values.env(env.payee, env.role, env.month)

    # -- what each was made of ------------------------------------------------------------------

    def opened(self, whole: Sum) -> Made:
        """What a sum was made of; its parts, with those of others, come to its figure."""
        if isinstance(whole.node, Carried):
            return Made(tuple(self._months(whole.node, whole.env)), 0, None, 0)
        if isinstance(whole.node, LineOf):
            return self._credits(whole.node, whole.env)
        node, values = whole.node, self.runner.values
        kept, left_out = self._kept(node, whole.env)
        body = None if node.body is None else values.function(node.body)
        parts = [Part(e, None if body is None else body(e)) for e in kept]
        if node.best:
            best = sorted(parts, key=lambda part: -exact(part.value))[: node.best]
            left_out += len(parts) - len(best)
            parts = best
        return self._made(sorted(parts, key=_place), left_out, node.kind in ("sum", "mean"))

    def _made(self, parts: Iterable[Part], left_out: int, adds_up: bool) -> Made:
        mine: list[Part] = []
        others, theirs = 0, Fraction(0)
        for part in parts:
            if self._sees(part.env):
                mine.append(part)
                continue
            others += 1
            theirs += exact(part.value) if adds_up else 0
        return Made(tuple(mine), others, slim(theirs) if adds_up else None, left_out)

    def _kept(self, node: Aggregate, env: Env) -> tuple[list[Env], int]:
        """Whom or what a sum counts, and how many its condition left out."""
        values = self.runner.values
        envs = values.envs_of(node, env)
        if node.where is None:
            return envs, 0
        where = values.function(node.where)
        kept = [e for e in envs if where(e)]
        return kept, len(envs) - len(kept)

    def _months(self, node: Carried, env: Env) -> Iterator[Part]:
        """What a balance opened with, and by what each month moved it since."""
        keeping = self.runner.values.keeping
        first = keeping.opening(node, env)
        start = keeping.keeper(node, env, first)
        opened = exact(self.runner.values.value(node.opens, start))
        if opened:
            yield Part(start, opened, opens=True)
        for month in range(first, env.month + 1):
            there = keeping.keeper(node, env, month)
            adds, takes, lapsed = (
                exact(keeping.part(node.name, part, there)) for part in ("adds", "takes", "lapsed")
            )
            if adds or takes or lapsed:
                yield Part(there, slim(adds - takes - lapsed))

    def _credits(self, node: LineOf, env: Env) -> Made:
        """The rows a line pays for, each with its share."""
        rule = self._rule(node, env)
        assert rule is not None
        line = self.runner.line(rule, env.payee, env.role, env.month)
        parts = [Part(self.runner.values.env_of(c.row), c.amount) for c in line.credits]
        return self._made(parts, 0, adds_up=True)

    # -- who may see what -----------------------------------------------------------------------

    def _sees(self, env: Env) -> bool:
        """Whether a part is the reader's own, or of somebody whom he led then."""
        if not env.payee:
            return env.row is None  # a month of the team or the company, but a row of nobody
        if env.payee == self.payee:
            return True
        shelf, row = self.runner.values.shelf, env.row
        if shelf.standing.says_reports:
            month = row.month if row is not None else env.month
            return env.payee in self._below(month)
        if self.role != LEADS:
            return False
        if row is not None:
            return row.team is not None and shelf.in_charge(LEADS, row.team, row.day) == self.payee
        team = shelf.team_of(env.payee, env.role, env.month)
        return team is not None and any(
            h.role == LEADS and h.team == team and h.touches(env.month)
            for h in shelf.holdings.get(self.payee, ())
        )

    def _below(self, month: int) -> set[str]:
        """All who report to the reader in a month, over any number of levels."""
        if month not in self._led:
            shelf = self.runner.values.shelf
            below = shelf.below(self.payee, self.role, month)
            self._led[month] = {payee for (payee, _role), _between in below}
        return self._led[month]


def sum_key(node: Summing, env: Env) -> tuple[object, ...]:
    """A sum and for whom it is worked out: a payee's month, a team's, the company's."""
    level = node.frame.level
    if level is Level.PAYEE:
        return id(node), env.payee, env.role, env.month
    return id(node), *((env.team,) if level is Level.TEAM else ()), env.month, env.now


def _place(part: Part) -> tuple[object, ...]:
    """Rows by day and number; months and people by month and id."""
    if part.env.row is not None:
        return (*part.env.row.key, part.env.payee)
    return date.min, part.env.month, 0, part.env.payee
