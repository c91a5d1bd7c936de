"""Several people at the very same moment, in threads and in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

from django.db import connection, connections

from tests.conftest import ROOT


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each came to; all of them begin together."""
    ready = Barrier(len(acts))

    def go(act: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as crowd:
        return [done.result() for done in [crowd.submit(go, act) for act in acts]]


BEGIN = """
import sys
import django
from assay.site.boot import prepare
prepare()
django.setup()
"""


def process(text: str, env: dict[str, str], *words: str) -> subprocess.Popen[str]:
    """A process of its own that runs `text` once Django is there; what it prints can be read."""
    command = [sys.executable, "-c", BEGIN + text, *words]
    return subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def environment(folder: Path) -> dict[str, str]:
    """The test's own database for a process of its own."""
    held, env = connection.settings_dict, {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    env["ASSAY_DATA"] = str(folder)
    env.pop("DJANGO_SETTINGS_MODULE", None)
    if connection.vendor == "sqlite":
        (folder / "assay.sqlite3").symlink_to(Path(held["NAME"]).resolve())
    else:
        at = f"{held['USER']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"
        env["DATABASE_URL"] = f"postgres://{at}"
    return env
