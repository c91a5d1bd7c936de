"""What still stands between a draft and its publication, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from assay.furniture.reader import series
from assay.incentives.models import PayMonth, PlanVersion
from assay.incentives.queries.plans import faults, program_of, standing, told_to_reader
from assay.incentives.queries.published import files_of
from assay.incentives.queries.studies import Asked, findings, questions
from assay.plan.check import failing, unclaimed
from assay.plan.problems import PlanError, Problem
from assay.plan.scalars import substance

SHOWN = 6
ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True)
class Point:
    """A point of the checklist: whether it is met, and what is missing, in sentences."""

    name: str
    title: str
    lacking: Sequence[str]
    said: str = ""

    @property
    def done(self) -> bool:
        """Whether nothing is missing."""
        return not self.lacking


@dataclass(frozen=True)
class Worked:
    """A text held against itself: examples that fail, clauses nobody carries out."""

    examples: int
    failing: Sequence[Problem]
    unclaimed: Sequence[Problem]


@lru_cache(maxsize=16)
def worked(text: str) -> Worked:
    """Work a text's examples out; kept a while. Raises PlanError."""
    plan = program_of(text).plan
    return Worked(len(plan.examples), tuple(failing(plan, {})), tuple(unclaimed(plan)))


def checklist(version: PlanVersion, lang: str) -> list[Point]:
    """Everything publishing needs, in the order in which one does it."""
    wrong = faults(version.text)
    if wrong:
        told = [_line(problem) for problem in wrong[:SHOWN]]
        return [Point("text", _("文本能读"), told), *_papers(version)]
    seen = worked(version.text)
    return [
        Point("text", _("文本能读"), []),
        Point(
            "examples", _("算例算对"), list(_examples(seen)),
            _("%(n)s 个算例都算对") % {"n": seen.examples},
        ),
        Point("clauses", _("条款有着落"), [_line(p) for p in told_to_reader(seen.unclaimed)][:SHOWN]),
        Point("questions", _("存疑已定"), list(_questions(questions(version.text, lang)))),
        Point("findings", _("检验已签认"), list(_findings(version.text, lang))),
        *_papers(version),
    ]  # fmt: skip


def unmet(version: PlanVersion, lang: str) -> list[Point]:
    """What a plan that was registered never met of what publishing asks for; its month has begun."""
    aside = ("month", ACKNOWLEDGED)
    return [one for one in checklist(version, lang) if one.name not in aside and not one.done]


def substance_of(text: str) -> str:
    """What a text pays by, as a digest; empty where it is no plan file."""
    try:
        return substance(text)
    except PlanError:
        return ""


def _line(problem: Problem) -> str:
    return _("第 %(n)s 行：%(said)s") % {"n": problem.place.line, "said": problem.message}


def _examples(seen: Worked) -> Iterator[str]:
    if not seen.examples:
        yield _("一个算例也没有：至少写一个")
    yield from (p.message for p in told_to_reader(seen.failing[:SHOWN]))


def _questions(asked: Sequence[Asked]) -> Iterator[str]:
    """Questions that change a line of last year, or of which nobody knows, are decided by name."""
    if any(one.moves is None for one in asked if not one.decided and len(one.readings) > 1):
        yield _("还没有算过各读法对最近 12 个月的影响")
    left = [one.title for one in asked if one.moves and not one.decided]
    if left:
        yield _("会改变最近 12 个月金额的存疑还有 %(n)s 处没有定：%(which)s") % {
            "n": len(left), "which": ", ".join(left),
        }  # fmt: skip


def _findings(text: str, lang: str) -> Iterator[str]:
    found = findings(text, lang)
    if found is None:
        yield _("还没有检验")
        return
    for one in found.open:
        yield _("未签认：%(subject)s · %(said)s") % {
            "subject": one.told["subject"], "said": one.told["sentence"],
        }  # fmt: skip
    for problem in found.stale:
        yield _("失效的签认：%(said)s") % {"said": _line(problem)}


def _papers(version: PlanVersion) -> Iterator[Point]:
    lacking = []
    if version.consulted_on is None:
        lacking.append(_("没有协商日期"))
    if not version.consultation.strip():
        lacking.append(_("没有协商记录"))
    # A plan that was registered is the text that was consulted about.
    elif not version.registered and version.consulted_substance != substance_of(version.text):
        lacking.append(
            _("协商以后方案改过（协商的文本 %(digest)s）：按现在的文本再协商")
            % {"digest": (version.consulted_digest or "—")[:12]}
        )
    yield Point("consultation", _("民主协商"), lacking, str(version.consulted_on or ""))
    yield Point("month", _("生效月份"), list(_month(version)), str(version.holds_from))
    yield Point(ACKNOWLEDGED, _("每人签认"), list(_acknowledged(version)))


def _acknowledged(version: PlanVersion) -> Iterator[str]:
    """Every payee, of this very text: before it is published, by himself or on paper."""
    if version.offered_at is None:
        yield _("还没有交付签认：其他各项齐了以后交付")
        return
    left = standing(version).left
    if left:
        yield _("还有 %(n)s 位没有签认：%(who)s") % {
            "n": len(left), "who": series(one.name for one in left[:SHOWN]),
        }  # fmt: skip


def _month(version: PlanVersion) -> Iterator[str]:
    begins = version.holds_from
    shut = PayMonth.objects.filter(month__gte=begins.index, state__in=PayMonth.SHUT)
    if shut.exists():
        last = shut.latest("month")
        yield _("%(month)s %(state)s：最早从 %(next)s 起生效") % {
            "month": last.month, "state": last.get_state_display(), "next": last.month.next(),
        }  # fmt: skip
    taken = PlanVersion.objects.filter(state="published", holds_from=begins.index).first()
    if taken is not None:
        yield _("%(month)s 已有一份发布的方案") % {"month": begins}
    elif any(files_of(begins)):
        yield _("方案文件夹里已有 %(month)s 起生效的文件") % {"month": begins}
    later = PlanVersion.objects.filter(state="published", holds_from__gt=begins.index)
    if later.exists():
        yield _("%(month)s 已有更晚生效的方案发布") % {
            "month": later.order_by("holds_from")[0].holds_from
        }
