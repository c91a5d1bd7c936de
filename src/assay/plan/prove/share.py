"""The largest part of sales that a rule can pay: what sales add to the pay, over the sales."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from assay.plan.prove.bounds import bounds_of
from assay.plan.prove.cells import NET
from assay.plan.prove.finding import PROVED, REFUTED
from assay.plan.prove.logic import Truth
from assay.plan.prove.question import (
    QUICK,
    Outcome,
    Question,
    example,
    not_applicable,
    undecided,
)
from assay.plan.prove.replay import Filled
from assay.plan.prove.said import Said
from assay.plan.prove.side import Side
from assay.plan.prove.solve import SAT, UNKNOWN, UNSAT, Answer
from assay.plan.prove.stage import Stage
from assay.plan.prove.symbols import (
    BeyondError,
    Value,
    compared,
    const,
    lifted,
    minus,
    plus,
    times,
    total,
)
from assay.plan.units import RATIO, show

PARTS = 10_000  # shares are found to a hundredth of a percent


def bounded_share(stage: Stage, milliseconds: int, pretty: bool = True) -> Outcome:
    """Sales never add more to the pay than they come to; how much of them they add at most."""
    stored = amount_of(stage)
    if not stage.sold:
        return not_applicable("no_sale")
    if not stored:
        return not_applicable("no_amount")
    found: Outcome | None = None
    for keys in (("A", "X"), ("X",)):
        try:
            found = _Share(stage, keys, stored, milliseconds, pretty).outcome()
        except BeyondError as beyond:
            return undecided("beyond", what=str(beyond))
        if found.reason is None or found.reason.key != "timeout":
            return found
    assert found is not None
    return found


def amount_of(stage: Stage) -> str:
    """The column that says what a sale comes to, if the formulas read it."""
    wanted = NET if stage.sold == "order" else "amount"
    return wanted if (stage.sold, wanted) in stage.reach.columns else ""


@dataclass
class _Share:
    """The question how large a share can be, over one number of rows."""

    stage: Stage
    keys: tuple[str, ...]
    stored: str
    milliseconds: int
    pretty: bool

    def __post_init__(self) -> None:
        stage = self.stage
        rows = stage.rows(*self.keys)
        self.without = Side(stage, stage.scene(), "without")
        self.with_ = Side(stage, stage.scene(*rows), "with")
        self.with_.pay, self.without.pay  # noqa: B018 - opens the cells
        self.sales = total(self.with_.cell(row.key, self.stored) for row in rows)
        sold = compared(">=", self.sales, const(1_00))
        self.question = Question(self.without, self.with_, [sold], self.milliseconds, self.pretty)

    def outcome(self) -> Outcome:
        bounds = (*bounds_of(self.without, self.with_), Said("share"))
        answer = self._over(PARTS)
        if answer.verdict == UNKNOWN:
            return undecided("timeout", bounds)
        least = self.question.least
        if answer.verdict == UNSAT and self.question.empty():
            return undecided("empty", bounds)
        if answer.verdict == SAT:
            answer = self._over(PARTS, least)
            if answer.verdict == UNKNOWN:
                return undecided("timeout", bounds)
            if answer.verdict == UNSAT:
                return Outcome(PROVED, (*bounds, self.question.rounding))
            sides = self._small(PARTS, answer, least)
            if sides is None or not self._confirmed(PARTS, sides):
                return undecided("differs", bounds)
            return Outcome(
                REFUTED, bounds, example=example(self.stage, *sides), sides=sides, share="> 100%"
            )
        if least > 1 or self.pretty:
            # A part of a sale that is no whole 分 is rounded as well.
            bounds = (*bounds, self.question.rounding)
        if not self.pretty:
            return Outcome(PROVED, bounds)
        low, high, seen = -1, PARTS, None
        while high - low > 1:
            middle = (low + high) // 2
            found = self._over(middle)
            if found.verdict == UNSAT:
                high = middle
            else:
                low, seen = middle, found if found.verdict == SAT else seen
        made = Outcome(PROVED, bounds, share=show(Fraction(high, PARTS), RATIO))
        sides = self._small(low, seen) if seen is not None and low >= 0 else None
        if sides is None or not self._confirmed(low, sides):
            return made
        return replace(made, example=example(self.stage, *sides), sides=sides)

    def _over(self, parts: int, least: int = 0) -> Answer:
        return self.question.solver.ask([self._above(parts, least)])

    def _above(self, parts: int, least: int) -> Truth:
        """Whether sales add more than a share of them, by so many 分 at least."""
        part: Value = lifted(times, self.sales, const(Fraction(parts, PARTS)))
        left = lifted(lambda a, b: plus(a, minus(b)), self.question.gain, part)
        return compared(">=", left, const(least)) if least else compared(">", left, const(0))

    def _confirmed(self, parts: int, sides: tuple[Filled, Filled]) -> bool:
        """Whether the reference, too, adds more than a share of the sales to the pay."""
        amounts = (sides[1].cells.get((key, self.stored)) for key in self.keys)
        sales = sum(Fraction(a) for a in amounts if isinstance(a, int | Fraction))
        return example(self.stage, *sides).gain * PARTS > parts * sales

    def _small(self, parts: int, answer: Answer, least: int = 0) -> tuple[Filled, Filled] | None:
        """An example near the bound, small and round if that comes quickly."""
        if self.pretty:
            truths = [self._above(parts, least), *self.question.usual()]
            better = self.question.solver.ask(truths, QUICK)
            if better.verdict == SAT:
                answer = self.question.small(better, truths)
        return self.question.sides(answer)
