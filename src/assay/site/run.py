"""Runs Django's commands and the web server for the command line."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import django
from django.core.management import call_command as _call
from granian import Granian
from granian.constants import Interfaces

from assay.errors import UserError
from assay.site.boot import prepare

WORKER = "from assay.site.run import call; call(None, 'work')"


def call(data: Path | None, command: str, *words: str, demo: bool = False) -> str:
    """Run a Django command on a data folder; returns what it answers, if anything."""
    prepare(data, demo)
    django.setup()
    return str(_call(command, *words) or "")


def free_port(host: str, wanted: int, tries: int) -> int:
    """The port wanted, or one of the next that is free."""
    for port in range(wanted, wanted + tries):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise UserError(f"port {wanted} is taken; name another one with --port")


def serve(host: str, port: int, workers: int, tls: tuple[Path, Path] | None = None) -> None:
    """Serve until stopped, with a worker beside for jobs. The environment is prepared already.

    tls: certificate and key, where this server speaks HTTPS itself.
    """
    over = Event()
    beside = Thread(target=_kept_working, args=[over])
    beside.start()
    try:
        _granian(host, port, workers, tls)
    finally:
        over.set()
        beside.join()


def _kept_working(over: Event) -> None:
    """A worker, and another one where it dies, until it is over."""
    while not over.is_set():
        worker = subprocess.Popen([sys.executable, "-c", WORKER])
        while worker.poll() is None and not over.wait(0.5):
            pass
        if worker.poll() is None:
            worker.terminate()
            worker.wait(10)
        over.wait(1)  # one that dies at once is no reason to spin


def _granian(host: str, port: int, workers: int, tls: tuple[Path, Path] | None) -> None:
    cert, key = tls or (None, None)
    Granian(
        "assay.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        websockets=False,  # there are none, and a newcomer need not read so
        workers=workers,
        blocking_threads=4,
        log_enabled=True,
        log_access=False,
        process_name=None,
        ssl_cert=cert,
        ssl_key=key,
    ).serve()
