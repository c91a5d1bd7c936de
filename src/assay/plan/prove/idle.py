"""What of a plan changes nothing: rows that never hold or matter, readings and names nothing rests on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.problems import PlanError
from assay.plan.program import Program
from assay.plan.prove.digest import digest_of, digest_of_part
from assay.plan.prove.finding import REFUTED, UNDECIDED, Finding
from assay.plan.prove.matters import idle_rules, matters
from assay.plan.prove.never import Idle, never
from assay.plan.prove.said import Said
from assay.plan.prove.unused import SECTIONS, unused
from assay.plan.vocabulary import NEVER_HOLDS, NEVER_MATTERS


def idle(program: Program) -> list[Finding]:
    """Findings `never_holds` and `never_matters`, in the order of the text.

    Raises nothing: a reading that does not compile is said to be so by whoever chooses it.
    """
    impossible = never(program)
    apart = frozenset(one.place for one in impossible if not one.undecided)
    found = [_finding(program, NEVER_HOLDS, one) for one in impossible]
    still = {key: one for key, one in matters(program, apart).items() if one is not None}
    # A row that another reading makes matter is decided by the question, not for nothing. A part of
    # this reading's own formula says nothing there: it stands or falls here.
    for other in _others(program) if still else ():
        beside = matters(other, frozenset(), still.keys())
        still = {key: one for key, one in still.items() if beside.get(key, one) is not None}
    found += [_finding(program, NEVER_MATTERS, one) for one in still.values()]
    found += [_finding(program, NEVER_MATTERS, one) for one in idle_rules(program)]
    found += _names(program)
    found += _readings(program)
    return sorted(found, key=lambda f: (f.place.line, f.place.column, f.about, f.at))


def _finding(program: Program, about: str, one: Idle) -> Finding:
    return Finding(
        about,
        one.name,
        "",
        UNDECIDED if one.undecided else REFUTED,
        reason=one.why,
        clause=one.place.clause,
        place=one.place,
        at=one.at,
        digest=digest_of_part(program, about, one.part, one.node),
    )


# -- names --------------------------------------------------------------------------------------


def _names(program: Program) -> Iterator[Finding]:
    """Names that nothing rests on."""
    plan = program.plan
    for name in unused(plan):
        entry = next(getattr(plan, s)[name] for s in SECTIONS if name in getattr(plan, s))
        digest = digest_of_part(program, NEVER_MATTERS, "unused", program.steps[name].node)
        yield Finding(
            NEVER_MATTERS, name, "", REFUTED, reason=Said("unused", {"name": name}),
            clause=", ".join(entry.cite), place=entry.place, digest=digest,
        )  # fmt: skip


# -- readings -----------------------------------------------------------------------------------


def _readings(program: Program) -> Iterator[Finding]:
    """Readings of one question under which everything is worked out by the same formulas."""
    plan = program.plan
    idle_names = set(unused(plan))
    for question in plan.questions.values():
        if question.name in idle_names:
            continue
        same = _alike(plan, program.readings, question.name, [*question.readings])
        for one, two in same:
            if not _told_apart(plan, program.readings, question.name, one, two):
                said = Said("readings", {"one": one, "two": two, "name": question.name})
                nodes = [_compiled(plan, program.readings, question.name, r) for r in (one, two)]
                digests = [digest_of_part(p, p.steps[question.name].node) for p in nodes if p]
                yield Finding(
                    NEVER_MATTERS, question.name, "", REFUTED, reason=said, at=two,
                    clause=", ".join(question.cite), place=question.places.get(two, question.place),
                    digest=digest_of_part(program, NEVER_MATTERS, "readings", *digests),
                )  # fmt: skip


def _alike(
    plan: Plan, readings: Mapping[str, str], question: str, names: list[str]
) -> list[tuple[str, str]]:
    """Pairs of readings that make the same program of everything that is worked out."""
    marks: dict[str, str] = {}
    for name in names:
        made = _compiled(plan, readings, question, name)
        if made is not None:
            marks[name] = _mark(made, question)
    return [(a, b) for a, b in itertools.combinations(marks, 2) if marks[a] == marks[b]]


def _told_apart(plan: Plan, readings: Mapping[str, str], name: str, one: str, two: str) -> bool:
    """Whether two readings differ once another question is read otherwise."""
    for other in plan.questions.values():
        for reading in other.readings if other.name != name else ():
            if reading != readings[other.name]:
                pair = [
                    _compiled(plan, {**readings, other.name: reading}, name, r) for r in (one, two)
                ]
                marks = {_mark(p, name) if p is not None else "" for p in pair}
                if len(marks) > 1:
                    return True
    return False


def _mark(program: Program, question: str) -> str:
    """What a program pays and works out, but for the question's own value."""
    steps = [step.node for name, step in program.steps.items() if name != question]
    needs = [f"{need.table}.{need.column}" for need in program.needs]
    return digest_of_part(program, digest_of(program, program.rules), *needs, *steps)


def _compiled(
    plan: Plan, readings: Mapping[str, str], question: str, reading: str
) -> Program | None:
    try:
        return compile_plan(plan, {**readings, question: reading})
    except PlanError:
        return None


def _others(program: Program) -> Iterator[Program]:
    """The program under each other reading of each question."""
    for question in program.plan.questions.values():
        for reading in question.readings:
            if reading != program.readings[question.name]:
                made = _compiled(program.plan, program.readings, question.name, reading)
                if made is not None:
                    yield made
