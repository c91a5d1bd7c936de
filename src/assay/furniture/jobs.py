"""Jobs: a table as the queue, workers that claim from it, progress in a small file.

Progress stands in a file because a job writes in one transaction: nobody would see it in the table.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.kept import acting
from assay.furniture.models import Job

Progress = Callable[[int, int], None]
Work = Callable[[Job, Progress], tuple[str, dict[str, Any]]]
"""Takes the job and a way to tell how far it is; returns the state it ends in, and its result."""

KINDS: dict[str, Work] = {}
ROUNDS: dict[Callable[[], None], float] = {}
"""What a worker does by itself every so many seconds; each must bear being done twice."""

BEAT = 5.0
"""Seconds: so often a process at work gives a sign of life, however long a step takes."""
SILENT = timedelta(seconds=30)
TRIES = 3
AGAIN = timedelta(minutes=1)
"""A job is tried again after so long where the folder took no file."""
_log = logging.getLogger("assay.jobs")


def register(kind: str, work: Work) -> None:
    """Say how jobs of a kind are done."""
    KINDS[kind] = work


class Later(Exception):  # noqa: N818 (it is no fault)
    """Raised by a job that is to be tried again after some time; says why."""

    def __init__(self, after: timedelta, why: str) -> None:
        super().__init__(why)
        self.after = after


def every(seconds: float, act: Callable[[], None]) -> None:
    """Have workers do something again and again."""
    ROUNDS[act] = seconds


def folder() -> Path:
    """Where jobs keep their files."""
    path = Path(settings.MEDIA_ROOT) / "jobs"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _told(job: Job) -> Path:
    return folder() / f"{job.pk}.progress"


def teller(job: Job) -> Progress:
    """A function that writes down how far a job is, at most a few times a second."""
    path = _told(job)
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > 0.25 or done == total:
            last = now
            beside = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            beside.write_text(json.dumps([done, total]), encoding="ascii")
            beside.replace(path)

    return tell


def progress(job: Job) -> tuple[int, int]:
    """How far a job is: (done, total); (0, 0) where it has not said yet."""
    try:
        done, total = json.loads(_told(job).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0, 0
    return int(done), int(total)


def claim() -> Job | None:
    """Take the next job, as the only one to have it; jobs of a dead worker are taken up again."""
    _wake_abandoned()
    waiting = Job.objects.filter(state="waiting", due__lte=timezone.now()).order_by("pk")
    for job in waiting[:5]:
        if take(job):
            return job
    return None


def take(job: Job) -> bool:
    """Take this very job, as the only one to have it; whether it was still to be had.

    Where the folder takes no file it is put off, and says so: nothing could be done with it now.
    """
    try:
        teller(job)(0, 0)  # alive from now on, so that nobody takes it for abandoned
    except OSError as error:
        _put_off(job, error)
        return False
    if not Job.objects.filter(pk=job.pk, state="waiting").update(state="running"):
        return False
    job.refresh_from_db()
    job.tries, job.error = job.tries + 1, ""
    job.save(update_fields=["tries", "error"])
    return True


def _put_off(job: Job, error: OSError) -> None:
    _log.error("job %s put off: %s", job.pk, error)
    with override(job.given.get("lang") or get_language()):
        said = _(
            "写不进数据文件夹（%(why)s）：请管理员腾出空间或检查权限；腾好以后自动继续"
        ) % {"why": error.strerror or type(error).__name__}  # fmt: skip
    waiting = Job.objects.filter(pk=job.pk, state="waiting")
    waiting.update(error=said, due=timezone.now() + AGAIN)


def _wake_abandoned() -> None:
    for job in Job.objects.filter(state="running"):
        try:
            silent = time.time() - _told(job).stat().st_mtime
        except OSError:
            silent = (timezone.now() - job.made).total_seconds()
        if silent > SILENT.total_seconds():
            state = "waiting" if job.tries < TRIES else "failed"
            Job.objects.filter(pk=job.pk, state="running").update(state=state)


@contextmanager
def _alive(job: Job) -> Iterator[None]:
    """Give signs of life while a job is done: the file of its progress is touched, whatever it says."""
    path, over = _told(job), threading.Event()
    if not path.exists():
        teller(job)(0, 0)

    def beat() -> None:
        while not over.wait(BEAT):
            with suppress(OSError):
                os.utime(path)

    beating = threading.Thread(target=beat, daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()


def run(job: Job) -> Job:
    """Do a claimed job under the name of who asked for it; whatever fails becomes a sentence."""
    try:
        with acting(job.user_id, job.who), _alive(job):
            job.state, job.result = KINDS[job.kind](job, teller(job))
        job.error = ""
    except Later as later:
        job.state, job.error, job.due = "waiting", str(later), timezone.now() + later.after
    except UserError as error:
        job.state, job.error = "failed", str(error)
    except Exception:
        _log.exception("job %s failed", job.pk)
        job.state, job.error = "failed", ""
    job.ended = timezone.now() if job.state != "waiting" else None
    job.save()
    with suppress(OSError):  # a folder that gives nothing away holds up no worker
        _told(job).unlink(missing_ok=True)
    return job


def work(keep_on: Callable[[], bool], pause: float = 0.5) -> None:
    """Do jobs as they come, and the rounds between them, until told to stop."""
    due = dict.fromkeys(ROUNDS, 0.0)
    while keep_on():
        for act, seconds in ROUNDS.items():
            if time.monotonic() >= due.get(act, 0.0):
                due[act] = time.monotonic() + seconds
                _round(act)
        job = claim()
        if job is None:
            time.sleep(pause)
        else:
            run(job)


def _round(act: Callable[[], None]) -> None:
    """A round that fails is told in the log, and done again when it is due."""
    try:
        act()
    except Exception:
        _log.exception("a round failed")
