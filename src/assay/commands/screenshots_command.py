"""`screenshots`: the pictures of docs/screenshots taken anew, from the demo's pages in Chromium."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def main(argv: list[str]) -> int:
    """Exit 0 when all are taken and small enough, 2 where there is no Chromium."""
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "tests.browser.screenshots", *argv]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
