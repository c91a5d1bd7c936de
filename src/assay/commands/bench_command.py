"""`bench`: benchmarks with their peers; the method stands in bench/README.md."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from assay.errors import UserError

ROOT = Path(__file__).resolve().parents[3]
BENCHES = (
    "run",
    "republish",
    "gallery",
    "compare",
    "search",
    "prove",
    "facts-db",
    "rooms",
    "imports",
    "ledger",
    "close",
    "live",
    "explain",
    "slips",
    "pages",
)


def main(argv: list[str]) -> int:
    """`bench run|republish|gallery [options]`."""
    if not argv or argv[0] not in BENCHES:
        raise UserError(f"name a bench: {', '.join(BENCHES)}")
    if not (ROOT / "bench").is_dir():
        raise UserError("the benches stand in the source checkout, under bench/")
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", f"bench.{argv[0].replace('-', '_')}", *argv[1:]]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
