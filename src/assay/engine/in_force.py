"""The plan in force: of the plans a company keeps in a folder, the one for a month."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from assay.errors import UserError
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.problems import PlanError
from assay.plan.program import Program
from assay.plan.reading import read_plan


class NoPlanError(UserError):
    """No plan holds in a month. first: the one that begins first, after it; None where there is none."""

    def __init__(self, said: str, first: Plan | None) -> None:
        super().__init__(said)
        self.first = first


def plan_in_force(folder: Path, month: Month) -> tuple[Program, str, Path]:
    """The plan with the latest `effective` month not after `month`, its text and its file.

    Raises NoPlanError where none holds in that month, UserError where two begin in the same one or a
    file is not UTF-8, PlanError where one is no plan.
    """
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    found = [(compiled(path, path.stat().st_mtime_ns), path) for path in files]
    held = [
        (Month.parse(program.plan.effective), program, text, path)
        for (program, text), path in found
        if Month.parse(program.plan.effective).index <= month.index
    ]
    if not held:
        plans = [program.plan for (program, _text), _path in found]
        first = min(plans, key=lambda plan: Month.parse(plan.effective).index, default=None)
        raise NoPlanError(f"{folder}: 没有 {month} 可用的方案 no plan in force in {month}", first)
    latest = max(start.index for start, *_ in held)
    best = [(program, text, path) for start, program, text, path in held if start.index == latest]
    if len(best) > 1:
        names = ", ".join(path.name for *_, path in best)
        raise UserError(
            f"{folder}: {names} 同月生效，只能留一个 begin in the same month; keep one of them"
        )
    return best[0]


@lru_cache(maxsize=16)
def compiled(path: Path, stamp: int) -> tuple[Program, str]:
    """A plan file compiled under its own readings; remembered until the file changes."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{path.name}: 不是 UTF-8，请另存 not UTF-8; save it as UTF-8") from None
    try:
        return compile_plan(read_plan(text, path.name), {}), text
    except PlanError as error:
        raise error.named(path.name) from None
