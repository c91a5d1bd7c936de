"""Work of a command done in as many processes as there are processors."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar, cast

Task = TypeVar("Task")
Found = TypeVar("Found")
# What the processes do: they are forked with it, so that a whole program need not be sent to each.
_work: list[Callable[[object], object]] = []


def beside(work: Callable[[Task], Found], tasks: Sequence[Task]) -> Iterable[Found]:
    """What map gives, in its order, worked out at several tasks at a time; errors come as in map."""
    many = min(os.cpu_count() or 1, len(tasks))
    if many < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work, tasks)
        return
    _work.append(cast(Callable[[object], object], work))
    try:
        forked = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(many, mp_context=forked) as pool:
            yield from cast(Iterable[Found], pool.map(_there, tasks))
    finally:
        _work.pop()


def _there(task: object) -> object:
    return _work[-1](task)
