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

from assay.plan.compile import compile_plan
from assay.plan.prove.digest import digest_of
from assay.plan.reading import read_plan

ROOT = Path(__file__).resolve().parents[1]
PLANS = [ROOT / "plans" / "key-account.yaml", *sorted((ROOT / "plans" / "gallery").glob("*.yaml"))]


# Of several findings of one property of a rule (cliffs), the table keeps the worst.
WORST = ("refuted", "undecided", "proved", "not_applicable")


def measure(plan: Path, command: str) -> dict[str, object]:
    """Wall and CPU seconds of `prove` or `check`, start of the process included, and verdicts."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    words = [sys.executable, "-m", "assay", command, str(plan), "--json"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{plan.name}: {done.stderr.strip()}")
    data = json.loads(done.stdout)
    findings = data["assay" if command == "check" else "findings"]
    statuses = Counter(f["status"] for f in findings)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "plan": plan.stem,
        "command": command,
        "wall": round(wall, 2),
        "cpu": round(cpu, 2),
        **{status: statuses[status] for status in ("proved", "refuted", "undecided")},
        "verdicts": verdicts(findings),
    }


def verdicts(findings: list[dict[str, str]]) -> dict[str, str]:
    """RULE/PROPERTY -> the worst status."""
    found: dict[str, str] = {}
    for one in findings:
        key = f"{one['rule']}/{one['property']}"
        found[key] = min(found.get(key, WORST[-1]), one["status"], key=WORST.index)
    return found


def table(plans: list[Path], found: list[dict[str, object]], held: dict[str, object]) -> str:
    """What was found of each plan, under the digest of its formulas: a test holds the plans to it.

    Plans that were not asked keep what is held of them.
    """
    asked: dict[str, object] = {}
    for path, one in zip(plans, found, strict=True):
        program = compile_plan(read_plan(path.read_text(encoding="utf-8")))
        asked[path.stem] = {
            "digest": digest_of(program, program.rules),
            "verdicts": one["verdicts"],
        }
    made = {path.stem: asked.get(path.stem, held.get(path.stem)) for path in PLANS}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """`python -m bench.prove [--json] [--table FILE] [--only NAME …]`."""
    options = argparse.ArgumentParser(prog="./assay bench prove")
    options.add_argument("--json", action="store_true")
    options.add_argument("--table", type=Path, metavar="FILE", help="write the verdicts here")
    options.add_argument("--only", nargs="+", metavar="NAME", help="plans whose names begin so")
    args = options.parse_args()
    plans = [p for p in PLANS if args.only is None or p.stem.startswith(tuple(args.only))]
    if not plans:
        raise SystemExit(f"no plan is named {' or '.join(args.only)}…")
    proved = [measure(plan, "prove") for plan in plans]
    if args.table is not None:
        held = {} if args.only is None else json.loads(args.table.read_text(encoding="utf-8"))
        args.table.write_text(table(plans, proved, held), encoding="utf-8")
    checked = [measure(PLANS[0], "check")] if args.only is None else []
    found = [*checked, *proved]
    for one in found:
        del one["verdicts"]
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        print("  ".join(f"{name} {value}" for name, value in one.items()))


if __name__ == "__main__":
    main()
