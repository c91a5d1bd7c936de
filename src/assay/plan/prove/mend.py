"""Mending: the smallest change of one number, reading or mode that makes a refuted property proved."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from assay.plan.compile import compile_plan
from assay.plan.problems import PlanError
from assay.plan.program import Program
from assay.plan.prove.assay import ADDS_UP, Effort, Subject, placed, stage_for, subjects
from assay.plan.prove.cells import LIST, NET
from assay.plan.prove.digest import digest_of
from assay.plan.prove.edits import Edit, edits
from assay.plan.prove.finding import PROVED, REFUTED, Finding, Mend
from assay.plan.prove.question import Outcome
from assay.plan.prove.replay import Asked, Filled
from assay.plan.prove.solve import SPENT, STEPS_PER_MS
from assay.plan.prove.stage import BESIDE, Stage
from assay.plan.prove.symbols import BeyondError
from assay.plan.reading import read_plan
from assay.plan.refusing import refused
from assay.plan.tree import Value as Plain

MONTHS = 8  # sample months by which changes are weighed
BEST = 3  # proposals shown
QUICK = Effort(500, pretty=False)
# What reading a change, and putting it to the solver, stand for in milliseconds.
READ, PUT = 10, 60
SEARCH = Fraction(3, 4)  # of the steps; the rest is for finding the least change
CLEAR = 1_00  # an old example that still gains so much, in 分, needs no solver
KEPT = 12  # examples kept of each property

Sides = tuple[Filled, Filled, str]
"""The situation that pays less, the one that pays more, and to whom."""


@dataclass
class Mender:
    """Looks for mendings of findings of one plan.

    seconds: about how long for each finding, counted in the solver's steps: the same every time.
    difference: what a changed program would have paid more, by payee in 分, where facts are given.
    """

    text: str
    program: Program
    seconds: float = 10.0
    difference: Callable[[Program], dict[str, int]] | None = None
    _changed: dict[object, Program | None] = field(default_factory=dict)
    _paid: dict[object, dict[str, int]] = field(default_factory=dict)
    _jumps: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _shown: dict[tuple[str, str, str], list[Sides]] = field(default_factory=dict)
    _work: int = 0
    _begun: int = 0

    def mended(self, finding: Finding) -> Finding:
        """The finding with its mendings, the smallest change of a number first; () where none is.

        With facts the one that moves last year's pay least is first.
        """
        subject = next(
            s for s in subjects(self.program) if (s.name, s.role) == (finding.rule, finding.role)
        )
        self._work, self._begun = 0, SPENT.steps
        nearest, untried = self._nearest(subject, finding)
        made = [
            self._least(edit, program, subject, finding)
            for edit, program in sorted(nearest, key=lambda n: n[0].relative)
        ]
        weights = self._weighed(subject, made)
        order = sorted(range(len(made)), key=lambda n: (made[n][0].relative, weights[n], n))
        found: list[Mend] = []
        for edit, program, least in (made[n] for n in order[:BEST]):
            found.append(replace(self._mend(edit, program), least=least))
        if self.difference is not None:
            found.sort(key=lambda m: abs(m.difference or 0))
        return replace(finding, mending=tuple(found), untried=untried)

    def _out(self, share: Fraction = Fraction(1)) -> bool:
        """Whether a share of the steps is used up."""
        used = SPENT.steps - self._begun + self._work * STEPS_PER_MS
        return used > share * Fraction(self.seconds) * 1000 * STEPS_PER_MS

    def _nearest(
        self, subject: Subject, finding: Finding
    ) -> tuple[list[tuple[Edit, Program]], int]:
        """Of each thing the smallest change that does; how many changes there was no time to try."""
        reach = stage_for(self.program, subject, "split").reach
        found: dict[object, tuple[Edit, Program]] = {}
        untried = 0
        for edit in edits(self.program, reach, self.text):
            thing = edit.scalar.places if edit.scalar is not None else edit.key
            if thing in found and edit.relative >= found[thing][0].relative:
                continue
            if self._out(SEARCH):
                untried += 1
                continue
            program = self._program(edit)
            if program is not None and self._does(edit, program, subject, finding):
                found[thing] = (edit, program)
        return list(found.values()), untried

    def _least(
        self, edit: Edit, program: Program, subject: Subject, finding: Finding
    ) -> tuple[Edit, Program, bool]:
        """A nearer value of the same number that does, in tenths of its last digit.

        And whether the value one step nearer was asked and does not: what does need not do so from
        some value on, so that this alone is what least says.
        """
        scalar = edit.scalar
        if scalar is None:
            return edit, program, True
        lines = self.text.split("\n")
        step = scalar.grain if edit.goal > scalar.own else -scalar.grain
        fails, holds = 0, math.ceil((edit.goal - scalar.own) / step)
        while holds - fails > 1:
            if self._out():
                return edit, program, False
            middle = (fails + holds) // 2
            nearer = scalar.to(scalar.own + middle * step, lines)
            changed = self._program(nearer) if nearer is not None else None
            if nearer is None or changed is None:
                fails = middle
            elif self._does(nearer, changed, subject, finding):
                edit, program, holds = nearer, changed, middle
            else:
                fails = middle
        return edit, program, True

    def _does(self, edit: Edit, program: Program, subject: Subject, finding: Finding) -> bool:
        """Whether the change makes the property proved: an old example first, then the solver."""
        # Another reading may credit the rows of an example otherwise: that is asked anew.
        if edit.what != "reading" and self._still(program, subject, finding):
            return False
        self._work += PUT
        return self._holds(program, subject, finding) and self._reads(edit, program)

    def _still(self, program: Program, subject: Subject, finding: Finding) -> bool:
        """Whether an example that refuted the plan, or another change, clearly refutes this one too."""
        if finding.about not in ADDS_UP:
            return False
        key = (subject.name, subject.role, finding.about)
        if key not in self._shown:
            self._shown[key] = []
            self._holds(self.program, subject, finding)
        return any(_gains(program, sides, subject) for sides in self._shown[key])

    def _weighed(self, subject: Subject, made: Sequence[tuple[Edit, Program, bool]]) -> list[int]:
        """By how much each change moves what sample months pay, in 分."""
        if len(made) < 2:
            return [0] * len(made)
        stage = stage_for(self.program, subject, "split")
        sample = list(_sample(stage))
        before = [one.pay(_everything(self.program, one)) for one in sample]
        return [_moved(program, sample, before) for _, program, _ in made]

    def _program(self, edit: Edit) -> Program | None:
        """The plan with the line changed, under the same readings; None where it does not read."""
        self._work += READ
        if edit.key not in self._changed:
            try:
                plan = edit.applied(self.program.plan)
                self._changed[edit.key] = compile_plan(plan, _chosen(self.program))
            except PlanError:
                self._changed[edit.key] = None
        return self._changed[edit.key]

    def _holds(self, program: Program, subject: Subject, finding: Finding) -> bool:
        """Whether the property is proved of the changed plan; of a cliff, that it is gone."""
        changed = next(
            (s for s in subjects(program) if (s.name, s.role) == (subject.name, subject.role)), None
        )
        if changed is None:
            return False
        try:
            outcomes = placed(finding.about, stage_for(program, changed, finding.about), QUICK)
        except BeyondError:
            return False
        if finding.about != "cliff":
            self._keep(subject, finding, outcomes)
            return all(o.status == PROVED for o in outcomes)
        return _gone(outcomes, finding.at, self._now(subject))

    def _keep(self, subject: Subject, finding: Finding, outcomes: Sequence[Outcome]) -> None:
        """Keeps the examples that refute a property, to try them on other changes, newest first."""
        kept = self._shown.setdefault((subject.name, subject.role, finding.about), [])
        for one in outcomes:
            if one.sides is not None and one.example is not None:
                # A further sale that pays less is told the other way round.
                first, second = one.sides[::-1] if finding.about == "more_sales" else one.sides
                kept.insert(0, (first, second, one.example.payee))
        del kept[KEPT:]

    def _now(self, subject: Subject) -> frozenset[str]:
        """Where the plan as it is jumps."""
        key = (subject.name, subject.role)
        if key not in self._jumps:
            stage = stage_for(self.program, subject, "cliff")
            outcomes = placed("cliff", stage, QUICK)
            self._jumps[key] = _jumping(outcomes)
        return self._jumps[key]

    def _reads(self, edit: Edit, program: Program) -> bool:
        """Whether the changed text says just what was proved."""
        try:
            plan = read_plan(edit.written(self.text))
        except PlanError:
            return False
        again = compile_plan(plan, _chosen(self.program))
        return digest_of(again, again.rules) == digest_of(program, program.rules)

    def _mend(self, edit: Edit, program: Program) -> Mend:
        if self.difference is not None and edit.key not in self._paid:
            self._paid[edit.key] = self.difference(program)
        paid = self._paid.get(edit.key)
        return Mend(
            edit.line,
            edit.old,
            edit.new,
            True,
            edit.also,
            difference=None if paid is None else sum(paid.values()),
            by_payee=None if paid is None else {who: n for who, n in paid.items() if n},
        )


def _chosen(program: Program) -> dict[str, str]:
    """Readings chosen otherwise than the plan says."""
    asked = program.plan.questions
    return {name: said for name, said in program.readings.items() if said != asked[name].read}


def _gone(outcomes: Sequence[Outcome], at: str, before: frozenset[str]) -> bool:
    """Whether nothing jumps at a threshold any more, nor anywhere it did not, and all is decided."""
    jumps = _jumping(outcomes)
    if jumps & set(at.split(", ")) or not jumps <= before | set(at.split(", ")):
        return False
    return all(one.status in (PROVED, REFUTED) for one in outcomes)


def _gains(program: Program, sides: Sides, subject: Subject) -> bool:
    """Whether the second of two situations pays clearly more under a changed program."""
    first, second = (replace(one, scene=replace(one.scene, program=program)) for one in sides[:2])
    for one in (first, second):
        book = one.scene.book(one.cells, one.targets, one.team_targets)
        if any(refused(program, book)):
            return False
    names = {rule.name for rule in subject.rules}
    own = [(r, sides[2], subject.role) for r in program.rules if r.name in names]
    rounding = 2 * len(own) * len(first.scene.months)
    return second.pay(own) - first.pay(own) > CLEAR + rounding


def _jumping(outcomes: Sequence[Outcome]) -> frozenset[str]:
    """The thresholds at which something jumps."""
    return frozenset(at for o in outcomes if o.status == REFUTED for at in o.at.split(", "))


def _moved(program: Program, sample: list[Filled], before: list[int]) -> int:
    """By how much a change moves what everyone is paid in the sample months, in 分."""
    found = 0
    for one, paid in zip(sample, before, strict=True):
        scene = replace(one.scene, program=program)
        found += abs(replace(one, scene=scene).pay(_everything(program, one)) - paid)
    return found


def _everything(program: Program, sample: Filled) -> Asked:
    """Every line of everyone in a sample month."""
    return tuple(
        (rule, person.id, person.role)
        for person in sample.scene.people
        for rule in program.rules
        if person.role in rule.roles
    )


def _sample(stage: Stage) -> Iterator[Filled]:
    """Months of ordinary trade, the same every time, to weigh changes by."""
    dice = random.Random(1)
    for number in range(MONTHS):
        rows = stage.rows("A", "X", BESIDE) if stage.sold else ()
        scene = stage.scene(*rows)
        cells: dict[tuple[str, str], Plain] = {}
        for slot in scene.slots:
            listed = dice.choice((20_000, 50_000, 100_000, 200_000, 400_000)) * 100
            net = listed * dice.randint(55, 100) // 100
            cells[(slot.key, LIST)], cells[(slot.key, NET)] = listed, net
            for fact, stored in stage.reach.columns:
                if fact == slot.fact and stored in stage.reach.money_columns(fact):
                    cells.setdefault((slot.key, stored), net // 10 if stored != "amount" else net)
        target = {(p.id, m): 10_000_000 * (number % 4) for p in stage.people for m in stage.months}
        teams = {("T", m): 20_000_000 * (number % 3) for m in stage.months}
        yield Filled(scene, cells, target, teams)
