"""Studies of a plan as people read them: readings with their effect on last year, findings of the assay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils import timezone

from assay.furniture.drawn import place
from assay.furniture.models import Job
from assay.incentives.models import PlanVersion, Study
from assay.incentives.queries.plans import program_of, told_to_reader
from assay.papers.written import Written
from assay.period import Month
from assay.plan.document import Acceptance, Plan, Question
from assay.plan.problems import Place, PlanError, Problem
from assay.plan.prove.accept import stale, with_acceptances
from assay.plan.prove.finding import PROVED, REFUTED, UNDECIDED, Finding
from assay.plan.saying import Saying, spaced
from assay.plan.scalars import substance
from assay.plan.vocabulary import FINDINGS

KINDS = {"effect": "plan_effect", "assay": "plan_assay"}
YEAR = 12


def last_year(day: date | None = None) -> tuple[Month, Month]:
    """The first and last of the twelve months before this one."""
    now = Month.of(day or timezone.localdate())
    return now.next(-YEAR), now.next(-1)


def running(version: PlanVersion, kind: str) -> Job | None:
    """The job that works a study of a version out just now."""
    rows = Job.objects.filter(kind=KINDS[kind], given__plan=version.pk)
    return rows.filter(state__in=Job.OPEN).order_by("-pk").first()


def failed(version: PlanVersion, kind: str) -> Job | None:
    """The last job of a kind, where it came to nothing."""
    job = Job.objects.filter(kind=KINDS[kind], given__plan=version.pk).order_by("-pk").first()
    return job if job is not None and job.state == "failed" else None


def study_of(text: str, kind: str) -> Study | None:
    """The newest study of what a text pays by; an effect only of the last twelve months as of today."""
    rows = Study.objects.filter(kind=kind, substance=substance(text))
    if kind == "effect":
        first, last = last_year()
        rows = rows.filter(first=first.index, last=last.index)
    return rows.order_by("-pk").first()


# -- questions ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """A reading: its effect on last year in 分 (None: not worked out), its bar, why it cannot be tried."""

    name: str
    title: str
    now: bool
    total: int | None
    difference: int | None
    lines: int
    width: str
    refused: str = ""


@dataclass(frozen=True)
class Asked:
    """A question with its readings. moves: whether a reading changes any line of last year, if known."""

    name: str
    title: str
    ask: str
    cite: Sequence[str]
    by: str
    on: str
    readings: Sequence[Reading]
    moves: bool | None

    @property
    def decided(self) -> bool:
        """Whether somebody decided it, and when."""
        return bool(self.by and self.on)

    @property
    def key(self) -> str:
        """Under which its signature stands (signing.signatures)."""
        return f"question {self.name}"


def questions(text: str, lang: str) -> list[Asked]:
    """The questions of a plan, those not decided first. Raises PlanError."""
    program = program_of(text)
    say, written = Saying(program, lang), Written(text)
    study = study_of(text, "effect")
    held: Mapping[str, Any] = study.result if study is not None else {}
    found = [_asked(one, say, written, held) for one in program.plan.questions.values()]
    return sorted(found, key=lambda one: (one.decided, not one.moves))


def undecided_since(before: str, text: str) -> list[str]:
    """The titles of questions that were decided before a change of the text, and are no more."""
    try:
        old, new = (program_of(one).plan.questions for one in (before, text))
    except PlanError:
        return []
    return [
        one.title.text("zh", name)
        for name, one in new.items()
        if not one.decided_by and name in old and old[name].decided_by
    ]


def reading_called(say: Saying, written: Written, question: str, name: str) -> str:
    """A reading as people call it, with the number it stands for; a formula only where nothing is said."""
    said = spaced(written.reading(question, name))
    called = say.known(f"word.{name}", "")
    if not called:  # it may bear the name of an entry or a fact, and is called as that is
        steps = say.program.steps
        called = say.title(name) if name in steps else say.known(f"fact.{name}", name)
    number = said.lstrip("-")[:1].isdigit()
    return f"{called} = {said}" if number or (called == name and said not in ("", name)) else called


def _asked(one: Question, say: Saying, written: Written, held: Mapping[str, Any]) -> Asked:
    others = held.get("questions", {}).get(one.name, {})
    total = held.get("total")
    totals = {one.read: total}
    for name, found in others.items():
        totals[name] = None if "refused" in found else (total or 0) + found["difference"]
    most = max([1, *(abs(value) for value in totals.values() if value is not None)])

    def reading(name: str) -> Reading:
        title = reading_called(say, written, one.name, name)
        other, amount = others.get(name, {}), totals.get(name)
        width = place(Fraction(max(amount or 0, 0), most))
        return Reading(
            name, title, name == one.read, amount, other.get("difference"), other.get("lines", 0),
            width, other.get("refused", ""),
        )  # fmt: skip

    moves = None
    if others:
        moves = any(found.get("lines") or "refused" in found for found in others.values())
    elif held and len(one.readings) < 2:
        moves = False
    return Asked(
        one.name, one.title.text(say.lang, one.name), one.ask.either(say.lang), one.cite,
        one.decided_by, one.decided_on, [reading(name) for name in one.readings], moves,
    )  # fmt: skip


# -- findings -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A finding as a page shows it: its sentences, its two sides, mendings, who accepted it."""

    finding: Finding
    told: Mapping[str, Any]
    mending: Sequence[Mapping[str, Any]]
    sought: bool
    untried: int
    acceptance: Acceptance | None
    number: int

    @property
    def key(self) -> str:
        """Under which its acceptance stands (signing.signatures); nothing where it has none."""
        one = self.acceptance
        return f"finding {one.finding} {one.rule} {one.at}".strip() if one else ""

    @property
    def rows(self) -> list[tuple[str, str, bool]]:
        """The two situations line by line: left, right, and whether they differ."""
        left, right = self.told.get("sides", ([], []))
        many = max(len(left), len(right)) - 1
        pairs = [
            (left[at] if at < len(left) - 1 else "", right[at] if at < len(right) - 1 else "")
            for at in range(many)
        ]
        pairs += [(left[-1], right[-1])] if left else []
        return [(_plain(a), _plain(b), a != b) for a, b in pairs]


def _plain(line: str) -> str:
    return line.removeprefix("› ").strip()


@dataclass(frozen=True)
class Assayed:
    """The findings of a text: refuted and undecided first, acceptances that fit nothing any more."""

    study: Study
    wrong: Sequence[Shown]
    proved: Sequence[Shown]
    stale: Sequence[Problem]

    @property
    def open(self) -> list[Shown]:
        """What nobody has accepted."""
        return [one for one in self.wrong if not one.finding.accepted]


def findings(text: str, lang: str) -> Assayed | None:
    """What the assay found of what a text pays by; None where it was not asked. Raises PlanError."""
    study = study_of(text, "assay")
    if study is None:
        return None
    plan = program_of(text).plan
    held: list[Mapping[str, Any]] = study.result["findings"]
    made = with_acceptances(plan, [_finding(one) for one in held])
    shown = [
        Shown(
            f, one[lang], one["mending"], one["sought"], one.get("untried", 0),
            _acceptance(plan, f), number,
        )
        for number, (f, one) in enumerate(zip(made, held, strict=True))
        if not f.same_as
    ]  # fmt: skip
    wrong = [one for one in shown if one.finding.status in (REFUTED, UNDECIDED)]
    gains = {number: one["gain"] for number, one in enumerate(held)}
    wrong.sort(key=lambda one: (one.finding.accepted, -gains[one.number]))
    return Assayed(
        study, wrong, [one for one in shown if one.finding.status == PROVED],
        told_to_reader(stale(plan, made, FINDINGS)),
    )  # fmt: skip


def _finding(one: Mapping[str, Any]) -> Finding:
    return Finding(
        one["about"], one["rule"], one["role"], one["status"], at=one["at"], digest=one["digest"],
        same_as=one["same_as"], clause=one["clause"], place=Place(one["line"], 1),
    )  # fmt: skip


def _acceptance(plan: Plan, found: Finding) -> Acceptance | None:
    if not found.accepted:
        return None
    of_rule: Iterator[Acceptance] = (
        a
        for a in plan.accepted
        if (a.finding, a.rule) == (found.about, found.rule) and a.at in ("", found.at)
    )
    return next(of_rule, None)
