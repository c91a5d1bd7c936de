"""What is worked out of a plan in the background: the effect of each reading on last year, the assay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils.translation import gettext as _

from assay.engine.compare import Pair, Side, paired
from assay.engine.run import run_program
from assay.errors import UserError
from assay.furniture import jobs
from assay.furniture.jobs import Progress
from assay.furniture.kept import actor
from assay.furniture.models import Job
from assay.furniture.reader import reader_language
from assay.incentives.models import PlanVersion, Study
from assay.incentives.queries.facts import facts_out_of, looks_about, pulled
from assay.incentives.queries.plans import program_of
from assay.incentives.queries.studies import KINDS, last_year, running
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.problems import PlanError
from assay.plan.program import Program
from assay.plan.prove import words
from assay.plan.prove.accept import with_acceptances
from assay.plan.prove.assay import Effort, prove, subjects
from assay.plan.prove.digest import digest_of
from assay.plan.prove.finding import REFUTED, Finding
from assay.plan.prove.idle import idle
from assay.plan.prove.mend import Mender
from assay.plan.scalars import substance
from assay.plan.vocabulary import PROPERTIES

LANGS = ("zh", "en")
# Of the processor, for each finding.
MEND_SECONDS = 5.0


@transaction.atomic
def begin(version: PlanVersion, kind: str) -> Job:
    """Ask for a study of a version: effect or assay. One of a kind runs at a time."""
    locked = PlanVersion.objects.select_for_update().get(pk=version.pk)
    job = running(locked, kind)
    if job is not None:
        return job
    try:
        program_of(locked.text)
    except PlanError:
        raise UserError(_("方案文本还有错误，改好再算")) from None
    user, who = actor()
    given = {"plan": locked.pk, "substance": substance(locked.text)}
    made: Job = Job.objects.create(kind=KINDS[kind], user_id=user, who=who, given=given)
    return made


def _version(job: Job) -> PlanVersion:
    found: PlanVersion = PlanVersion.objects.get(pk=job.given["plan"])
    return found


def _kept(job: Job, kind: str, text: str, span: tuple[Month, Month], result: Any) -> dict[str, Any]:
    row = Study.objects.create(
        kind=kind, substance=substance(text), first=span[0].index, last=span[1].index, who=actor()[1],
        result=result,
    )  # fmt: skip
    return {"study": row.pk}


@dataclass
class Year:
    """The last twelve months, paid by any program from tables that are pulled once."""

    first: Month
    last: Month
    _tables: dict[bool, Mapping[str, pa.Table]] = field(default_factory=dict)

    def side(self, program: Program) -> Side:
        """The months paid by a program. UserError where it reads facts that are not there."""
        wide = looks_about(program)
        if wide not in self._tables:
            self._tables[wide] = pulled(program, self.first, self.last)
        facts = facts_out_of(self._tables[wide], program)
        months = range(self.first.index, self.last.index + 1)
        return Side("", program, facts, run_program(program, facts, months, "duckdb"))


def effect(job: Job, tell: Progress) -> tuple[str, dict[str, Any]]:
    """What each reading would have paid in the last twelve months, and how many lines it moves."""
    text = _version(job).text
    base, span = program_of(text), last_year()
    year = Year(*span)
    own = year.side(base)
    total = sum(row.amount for row in own.outcome.statements)
    pairs = [(q.name, r) for q in base.plan.questions.values() for r in q.readings if r != q.read]
    questions: dict[str, dict[str, Any]] = {}
    for done, (question, reading) in enumerate(pairs):
        tell(done, len(pairs))
        found = _other(year, own, question, reading)
        questions.setdefault(question, {})[reading] = found
    tell(len(pairs), len(pairs))
    rejected = len(own.facts.rejected)
    result = {"total": total, "rejected": rejected, "questions": questions}
    return "done", _kept(job, "effect", text, span, result)


def _other(year: Year, own: Side, question: str, reading: str) -> dict[str, Any]:
    """Another reading: {difference 分, lines} or {refused: why it cannot be tried here}."""
    try:
        program = compile_plan(own.program.plan, {**own.program.readings, question: reading})
        if digest_of(program, program.rules) == digest_of(own.program, own.program.rules):
            return {"difference": 0, "lines": 0}  # it says the same of every line
        cells = paired(own, year.side(program))
    except PlanError as error:
        return {"refused": error.text(reader_language())[:300]}
    except UserError as error:
        return {"refused": str(error)[:300]}
    moved = [pair for pair in cells.values() if _moved(pair)]
    return {"difference": sum(pair.difference for pair in moved), "lines": len(moved)}


def _moved(pair: Pair) -> bool:
    """Whether a line is another: its amount, or that it is there at all."""
    return pair.before != pair.after


def assay(job: Job, tell: Progress) -> tuple[str, dict[str, Any]]:
    """Every property of every rule, proved or refuted, with mendings of what is refuted."""
    text = _version(job).text
    program, span = program_of(text), last_year()
    asked = len(subjects(program)) * len(PROPERTIES)
    steps = iter(range(1, asked + 1))
    findings = prove(program, Effort(), lambda said: tell(next(steps, asked), asked + 1))
    marked = with_acceptances(program.plan, [*findings, *idle(program)])
    mender = Mender(text, program, MEND_SECONDS, _differences(program, span))
    properties = [f for f in marked if f.about in PROPERTIES and not f.same_as]
    wrong = [f for f in properties if f.status == REFUTED]
    mended: dict[int, Finding] = {}
    for done, one in enumerate(wrong):
        tell(asked + done, asked + len(wrong))
        mended[id(one)] = mender.mended(one)
    told = [_told(program, mended.get(id(one), one)) for one in marked]
    tell(asked + len(wrong), asked + len(wrong))
    return "done", _kept(job, "assay", text, span, {"findings": told})


def _differences(
    program: Program, span: tuple[Month, Month]
) -> Callable[[Program], dict[str, int]]:
    """What a changed plan would have paid more in the last twelve months, by payee in 分."""
    year = Year(*span)
    held: list[Side] = []

    def difference(changed: Program) -> dict[str, int]:
        if not held:
            held.append(year.side(program))
        found: dict[str, int] = {}
        for (payee, _role, _month, _line), pair in paired(held[0], year.side(changed)).items():
            found[payee] = found.get(payee, 0) + pair.difference
        return found

    return difference


def _told(program: Program, found: Finding) -> dict[str, Any]:
    """A finding as it is kept: what an acceptance is held against, and its sentences."""
    return {
        "about": found.about, "rule": found.rule, "role": found.role, "status": found.status,
        "at": found.at, "digest": found.digest, "same_as": found.same_as, "clause": found.clause,
        "line": found.place.line, "gain": found.gain,
        "mending": [
            {"line": m.line, "old": m.old, "new": m.new, "also": m.also, "difference": m.difference}
            for m in found.mending or ()
        ],
        "sought": found.mending is not None, "untried": found.untried,
        **{lang: dict(_sentences(program, found, lang)) for lang in LANGS},
    }  # fmt: skip


def _sentences(program: Program, found: Finding, lang: str) -> Iterator[tuple[str, Any]]:
    yield "subject", words.subject(program.plan, found, lang)
    yield "sentence", words.sentence(found, lang)
    yield "bounds", words.bounds(found, lang)
    if found.example is not None:
        yield "sides", [list(side) for side in words.side_by_side(found.example, lang)]


jobs.register(KINDS["effect"], effect)
jobs.register(KINDS["assay"], assay)
