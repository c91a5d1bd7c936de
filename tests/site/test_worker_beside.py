"""The worker beside the server: one that is killed is followed by another, and none outlives the server."""

from __future__ import annotations

import os
import signal
from threading import Event, Thread
from time import monotonic, sleep

from assay.site import run


def until(told, what):
    end = monotonic() + 60
    while not what() and monotonic() < end:
        sleep(0.05)
    assert what(), told


def test_a_worker_that_is_killed_is_followed_by_another(monkeypatch, tmp_path):
    file = tmp_path / "pids"
    monkeypatch.setattr(
        run, "WORKER",
        f"import os, time; print(os.getpid(), file=open({str(file)!r}, 'a'), flush=True); time.sleep(99)",
    )  # fmt: skip
    over = Event()
    beside = Thread(target=run._kept_working, args=[over])
    beside.start()

    def pids():
        return [int(pid) for pid in file.read_text().split()] if file.exists() else []

    try:
        until("it runs", lambda: len(pids()) == 1)
        os.kill(pids()[0], signal.SIGKILL)
        until("another one runs", lambda: len(pids()) == 2)
    finally:
        over.set()
        beside.join(20)
    assert not beside.is_alive()
    assert not os.path.exists(f"/proc/{pids()[1]}"), "it ends with the server"
