"""`test`: style, types, import contracts and the whole suite, in one command."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def main(argv: list[str]) -> int:
    """Exit 0 when everything passes. Arguments go to pytest alone, as in `test -k run`."""
    python = [sys.executable, "-m"]
    checks = [
        ("style", [*python, "ruff", "check", "."]),
        ("format", [*python, "ruff", "format", "--check", "."]),
        ("types", [*python, "mypy"]),
        ("imports", [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]),
    ]
    failed = [] if argv else [name for name, command in checks if not _passes(name, command)]
    suite = subprocess.run([*python, "pytest", *argv], cwd=ROOT, env=_env(), check=False)
    if not argv and not _on_postgres(python):
        failed.append("web tests on PostgreSQL")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return suite.returncode or bool(failed)


def _on_postgres(python: list[str]) -> bool:
    """The tests that use the database once more, on the other one."""
    print("web tests on PostgreSQL:", flush=True)
    done = subprocess.run([*python, "tests.postgres"], cwd=ROOT, env=_env(), check=False)
    return done.returncode == 0


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def _passes(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=_env(), check=False, capture_output=True, text=True
    )
    seconds = time.monotonic() - started
    print(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'} ({seconds:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr)
    return done.returncode == 0
