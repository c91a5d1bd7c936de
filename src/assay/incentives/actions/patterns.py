"""What the plan rewards, looked for in the orders of a month that was worked out; in the background."""

from __future__ import annotations

from typing import Any

from assay.engine.search import LOOKED_FOR, Search
from assay.engine.search_words import TITLES, key_of, role_title
from assay.engine.searched import Case, Pattern, Searched
from assay.furniture import jobs
from assay.furniture.jobs import Progress
from assay.furniture.kept import actor
from assay.furniture.models import Job
from assay.incentives.models import Run
from assay.incentives.queries.facts import facts_out_of, pulled
from assay.incentives.queries.kept import program_at
from assay.incentives.queries.patterns import KIND, search_of
from assay.incentives.queries.statements import folder_of
from assay.period import Month
from assay.plan.prove.assay import Effort, prove, subjects

LANGS = ("zh", "en")
SHOWN, ORDERS = 20, 12
"""Cases kept of a pattern, and orders of a case; the others are counted."""


def look_for_patterns(run: Run) -> Job:
    """Begin the search of a run; asked again it is the same one, unless it failed."""
    job = search_of(run)
    if job is not None and job.state != "failed":
        return job
    user, who = actor()
    made: Job = Job.objects.create(kind=KIND, user_id=user, who=who, given={"run": run.pk})
    return made


def search(job: Job, tell: Progress) -> tuple[str, dict[str, Any]]:
    """The patterns of a run's month; the month before it is read too, for orders about the turn."""
    run = Run.objects.select_related("pay_month").get(pk=job.given["run"])
    month: Month = run.pay_month.month
    program = program_at(folder_of(run))
    steps = len(subjects(program)) * len(LOOKED_FOR)
    done = iter(range(1, steps + 1))
    findings = prove(
        program, Effort(1000, False, LOOKED_FOR), lambda said: tell(next(done, steps), 2 * steps)
    )
    facts = facts_out_of(pulled(program, month.next(-1), month), program)
    further = iter(range(steps, 2 * steps))
    found = Search(
        program, facts, range(month.index - 1, month.index + 1),
        progress=lambda said: tell(next(further, 2 * steps), 2 * steps),
    ).find(findings)  # fmt: skip
    kept = [told for one in found.patterns if (told := _told(found, one, month)) is not None]
    return "done", {"patterns": sorted(kept, key=lambda one: -one["moved"]), "orders": found.orders}


def _told(found: Searched, one: Pattern, month: Month) -> dict[str, Any] | None:
    """A pattern as it is kept: the cases of the month; None where it has none."""
    cases = [case for case in one.cases if case.month == month.index]
    if not cases:
        return None
    return {
        "kind": one.kind, "role": one.role, "clauses": one.finding.clause.split(", "),
        "counts": [
            {"at": c.what, "counts": list(zip(c.labels, c.counts, strict=True))}
            for c in one.counts if one.kind in ("cliff", "month_edge") and any(c.counts)
        ],
        "title": {lang: TITLES[lang][one.kind] for lang in LANGS},
        "called": {lang: role_title(one.role, lang) for lang in LANGS},
        "told": {lang: key_of(one.kind, found, lang) for lang in LANGS},
        "moved": sum(case.moved for case in cases), "people": len({c.payee for c in cases}),
        "cases": [_case(case) for case in cases[:SHOWN]], "more": max(0, len(cases) - SHOWN),
    }  # fmt: skip


def _case(case: Case) -> dict[str, Any]:
    orders = list(case.orders[:ORDERS])
    return {
        "payee": case.payee, "moved": case.moved, "orders": orders,
        "more": max(0, case.count - len(orders)),
    }  # fmt: skip


jobs.register(KIND, search)
