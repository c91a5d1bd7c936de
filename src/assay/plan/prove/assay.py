"""Every property of every paying rule and of every payee's whole month, one finding each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from assay.plan.program import PayRule, Program
from assay.plan.prove import properties
from assay.plan.prove.cliff import cliffs
from assay.plan.prove.digest import digest_of
from assay.plan.prove.finding import (
    NOT_APPLICABLE,
    REFUTED,
    TOTAL,
    UNDECIDED,
    Finding,
)
from assay.plan.prove.margin import negative_margin
from assay.plan.prove.question import Outcome, example, not_applicable, undecided, worst
from assay.plan.prove.share import bounded_share
from assay.plan.prove.stage import Stage, stage
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


@dataclass(frozen=True)
class Effort:
    """How hard to try: about milliseconds a question, whether examples are made small and round.

    cost: of the list price, where the plan gives no cost of goods.
    """

    milliseconds: int = 3000
    pretty: bool = True
    properties: Sequence[str] = PROPERTIES
    cost: Fraction | None = None


@dataclass(frozen=True)
class Subject:
    """Some rules of a role: one, or all that a payee's month has."""

    name: str
    role: str
    rules: tuple[PayRule, ...]

    @property
    def whole(self) -> bool:
        """Whether it is the payee's whole month."""
        return self.name.endswith(f".{TOTAL}")


def subjects(program: Program) -> list[Subject]:
    """Each rule for each of its roles, then each role's whole month."""
    roles = list(dict.fromkeys(role for rule in program.rules for role in rule.roles))
    found = [Subject(rule.name, role, (rule,)) for rule in program.rules for role in rule.roles]
    for role in roles:
        own = tuple(rule for rule in program.rules if role in rule.roles)
        found.append(Subject(f"{role}.{TOTAL}", role, own))
    return found


def prove(
    program: Program, effort: Effort | None = None, tell: Callable[[str], None] | None = None
) -> list[Finding]:
    """All findings, in the order of the plan: each rule's, then those of whole months."""
    effort = effort or Effort()
    found: list[Finding] = []
    known: Known = {}
    for subject in subjects(program):
        for name in effort.properties:
            if tell is not None:
                tell(f"{subject.name}: {name}")
            started = time.perf_counter()
            outcomes = _outcomes(program, subject, name, effort, known)
            known[
                (subject.rules[0].name if not subject.whole else subject.name, subject.role, name)
            ] = outcomes
            seconds = (time.perf_counter() - started) / max(1, len(outcomes))
            found += [_finding(program, subject, name, one, seconds) for one in outcomes]
    return list(_joined(found))


Known = dict[tuple[str, str, str], list[Outcome]]


def _outcomes(
    program: Program, subject: Subject, name: str, effort: Effort, known: Known
) -> list[Outcome]:
    """What comes of one property of one subject."""
    try:
        at = stage_for(program, subject, name)
        if not subject.whole:
            return ASKED[name](at, effort)
        each = [(r, known[(r.name, subject.role, name)]) for r in subject.rules]
        applies = [(r, o) for r, o in each if o[0].status != NOT_APPLICABLE]
        if not applies:
            return each[0][1]
        touched = [r for r in subject.rules if not fixed(program, r, subject.role)]
        # Lines that nothing sold can touch leave the verdict as it is.
        if touched == [r for r, _ in applies] and len(touched) == 1 and name != "negative_margin":
            return [replace(_paid_again(at, one), same_as=touched[0].name) for one in applies[0][1]]
        if name == "cliff":
            return list(_cliffs_of_month(at, [one for _, o in applies for one in o]))
        return ASKED[name](at, effort)
    except BeyondError as beyond:
        return [undecided("beyond", what=str(beyond))]


def _cliffs_of_month(at: Stage, outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
    """A line's cliffs are the month's: the pay of every line at each, by the reference."""
    found: dict[str, Outcome] = {}
    for one in outcomes:
        if one.status == REFUTED:
            paid = _paid_again(at, one)
            other = found.get(one.at)
            if other is None or _size(paid) > _size(other):
                found[one.at] = paid
        elif one.status == UNDECIDED:
            found.setdefault(one.at, one)
    if not found:
        yield next(one for one in outcomes)
    yield from sorted(found.values(), key=lambda o: (-_size(o), o.at))


def _size(outcome: Outcome) -> int:
    return abs(outcome.example.gain) if outcome.example is not None else 0


def stage_for(program: Program, subject: Subject, name: str) -> Stage:
    """The stage of a property: moving a sale between months needs the ends of two periods."""
    made = stage(program, subject.rules, subject.role)
    if name == "shift_month":
        closes = made.reach.closes
        wanted = closes + 1 if closes > 1 else max(2, made.reach.long)
        made = stage(program, subject.rules, subject.role, wanted)
    return made


def fixed(program: Program, rule: PayRule, role: str) -> bool:
    """Whether no row can touch what a rule pays."""
    return not stage(program, (rule,), role).reach.facts


def _paid_again(at: Stage, outcome: Outcome) -> Outcome:
    """The outcome of the one line that can move, paid with all lines."""
    if outcome.sides is None:
        return outcome
    return replace(outcome, example=example(at, *outcome.sides))


def _finding(
    program: Program, subject: Subject, name: str, outcome: Outcome, seconds: float
) -> Finding:
    rule = subject.rules[0]
    cite = (
        list(dict.fromkeys(c for r in subject.rules for c in r.cite))
        if subject.whole
        else rule.cite
    )
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


__all__ = ["ASKED", "Effort", "Subject", "not_applicable", "prove", "subjects"]
