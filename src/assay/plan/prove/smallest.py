"""The smallest example: the amounts of its rows brought down together, by halves, until none is smaller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assay.plan.prove.logic import Expr, Truth
from assay.plan.prove.solve import SAT, UNSAT, Answer, Solver, whole_of

MOST_ASKED = (
    100  # questions to the solver for one example: some fifty bring two totals down to the 分
)


@dataclass(frozen=True)
class Smallest:
    """An example and what its amounts come to, in 分, each total the smallest at those before it.

    held: conditions that keep the totals. exact: whether the solver said of every smaller one that
    there is none; False where the questions or its steps ran out.
    """

    answer: Answer
    totals: tuple[int, ...]
    held: tuple[Truth, ...]
    exact: bool


def smallest(solver: Solver, answer: Answer, totals: Sequence[Expr], milliseconds: int) -> Smallest:
    """The smallest answer: the first total first, then the second at that first.

    milliseconds: about how long for each question.
    """
    most = MOST_ASKED
    found: list[int] = []
    held: list[Truth] = []
    exact = True
    for total in totals:
        assert answer.model is not None
        low, high = 0, whole_of(answer.model, total)
        while low < high and most:
            most -= 1
            middle = (low + high) // 2
            asked = solver.ask([*held, total <= middle], milliseconds)
            if asked.verdict == SAT and asked.model is not None:
                answer, high = asked, whole_of(asked.model, total)
            else:
                exact = exact and asked.verdict == UNSAT
                low = middle + 1
        exact = exact and low >= high
        found.append(high)
        held.append(total <= high)
    return Smallest(answer, tuple(found), tuple(held), exact)
