"""Every plan of the gallery over made-up facts of many payees: CPU per credited row, and its growth."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from assay.engine.inputs import read_inputs, table_of
from assay.engine.run import run_program
from assay.plan.compile import compile_plan
from assay.plan.reading import read_plan
from assay.samples.made import Made
from bench.run import ROOT, say

MONTHS, EACH = 3, 1
KEY_ACCOUNT = ROOT / "plans" / "key-account.yaml"


def plans(only: str) -> list[Path]:
    """The key-account plan, then the gallery's; only: beginnings of their names, by commas."""
    gallery = sorted((ROOT / "plans" / "gallery").glob("*.yaml"))
    begins = tuple(only.split(","))
    return [KEY_ACCOUNT, *(path for path in gallery if path.stem.startswith(begins))]


def measure(path: Path, payees: int, folder: Path) -> dict[str, object]:
    """One plan paid for so many payees over three months: CPU seconds, rows, where rules ran."""
    program = compile_plan(read_plan(path.read_text(encoding="utf-8")))
    shutil.rmtree(folder, ignore_errors=True)
    made = Made(program, 1, payees, MONTHS, EACH)
    made.write(folder)
    facts = read_inputs(program, folder)
    tables = {table_of(stream.fact) for stream in program.streams}
    rows = sum(facts.counts.get(table, 0) for table in tables)
    started = time.process_time()
    outcome = run_program(program, facts, made.span, "duckdb")
    cpu = time.process_time() - started
    shutil.rmtree(folder, ignore_errors=True)
    fast = sum(where == "duckdb" for where in outcome.where.values())
    return {"cpu": cpu, "rows": rows, "rules": len(program.rules), "on_duckdb": fast}


def child(path: Path, payees: int, folder: Path) -> dict[str, object]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "bench.gallery", "--one", str(path), str(payees), str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{path.stem}: {done.stderr.strip()}")
    found: dict[str, object] = json.loads(done.stdout)
    return found


def main() -> None:
    """`python -m bench.gallery [--payees N] [--only PREFIX] [--json]`."""
    options = argparse.ArgumentParser(prog="./assay bench gallery")
    options.add_argument("--payees", type=int, default=10_000)
    options.add_argument("--only", default="", help="plans whose names begin so: 05,62")
    options.add_argument("--data", type=Path, default=ROOT / "bench" / "data")
    options.add_argument("--json", action="store_true")
    options.add_argument(
        "--one", nargs=3, metavar=("PLAN", "PAYEES", "DIR"), help=argparse.SUPPRESS
    )
    args = options.parse_args()
    if args.one:
        path, payees, folder = args.one
        print(json.dumps(measure(Path(path), int(payees), Path(folder))))
        return
    args.data.mkdir(parents=True, exist_ok=True)
    found = []
    base = 0.0
    if not args.json:  # a row as soon as it is known: the whole takes an hour at 100,000 payees
        print(
            "| plan | rules on DuckDB | CPU s | growth over a tenth | µs a row | over key-account |"
        )
        print("|---|---|---|---|---|---|", flush=True)
    for path in plans(args.only):
        say(path.stem)
        small, large = (
            child(path, payees, args.data / "gallery")
            for payees in (args.payees // 10, args.payees)
        )
        each = 1e6 * float(str(large["cpu"])) / float(str(large["rows"]))
        base = base or each
        found.append(
            {
                "plan": path.stem[:36],
                "rules_on_duckdb": f"{large['on_duckdb']} of {large['rules']}",
                "cpu": round(float(str(large["cpu"])), 2),
                "growth": round(float(str(large["cpu"])) / float(str(small["cpu"])), 1),
                "us_per_row": round(each, 1),
                "over_key_account": round(each / base, 1),
            }
        )
        if not args.json:
            print("| " + " | ".join(str(value) for value in found[-1].values()) + " |", flush=True)
    if args.json:
        print(json.dumps({"payees": args.payees, "plans": found}, indent=2))


if __name__ == "__main__":
    main()
