"""Questions to the solver: each with its own limit, the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import z3

from assay.plan.prove.logic import Expr, Truth

SAT, UNSAT, UNKNOWN = "sat", "unsat", "unknown"
# Steps of the solver that stand for about a millisecond: a limit that does not depend on the clock.
STEPS_PER_MS = 4000
# The clock is the last resort, far behind the steps.
CLOCK = 6


@dataclass(frozen=True)
class Answer:
    """What the solver says, and where it holds if it does."""

    verdict: str
    model: z3.ModelRef | None = None


@dataclass
class Solver:
    """Answers questions over one set of assumptions. milliseconds: about how long for each."""

    assumed: Sequence[Truth]
    milliseconds: int = 3000
    asked: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        kept = [t for t in self.assumed if not isinstance(t, bool)]
        self._impossible = any(t is False for t in self.assumed)
        goal = z3.Goal()
        goal.add(*kept)
        self._linear = bool(z3.Probe("is-qflia")(goal))
        self._kept = kept
        self._solver = self._made(self._linear)

    def _made(self, linear: bool) -> z3.Solver:
        solver = z3.SolverFor("QF_LIA") if linear else z3.Solver()
        solver.set("random_seed", 0)
        solver.add(*self._kept)
        return solver

    def ask(self, truths: Sequence[Truth], milliseconds: int = 0) -> Answer:
        """Whether some conditions can hold together with what is assumed."""
        self.asked += 1
        if self._impossible or any(t is False for t in truths):
            return Answer(UNSAT)
        said = [t for t in truths if t is not True]
        self._widen(said)
        limit = milliseconds or self.milliseconds
        solver = self._solver
        solver.push()
        try:
            solver.set("timeout", limit * CLOCK)
            solver.set("rlimit", limit * STEPS_PER_MS)
            solver.add(*said)
            verdict = solver.check()
            if verdict == z3.sat:
                return Answer(SAT, solver.model())
            return Answer(UNSAT if verdict == z3.unsat else UNKNOWN)
        except z3.Z3Exception:
            return Answer(UNKNOWN)
        finally:
            solver.pop()

    def _widen(self, truths: Sequence[Truth]) -> None:
        """A question with products of amounts needs the solver that knows them."""
        if not self._linear:
            return
        goal = z3.Goal()
        goal.add(*truths)
        if truths and not z3.Probe("is-qflia")(goal):
            self._linear = False
            self._solver = self._made(False)


def holds(model: z3.ModelRef, truth: Truth) -> bool:
    """Whether a condition holds in a model."""
    if isinstance(truth, bool):
        return truth
    return bool(z3.is_true(model.eval(truth, model_completion=True)))


def whole_of(model: z3.ModelRef, expr: Expr) -> int:
    """The number an expression has in a model."""
    return int(model.eval(expr, model_completion=True).as_long())
