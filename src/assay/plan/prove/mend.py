"""Mending: the smallest change of one line of a plan that makes a refuted property proved."""

from __future__ import annotations

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
    _changed: dict[tuple[int, str], Program | None] = field(default_factory=dict)
    _weights: dict[tuple[str, str, int, str], int] = field(default_factory=dict)
    _paid: dict[tuple[int, str], dict[str, int]] = field(default_factory=dict)

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
                found.append(self._mend(edit, program))
        if self.difference is not None:
            found.sort(key=lambda m: abs(m.difference or 0))
        return replace(finding, mending=tuple(found))

    def _by_weight(self, subject: Subject, until: float) -> list[tuple[Edit, Program]]:
        """The changes that can be read and move pay at all, least first."""
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
            key = (subject.name, subject.role, edit.line, edit.new)
            if key not in self._weights:
                self._weights[key] = _moved(program, sample, before)
            if self._weights[key]:
                weighed.append((self._weights[key], number, edit, program))
        return [(edit, program) for _, _, edit, program in sorted(weighed, key=lambda w: w[:2])]

    def _program(self, edit: Edit) -> Program | None:
        """The plan with the line changed, under the same readings; None where it does not read."""
        key = (edit.line, edit.new)
        if key not in self._changed:
            try:
                plan = edit.applied(self.program.plan)
                self._changed[key] = compile_plan(plan, _chosen(self.program))
            except PlanError:
                self._changed[key] = None
        return self._changed[key]

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
        return _gone(outcomes, finding.at)

    def _reads(self, edit: Edit, program: Program) -> bool:
        """Whether the changed text says just what was proved."""
        try:
            plan = read_plan(edit.written(self.text))
        except PlanError:
            return False
        again = compile_plan(plan, _chosen(self.program))
        return digest_of(again, again.rules) == digest_of(program, program.rules)

    def _mend(self, edit: Edit, program: Program) -> Mend:
        key = (edit.line, edit.new)
        if self.difference is not None and key not in self._paid:
            self._paid[key] = self.difference(program)
        paid = self._paid.get(key)
        return Mend(
            edit.line,
            edit.old,
            edit.new,
            True,
            None if paid is None else sum(paid.values()),
            None if paid is None else {who: n for who, n in paid.items() if n},
        )


def _chosen(program: Program) -> dict[str, str]:
    """Readings chosen otherwise than the plan says."""
    asked = program.plan.questions
    return {name: said for name, said in program.readings.items() if said != asked[name].read}


def _gone(outcomes: Sequence[Outcome], at: str) -> bool:
    """Whether nothing jumps at a threshold any more, and nothing is left undecided."""
    thresholds = set(at.split(", "))
    for one in outcomes:
        if one.status == REFUTED and thresholds & set(one.at.split(", ")):
            return False
        if one.status not in (PROVED, REFUTED):
            return False
    return True


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
