"""The files of published plans: where each lies, and whether a month is paid by what was published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from assay.engine.in_force import compiled
from assay.errors import UserError
from assay.incentives.models import PlanVersion
from assay.period import Month
from assay.plan.problems import PlanError
from assay.plan.source import digest
from assay.sales.queries.plan import InForce


def as_published(month: Month, found: InForce | None) -> None:
    """Once a plan is published its file must say what was published, to the letter.

    UserError where the file of a month was changed, taken away, or another put beside it.
    """
    published = (
        PlanVersion.objects.filter(state="published", holds_from__lte=month.index)
        .order_by("-holds_from")
        .first()
    )
    if published is None:
        return
    if found is None or Month.parse(found[0].plan.effective).index < published.holds_from.index:
        raise UserError(
            _("%(title)s 的文件不在方案文件夹里：把 %(file)s 放回去")
            % {"title": published, "file": file_of(published).name}
        )
    _program, text, path = found
    if digest(text) != published.digest:
        raise UserError(
            _(
                "方案文件 %(file)s 与发布的方案不同（文件 %(found)s，发布 %(wanted)s）："
                "恢复发布时的文件，或把改动作为新版本发布"
            )
            % {
                "file": path.name, "found": digest(text)[:12], "wanted": published.digest[:12],
            }
        )  # fmt: skip


def file_of(version: PlanVersion) -> Path:
    """Where a published version's file lies: named by plan and month."""
    plain = re.sub(r"[^\w-]", "-", version.name)
    place: Path = settings.PLANS / f"{plain}-{version.holds_from}.yaml"
    return place


def files_of(month: Month) -> Iterator[tuple[Path, str]]:
    """The files of the plan folder that begin in a month, with their texts; what is no plan is none."""
    for path in sorted(settings.PLANS.glob("*.yaml")) if settings.PLANS.is_dir() else []:
        try:
            program, text = compiled(path, path.stat().st_mtime_ns)
        except (PlanError, UserError):
            continue
        if Month.parse(program.plan.effective) == month:
            yield path, text
