"""How long the assay takes: the department's plan and each plan of the gallery, each in a child process."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLANS = [ROOT / "plans" / "key-account.yaml", *sorted((ROOT / "plans" / "gallery").glob("*.yaml"))]


def measure(plan: Path, command: str) -> dict[str, object]:
    """Wall and CPU seconds of `prove` or `check`, start of the process included, and verdicts."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    words = [sys.executable, "-m", "assay", command, str(plan), "--json"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{plan.name}: {done.stderr.strip()}")
    data = json.loads(done.stdout)
    statuses = Counter(f["status"] for f in data["assay" if command == "check" else "findings"])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "plan": plan.stem,
        "command": command,
        "wall": round(wall, 2),
        "cpu": round(cpu, 2),
        **{status: statuses[status] for status in ("proved", "refuted", "undecided")},
    }


def main() -> None:
    """`python -m bench.prove [--json]`."""
    options = argparse.ArgumentParser(prog="./assay bench prove")
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    found = [measure(PLANS[0], "check"), *(measure(plan, "prove") for plan in PLANS)]
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        print("  ".join(f"{name} {value}" for name, value in one.items()))


if __name__ == "__main__":
    main()
