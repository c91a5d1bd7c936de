"""Acceptances held against findings: which stand, and which are stale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assay.plan.document import Acceptance, Plan
from assay.plan.problems import Problem, nearest
from assay.plan.prove.finding import NOT_APPLICABLE, PROVED, REFUTED, UNDECIDED, Finding
from assay.plan.sentences import say
from assay.plan.vocabulary import IDLE, PROPERTIES


def with_acceptances(plan: Plan, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, those that the plan accepts marked; a whole month follows its one rule."""
    marked = [
        replace(f, accepted=any(_covers(a, f) for a in plan.accepted)) if _open(f) else f
        for f in findings
    ]
    taken = {(f.rule, f.about, f.at) for f in marked if f.accepted}
    return [
        replace(f, accepted=True) if _open(f) and (f.same_as, f.about, f.at) in taken else f
        for f in marked
    ]


def _open(finding: Finding) -> bool:
    return finding.status in (REFUTED, UNDECIDED)


def _covers(acceptance: Acceptance, finding: Finding) -> bool:
    """Whether an acceptance is of a finding as it stands now: what names no digest is of none."""
    return (
        acceptance.finding == finding.about
        and acceptance.rule == finding.rule
        and acceptance.at in ("", finding.at)
        and acceptance.digest == finding.digest
    )


def stale(
    plan: Plan, findings: Sequence[Finding], asked: Sequence[str] = PROPERTIES
) -> Iterator[Problem]:
    """Acceptances of what is not there to accept: no such rule, proved, or changed since.

    asked: what was asked for; an acceptance of anything else is left alone.
    """
    for one in plan.accepted:
        if one.finding not in asked:
            continue
        of_rule = [f for f in findings if f.rule == one.rule]
        same = [f for f in of_rule if f.about == one.finding]
        if one.finding in IDLE and not same:
            yield from _idle_no_more(plan, one)
        elif not of_rule:
            rules = dict.fromkeys(f.rule for f in findings if f.about not in IDLE)
            yield Problem(
                one.place,
                say("an acceptance of “{0}”, which no rule of this plan is called", one.rule),
                ", ".join(rules),
                nearest(one.rule, rules) or "delete the acceptance",
            )
        elif not any(_open(f) for f in same):
            yield Problem(
                one.place,
                say("an acceptance of {0} of “{1}”, which {2}", one.finding, one.rule, _now(same)),
                "acceptances of what is refuted or undecided",
                "delete the acceptance: there is nothing left to accept",
            )
        elif not any(_covers(one, f) for f in same):
            yield _changed(one, [f for f in same if _open(f)])


def _idle_no_more(plan: Plan, one: Acceptance) -> Iterator[Problem]:
    """Where rows, names and readings are accepted, what is not found any more holds, and matters."""
    names = dict.fromkeys(
        [*plan.policies, *plan.measures, *plan.tables, *plan.questions, *plan.facts]
        + [rule.name for rule in plan.rules]
    )
    if one.rule in names:
        said = say("an acceptance of {0} of “{1}”, which {2}", one.finding, one.rule, "is gone")
        mend = "delete the acceptance: there is nothing left to accept"
        yield Problem(one.place, said, "acceptances of what is refuted or undecided", mend)
    else:
        said = say("an acceptance of “{0}”, which no part of this plan is called", one.rule)
        near = nearest(one.rule, names)
        yield Problem(one.place, said, ", ".join(names), near or "delete the acceptance")


def _now(findings: Sequence[Finding]) -> str:
    statuses = {f.status for f in findings}
    return (
        "does not apply"
        if statuses == {NOT_APPLICABLE}
        else "is proved"
        if PROVED in statuses
        else "is gone"
    )


def _changed(one: Acceptance, same: Sequence[Finding]) -> Problem:
    if not one.digest:
        return Problem(
            one.place,
            say(
                "an acceptance of {0} of “{1}” does not say of what: it has no digest",
                one.finding,
                one.rule,
            ),
            say("digest: {0}", same[0].digest),
            "look at the finding (./assay prove), then write its digest: a changed rule asks anew",
        )
    if one.digest not in {f.digest for f in same}:
        return Problem(
            one.place,
            say(
                "what was accepted of “{0}” ({1}) has changed since: another digest",
                one.rule,
                one.finding,
            ),
            say("digest: {0}", same[0].digest),
            "look at the finding again (./assay prove), then write its digest, by, on and why anew",
        )
    return Problem(
        one.place,
        say(
            "an acceptance of a {0} of “{1}” at “{2}”, where there is none",
            one.finding,
            one.rule,
            one.at,
        ),
        "; ".join(f.at for f in same if f.at),
        "write where it is as ./assay prove prints it, or leave `at` out to accept them all",
    )
