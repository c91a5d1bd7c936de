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
CLOCK = 20


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
        self._kept = [t for t in self.assumed if not isinstance(t, bool)]
        self._impossible = any(t is False for t in self.assumed)
        self._linear: z3.Solver | None = self._made(z3.SolverFor("QF_LIA"))
        self._general: z3.Solver | None = None

    @property
    def linear(self) -> bool:
        """Whether no product of amounts was met so far."""
        return self._linear is not None

    def _made(self, solver: z3.Solver) -> z3.Solver:
        solver.set("random_seed", 0)
        solver.add(*self._kept)
        return solver

    def ask(self, truths: Sequence[Truth], milliseconds: int = 0) -> Answer:
        """Whether some conditions can hold together with what is assumed.

        The solver of linear whole numbers first; where it gives up, products of amounts most
        likely, the general one from then on, which has a third of the steps.
        """
        self.asked += 1
        if self._impossible or any(t is False for t in truths):
            return Answer(UNSAT)
        said = [t for t in truths if t is not True]
        limit = milliseconds or self.milliseconds
        if self._linear is not None:
            answer, hard = self._asked(self._linear, said, limit)
            if answer.verdict != UNKNOWN or hard:
                return answer
            self._linear = None
        if self._general is None:
            self._general = self._made(z3.Solver())
        return self._asked(self._general, said, max(limit // 3, 1))[0]

    def _asked(self, solver: z3.Solver, said: list[Truth], limit: int) -> tuple[Answer, bool]:
        """The answer, and whether an unknown came of its limit."""
        solver.push()
        try:
            solver.set("timeout", limit * CLOCK)
            solver.set("rlimit", limit * STEPS_PER_MS)
            solver.add(*said)
            verdict = solver.check()
            if verdict == z3.sat:
                return Answer(SAT, solver.model()), False
            if verdict == z3.unsat:
                return Answer(UNSAT), False
            why = solver.reason_unknown()
            return Answer(UNKNOWN), any(word in why for word in ("timeout", "resource", "canceled"))
        except z3.Z3Exception:
            return Answer(UNKNOWN), False
        finally:
            solver.pop()


def holds(model: z3.ModelRef, truth: Truth) -> bool:
    """Whether a condition holds in a model."""
    if isinstance(truth, bool):
        return truth
    return bool(z3.is_true(model.eval(truth, model_completion=True)))


def whole_of(model: z3.ModelRef, expr: Expr) -> int:
    """The number an expression has in a model."""
    return int(model.eval(expr, model_completion=True).as_long())
