"""Names and clauses of a plan: each name once, each clause cited one of the plan's."""

from __future__ import annotations

from assay.plan.binder import ROOTS
from assay.plan.document import Plan
from assay.plan.problems import Place, Problem, nearest
from assay.plan.sentences import say
from assay.plan.vocabulary import COLLECTED, COLLECTED_ON, CREDITED, FACTS, PART, QUOTIENTS

# What `expect` calls all lines, a line row by row, and what is given in kind.
ADDRESSES = ("total", "each", "award")


def names_taken(plan: Plan) -> list[Problem]:
    """Each name once over facts, policies, measures, tables, questions; none that the language uses."""
    found: list[Problem] = []
    seen = {name: fact.place for name, fact in plan.facts.items() if name not in FACTS}
    taken = {*FACTS, *ROOTS}
    for section in (plan.policies, plan.measures, plan.tables, plan.questions):
        for name, entry in section.items():
            if name in taken or name in ADDRESSES:
                found.append(
                    Problem(
                        entry.place,
                        say("“{0}” is a word of the language", name),
                        mend=say("rename"),
                    )
                )
            if name in seen:
                found.append(
                    Problem(
                        entry.place,
                        say("the name “{0}” is taken (line {1})", name, seen[name].line),
                        "one name for one thing",
                        "rename one of the two",
                    )
                )
            seen.setdefault(name, entry.place)
    found += [
        Problem(
            rule.place,
            say("“{0}” is a word of `expect`", rule.name),
            ", ".join(ADDRESSES),
            say("rename"),
        )
        for rule in plan.rules
        if rule.name in ADDRESSES
    ]
    return found


def columns_taken(plan: Plan) -> list[Problem]:
    """Columns declared of a fact that it has already, as something else."""
    found: list[Problem] = []
    for fact in plan.facts.values():
        known = (
            {name: c.kind for name, c in FACTS[fact.name].columns.items()}
            if fact.name in FACTS
            else {}
        )
        known |= dict.fromkeys(QUOTIENTS.get(fact.name, ()), "rate")
        if fact.name == "order":
            known |= {COLLECTED: "money", COLLECTED_ON: "date"}
        if fact.divided:
            known |= {CREDITED: "money", PART: "rate"}
        for column in fact.has:
            own = {"word": "text"}.get(known.get(column.name, ""), known.get(column.name, ""))
            worked_out = column.name in (*QUOTIENTS.get(fact.name, ()), COLLECTED, CREDITED, PART)
            if own and (own != column.kind or worked_out):
                found.append(
                    Problem(
                        column.place,
                        say("{0} has a column “{1}” of its own ({2})", fact.name, column.name, own),
                        "another name for another thing",
                        "use the one there is, or rename yours",
                    )
                )
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
            say("clause “{0}” is not among the plan's clauses", number),
            ", ".join(plan.clauses),
            nearest(number, plan.clauses) or "add it under clauses:",
        )
        for cite, place in entries
        for number in cite
        if number not in plan.clauses
    ]
