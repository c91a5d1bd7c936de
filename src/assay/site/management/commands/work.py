"""work: does the jobs that outlast a request; ./assay serve starts it beside the server."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.urls import get_resolver

from assay.furniture import jobs


class Command(BaseCommand):
    """Works until told to stop, or until the one who started it is gone."""

    help = "do background jobs"
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own shape)

    def handle(self, *args: Any, **options: Any) -> None:
        """The addresses are loaded first: with them come the specs of every room."""
        check = get_resolver().check  # reading the addresses
        check()
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_ignored: stop.set())
        parent = os.getppid()
        jobs.work(lambda: not stop.is_set() and os.getppid() == parent)
