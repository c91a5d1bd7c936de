"""The plan in force, as every room asks for it: the file of a month, held to what was published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from assay.engine.in_force import plan_in_force
from assay.period import Month
from assay.plan.program import Program

Check = Callable[[Month, Program, str, Path], None]
"""Raises UserError where the file of a month is not the plan that was published for it."""
_checks: list[Check] = []


def hold_to(check: Check) -> None:
    """The room that keeps published plans says how a file is held to them, when it is loaded."""
    if check not in _checks:
        _checks.append(check)


def held(month: Month) -> tuple[Program, str, Path]:
    """The plan in force in a month: its program, its text and its file.

    UserError where there is none, or where its file is not what was published.
    """
    program, text, path = plan_in_force(settings.PLANS, month)
    for check in _checks:
        check(month, program, text, path)
    return program, text, path


def plan_of(month: Month) -> tuple[Program, str]:
    """The plan in force in a month: its program and its text. UserError as `held`."""
    return held(month)[:2]
