"""The plan in force, as every room asks for it: the file of a month, held to what was published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.engine.in_force import NoPlanError, plan_in_force
from assay.errors import UserError
from assay.furniture.reader import reader_language
from assay.period import Month
from assay.plan.document import Plan
from assay.plan.problems import PlanError
from assay.plan.program import Program

InForce = tuple[Program, str, Path]
"""A plan in force: its program, its text and its file."""
Check = Callable[[Month, InForce | None], None]
"""Raises UserError where the plan of a month (None: no file holds) is not what was published for it."""
_checks: list[Check] = []


def hold_to(check: Check) -> None:
    """The room that keeps published plans says how a file is held to them, once it is ready."""
    if check not in _checks:
        _checks.append(check)


def held(month: Month) -> InForce:
    """The plan in force in a month.

    NoPlanError where there is none and none was published; any other UserError where one should hold
    and cannot be gone by: its file is not what was published, is missing, or is no plan.
    """
    try:
        found = plan_in_force(settings.PLANS, month)
    except NoPlanError as error:
        _held_to(month, None)
        raise NoPlanError(_no_plan(month, error.first), error.first) from None
    except PlanError as error:
        raise UserError(error.text(reader_language())) from None
    _held_to(month, found)
    return found


def _no_plan(month: Month, first: Plan | None) -> str:
    """That no plan holds in a month, and what to do, in the reader's language."""
    if first is None:
        return _("%(month)s 没有可用的方案：还没有一版方案，先发布一版") % {"month": month}
    return _(
        "%(month)s 没有可用的方案：最早的（%(plan)s）从 %(first)s 起生效。"
        "日期或月份写错了就改；没写错的，先发布一版更早生效的方案"
    ) % {
        "month": month, "first": Month.parse(first.effective),
        "plan": first.title.text(reader_language(), first.name),
    }  # fmt: skip


def _held_to(month: Month, found: InForce | None) -> None:
    for check in _checks:
        check(month, found)


def plan_of(month: Month) -> tuple[Program, str]:
    """The plan in force in a month: its program and its text. UserError as `held`."""
    return held(month)[:2]


def plan_today() -> Plan | None:
    """The plan in force today; none in a company that has not brought one, or has one nobody can go by."""
    try:
        return plan_of(Month.of(timezone.localdate()))[0].plan
    except UserError:
        return None
