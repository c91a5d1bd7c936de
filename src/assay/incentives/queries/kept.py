"""What a run keeps, read again and again: its plan compiled once, its facts held by the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from assay.engine.in_force import compiled
from assay.engine.inputs import read_inputs
from assay.facts.facts import Facts
from assay.plan.program import Program

MOST = 6
"""So many facts a process holds at once; a month of a million orders takes 150 MB, a department's 1."""

_HELD: OrderedDict[object, tuple[Facts, Lock]] = OrderedDict()
_GATE = Lock()


@contextmanager
def held(key: object, make: Callable[[], Facts]) -> Iterator[Facts]:
    """Facts under a key, made where they are not held; for one thread at a time."""
    with _GATE:
        found = _HELD.pop(key, None)
        if found is None:
            found = (make(), Lock())
        _HELD[key] = found
        while len(_HELD) > MOST:
            _HELD.popitem(last=False)
    facts, lock = found
    with lock:
        yield facts


def program_at(folder: Path) -> Program:
    """The plan of a run's folder, compiled once a process."""
    path = folder / "plan.yaml"
    return compiled(path, path.stat().st_mtime_ns)[0]


@contextmanager
def facts_kept(folder: Path) -> Iterator[Facts]:
    """The facts of a run's folder."""
    with held(
        folder, lambda: read_inputs(program_at(folder), folder / "facts", trusted=True)
    ) as facts:
        yield facts
