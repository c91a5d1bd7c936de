"""How an award in kind came about: what counted, row by row, the threshold reached, the clause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from assay.plan.evaluate import Evaluator
from assay.plan.program import key_of
from assay.plan.rows import Row
from assay.plan.run import Line, Runner
from assay.plan.tree import Aggregate, Choose, Node, Ref, Value, walk
from assay.plan.units import Unit
from assay.plan.values import Env

MOST_ROWS = 60
Counted = dict[int, tuple[Row, str]]


class Teller(Protocol):
    """What tells sentences of one runner in one language."""

    @property
    def runner(self) -> Runner:
        """Whose values are told."""

    def say(self, key: str, **parts: object) -> str:
        """A fixed phrase filled in."""

    def title(self, name: str) -> str:
        """What a named step is called."""

    def fact(self, name: str) -> str:
        """What a row of a fact is called."""

    def exact(self, value: Value, unit: Unit) -> str:
        """A value with its unit."""

    def formula(self, node: Node, env: Env) -> str:
        """A formula with each name's value beside it."""

    def chosen(self, node: Node, env: Env) -> Iterator[str]:
        """The conditions that chose between values."""

    def names(
        self, node: Node, env: Env, seen: set[str], rows: bool | None = None
    ) -> list[str]:  # fmt: skip
        """Sentences for the names a formula rests on."""


def awarded(tell: Teller, line: Line, env: Env, named: set[str]) -> Iterator[str]:
    """What a line of the month gives in kind, or that it gives nothing, and why; named: told before."""
    gives = line.rule.gives
    if gives is None:
        return
    yield tell.say("award", award=line.award) if line.award else tell.say("award_none")
    if gives.unit.numeric and not isinstance(gives, Ref):
        yield _amount(tell, gives, env)
    for why in tell.chosen(gives, env):
        yield tell.say("award_if", why=why)
    yield from tell.names(gives, env, named)
    yield from _counted(tell, gives, env, set())


def given_by_row(tell: Teller, gives: Node, env: Env) -> Iterator[str]:
    """What one row gives in kind, with the names of the row it rests on."""
    yield _amount(tell, gives, env)
    yield from tell.names(gives, env, set(), rows=True)


def _amount(tell: Teller, gives: Node, env: Env) -> str:
    value = tell.exact(tell.runner.values.value(gives, env), gives.unit)
    return tell.say("gives", formula=tell.formula(gives, env), value=value)


def _counted(tell: Teller, node: Node, env: Env, seen: set[str]) -> Iterator[str]:
    """The rows behind each sum the award rests on."""
    if isinstance(node, Choose):
        taken = tell.runner.values.value(node.condition, env)
        yield from _counted(tell, node.condition, env, seen)
        yield from _counted(tell, node.yes if taken else node.no, env, seen)
        return
    for ref in (n for n in walk(node) if isinstance(n, Ref) and n.name not in seen):
        seen.add(ref.name)
        step = tell.runner.program.steps[ref.name].node
        if not isinstance(step, Aggregate):
            yield from _counted(tell, step, env, seen)
        elif found := _rows(tell, step, env):
            yield _listed(tell, ref.name, found, env)


def _rows(tell: Teller, node: Aggregate, env: Env) -> Counted:
    """The rows a sum counts, through months and people down to what was entered, each with its value."""
    values = tell.runner.values
    if node.scope in ("running", "children", "alike"):
        return {}
    found: Counted = {}
    for one in _looked_at(values, node, env):
        if one.row is not None:
            said = (
                ""
                if node.body is None
                else tell.exact(values.value(node.body, one), node.body.unit)
            )
            found.setdefault(id(one.row), (one.row, said))
            continue
        for ref in walk(node.body) if node.body is not None else ():
            inner = tell.runner.program.steps[ref.name].node if isinstance(ref, Ref) else ref
            if isinstance(inner, Aggregate):
                found |= _rows(tell, inner, one)
    return found


def _looked_at(values: Evaluator, node: Aggregate, env: Env) -> list[Env]:
    envs = values.envs_of(node, env)
    return envs if node.where is None else [e for e in envs if values.value(node.where, e)]


def _listed(tell: Teller, name: str, found: Counted, env: Env) -> str:
    """The payee's own rows by day; of others' it is only said how many there are."""
    every = sorted(found.values(), key=lambda pair: pair[0].key)
    own = [pair for pair in every if pair[0].payee == env.payee]
    rows = tell.say("comma").join(_row(tell, row, said) for row, said in own[:MOST_ROWS])
    key = "counted" if len(own) == len(every) else "counted_own" if own else "counted_others"
    more = tell.say("and_more") if len(own) > MOST_ROWS else ""
    return tell.say(key, title=tell.title(name), n=len(every), rows=rows + more, m=len(own))


def _row(tell: Teller, row: Row, said: str) -> str:
    day = row.root.values.get("order_date") or row.values.get("on")
    number = row.values.get(key_of(row.fact)) or row.root.values.get("order_id") or ""
    when = f" ({day.isoformat()})" if isinstance(day, date) else ""
    return f"{tell.fact(row.fact)} {number}".rstrip() + when + (f" {said}" if said else "")
