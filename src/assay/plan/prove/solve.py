"""Questions to the solver: each with its own limit, the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import z3

from assay.plan.prove.logic import Expr, Truth
from assay.plan.prove.symbols import TALLY

SAT, UNSAT, UNKNOWN = "sat", "unsat", "unknown"
# Steps of the solver that stand for about a millisecond: a limit that does not depend on the clock.
STEPS_PER_MS = 4000
# The clock is the last resort, far behind the steps.
CLOCK = 20


@dataclass
class Spent:
    """The solver's steps so far in this process, whoever asked."""

    steps: int = 0


SPENT = Spent()


@dataclass(frozen=True)
class Answer:
    """What the solver says, and where it holds if it does."""

    verdict: str
    model: z3.ModelRef | None = None


@dataclass
class Solver:
    """Answers questions over one set of assumptions. milliseconds: about how long for each.

    since: how many products of amounts had been made when the first of its expressions was.
    """

    assumed: Sequence[Truth]
    milliseconds: int = 3000
    since: int = 0
    asked: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._kept = [t for t in self.assumed if not isinstance(t, bool)]
        self._impossible = any(t is False for t in self.assumed)
        self._taken = 0
        self._solver = self._fresh("QF_LIA")

    @property
    def linear(self) -> bool:
        """Whether no product of amounts was made so far."""
        return self.since == TALLY.products

    def ask(self, truths: Sequence[Truth], milliseconds: int = 0) -> Answer:
        """Whether some conditions can hold together with what is assumed.

        Asked of the solver of linear whole numbers; where amounts are multiplied, of the general
        one, with a third of the steps.
        """
        self.asked += 1
        if self._impossible or any(t is False for t in truths):
            return Answer(UNSAT)
        said = [t for t in truths if not isinstance(t, bool)]
        limit = milliseconds or self.milliseconds
        if not self.linear:
            return self._asked(self._fresh(), said, max(limit // 3, 1))
        return self._asked(self._solver, said, limit)

    def _fresh(self, logic: str = "") -> z3.Solver:
        """A solver that knows what is assumed, in a context of its own.

        What was asked before, by whomever in this process, is nothing to it: the same question gets
        the same answer and the same example each time.
        """
        context = z3.Context()
        solver = z3.SolverFor(logic, ctx=context) if logic else z3.Solver(ctx=context)
        solver.set("random_seed", 0)
        solver.add(*(truth.translate(context) for truth in self._kept))
        return solver

    def _asked(self, solver: z3.Solver, said: list[Expr], limit: int) -> Answer:
        solver.push()
        try:
            solver.set("timeout", limit * CLOCK)
            solver.set("rlimit", limit * STEPS_PER_MS)
            solver.add(*(truth.translate(solver.ctx) for truth in said))
            verdict = solver.check()
            if verdict == z3.sat:
                return Answer(SAT, solver.model().translate(z3.main_ctx()))
            return Answer(UNSAT if verdict == z3.unsat else UNKNOWN)
        except z3.Z3Exception:
            return Answer(UNKNOWN)
        finally:
            self._count(solver)
            solver.pop()

    def _count(self, solver: z3.Solver) -> None:
        """Adds the steps of the last answer; a solver that is asked again tells the sum of all."""
        told = solver.statistics()
        taken = told.get_key_value("rlimit count") if "rlimit count" in told.keys() else 0  # noqa: SIM118
        before = self._taken if solver is self._solver else 0
        SPENT.steps += max(taken - before, 0)
        if solver is self._solver:
            self._taken = max(taken, before)


def holds(model: z3.ModelRef, truth: Truth) -> bool:
    """Whether a condition holds in a model."""
    if isinstance(truth, bool):
        return truth
    return bool(z3.is_true(model.eval(truth, model_completion=True)))


def whole_of(model: z3.ModelRef, expr: Expr) -> int:
    """The number an expression has in a model."""
    return int(model.eval(expr, model_completion=True).as_long())
