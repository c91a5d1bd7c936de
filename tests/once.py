"""What several workers need is made by whoever needs it first, while the others wait."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Held by one process; a process that dies lets go of it."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def once(request: pytest.FixtureRequest, name: str, make: Callable[[Path], None]) -> Path:
    """A folder of this run that `make` has filled, at another path than it has in the end."""
    factory = request.getfixturevalue("tmp_path_factory")
    root: Path = factory.getbasetemp()
    if hasattr(request.config, "workerinput"):  # of xdist: each worker has its own within the run's
        root = root.parent
    made, begun = root / name, root / f"{name} under way"
    with one_at_a_time(root / f"{name}.lock"):
        if not made.exists():
            shutil.rmtree(begun, ignore_errors=True)
            begun.mkdir()
            make(begun)
            begun.rename(made)
    return made
