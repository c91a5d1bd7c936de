"""Every property of every paying rule and of every payee's whole month, one finding each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from assay.plan.program import PayRule, Program
from assay.plan.prove import properties
from assay.plan.prove.bounds import gathered, unsized
from assay.plan.prove.cliff import cliffs
from assay.plan.prove.decided import decided_by
from assay.plan.prove.digest import digest_of
from assay.plan.prove.finding import (
    NOT_APPLICABLE,
    PROVED,
    REFUTED,
    TOTAL,
    UNDECIDED,
    Finding,
)
from assay.plan.prove.margin import negative_margin
from assay.plan.prove.question import (
    Outcome,
    example,
    not_applicable,
    undecided,
    worst,
)
from assay.plan.prove.share import bounded_share
from assay.plan.prove.stage import Stage, stage
from assay.plan.prove.subject import Subject
from assay.plan.prove.symbols import BeyondError
from assay.plan.vocabulary import PROPERTIES

Ask = Callable[[Stage, "Effort"], list[Outcome]]


def _one(ask: Callable[[Stage, int, bool], Outcome]) -> Ask:
    return lambda stage, effort: [ask(stage, effort.milliseconds, effort.pretty)]


ASKED: Mapping[str, Ask] = {
    "deeper_discount": _one(properties.deeper_discount),
    "more_sales": _one(properties.more_sales),
    "cliff": lambda stage, effort: cliffs(stage, effort.milliseconds, effort.pretty),
    "split": _one(properties.split),
    "merge": _one(properties.merge),
    "shift_month": _one(properties.shift_month),
    "bounded_share": _one(bounded_share),
    "negative_margin": lambda stage, effort: [
        negative_margin(stage, effort.milliseconds, effort.pretty, effort.cost)
    ],
}


# What a month gains is what its lines gain together, each of the same two situations.
ADDS_UP = ("deeper_discount", "more_sales", "split", "merge", "shift_month")


@dataclass(frozen=True)
class Effort:
    """How hard to try: about milliseconds a question, whether examples are made small and round.

    cost: of the list price, where the plan gives no cost of goods.
    """

    milliseconds: int = 3000
    pretty: bool = True
    properties: Sequence[str] = PROPERTIES
    cost: Fraction | None = None


def subjects(program: Program) -> list[Subject]:
    """Each rule for each of its roles, then each role's whole month."""
    roles = list(dict.fromkeys(role for rule in program.rules for role in rule.roles))
    found = [Subject(rule.name, role, (rule,)) for rule in program.rules for role in rule.roles]
    for role in roles:
        own = tuple(rule for rule in program.rules if role in rule.roles)
        found.append(Subject(f"{role}.{TOTAL}", role, own))
    return found


Task = tuple[str, str]
"""A role and a property: what is asked of its month rests on what was found of its lines."""
Spread = Callable[[Callable[[Task], list[Finding]], Sequence[Task]], Iterable[list[Finding]]]
"""map, or one that works at several tasks at a time."""


def prove(
    program: Program,
    effort: Effort | None = None,
    tell: Callable[[str], None] | None = None,
    spread: Spread = map,
) -> list[Finding]:
    """All findings, in the order of the plan: each rule's, then those of whole months."""
    effort = effort or Effort()
    asked = subjects(program)
    roles = dict.fromkeys(subject.role for subject in asked)
    tasks = [(role, name) for role in roles for name in effort.properties]
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for (role, name), some in zip(
        tasks, spread(partial(_of_role, program, effort), tasks), strict=True
    ):
        for one in some:
            found.setdefault((one.rule, role, name), []).append(one)
        if tell is not None:
            for rule in dict.fromkeys(one.rule for one in some):
                tell(f"{rule}: {name}")
    return list(
        _joined([
            one
            for subject in asked
            for name in effort.properties
            for one in found[(subject.name, subject.role, name)]
        ])
    )  # fmt: skip


Known = dict[tuple[str, str, str], list[Outcome]]


def _of_role(program: Program, effort: Effort, task: Task) -> list[Finding]:
    """A property of each line of a role, then of the role's month."""
    role, name = task
    found: list[Finding] = []
    known: Known = {}
    for subject in subjects(program):
        if subject.role != role:
            continue
        started = time.perf_counter()
        outcomes = _outcomes(program, subject, name, effort, known)
        rule = subject.name if subject.whole else subject.rules[0].name
        known[(rule, role, name)] = outcomes
        seconds = (time.perf_counter() - started) / max(1, len(outcomes))
        found += [_finding(program, subject, name, one, seconds) for one in outcomes]
    return found


def _outcomes(
    program: Program, subject: Subject, name: str, effort: Effort, known: Known
) -> list[Outcome]:
    """What comes of one property of one subject."""
    try:
        at = stage_for(program, subject, name)
        if not subject.whole:
            return placed(name, at, effort)
        each = [(r, known[(r.name, subject.role, name)]) for r in subject.rules]
        applies = [(r, o) for r, o in each if o[0].status != NOT_APPLICABLE]
        if not applies:
            return each[0][1]
        touched = [r for r in subject.rules if not fixed(program, r, subject.role)]
        # Lines that nothing sold can touch leave the verdict as it is.
        if touched == [r for r, _ in applies] and len(touched) == 1 and name != "negative_margin":
            return [replace(_paid_again(at, one), same_as=touched[0].name) for one in applies[0][1]]
        if name in ADDS_UP and all(o.status == PROVED for _, found in applies for o in found):
            return [_of_each([o for _, found in applies for o in found])]
        if name == "cliff":
            return list(_largest(_paid_again(at, one) for _, o in applies for one in o))
        return [_of_a_line(name, at, one, applies) for one in placed(name, at, effort)]
    except BeyondError as beyond:
        return [undecided("beyond", what=str(beyond))]


def _of_each(found: Sequence[Outcome]) -> Outcome:
    """A month none of whose lines gains: their sum does not gain either."""
    return Outcome(PROVED, gathered((o.bounds for o in found), together=True))


def placed(name: str, at: Stage, effort: Effort) -> list[Outcome]:
    """A property asked of sales by each who can sell, in the first month looked at and the last."""
    found: list[Outcome] = []
    for here in at.moved() if name == "shift_month" else at.placed():
        outcomes = ASKED[name](here, effort)
        found += outcomes
        if name != "cliff" and outcomes[0].status in (REFUTED, NOT_APPLICABLE):
            return outcomes
    if name == "cliff":
        return list(_largest(found))
    shown = max(found, key=lambda o: (o.status == UNDECIDED, _number(o.share)))
    return [replace(shown, bounds=gathered(o.bounds for o in found))]


def _number(share: str) -> Fraction:
    return Fraction(share.rstrip("%") or 0) if share[:1] != ">" else Fraction(0)


def _largest(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """Each cliff once, at its largest, or that there is none; what is undecided beside them."""
    found: dict[str, Outcome] = {}
    calm: list[Outcome] = []
    for one in outcomes:
        if one.status not in (REFUTED, UNDECIDED):
            calm.append(one)
        elif one.at not in found or _size(one) > _size(found[one.at]):
            found[one.at] = one
    if not found:
        yield min(calm, key=lambda o: o.status == NOT_APPLICABLE)
    yield from sorted(found.values(), key=lambda o: (-_size(o), o.at))


def _size(outcome: Outcome) -> int:
    return abs(outcome.example.gain) if outcome.example is not None else 0


def stage_for(program: Program, subject: Subject, name: str) -> Stage:
    """The stage of a property: moving a sale between months needs the ends of two periods."""
    made = stage(program, subject.rules, subject.role)
    reach, wanted = made.reach, 1 + 2 * made.reach.back  # one sale between two, as far as it looks
    if name == "shift_month":
        # Long enough for what is sold in the last of the months to be paid as well; the first two are
        # where a period ends and the next begins.
        wanted = 2
        if reach.long > 1:
            wanted = 1 - (reach.long + reach.step) // -reach.closes * reach.closes
    return stage(program, subject.rules, subject.role, wanted)


def fixed(program: Program, rule: PayRule, role: str) -> bool:
    """Whether no row can touch what a rule pays."""
    return not stage(program, (rule,), role).reach.facts


def _paid_again(at: Stage, outcome: Outcome) -> Outcome:
    """The outcome of the one line that can move, paid with all lines."""
    if outcome.sides is None:
        return outcome
    return replace(outcome, example=example(at, *outcome.sides))


def _of_a_line(
    name: str, at: Stage, found: Outcome, lines: Sequence[tuple[PayRule, list[Outcome]]]
) -> Outcome:
    """What was found of the month; where that is not an example, one of its lines' may be one too."""
    if found.status == REFUTED or name in ("bounded_share", "negative_margin"):
        return found
    for _, outcomes in lines:
        for one in outcomes:
            if one.status == REFUTED and one.sides is not None:
                again = _paid_again(at, one)
                assert again.example is not None
                gain = again.example.gain * (-1 if name == "more_sales" else 1)
                if gain > len(at.lines()) * len(at.months):
                    return replace(again, bounds=unsized(again.bounds))
    return found


def _finding(
    program: Program, subject: Subject, name: str, outcome: Outcome, seconds: float
) -> Finding:
    rule, cite = decided_by(program, subject, outcome)
    return Finding(
        about=name,
        rule=subject.name,
        role=subject.role,
        status=outcome.status,
        bounds=outcome.bounds,
        reason=outcome.reason,
        example=outcome.example,
        clause=", ".join(cite),
        place=rule.place,
        seconds=seconds,
        at=outcome.at,
        share=outcome.share,
        digest=digest_of(program, subject.rules, name),
        same_as=outcome.same_as,
    )


def _joined(found: Sequence[Finding]) -> Iterator[Finding]:
    """One finding of a rule that pays several roles: the worst of them."""
    groups: dict[tuple[str, int, str, str], list[Finding]] = {}
    for one in found:
        groups.setdefault((one.rule, one.place.line, one.about, one.at), []).append(one)
    for group in groups.values():
        statuses = [Outcome(one.status) for one in group]
        yield group[statuses.index(worst(statuses))]


__all__ = ["ASKED", "Effort", "Subject", "not_applicable", "placed", "prove", "subjects"]
