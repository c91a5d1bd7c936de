"""What if, on past months: another plan, reading, figure or targets; a job, in no book.

Both plans pay the same facts, month by month; what is kept is the answer, with the job, for whoever asked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assay.engine.compare import Pair, Side, joined
from assay.engine.run import run_program
from assay.errors import UserError
from assay.facts.facts import Facts
from assay.furniture import jobs
from assay.furniture.kept import actor
from assay.furniture.models import Job
from assay.furniture.reader import reader_language
from assay.incentives.queries.facts import facts_of_month
from assay.incentives.queries.plans import program_of
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.literals import plan_numbers, with_number
from assay.plan.problems import PlanError
from assay.plan.program import Program
from assay.sales.queries.facts import facts_from, month_rows
from assay.sales.queries.plan import plan_of

KIND = "what_if"
MOST_MONTHS = 36


@dataclass(frozen=True)
class Change:
    """What is asked. number: its key in the plan of the last month, and the text in its place.

    targets: a part of what they were, 1 where they stay. departments: None for the whole company.
    plan: the text of a draft in the place of the plan as it stands, with its own readings and numbers.
    """

    first: Month
    last: Month
    reading: tuple[str, str] | None = None
    number: tuple[str, str] | None = None
    targets: Fraction = Fraction(1)
    departments: tuple[int, ...] | None = None
    budget: int | None = None
    plan: str = ""


def ask(change: Change, said: str) -> Job:
    """Put the question into the queue. UserError where the changed plan would be none."""
    months = change.last.index - change.first.index + 1
    if not 0 < months <= MOST_MONTHS:
        raise UserError(_("一次算 1 到 %(most)s 个月") % {"most": MOST_MONTHS})
    programs(change, change.last)
    user, who = actor()
    given = {
        "first": str(change.first), "last": str(change.last), "reading": change.reading,
        "number": change.number, "targets": str(change.targets),
        "departments": change.departments, "budget": change.budget, "said": said,
        "plan": change.plan,
    }  # fmt: skip
    return Job.objects.create(kind=KIND, user_id=user, who=who, given=given)


def programs(change: Change, month: Month) -> tuple[Program, Program]:
    """The plan of a month as it stands and as it would be. UserError where it would be none."""
    program, _text = plan_of(month)
    plan = program.plan
    readings = dict(program.readings)
    try:
        if change.plan:
            return program, _drafted(change.plan, plan.currency)
        if change.number is not None:
            key, text = change.number
            found = next((one for one in plan_numbers(plan) if one.key == key), None)
            if found is None:
                raise UserError(_("%(month)s 用的方案里没有这个数：分开算") % {"month": month})
            plan = with_number(plan, found, text)
        if change.reading is not None:
            readings[change.reading[0]] = change.reading[1]
        return program, compile_plan(plan, readings)
    except PlanError as error:
        raise UserError(error.text(reader_language())) from None


def _drafted(text: str, currency: str) -> Program:
    """The program of a draft. UserError where the two cannot be held against each other."""
    found = program_of(text)
    if found.plan.currency != currency:
        raise UserError(_("草稿的币种不同，不能相比"))
    return found


def _work(job: Job, tell: jobs.Progress) -> tuple[str, dict[str, Any]]:
    given = job.given
    change = Change(
        Month.parse(given["first"]), Month.parse(given["last"]),
        tuple(given["reading"]) if given["reading"] else None,
        tuple(given["number"]) if given["number"] else None, Fraction(given["targets"]),
        None if given["departments"] is None else tuple(given["departments"]), given["budget"],
        given.get("plan", ""),
    )  # fmt: skip
    months = range(change.first.index, change.last.index + 1)
    answer = _Answer()
    for done, index in enumerate(months):
        tell(done, len(months))
        answer.take(change, Month(index))
    tell(len(months), len(months))
    return "done", answer.data()


class _Answer:
    """Both sides added up over the months."""

    def __init__(self) -> None:
        self.months: dict[str, Pair] = {}
        self.lines: dict[str, Pair] = defaultdict(lambda: Pair(0, 0))
        self.people: dict[str, Pair] = defaultdict(lambda: Pair(0, 0))
        self.names: dict[str, str] = {}
        self.titles: dict[str, str] = {}

    def take(self, change: Change, month: Month) -> None:
        """Pay a month by both."""
        before, after = programs(change, month)
        found = joined(
            _side("before", before, _facts(before, month, change.departments), month),
            _side(
                "after",
                after,
                _aimed(_facts(after, month, change.departments), change.targets),
                month,
            ),
            range(month.index, month.index + 1),
        )
        self.names |= found.names
        self.titles |= found.titles
        self.months[str(month)] = found.total()
        for name, pair in found.lines().items():
            self.lines[name] = self.lines[name].plus(pair)
        for payee, pair in found.people().items():
            self.people[payee] = self.people[payee].plus(pair)

    def data(self) -> dict[str, Any]:
        """For the job: amounts in 分."""
        people = sorted(self.people.items(), key=lambda one: (-one[1].difference, one[0]))
        return {
            "months": [[m, p.before or 0, p.after or 0] for m, p in self.months.items()],
            "lines": [
                [self.titles.get(n, n), p.before or 0, p.after or 0] for n, p in self.lines.items()
            ],
            "people": [[c, self.names.get(c, c), p.before or 0, p.after or 0] for c, p in people],
        }  # fmt: skip


def _facts(program: Program, month: Month, departments: tuple[int, ...] | None) -> Facts:
    if departments is None:
        return facts_of_month(program, month)
    return facts_from(program, month_rows(program, month, departments))


def _aimed(facts: Facts, part: Fraction) -> Facts:
    """The facts with every target a part of what it was, rounded half-up to 分."""
    if part != 1:
        facts.connection.execute(
            "UPDATE targets SET amount ="
            " (2 * CAST(amount AS HUGEINT) * CAST(? AS HUGEINT) + ?) // (2 * CAST(? AS HUGEINT))",
            [part.numerator, part.denominator, part.denominator],
        )
    return facts


def _side(label: str, program: Program, facts: Facts, month: Month) -> Side:
    bare = replace(program)
    months = range(month.index, month.index + 1)
    return Side(label, bare, facts, run_program(bare, facts, months, "duckdb"))


jobs.register(KIND, _work)
