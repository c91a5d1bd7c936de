"""How an award in kind came about: what is given, the threshold reached, the clause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from assay.plan.run import Line, Runner
from assay.plan.tree import Node, Ref, Value
from assay.plan.units import Unit
from assay.plan.values import Env


class Teller(Protocol):
    """What tells sentences of one runner in one language."""

    @property
    def runner(self) -> Runner:
        """Whose values are told."""

    def say(self, key: str, **parts: object) -> str:
        """A fixed phrase filled in."""

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


def given_by_row(tell: Teller, gives: Node, env: Env) -> Iterator[str]:
    """What one row gives in kind, with the names of the row it rests on."""
    yield _amount(tell, gives, env)
    yield from tell.names(gives, env, set(), rows=True)


def _amount(tell: Teller, gives: Node, env: Env) -> str:
    value = tell.exact(tell.runner.values.value(gives, env), gives.unit)
    return tell.say("gives", formula=tell.formula(gives, env), value=value)
