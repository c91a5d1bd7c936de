"""`test`: style, types, import contracts and the whole suite, in one command."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def main(argv: list[str]) -> int:
    """Exit 0 when everything passes. Arguments go to pytest alone, as in `test -k run`."""
    python = [sys.executable, "-m"]
    if argv:
        return _tests(python, argv)
    quick = {
        "style": [*python, "ruff", "check", "."],
        "format": [*python, "ruff", "format", "--check", "."],
    }
    # A minute on one processor: beside the tests, told after them.
    slow = {
        "types": [*python, "mypy"],
        "imports": [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
    }
    failed = [name for name, command in quick.items() if not _told(name, *_checked(command))]
    with ThreadPoolExecutor(1) as beside:
        begun = {name: beside.submit(_checked, command) for name, command in slow.items()}
        suite = _tests(python, [])
        failed += [name for name, done in begun.items() if not _told(name, *done.result())]
    if not _on_postgres(python):
        failed.append("web tests on PostgreSQL")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return suite or bool(failed)


def _tests(python: list[str], argv: list[str]) -> int:
    return subprocess.run([*python, "pytest", *argv], cwd=ROOT, env=_env(), check=False).returncode


def _on_postgres(python: list[str]) -> bool:
    """The tests that use the database once more, on the other one."""
    print("web tests on PostgreSQL:", flush=True)
    done = subprocess.run([*python, "tests.postgres"], cwd=ROOT, env=_env(), check=False)
    return done.returncode == 0


def _env() -> dict[str, str]:
    """This process's own, with bytecode kept: hundreds of processes start, and each would compile it all anew."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    if env.pop("PYTHONDONTWRITEBYTECODE", ""):  # who wants none beside the sources has it elsewhere
        env["PYTHONPYCACHEPREFIX"] = str(ROOT / ".pytest_cache" / "bytecode")
    return env


def _checked(command: list[str]) -> tuple[str, float]:
    """What a check complains of, nothing where it passes; and its seconds."""
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=_env(), check=False, capture_output=True, text=True
    )
    said = done.stdout + done.stderr or f"exit status {done.returncode}"
    return said if done.returncode else "", time.monotonic() - started


def _told(name: str, said: str, seconds: float) -> bool:
    """Say how a check went; whether it passed."""
    print(f"{name}: {'FAILED' if said else 'ok'} ({seconds:.1f} s)", flush=True)
    if said:
        print(said)
    return not said
