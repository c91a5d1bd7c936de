"""The run against hand-written SQL, contenders in turn, each in a child process, best of five."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from bench.data import make

ROOT = Path(__file__).resolve().parents[1]
REFERENCE_ORDERS = 20_000


def measure(name: str, folder: Path, out: Path, memory: str = "") -> dict[str, object]:
    """One contender in a process of its own."""
    command = [sys.executable, "-m", "bench.contender", name, str(folder), str(out), memory]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr.strip()}")
    found: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def best(results: list[dict[str, object]], figure: str) -> float:
    """The least of a figure over the rounds."""
    return min(float(str(one[figure])) for one in results)


def main() -> None:
    """`python -m bench.run [--orders N] [--rounds R] [--json]`."""
    options = argparse.ArgumentParser(prog="./assay bench run")
    options.add_argument("--orders", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--memory", default="", help="DuckDB memory limit of the plan, as 1GB")
    options.add_argument("--data", type=Path, default=ROOT / "bench" / "data")
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    folder = make(args.data, args.orders)
    small = make(args.data, min(REFERENCE_ORDERS, args.orders))
    runs: dict[str, list[dict[str, object]]] = {}
    for number in range(args.rounds):
        for name in ("plan", "by_hand", "scan", "rewrite"):
            say(f"round {number + 1}: {name}")
            memory = args.memory if name == "plan" else ""
            out = args.data / f"{name}.parquet"
            runs.setdefault(name, []).append(measure(name, folder, out, memory))
    say("explain, and the reference beside the plan on few orders")
    out = args.data / "small.parquet"
    explained = [measure("explain", folder, out) for _ in range(min(args.rounds, 3))]
    reference, few = measure("reference", small, out), measure("plan", small, out)
    same = len({str(one["outcome"]) for name in ("plan", "by_hand") for one in runs[name]}) == 1
    plan, hand = runs["plan"], runs["by_hand"]
    figures: dict[str, object] = {
        "orders": args.orders,
        "rounds": args.rounds,
        "same_outcome": same,
        "plan_over_sql": round(best(plan, "cpu") / best(hand, "cpu"), 3),
        "wall_over_sql": round(best(plan, "wall") / best(hand, "wall"), 3),
        "rss_over_sql": round(best(plan, "rss_mb") / best(hand, "rss_mb"), 3),
        "reference_over_plan": round(best([reference], "cpu") / best([few], "cpu"), 2),
        "reference_orders": min(REFERENCE_ORDERS, args.orders),
        "explain_seconds": round(best(explained, "wall"), 3),
        "best": {
            name: {figure: round(best(found, figure), 3) for figure in ("wall", "cpu", "rss_mb")}
            for name, found in runs.items()
        },
    }
    if args.json:
        print(json.dumps(figures, indent=2))
        return
    for key, value in figures.items():
        print(f"{key:<22} {value}")


def say(text: str) -> None:
    """Progress on stderr."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
