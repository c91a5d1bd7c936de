"""A command that serves, in a process of its own, for as long as a test asks it."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
ANY = ssl._create_unverified_context()  # is it up: whatever certificate it shows
OF_THE_TESTS = (
    "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "ASSAY_DATA", "ASSAY_SECRET_KEY", "ASSAY_SEAL_KEY",
)  # fmt: skip


@contextmanager
def serving(
    *words: object, env: Mapping[str, str] = os.environ
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A command that serves; yields its address once that is printed."""
    env = {**env, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "assay", *map(str, words)]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                address = re.search(r"https?://[\d.]+:\d+", line)
                if address:
                    break
            assert address is not None
            for _ in range(100):
                try:
                    urlopen(f"{address[0]}/healthz", timeout=5, context=ANY).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield address[0], process
        finally:
            process.send_signal(signal.SIGINT)
            process.stdout.read()
            process.wait(20)
