"""Compare: another reading over AdventureWorks' 36 months, the whole command in a process of its own."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assay.samples.real import map_sample

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """`python -m bench.compare --source DIR [--rounds R] [--json]`."""
    options = argparse.ArgumentParser(prog="./assay bench compare")
    options.add_argument("--source", type=Path, required=True, help="AdventureWorks' normal form")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "facts"
        map_sample("adventureworks", args.source, folder, force=False)
        words = ["compare", "plans/key-account.yaml", "--question", "at_120=literal"]
        command = [sys.executable, "-m", "assay", *words, "--facts", str(folder), "--json"]
        seconds: list[float] = []
        for more in ([], ["--out", str(Path(made) / "out")]):
            best = 1e9
            for _ in range(args.rounds):
                started = time.perf_counter()
                subprocess.run([*command, *more], cwd=ROOT, check=True, capture_output=True)
                best = min(best, time.perf_counter() - started)
            seconds.append(round(best, 2))
    figures = {"rounds": args.rounds, "seconds": seconds[0], "with_workbook_and_chart": seconds[1]}
    if args.json:
        print(json.dumps(figures, indent=2))
        return
    for key, value in figures.items():
        print(f"{key:<24} {value}")


if __name__ == "__main__":
    main()
