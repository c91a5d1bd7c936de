"""The formula tree read as expressions of the solver: the same steps, rows and windows as a run."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import z3

from assay.plan.evaluate import Evaluator
from assay.plan.program import PayRule, Program
from assay.plan.prove import encode_nodes, encode_pay
from assay.plan.prove.cells import Cells
from assay.plan.prove.encoding import Mark
from assay.plan.prove.logic import Expr, Truth, both
from assay.plan.prove.scene import KEY, Scene
from assay.plan.prove.symbols import (
    BeyondError,
    Quot,
    Term,
    Value,
    compare,
    const,
    lifted,
    merged,
    number,
    plus,
    term,
    times,
    where,
    whole,
)
from assay.plan.run import Runner
from assay.plan.tree import Level, Node
from assay.plan.values import Env


class Encoder:
    """Reads the tree over one scene. Shape (who has which rows when) comes from the reference."""

    def __init__(self, scene: Scene, cells: Cells) -> None:
        self.scene = scene
        self.program: Program = scene.program
        self.cells = cells
        self.runner = Runner(scene.program, scene.book())
        self.real: Evaluator = self.runner.values
        self.defined: list[Truth] = []
        self._named: dict[tuple[object, ...], Value] = {}
        self._truths: dict[tuple[object, ...], Truth] = {}
        self._lines: dict[tuple[str, str, str, int], Value] = {}
        self.slack: set[tuple[object, ...]] = set()
        self.marks: dict[Mark, dict[tuple[object, ...], Truth]] = {}
        self.steps: dict[Mark, dict[tuple[object, ...], Value]] = {}
        self.kept: dict[tuple[object, ...], Value] = {}
        _placed(scene, self.real)
        self.credits = False  # whether what is open decides if a row is credited as the scene says
        self._fresh = 0

    # -- values -------------------------------------------------------------------------------

    def value(self, node: Node, env: Env) -> Value:
        """The value of a node for somebody."""
        make = encode_nodes.VALUES.get(type(node))
        if make is None:
            raise BeyondError(f"{type(node).__name__}")
        return make(self, node, env)

    def truth(self, node: Node, env: Env) -> Truth:
        """Whether a condition holds for somebody."""
        make = encode_nodes.TRUTHS.get(type(node))
        if make is None:
            raise BeyondError(f"{type(node).__name__} as a condition")
        return make(self, node, env)

    def named(self, name: str, env: Env) -> Value:
        """The value of a named step, remembered for whom it belongs to."""
        node, env, where_ = self._home(name, env)
        key = (name, *where_)
        if key not in self._named:
            self._named[key] = self.value(node, env)
        return self._named[key]

    def named_truth(self, name: str, env: Env) -> Truth:
        """A named condition."""
        node, env, where_ = self._home(name, env)
        key = (name, *where_)
        if key not in self._truths:
            self._truths[key] = self.truth(node, env)
        return self._truths[key]

    def mark(self, mark: Mark, env: Env, passed: Truth) -> None:
        """Remember whether a threshold is passed."""
        self.marks.setdefault(mark, {})[_whose(env)] = passed

    def mark_steps(self, mark: Mark, env: Env, steps: Value) -> None:
        """Remember in which step a value stands."""
        self.steps.setdefault(mark, {})[_whose(env)] = steps

    def _home(self, name: str, env: Env) -> tuple[Node, Env, tuple[object, ...]]:
        """A step's node, the surroundings it is worked out in (as evaluate.named), and its key."""
        node = self.program.steps[name].node
        level = node.frame.level
        if level is Level.ROW:
            assert env.row is not None
            row, as_of, held = env.row.up_to(node.frame.fact), env.as_of, env.held
            env = self.real.env_of(row)
            if as_of is not None:
                env = replace(env, as_of=as_of, held=held)
            return node, env, (id(row), as_of, held)
        if level is Level.PAYEE:
            env = self.real.env(env.payee, env.role, env.month) if env.row else env
            return node, env, (env.payee, env.role, env.month)
        where_ = (env.team, env.month) if level is Level.TEAM else (env.month, env.now)
        return node, env, where_

    # -- lines --------------------------------------------------------------------------------

    def line(self, rule: PayRule, payee: str, role: str, month: int) -> Value:
        """A line, exact; rows settled to date are rounded each."""
        key = (rule.name, payee, role, month)
        if key not in self._lines:
            self._lines[key] = encode_pay.line(self, rule, payee, role, month)
        return self._lines[key]

    def assume(self) -> None:
        """What holds of every row: the plan turns none away, and credits it as the scene says."""
        encode_pay.assume(self)

    # -- whole numbers ------------------------------------------------------------------------

    def fresh(self, low: int | None, high: int | None) -> Value:
        """A whole number that `defined` says more of."""
        self._fresh += 1
        return whole(f"fresh.{self.cells.side}.{self._fresh}", low, high)

    def floor(self, value: Value, step: Fraction) -> Value:
        """A value in whole steps, downwards."""

        def down(x: object, _: object) -> Fraction | Term:
            atom = times(1 / step, number(x))  # type: ignore[arg-type]
            if isinstance(atom, Fraction):
                return Fraction(math.floor(atom)) * step
            whole_ = self._floor_term(atom) if isinstance(atom, Term) else self._floor_quot(atom)
            return term(times(step, whole_))  # type: ignore[arg-type]

        return lifted(down, value, const(1))

    def _floor_term(self, t: Term) -> Term:
        low, high = (None if e is None else Fraction(math.floor(e)) for e in (t.low, t.high))
        return Term(t.num / t.den if t.den != 1 else t.num, 1, low, high)

    def _floor_quot(self, q: Quot) -> Term:
        """The floor of a quotient, said of a new number: bottom * n <= top < bottom * (n + 1)."""
        ((_, atom),) = self.fresh(None, None)
        assert isinstance(atom, Term)
        up = times(q.bottom, atom)
        over = times(q.bottom, term(Fraction(1)))
        self.defined.append(
            z3.Implies(
                _bool(compare(">", q.bottom, Fraction(0))),
                z3.And(
                    _bool(compare("<=", up, q.top)),
                    _bool(compare("<", q.top, plus(up, over))),
                ),
            )
        )
        return atom

    def rounded(self, value: Value) -> Value:
        """A value to whole 分, halves away from nought."""
        half = const(Fraction(1, 2))
        cases: list[tuple[Truth, Value]] = []
        for guard, atom in value:
            if isinstance(atom, Fraction) and atom.denominator == 1:
                cases.append((guard, ((True, atom),)))
                continue
            if isinstance(atom, Term) and atom.den == 1:
                cases.append((guard, ((True, atom),)))
                continue
            one: Value = ((True, atom),)
            up = self.floor(lifted(plus, one, half), Fraction(1))
            negative = compare("<", number(atom), Fraction(0))
            down = one
            if negative is not False:
                turned = lifted(times, const(-1), one)
                down = lifted(times, const(-1), self.floor(lifted(plus, turned, half), Fraction(1)))
            cases.append((guard, where(negative, down, up)))
        return merged((both(g, inner), a) for g, v in cases for inner, a in v)


def _placed(scene: Scene, real: Evaluator) -> None:
    """Raises BeyondError where a row is not credited to its owner: nothing would be asked of it."""
    credited = {
        (p, role, row.values.get(KEY))
        for (p, role, _), rows in real.shelf.by_payee.items()
        for row in rows
    }
    for slot in scene.slots:
        owner = slot.owner
        due = any(stream.fact == slot.fact for stream in scene.streams_of(owner.role))
        if due and (owner.id, owner.role, slot.key) not in credited:
            raise BeyondError("a row that is credited to nobody at any amount tried")


def _whose(env: Env) -> tuple[object, ...]:
    """For whom something is worked out, the same on both sides of a question."""
    key = env.row.values.get(KEY) if env.row is not None else None
    return (env.payee, env.role, env.month, env.as_of, key)


def _bool(truth: Truth) -> Expr:
    return z3.BoolVal(truth) if isinstance(truth, bool) else truth
