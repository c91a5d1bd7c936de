"""The demo as its command makes it out of nothing: once a run, for all tests that look at it."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

from tests.serving import OF_THE_TESTS, serving

OWN = "a company's own.sqlite3"  # what DATABASE_URL names meanwhile
SIGN_IN = "sign-in.html"


def make(folder: Path) -> None:
    """demo/ as the command leaves it, and its first page as it was served."""
    env = {name: said for name, said in os.environ.items() if name not in OF_THE_TESTS}
    env["DATABASE_URL"] = f"sqlite:///{folder / OWN}"
    words = ("demo", "--dir", folder / "demo", "--port", "8801")
    with serving(*words, env=env) as (address, _process), urlopen(f"{address}/sign-in/") as page:
        (folder / SIGN_IN).write_bytes(page.read())
    file = folder / "demo" / "site" / "assay.sqlite3"
    for _ in range(600):  # what works in the background ends the job it has begun
        with closing(sqlite3.connect(file)) as held:
            (running,) = held.execute(
                "SELECT count(*) FROM furniture_job WHERE state = 'running'"
            ).fetchone()
        if not running:
            return
        time.sleep(0.5)
    raise RuntimeError("a job of the demo does not end")
