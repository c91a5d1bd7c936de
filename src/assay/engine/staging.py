"""A folder of results published whole or not at all: staged beside it, moved in, run.json last."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assay.errors import UserError

COMMIT = "run.json"
# What a run or its adjustments consist of; anything else in the folder is left alone.
PUBLISHED = (
    COMMIT,
    "plan.yaml",
    "query.sql",
    "statements.csv",
    "credits.csv",
    "credits",
    "paid.csv",
    "rejected.csv",
    "facts",
    "before",
)
_LOCK, _PART = ".assay-lock", ".assay-part-"


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A place to write a run's files; when the block ends they are moved into the folder.

    A folder with run.json is whole: it is the last to come and the first to go, so whoever is
    stopped on the way, by whatever, leaves either the old run, the new one, or a folder that says
    it is none. Two at once are refused. Raises UserError where the folder cannot be written.
    """
    lock = _locked(folder)
    try:
        for left in folder.glob(f"{_PART}*"):  # of one that was stopped
            shutil.rmtree(left, ignore_errors=True)
        stage = Path(tempfile.mkdtemp(prefix=_PART, dir=folder))
        try:
            yield stage
            _move(stage, folder)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    finally:
        (folder / _LOCK).unlink(missing_ok=True)
        os.close(lock)


def _locked(folder: Path) -> int:
    """The folder's lock, held by this process until it is closed or dies."""
    path = folder / _LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise UserError(f"{folder}: {error.strerror}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held it may have taken the file away in the meantime.
        if path.stat().st_ino == os.fstat(lock).st_ino:
            return lock
    except OSError:
        pass
    os.close(lock)
    raise UserError(f"{folder}: another run is writing here; wait for it, or name another folder")


def _move(stage: Path, folder: Path) -> None:
    """Put what is staged in the place of what was there."""
    aside = Path(tempfile.mkdtemp(prefix=".aside-", dir=stage))
    for name in PUBLISHED:
        if (folder / name).exists():
            os.replace(folder / name, aside / name)
    for name in reversed(PUBLISHED):
        if (stage / name).exists():
            os.replace(stage / name, folder / name)
