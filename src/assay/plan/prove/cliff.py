"""Cliffs: every threshold of the tree at which one step of an amount moves the pay, and how far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import z3

from assay.plan.prove.bounds import bounds_of
from assay.plan.prove.cells import LIST, TARGET
from assay.plan.prove.encoding import Mark
from assay.plan.prove.finding import NOT_APPLICABLE, PROVED, REFUTED
from assay.plan.prove.logic import Truth, alike, both, either, neither
from assay.plan.prove.names import name_of, threshold
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
from assay.plan.prove.stage import BESIDE, Stage
from assay.plan.prove.symbols import BeyondError, Term, compared, const, number
from assay.plan.tree import Aggregate

LISTED, LARGE, AIM = 100_000_00, 1_000_000_00, 500_000_00
"""The order (or the largest one) and the target at which a cliff is measured, in 分."""
NICE = tuple(n * 10**power for power in range(9, -1, -1) for n in (5, 1))
WIDE = 50  # a jump is known to one part in so many before a round number is tried


@dataclass
class Cliffs:
    """The thresholds that rules pass when one amount of a row, or a target, moves by one step."""

    stage: Stage
    milliseconds: int
    pretty: bool

    def __post_init__(self) -> None:
        # Somebody else's row where a place or a share among others counts.
        keys = ["A", "X", *([BESIDE] if self.stage.reach.beside else [])]
        rows = self.stage.rows(*keys) if self.stage.sold else ()
        moved = "X" if rows else TARGET
        self.before = Side(self.stage, self.stage.scene(*rows), "before")
        self.after = Side(self.stage, self.stage.scene(*rows), "after", (), moved)
        self.question = Question(self.before, self.after, [*self._moves()], self.milliseconds)
        self.least = self.question.least + 1

    def _moves(self) -> Iterator[Truth]:
        """One amount is a step more; what is no amount of money stays."""
        self.after.pay  # noqa: B018 - opens the cells
        self.after.encoder.assume()
        steps = self.after.cells.moves
        if not steps:
            yield False
            return
        yield z3.Sum(*steps.values()) == 1
        for name, step in steps.items():
            if not self._money(name):
                yield step == 0

    def _money(self, name: str) -> bool:
        key, _, stored = name.rpartition(".")
        return key.startswith(TARGET) or self.after.cells.columns.get((key, stored)) == "money"

    # -- thresholds ---------------------------------------------------------------------------

    def marks(self) -> list[tuple[Mark, Truth]]:
        """Each threshold met on both sides, with the condition that it is passed."""
        found: list[tuple[Mark, Truth]] = []
        one, two = self.before.encoder, self.after.encoder
        for mark, places in one.marks.items():
            other = two.marks.get(mark, {})
            passed = [neither(alike(t, other[p])) for p, t in places.items() if p in other]
            found.append((mark, either(*passed)))
        for mark, values in one.steps.items():
            steps = two.steps.get(mark, {})
            passed = [compared("!=", v, steps[p]) for p, v in values.items() if p in steps]
            found.append((mark, either(*passed)))
        return [(m, t) for m, t in found if t is not False]

    def outcomes(self) -> list[Outcome]:
        """A refuted outcome for each threshold that moves the pay, largest first; or one proved."""
        bounds = (*bounds_of(self.before, self.after), Said("canonical"))
        if any(kind != "money" for kind in self.after.cells.columns.values()) or any(
            isinstance(n, Aggregate) and n.kind == "count" for n in self.stage.reach.nodes
        ):
            bounds = (*bounds, Said("of_count"))
        marks = self._grouped()
        found: list[Outcome] = []
        seen: set[frozenset[str]] = set()
        for at, truth in marks.items():
            alone, apart = self._alone(at, marks) if self._quick() else (frozenset({at}), [])
            if alone in seen:
                continue
            outcome = self._at(", ".join(sorted(alone)), [truth, *apart], bounds)
            if outcome is not None:
                seen.add(alone)
                found.append(outcome)
        found.sort(key=lambda o: (-abs(o.example.gain) if o.example else 0, o.at))
        rest = self._elsewhere([*marks.values()], bounds)
        if rest is not None and (rest.status != PROVED or not found):
            found.append(rest)
        return found

    def _quick(self) -> bool:
        """Whether there is time to measure: not among products of amounts."""
        return self.pretty and self.question.solver.linear

    def _grouped(self) -> dict[str, Truth]:
        """Thresholds by what they are called: one that is met twice is one."""
        found: dict[str, list[Truth]] = {}
        for mark, truth in self.marks():
            at = threshold(self.stage.program, mark)
            found.setdefault(at, []).append(truth)
        return {at: either(*truths) for at, truths in found.items()}

    def _alone(self, at: str, marks: dict[str, Truth]) -> tuple[frozenset[str], list[Truth]]:
        """A threshold passed and no other; or with the one that is always passed with it."""
        jumps = self._jumps(self.least)
        others = {name: truth for name, truth in marks.items() if name != at}
        for beside in ("", *others):
            apart = [neither(t) for name, t in others.items() if name != beside]
            if self.question.solver.ask([marks[at], jumps, *apart], QUICK).verdict == SAT:
                return frozenset({at, beside} - {""}), apart
        return frozenset({at}), []

    def _at(self, at: str, passed: list[Truth], bounds: tuple[Said, ...]) -> Outcome | None:
        """What passing one threshold does, measured at the usual order and target."""
        answer = self.question.solver.ask([*passed, self._jumps(self.least)])
        if answer.verdict == UNSAT:
            return None
        if answer.verdict == UNKNOWN:
            return replace(undecided("timeout", bounds), at=at)
        sides: tuple[Filled, Filled] | None = None
        # Among products of amounts the largest jump would take too long to find.
        for usual in self._usual() if self._quick() else ():
            measured = self._most([*passed, *usual])
            if measured is not None:
                sides = self.question.sides(measured)
                break
        sides = sides or self.question.sides(answer)
        assert sides is not None
        found = example(self.stage, *sides)
        if abs(found.gain) < self.least - 1:
            return replace(undecided("differs", bounds), at=at)
        return Outcome(REFUTED, bounds, example=found, at=at, sides=sides)

    def _jumps(self, least: int) -> Truth:
        gain = self.question.gain
        return either(compared(">=", gain, const(least)), compared("<=", gain, const(-least)))

    def _usual(self) -> Iterator[list[Truth]]:
        """The usual order without a target, with the usual one, a larger order; then any."""
        cells = self.before.cells.made
        prices = {
            key: number(value[0][1])
            for (key, stored), value in cells.items()
            if stored == LIST and isinstance(value, tuple)
        }
        aims = [
            atom.num
            for value in self.before.cells.targets.values()
            for _, atom in value
            if isinstance(atom, Term)
        ]
        listed = [p.num == LISTED for k, p in prices.items() if k == "X" and isinstance(p, Term)]
        larger = [p.num <= LARGE for k, p in prices.items() if k == "X" and isinstance(p, Term)]
        beside = [p.num <= AIM for k, p in prices.items() if k != "X" and isinstance(p, Term)]
        beside += self.question.usual()
        # The goods keep their list price, if a threshold can be passed so.
        calm = [s == 0 for name, s in self.after.cells.moves.items() if name.endswith(f".{LIST}")]
        beside += calm
        if listed:
            yield [*listed, *beside, *(aim == 0 for aim in aims)]
            if aims:
                yield [*listed, *beside, *(aim == AIM for aim in aims)]
        if larger or aims:
            yield [*larger, *beside, *(z3.Or(aim == AIM, aim == 0) for aim in aims)]
        yield calm
        yield []

    def _most(self, truths: Sequence[Truth]) -> Answer | None:
        """The largest jump there is, to 1 分 where it is a round number, else closely."""
        best = self._ask(truths, self.least)
        if best is None:
            return None
        low = self._gain(best)
        high = None
        for _ in range(40):
            aim = low * 2 if high is None else (low + high) // 2
            if high is not None and (high - low) * WIDE <= high:
                break
            better = self._ask(truths, aim)
            if better is None:
                high = aim
            else:
                best, low = better, max(aim, self._gain(better))
        for nice in NICE:
            aim = -(-(low + 1) // nice) * nice
            if high is not None and low < aim < high:
                better = self._ask(truths, aim)
                if better is not None:
                    best, low = better, max(aim, self._gain(better))
                    if self._ask(truths, low + 1) is None:
                        break
        return self._round(truths, low) or best

    def _round(self, truths: Sequence[Truth], least: int) -> Answer | None:
        """The same jump with round amounts in the rows beside it."""
        for grain in (10_000_00, 1_000_00, 1_00):
            rounded = [
                atom.num == z3.Int(f"{key}.{stored}#{grain}") * grain
                for (key, stored), value in self.before.cells.made.items()
                if key != "X" and isinstance(value, tuple)
                for _, atom in value
                if isinstance(atom, Term) and self.before.cells.columns[(key, stored)] == "money"
            ]
            answer = self._ask([*truths, *rounded], least)
            if answer is not None:
                return answer
        return None

    def _ask(self, truths: Sequence[Truth], least: int) -> Answer | None:
        answer = self.question.solver.ask([*truths, self._jumps(least)], QUICK)
        return answer if answer.verdict == SAT else None

    def _gain(self, answer: Answer) -> int:
        assert answer.model is not None
        found = Fraction(0)
        for guard, atom in self.question.gain:
            if isinstance(guard, bool) or z3.is_true(
                answer.model.eval(guard, model_completion=True)
            ):
                if isinstance(atom, Term):
                    top = answer.model.eval(atom.num, model_completion=True).as_long()
                    found = Fraction(top, atom.den)
                elif isinstance(atom, Fraction):
                    found = atom
        return max(abs(found).__floor__(), self.least)

    def _elsewhere(self, passed: list[Truth], bounds: tuple[Said, ...]) -> Outcome | None:
        """Whether anything moves the pay where no threshold is passed."""
        calm = both(*(neither(t) for t in passed))
        answer = self.question.solver.ask([calm, self._jumps(self.least)])
        if answer.verdict == UNSAT:
            if self.after.cells.moves and self.question.empty():
                return undecided("empty", bounds)
            return Outcome(PROVED, bounds)
        if answer.verdict == UNKNOWN:
            return replace(undecided("timeout", bounds), at="")
        sides = self.question.sides(answer)
        assert sides is not None
        found = example(self.stage, *sides)
        if abs(found.gain) < self.least - 1:
            return undecided("differs", bounds)
        return Outcome(REFUTED, bounds, example=found, sides=sides)


def cliffs(stage: Stage, milliseconds: int, pretty: bool = True) -> list[Outcome]:
    """The cliffs of some rules, largest first; one outcome where there are none."""
    if not stage.sold and not stage.reach.targets:
        return [not_applicable("no_sale")]
    try:
        return Cliffs(stage, milliseconds, pretty).outcomes()
    except BeyondError as beyond:
        return [undecided("beyond", what=str(beyond))]


__all__ = ["NOT_APPLICABLE", "Cliffs", "cliffs", "name_of"]
