"""Mending: the smallest change of one number, reading or mode that makes a refuted property proved."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from assay.plan.compile import compile_plan
from assay.plan.problems import PlanError
from assay.plan.program import Program
from assay.plan.prove.assay import ASKED, Effort, Subject, stage_for, subjects
from assay.plan.prove.cells import LIST, NET
from assay.plan.prove.digest import digest_of
from assay.plan.prove.edits import Edit, edits
from assay.plan.prove.finding import PROVED, REFUTED, Finding, Mend
from assay.plan.prove.question import Outcome
from assay.plan.prove.replay import Asked, Filled
from assay.plan.prove.stage import BESIDE, Stage
from assay.plan.prove.symbols import BeyondError
from assay.plan.reading import read_plan
from assay.plan.tree import Value as Plain

MONTHS = 8  # sample months by which changes are weighed
BEST = 3  # proposals shown


@dataclass
class Mender:
    """Looks for mendings of findings of one plan. seconds: of the processor, for each finding.

    difference: what a changed program would have paid more, by payee in 分, where facts are given.
    """

    text: str
    program: Program
    seconds: float = 10.0
    difference: Callable[[Program], dict[str, int]] | None = None
    _changed: dict[object, Program | None] = field(default_factory=dict)
    _weights: dict[object, int] = field(default_factory=dict)
    _paid: dict[object, dict[str, int]] = field(default_factory=dict)
    _jumps: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def mended(self, finding: Finding) -> Finding:
        """The finding with its mendings, the one that moves pay least first; () where none is."""
        subject = next(
            s for s in subjects(self.program) if (s.name, s.role) == (finding.rule, finding.role)
        )
        until = time.process_time() + self.seconds
        found: list[Mend] = []
        for edit, program in self._by_weight(subject, until):
            if len(found) >= BEST or time.process_time() > until:
                break
            if any(edit.line == mend.line for mend in found):
                continue  # a smaller change of this line is enough
            if self._holds(program, subject, finding) and self._reads(edit, program):
                edit, program, least = self._least(edit, program, subject, finding, until)
                found.append(replace(self._mend(edit, program), least=least))
        if self.difference is not None:
            found.sort(key=lambda m: abs(m.difference or 0))
        return replace(finding, mending=tuple(found))

    def _by_weight(self, subject: Subject, until: float) -> list[tuple[Edit, Program]]:
        """The changes that can be read, least moving first; last those that the samples do not feel."""
        stage = stage_for(self.program, subject, "split")
        half = (time.process_time() + until) / 2
        sample = list(_sample(stage))
        before = [one.pay(_everything(self.program, one)) for one in sample]
        weighed: list[tuple[int, int, Edit, Program]] = []
        for number, edit in enumerate(edits(self.program, stage.reach, self.text)):
            if time.process_time() > half:
                break
            program = self._program(edit)
            if program is None:
                continue
            key = (subject.name, subject.role, edit.key)
            if key not in self._weights:
                self._weights[key] = _moved(program, sample, before)
            weighed.append((self._weights[key], number, edit, program))
        weighed.sort(key=lambda w: (w[0] == 0, *w[:2]))
        return [(edit, program) for _, _, edit, program in weighed]

    def _least(
        self, edit: Edit, program: Program, subject: Subject, finding: Finding, until: float
    ) -> tuple[Edit, Program, bool]:
        """The nearest value of the same number that does, in tenths of its last digit; whether it is sure."""
        scalar = edit.scalar
        if scalar is None:
            return edit, program, True
        lines = self.text.split("\n")
        step = scalar.grain if edit.goal > scalar.own else -scalar.grain
        fails, holds = 0, math.ceil((edit.goal - scalar.own) / step)
        while holds - fails > 1:
            if time.process_time() > until:
                return edit, program, False
            middle = (fails + holds) // 2
            nearer = scalar.to(scalar.own + middle * step, lines)
            changed = self._program(nearer) if nearer is not None else None
            if nearer is None or changed is None or not self._holds(changed, subject, finding):
                fails = middle
            elif self._reads(nearer, changed):
                edit, program, holds = nearer, changed, middle
            else:
                fails = middle
        return edit, program, True

    def _program(self, edit: Edit) -> Program | None:
        """The plan with the line changed, under the same readings; None where it does not read."""
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
            stage = stage_for(program, changed, finding.about)
            outcomes = ASKED[finding.about](stage, Effort(500, pretty=False))
        except BeyondError:
            return False
        if finding.about != "cliff":
            return all(o.status == PROVED for o in outcomes)
        return _gone(outcomes, finding.at, self._now(subject))

    def _now(self, subject: Subject) -> frozenset[str]:
        """Where the plan as it is jumps."""
        key = (subject.name, subject.role)
        if key not in self._jumps:
            stage = stage_for(self.program, subject, "cliff")
            outcomes = ASKED["cliff"](stage, Effort(500, pretty=False))
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
