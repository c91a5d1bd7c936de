"""Conditions that may already be decided: and, or, not over Python and solver truths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import z3

# The solver has no types of its own.
Truth: TypeAlias = bool | Any
Expr: TypeAlias = Any


def both(*truths: Truth) -> Truth:
    """Whether all hold."""
    left = [t for t in truths if t is not True]
    if any(t is False for t in left):
        return False
    if not left:
        return True
    return left[0] if len(left) == 1 else _joined(z3.Z3_mk_and, left)


def either(*truths: Truth) -> Truth:
    """Whether one holds."""
    left = [t for t in truths if t is not False]
    if any(t is True for t in left):
        return True
    if not left:
        return False
    return left[0] if len(left) == 1 else _joined(z3.Z3_mk_or, left)


def _joined(make: Callable[..., Any], truths: Sequence[Any]) -> Expr:
    """What z3.And and z3.Or give of conditions, without their search for a sort that is known."""
    context = truths[0].ctx
    asts = (z3.Ast * len(truths))(*(truth.as_ast() for truth in truths))
    return z3.BoolRef(make(context.ref(), len(truths), asts), context)


def neither(truth: Truth) -> Truth:
    """The opposite."""
    return (not truth) if isinstance(truth, bool) else z3.Not(truth)


def alike(a: Truth, b: Truth) -> Truth:
    """Whether two conditions are both true or both false."""
    if isinstance(a, bool):
        return b if a else neither(b)
    if isinstance(b, bool):
        return a if b else neither(a)
    found: Truth = a == b
    return found
