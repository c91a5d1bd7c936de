"""Every property of every paying rule and of every payee's whole month, one finding each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assay.plan.program import PayRule, Program
from assay.plan.prove import properties
from assay.plan.prove.digest import digest_of
from assay.plan.prove.finding import NOT_APPLICABLE, PROPERTIES, TOTAL, Finding
from assay.plan.prove.question import Outcome, example, not_applicable, undecided, worst
from assay.plan.prove.stage import Stage, stage
from assay.plan.prove.symbols import BeyondError

Ask = Callable[[Stage, int, bool], Outcome]
ASKED: Mapping[str, Ask] = {
    "deeper_discount": properties.deeper_discount,
    "more_sales": properties.more_sales,
    "split": properties.split,
    "merge": properties.merge,
    "shift_month": properties.shift_month,
}


@dataclass(frozen=True)
class Effort:
    """How hard to try: about milliseconds a question, whether examples are made small and round."""

    milliseconds: int = 3000
    pretty: bool = True
    properties: Sequence[str] = PROPERTIES


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
    outcomes: dict[tuple[str, str, str], Outcome] = {}
    for subject in subjects(program):
        for name in effort.properties:
            if name not in ASKED:
                continue
            if tell is not None:
                tell(f"{subject.name}: {name}")
            started = time.perf_counter()
            outcome = _outcome(program, subject, name, effort, outcomes)
            outcomes[(subject.name, subject.role, name)] = outcome
            found.append(_finding(program, subject, name, outcome, time.perf_counter() - started))
    return list(_joined(found))


def _outcome(
    program: Program,
    subject: Subject,
    name: str,
    effort: Effort,
    known: Mapping[tuple[str, str, str], Outcome],
) -> Outcome:
    try:
        at = stage_for(program, subject, name)
        if subject.whole:
            applies = [
                rule for rule in subject.rules
                if known[(rule.name, subject.role, name)].status != NOT_APPLICABLE
            ]  # fmt: skip
            if not applies:
                return known[(subject.rules[0].name, subject.role, name)]
            # Lines that nothing sold can touch leave the verdict as it is.
            if len(applies) == 1 and all(
                r in applies or fixed(program, r, subject.role) for r in subject.rules
            ):
                return _carried_over(at, known[(applies[0].name, subject.role, name)])
        return ASKED[name](at, effort.milliseconds, effort.pretty)
    except BeyondError as beyond:
        return undecided("beyond", what=str(beyond))


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


def _carried_over(at: Stage, outcome: Outcome) -> Outcome:
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
        digest=digest_of(program, subject.rules, name, outcome.at),
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
