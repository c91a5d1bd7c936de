"""What names are called: the section `titles` of a plan, over its entries, roles, facts and readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from assay.plan.document import Measure, Plan, Policy, Question, Rule, Table, Title
from assay.plan.fields import Faults, entries_of, titled
from assay.plan.problems import fault, nearest
from assay.plan.sentences import say
from assay.plan.source import Entries
from assay.plan.vocabulary import FACTS

Entry = TypeVar("Entry", Policy, Measure, Table, Question, Rule)


def with_titles(top: Entries, plan: Plan, faults: Faults) -> Plan:
    """A plan whose entries without a title of their own are called as `titles` says."""
    value = top.get("titles")
    if value is None:
        return plan
    found: dict[str, Title] = {}
    known = _names(plan)
    with faults.gather():
        entries = entries_of(value, "titles")
        for name, said in entries.values.items():
            with faults.gather():
                if name not in known:
                    raise fault(
                        entries.keys[name],
                        say("the plan has no “{0}” to be given a title", name),
                        "a name of the plan: an entry, a role, a fact, order.column, a reading",
                        nearest(name, known),
                    )
                found[name] = titled(said, "a title")
    return replace(
        plan,
        titles=found,
        policies=_each(plan.policies, found),
        measures=_each(plan.measures, found),
        tables=_each(plan.tables, found),
        questions=_each(plan.questions, found),
        rules=tuple(_called(rule, found) for rule in plan.rules),
    )


def _each(entries: Mapping[str, Entry], titles: Mapping[str, Title]) -> dict[str, Entry]:
    return {name: _called(entry, titles) for name, entry in entries.items()}


def _called(entry: Entry, titles: Mapping[str, Title]) -> Entry:
    if entry.title != Title() or entry.name not in titles:
        return entry
    return replace(entry, title=titles[entry.name])


def _names(plan: Plan) -> set[str]:
    """Every name of a plan that can be called something."""
    found = {*plan.policies, *plan.measures, *plan.tables, *plan.questions, *plan.facts, *FACTS}
    found |= {rule.name for rule in plan.rules} | {r for rule in plan.rules for r in rule.roles}
    found |= {reading for question in plan.questions.values() for reading in question.readings}
    for fact in plan.facts.values():
        found |= {f"{fact.name}.{column.name}" for column in fact.has}
        found |= {role for credit in fact.to for role in credit.roles}
    return found
