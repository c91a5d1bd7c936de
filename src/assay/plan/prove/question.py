"""A question of two situations: can the second pay more (or less)? Proved, or an example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import z3

from assay.money import grouped
from assay.plan.prove.bounds import ROUNDING, bounds_of
from assay.plan.prove.cells import LIST, NET, TARGET, Cells
from assay.plan.prove.finding import (
    NOT_APPLICABLE,
    PROVED,
    REFUTED,
    UNDECIDED,
    Counterexample,
)
from assay.plan.prove.logic import Expr, Truth
from assay.plan.prove.replay import Asked, Filled
from assay.plan.prove.said import Said
from assay.plan.prove.scene import month_text
from assay.plan.prove.side import Side
from assay.plan.prove.smallest import smallest
from assay.plan.prove.solve import SAT, UNKNOWN, UNSAT, Answer, Solver
from assay.plan.prove.stage import Stage
from assay.plan.prove.symbols import (
    Term,
    Value,
    compare,
    compared,
    const,
    lifted,
    minus,
    number,
    plus,
)

WORTH = (100_00, 1_00)  # an example worth showing gains this much, in 分, if one does
SIZES = tuple(n * 10**power for power in range(4, 12) for n in (1, 2, 5))
GRAINS = ((10_000_00, 1_000_00), (1_000_00, 1_00), (1_00, 1_00), (1_00, 1))
ROUND = (10_000_00, 1_000_00, 1_00)  # targets beside the smallest example, in 分
QUICK = 400  # for making an example pretty, in milliseconds


@dataclass(frozen=True)
class Outcome:
    """What came of a property: as a Finding, without the rule's names."""

    status: str
    bounds: tuple[Said, ...] = ()
    reason: Said | None = None
    example: Counterexample | None = None
    at: str = ""
    share: str = ""
    sides: tuple[Filled, Filled] | None = None
    same_as: str = ""


def not_applicable(key: str, **parts: str) -> Outcome:
    """A property that says nothing of these rules, and why."""
    return Outcome(NOT_APPLICABLE, reason=Said(key, parts))


def undecided(key: str, bounds: tuple[Said, ...] = (), **parts: str) -> Outcome:
    """Neither proved nor refuted, and why."""
    return Outcome(UNDECIDED, bounds, Said(key, parts))


@dataclass
class Question:
    """Can `after` pay more than `before`? more: extra conditions that tie the two together.

    pretty: whether the example is wanted small and round, or any will do; exact: the smallest there
    is instead, round or not, and said to be so.
    """

    before: Side
    after: Side
    more: Sequence[Truth] = ()
    milliseconds: int = 3000
    pretty: bool = True
    exact: bool = False
    solver: Solver = field(init=False)

    def __post_init__(self) -> None:
        truths = [*self.before.truths(), *self.after.truths(), *self.more]
        since = min(self.before.since, self.after.since)
        self.solver = Solver(truths, self.milliseconds, since)
        self.gain: Value = lifted(lambda a, b: plus(a, minus(b)), self.after.pay, self.before.pay)

    @property
    def stage(self) -> Stage:
        """Where it is asked."""
        return self.before.stage

    @property
    def least(self) -> int:
        """What rounding cannot do, in 分: one a line and month, two where a statement's rounded sum is
        shared out to its lines, and two for each value held exact."""
        shared = 2 if self.stage.program.rounding == "statement" else 1
        slack = len(self.before.encoder.slack) + len(self.after.encoder.slack)
        return shared * len(self.before.asked) * len(self.stage.months) + 2 * slack

    def empty(self) -> bool:
        """Whether no situation within the bounds is allowed: of none everything holds."""
        return self.solver.ask([]).verdict == UNSAT

    @property
    def rounding(self) -> Said:
        """What is not counted, said."""
        return Said(ROUNDING, {"least": str(self.least)})

    def possible(self) -> bool:
        """Whether a gain that counts is found at once."""
        if self._never():
            return False
        return self.solver.ask([self._gains(self.least)], QUICK).verdict == SAT

    def outcome(self) -> Outcome:
        """Proved where no month within the bounds gains; else the smallest example, replayed."""
        bounds = bounds_of(self.before, self.after)
        if self._never():
            return Outcome(PROVED, bounds)
        least = self.least
        answer = self.solver.ask([compared(">", self.gain, const(0))])
        if answer.verdict == UNSAT:
            if self.empty():
                return undecided("empty", bounds)
            # One amount that is no more rounds to no more; of several each may round its own way.
            return Outcome(PROVED, (*bounds, self.rounding) if least > 1 else bounds)
        if answer.verdict == SAT:
            answer = self.solver.ask([self._gains(least)])
            if answer.verdict == UNSAT:
                return Outcome(PROVED, (*bounds, self.rounding))
        if answer.verdict == UNKNOWN:
            return undecided("timeout", bounds)
        answer, said = self._example(answer, least)
        sides = self.sides(answer)
        asked = self.before.asked
        if sides is None or sides[1].pay(asked) <= sides[0].pay(asked):
            return undecided("differs", bounds)
        shown = example(self.stage, *sides, asked)
        return Outcome(REFUTED, (*bounds, *said), example=shown, sides=sides)

    def _never(self) -> bool:
        return all(isinstance(atom, Fraction) and atom <= 0 for _, atom in self.gain)

    def _gains(self, least: int) -> Truth:
        return compared(">=", self.gain, const(least))

    # -- examples -----------------------------------------------------------------------------

    def _example(self, answer: Answer, least: int) -> tuple[Answer, tuple[Said, ...]]:
        """The smallest example, or one that is small and round if that comes quickly; how small."""
        worth, gains, answer = self._worth(answer, least)
        if not self.pretty or not self.solver.linear:
            # Products of amounts are not brought down: it would take too long.
            return answer, (Said("any"),) if self.pretty and self.exact else ()
        if self.exact:
            return self._smallest(answer, worth, least)
        return (self.small(answer, gains) if gains else answer), ()

    def _worth(self, answer: Answer, least: int) -> tuple[int, list[Truth], Answer]:
        """An answer that gains what is worth showing, if one is soon found, with the usual orders."""
        for worth in WORTH:
            for usual in (self.usual(), []) if worth > least else ():
                gains = [self._gains(worth), *usual]
                better = self.solver.ask(gains, QUICK)
                if better.verdict == SAT:
                    return worth, gains, better
        return least, [], answer

    def _smallest(self, answer: Answer, worth: int, least: int) -> tuple[Answer, tuple[Said, ...]]:
        """The smallest example that gains so much, targets round beside it; from where any gains."""
        totals = self._totals()
        if not totals:
            return answer, ()
        solver = self._gaining(worth)
        found = smallest(solver, answer, totals, QUICK)
        first, *rest = (grouped(size) for size in found.totals)
        parts = {"gain": grouped(worth), "first": first, "second": "".join(rest)}
        said = [Said("cut" if not found.exact else "smallest" if rest else "smallest_one", parts)]
        if worth > least:
            begins = smallest(self._gaining(least), found.answer, totals[:1], QUICK)
            said += [Said("begins", {"first": grouped(begins.totals[0])})] if begins.exact else []
        aims = [atom for stored, atom in self._amounts() if stored == TARGET]
        for grain in ROUND if aims else ():
            rounded = solver.ask([*found.held, *_round(aims, grain)], QUICK)
            if rounded.verdict == SAT:
                return rounded, tuple(said)
        return found.answer, tuple(said)

    def _gaining(self, least: int) -> Solver:
        """A solver for many questions about what gains so much."""
        return Solver([*self.solver.assumed, self._gains(least)], QUICK, self.solver.since)

    def _totals(self) -> list[Expr]:
        """What the list prices come to together, and what the other amounts do, as far as there are any.

        Of the side with more of them: the parts of a row come to what the row does.
        """
        listed, others = max(
            (_split_off(side.cells) for side in (self.before, self.after)),
            key=lambda found: sum(map(len, found)),
        )
        return [z3.Sum(*amounts) for amounts in (listed, others) if amounts]

    def usual(self) -> list[Truth]:
        """Orders as they are in practice: at half price or more."""
        return [*self._half_price()]

    def _half_price(self) -> Iterator[Truth]:
        for side in (self.before, self.after):
            for (key, stored), value in side.cells.made.items():
                listed = side.cells.made.get((key, LIST))
                if stored == NET and isinstance(value, tuple) and isinstance(listed, tuple):
                    net, price = number(value[0][1]), number(listed[0][1])
                    yield compare(">=", plus(net, net), price)

    def small(self, answer: Answer, gains: list[Truth]) -> Answer:
        """The same with amounts as small as it goes, and round."""
        variables = self._amounts()
        if not variables:
            return answer
        low, high = 0, len(SIZES) - 1
        while low < high:
            middle = (low + high) // 2
            found = self.solver.ask([*gains, *self._below(variables, SIZES[middle])], QUICK)
            if found.verdict == SAT:
                answer, high = found, middle
            else:
                low = middle + 1
        size = [*self._below(variables, SIZES[high])]
        for listed, net in GRAINS:
            round_ = [
                truth
                for stored, term in variables
                for truth in _round([term], net if stored == NET else listed)
            ]
            found = self.solver.ask([*gains, *size, *round_], QUICK)
            if found.verdict == SAT:
                return found
        return answer

    def _below(self, variables: list[tuple[str, Term]], size: int) -> list[Truth]:
        return [term.num <= size for _, term in variables if term.den == 1]

    def _amounts(self) -> list[tuple[str, Term]]:
        """Open amounts of money on both sides, each once."""
        found: dict[str, tuple[str, Term]] = {}
        for side in (self.before, self.after):
            for (key, stored), value in side.cells.made.items():
                if side.cells.columns[(key, stored)] != "money" or not isinstance(value, tuple):
                    continue
                for _, atom in value:
                    if isinstance(atom, Term):
                        found.setdefault(str(atom.num), (stored, atom))
            for value in side.cells.targets.values():
                for _, atom in value:
                    if isinstance(atom, Term):
                        found.setdefault(str(atom.num), (TARGET, atom))
        return list(found.values())

    def sides(self, answer: Answer) -> tuple[Filled, Filled] | None:
        """Both scenes with the amounts of a model."""
        if answer.model is None:
            return None
        one, two = (side.filled(answer.model) for side in (self.before, self.after))
        # An open cell that one side never asks for is the same as on the other.
        first = replace(one, cells={**two.cells, **one.cells})
        second = replace(two, cells={**one.cells, **two.cells})
        targets = {**one.targets, **two.targets}
        teams = {**one.team_targets, **two.team_targets}
        return (
            replace(first, targets={**targets, **one.targets}, team_targets={**teams, **one.team_targets}),
            replace(second, targets={**targets, **two.targets}, team_targets={**teams, **two.team_targets}),
        )  # fmt: skip


def _round(amounts: Sequence[Term], grain: int) -> list[Truth]:
    """That amounts are whole numbers of a grain."""
    return [
        a.num == z3.Int(f"{a.num}#{grain}") * grain for a in amounts if a.den == 1 and grain > 1
    ]


def _split_off(cells: Cells) -> tuple[list[Expr], list[Expr]]:
    """The open list prices of one side, and its other open amounts of money."""
    found: tuple[list[Expr], list[Expr]] = ([], [])
    for (key, stored), value in cells.made.items():
        if cells.columns[(key, stored)] == "money" and isinstance(value, tuple):
            found[stored != LIST].extend(atom.num for _, atom in value if isinstance(atom, Term))
    return found


def example(stage: Stage, before: Filled, after: Filled, asked: Asked = ()) -> Counterexample:
    """Two filled scenes with what the reference pays in each."""
    asked = asked or stage.lines()
    people = tuple(
        {"payee_id": p.id, "role": p.role, "team": p.team or "", "reports_to": p.above or ""}
        for p in before.scene.people
    )
    return Counterexample(
        before.situation(before.pay(asked)),
        after.situation(after.pay(asked)),
        stage.subject.id,
        stage.role,
        tuple(month_text(m) for m in before.scene.months),
        people,
    )


def worst(outcomes: Sequence[Outcome]) -> Outcome:
    """Refuted before undecided before proved: of several scenarios of one property."""
    order = (REFUTED, UNDECIDED, PROVED, NOT_APPLICABLE)
    return min(outcomes, key=lambda o: order.index(o.status))
