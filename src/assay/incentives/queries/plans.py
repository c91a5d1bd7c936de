"""Plan versions as people see them: which, their faults, their paper, and who has acknowledged them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import unified_diff
from functools import lru_cache
from typing import Any

from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone

from assay.errors import UserError
from assay.furniture.reader import reader_language
from assay.furniture.spans import covering
from assay.incentives.models import Nod, PlanVersion
from assay.papers.model import Paper
from assay.papers.plan_difference import plan_difference
from assay.papers.plan_paper import plan_paper
from assay.people.access import Viewer
from assay.people.models import Agent, Assignment, Shop
from assay.people.queries import PAYEES
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.problems import PlanError, Problem
from assay.plan.program import Program
from assay.plan.reading import read_plan
from assay.plan.signing import signatures
from assay.sales.queries.plan import plan_of

OFFERED = Q(state="draft", offered_at__isnull=False)


def plans_seen(who: Viewer) -> QuerySet[PlanVersion]:
    """The offices see drafts too; everyone else what is published, or offered to be acknowledged."""
    rows = PlanVersion.objects.select_related("made_by", "published_by").exclude(state="dropped")
    found: QuerySet[PlanVersion] = (
        rows
        if who.everything or who.may("plans.edit")
        else rows.filter(Q(state="published") | OFFERED)
    )
    return found


def plan_now(day: date | None = None) -> PlanVersion | None:
    """The published version that holds on a day."""
    month = Month.of(day or timezone.localdate())
    rows = PlanVersion.objects.filter(state="published", holds_from__lte=month.index)
    found: PlanVersion | None = rows.order_by("-holds_from").first()
    return found


def unregistered() -> tuple[Plan, str] | None:
    """The plan by which this month is paid, where only its file is there; None where it is published."""
    if plan_now() is not None:
        return None
    try:
        program, text = plan_of(Month.of(timezone.localdate()))
    except UserError:
        return None
    return program.plan, text


def before(version: PlanVersion, seen: QuerySet[PlanVersion]) -> QuerySet[PlanVersion]:
    """The other versions somebody may read, the published one before it first."""
    others = seen.exclude(pk=version.pk)
    earlier = Q(state="published", holds_from__lte=version.holds_from.index)
    return others.order_by(
        Case(When(earlier, then=0), default=1), "-holds_from", "-pk"
    )  # fmt: skip


@lru_cache(maxsize=16)
def difference(old: str, new: str, lang: str) -> Paper:
    """What one text changes against another, clause by clause; kept a while. Raises PlanError."""
    return plan_difference(old, new, lang)


def lines_changed(old: str, new: str) -> list[tuple[str, str]]:
    """The lines of two texts that differ, with three around them: a sign (+, -, @ or nothing) and the line."""
    said = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=3)
    return [(one[0].strip(), one if one[0] == "@" else one[1:]) for one in list(said)[2:]]


@lru_cache(maxsize=32)
def program_of(text: str) -> Program:
    """A plan text compiled under its own readings; kept a while. Raises PlanError."""
    return compile_plan(read_plan(text), {})


def faults(text: str) -> tuple[Problem, ...]:
    """What keeps a text from being a plan that pays, in the reader's language, by its lines."""
    try:
        program_of(text)
    except PlanError as error:
        return told_to_reader(error.problems)
    return ()


def signatures_of(text: str) -> dict[str, list[str]]:
    """Who signed what in a text (signing.signatures); nothing of one that is no plan."""
    try:
        return signatures(read_plan(text))
    except PlanError:
        return {}


def logins_of(version: PlanVersion) -> dict[str, list[str]]:
    """The signatures of a version that were made on its page, each with its login behind it: keys as
    in signatures. The login is empty of those from before logins were noted, for of them nobody can say.
    """
    if version.logins is None and not version.registered:
        return {key: [*said, ""] for key, said in signatures_of(version.text).items()}
    return dict(version.logins or {})


def typed(version: PlanVersion) -> frozenset[str]:
    """The signatures of a version that stood in its file and were made by no login: keys as in signatures."""
    made, held = logins_of(version), signatures_of(version.text)
    return frozenset(key for key, said in held.items() if made.get(key, [])[:-1] != said)


def told_to_reader(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Faults in the language of whoever asks."""
    return tuple(problem.told(reader_language()) for problem in problems)


@lru_cache(maxsize=16)
def whole_paper(text: str, lang: str) -> Paper:
    """The paper of a plan as it is signed; kept a while. Raises PlanError."""
    return plan_paper(program_of(text).plan, text, None, lang)


def paper_for(version: PlanVersion, who: Viewer, lang: str) -> Paper:
    """The paper a person reads: an agent's has the clauses by which he is paid. Raises PlanError."""
    paper = whole_paper(version.text, lang)
    if who.role != "agent":
        return paper
    rules = program_of(version.text).plan.rules
    theirs = {f"clause-{n}" for rule in rules if "agent" in rule.roles for n in rule.cite}
    kept = tuple(section for section in paper.sections if section.anchor in theirs)
    return replace(paper, sections=kept)


# -- acknowledgements ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Owner:
    """A payee: his code in the facts, his name, and which record he is."""

    code: str
    name: str
    key: str
    row: int

    @property
    def fields(self) -> dict[str, Any]:
        """The key of a Nod."""
        return {f"{self.key}_id": self.row}


def owners(version: PlanVersion) -> list[Owner]:
    """Everyone the plan pays once it holds: today, or on its first day where that is still to come."""
    day = max(timezone.localdate(), version.holds_from.first)
    return list({one.code: one for one in _owners(day)}.values())


def _owners(day: date) -> Iterator[Owner]:
    for post in (
        Assignment.objects.filter(covering(day), role__in=PAYEES)
        .select_related("employee")
        .order_by("employee__number")
    ):
        yield Owner(post.employee.number, post.employee.name, "employee", post.employee_id)
    for agent in Agent.objects.filter(covering(day)).order_by("code"):
        yield Owner(agent.code, agent.name, "agent", agent.pk)
    for shop in Shop.objects.filter(covering(day)).order_by("code"):
        yield Owner(shop.code, shop.name, "shop", shop.pk)


def mine(who: Viewer, version: PlanVersion) -> Owner | None:
    """As which payee a person acknowledges a plan; a clerk stands for his shop."""
    for one in owners(version):
        held = {
            "employee": one.row == who.employee_id,
            "agent": one.row == who.agent_id,
            "shop": one.row in who.shop_ids,
        }
        if held[one.key]:
            return one
    return None


@dataclass(frozen=True)
class Standing:
    """Who has acknowledged a plan, and who has not yet."""

    done: list[Nod]
    left: list[Owner]


def standing(version: PlanVersion) -> Standing:
    """Acknowledgements of a plan as its text stands, oldest first, and the payees still missing."""
    done = list(
        version.nods.filter(digest=version.digest)
        .order_by("pk")
        .select_related("employee", "agent", "shop")
    )
    codes = {one.code for one in done}
    return Standing(done, [one for one in owners(version) if one.code not in codes])


def _held(version: PlanVersion, code: str) -> bool:
    return version.nods.filter(code=code, digest=version.digest).exists()


def to_read() -> list[PlanVersion]:
    """Plans to acknowledge: published, in force or to come, or offered; by the month in which they
    begin; one query.
    """
    rows = list(PlanVersion.objects.filter(Q(state="published") | OFFERED).order_by("holds_from"))
    now = Month.of(timezone.localdate())
    published = [row for row in rows if row.state == "published"]
    begun = sum(row.holds_from.index <= now.index for row in published)
    past = {row.pk for row in published[: max(begun - 1, 0)]}
    return [row for row in rows if row.pk not in past]


def to_acknowledge(who: Viewer) -> list[PlanVersion]:
    """Plans offered, in force or to come that a person has not yet acknowledged."""
    found = []
    for version in to_read():
        own = mine(who, version)
        if own is not None and not _held(version, own.code):
            found.append(version)
    return found
