"""Names and clauses of a plan: each name once, each clause cited one of the plan's."""

from __future__ import annotations

from assay.plan.binder import ROOTS
from assay.plan.document import Plan
from assay.plan.problems import Place, Problem, nearest
from assay.plan.vocabulary import FACTS


def names_taken(plan: Plan) -> list[Problem]:
    """Each name once over policies, measures, tables, questions; none that the language uses."""
    found: list[Problem] = []
    seen: dict[str, Place] = {}
    taken = {*FACTS, *plan.facts, *ROOTS}
    for section in (plan.policies, plan.measures, plan.tables, plan.questions):
        for name, entry in section.items():
            if name in taken:
                found.append(
                    Problem(entry.place, f"“{name}” is a word of the language", mend="rename")
                )
            if name in seen:
                found.append(
                    Problem(
                        entry.place,
                        f"the name “{name}” is taken (line {seen[name].line})",
                        "one name for one thing",
                        "rename one of the two",
                    )
                )
            seen.setdefault(name, entry.place)
    return found


def unknown_clauses(plan: Plan) -> list[Problem]:
    """Every clause cited must be one of the plan's."""
    if not plan.clauses:
        return []
    entries: list[tuple[tuple[str, ...], Place]] = [
        (entry.cite, entry.place)
        for section in (plan.policies, plan.measures, plan.tables, plan.questions)
        for entry in section.values()
    ]
    entries += [(rule.cite, rule.place) for rule in plan.rules]
    entries += [((number,), place) for number, place in plan.prose.items()]
    return [
        Problem(
            place,
            f"clause “{number}” is not among the plan's clauses",
            ", ".join(plan.clauses),
            nearest(number, plan.clauses) or "add it under clauses:",
        )
        for cite, place in entries
        for number in cite
        if number not in plan.clauses
    ]
