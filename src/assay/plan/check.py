"""What keeps a plan that runs from being published: questions, clauses, examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from assay.money import grouped
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.example import work
from assay.plan.problems import Problem
from assay.plan.prove.accept import stale, with_acceptances
from assay.plan.prove.assay import Effort, prove
from assay.plan.prove.finding import UNDECIDED, Finding
from assay.plan.prove.idle import idle
from assay.plan.sentences import either, joined, say
from assay.plan.vocabulary import FINDINGS, IDLE, NEVER_HOLDS, NEVER_MATTERS

QUESTIONS, EXAMPLES, CLAUSES = "questions", "examples", "clauses"
# What is wanted instead of what never holds or matters, and how it is mended.
_IDLE_MENDS = {
    NEVER_HOLDS: (
        "a row that some case reaches",
        "delete it, or correct its condition, its end or the rows above it",
    ),
    NEVER_MATTERS: (
        "a row, name or reading without which something is paid otherwise",
        "delete it or join it to its neighbour, or correct what it pays",
    ),
}
# A check wants to know what is refuted, not the smallest example of it.
QUICK = Effort(milliseconds=1500, pretty=False)


@dataclass(frozen=True)
class Verdict:
    """What still stands between a plan and its publication, and what the assay found: properties,
    and rows, names and readings that never hold or matter or of which that was not decided.

    own: of the problems those the text itself has, as QUESTIONS, EXAMPLES or CLAUSES; outdated:
    those of acceptances that no longer hold.
    """

    plan: Plan
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    own: Mapping[str, tuple[Problem, ...]]
    outdated: tuple[Problem, ...]


def verdict(
    plan: Plan,
    readings: Mapping[str, str] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Verdict:
    """Everything that blocks publication: the plan's own faults, then findings not accepted."""
    return judged(plan, prove(compile_plan(plan, readings), QUICK, tell), readings)


def judged(
    plan: Plan, found: Sequence[Finding], readings: Mapping[str, str] | None = None
) -> Verdict:
    """The same with the properties that were found of it, or with none: the plan's own faults alone.

    Raises PlanError when the plan cannot run at all.
    """
    proved = with_acceptances(plan, found)
    unmoved = with_acceptances(plan, idle(compile_plan(plan, readings)))
    findings = (*proved, *unmoved)
    own, outdated = _own(plan, readings), tuple(stale(plan, findings, FINDINGS if found else IDLE))
    problems = [*chain(*own.values()), *outdated, *_refuted(proved), *_idle(unmoved)]
    return Verdict(plan, tuple(_sorted(problems)), findings, own, outdated)


def _own(plan: Plan, readings: Mapping[str, str] | None) -> dict[str, tuple[Problem, ...]]:
    """What the text itself lacks, by kind."""
    return {
        QUESTIONS: tuple(_questions(plan)),
        EXAMPLES: tuple(failing(plan, readings or {})),
        CLAUSES: tuple(unclaimed(plan)),
    }


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda p: (p.place.line, p.place.column, p.message))


def _idle(findings: Iterable[Finding]) -> Iterator[Problem]:
    """Rows, names and readings that never hold or matter, or of which that was not decided."""
    for one in findings:
        if one.open and one.reason is not None:
            said = either(one.reason.text("en"), one.reason.text("zh"))
            if one.status == UNDECIDED:
                yield Problem(one.place, said, "", _mend(one))
                continue
            wanted, mend = _IDLE_MENDS[one.about]
            yield Problem(one.place, said, wanted, say("{0}; or {1}", say(mend), _mend(one)))


def _refuted(findings: Iterable[Finding]) -> Iterator[Problem]:
    """One problem for each property of a rule that is refuted and not accepted, or cause of doubt."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        if one.open and not one.same_as:
            groups.setdefault((one.rule, one.about), []).append(one)
    reasons: dict[str, list[Finding]] = {}
    for (rule, about), group in groups.items():
        most = max(group, key=lambda f: f.gain)
        place = replace(most.place, clause=most.clause.partition(",")[0])
        if all(f.status == UNDECIDED for f in group):
            why = most.reason
            reason: str = either(why.text("en"), why.text("zh")) if why is not None else say("")
            reasons.setdefault(reason, []).append(most)
            continue
        many = say(", and {0} more", len(group) - 1) if len(group) > 1 else ""
        at = say(" at {0}", most.at) if most.at else ""
        said = most.example
        pays = f"{grouped(said.before.pay)} → {grouped(said.after.pay)}" if said is not None else ""
        yield Problem(
            place,
            say("{0} of “{1}” is refuted{2}: {3}{4}", about, rule, at, pays, many),
            "a rule of which it is proved, or an acceptance (./assay prove shows the example)",
            _mend(most),
        )

    for reason, undecided in reasons.items():
        yield _undecided(reason, undecided)


def _undecided(reason: str, findings: Sequence[Finding]) -> Problem:
    """One problem for all that one cause leaves undecided, with an acceptance for each."""
    first = findings[0]
    of_rules: dict[str, list[str]] = {}
    for one in findings:
        of_rules.setdefault(one.rule, []).append(one.about)
    said = joined(
        "; ", (say("{0} of “{1}”", ", ".join(abouts), rule) for rule, abouts in of_rules.items())
    )
    return Problem(
        replace(first.place, clause=first.clause.partition(",")[0]),
        say("undecided: {0} ({1})", reason, said),
        "",
        _mend(first)
        if len(findings) == 1
        else "accepted:" + "".join(f"\n  - {_entry(one)}" for one in findings),
    )


def _mend(finding: Finding) -> str:
    return f"accepted: - {_entry(finding)}"


def _entry(finding: Finding) -> str:
    return (
        f"{{finding: {finding.about}, rule: {finding.rule}, by: …, on: …, why: …, "
        f"digest: {finding.digest}}}"
    )


def unclaimed(plan: Plan) -> Iterator[Problem]:
    """Every clause is claimed by something that carries it out, or excused as prose."""
    sections = (plan.policies, plan.measures, plan.tables)
    claimed = {
        number for section in sections for entry in section.values() for number in entry.cite
    }
    claimed |= {number for rule in plan.rules for number in rule.cite}
    for number, clause in plan.clauses.items():
        if number not in claimed and number not in plan.prose:
            yield Problem(
                clause.place,
                say("clause “{0}” is carried out by nothing", number),
                "a rule, table or policy that cites it",
                "write cite: at what carries it out, or list it under prose:",
            )


def _questions(plan: Plan) -> Iterator[Problem]:
    for question in plan.questions.values():
        if not question.decided_by or not question.decided_on:
            yield Problem(
                question.place,
                say(
                    "the question “{0}” is not decided (in force: {1})",
                    question.name,
                    question.read,
                ),
                "who decided, and when",
                "add decided_by: and decided_on:",
            )


def failing(plan: Plan, readings: Mapping[str, str]) -> Iterator[Problem]:
    """Examples that do not come to what they expect."""
    for example in plan.examples:
        for failure in work(plan, example, readings).failures:
            yield Problem(example.place, say("the example “{0}” fails: {1}", example.name, failure))
