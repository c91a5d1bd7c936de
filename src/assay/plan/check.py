"""What keeps a plan that runs from being published: questions, clauses, examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.example import work
from assay.plan.problems import Problem


def publishable(plan: Plan, readings: Mapping[str, str] | None = None) -> list[Problem]:
    """Findings in the order of the file. Raises PlanError when the plan cannot run at all."""
    compile_plan(plan, readings)
    found = [*_clauses(plan), *_questions(plan), *_examples(plan, readings or {})]
    return sorted(found, key=lambda p: (p.place.line, p.place.column, p.message))


def _clauses(plan: Plan) -> Iterator[Problem]:
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
                f"clause “{number}” is carried out by nothing",
                "a rule, table or policy that cites it",
                "write cite: at what carries it out, or list it under prose:",
            )


def _questions(plan: Plan) -> Iterator[Problem]:
    for question in plan.questions.values():
        if not question.decided_by or not question.decided_on:
            yield Problem(
                question.place,
                f"the question “{question.name}” is not decided (in force: {question.read})",
                "who decided, and when",
                "add decided_by: and decided_on:",
            )


def _examples(plan: Plan, readings: Mapping[str, str]) -> Iterator[Problem]:
    for example in plan.examples:
        for failure in work(plan, example, readings).failures:
            yield Problem(example.place, f"the example “{example.name}” fails: {failure}")
