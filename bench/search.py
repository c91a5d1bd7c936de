"""Search: what a plan rewards looked for in N orders with customers, each step timed."""

from __future__ import annotations

import argparse
import json
import time
from functools import partial
from pathlib import Path

import duckdb

from assay.engine.inputs import read_inputs
from assay.engine.patterns import Windows
from assay.engine.run import months_of
from assay.engine.search import LOOKED_FOR, Search, proved_beside
from assay.facts.facts import Facts
from assay.plan.compile import compile_plan
from assay.plan.reading import read_plan
from bench.data import make

ROOT = Path(__file__).resolve().parents[1]
CUSTOMERS = 40  # of each salesperson: some order twice within a week


def with_customers(folder: Path, orders: int) -> Path:
    """The bench's orders with a customer each; made once."""
    source = make(folder, orders)
    target = folder / f"customers-{orders}"
    if (target / "done").exists():
        return target
    target.mkdir(parents=True, exist_ok=True)
    for name in ("people.csv", "targets.csv"):
        (target / name).write_bytes((source / name).read_bytes())
    duckdb.execute(
        f"COPY (SELECT *, salesperson_id || '-' || hash(order_id * 31) % {CUSTOMERS} AS customer_id"
        f" FROM read_parquet('{source}/orders.parquet')) TO '{target}/orders.parquet' (FORMAT parquet)"
    ).fetchall()
    (target / "done").write_text("")
    return target


def main() -> None:
    """`python -m bench.search [--orders N] [--json]`."""
    options = argparse.ArgumentParser(prog="./assay bench search")
    options.add_argument("--orders", type=int, default=1_000_000)
    options.add_argument("--data", type=Path, default=ROOT / "bench" / "data")
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    folder = with_customers(args.data, args.orders)
    plan = ROOT / "plans" / "key-account.yaml"
    marks: dict[str, float] = {}
    started = last = time.perf_counter()
    spent = time.process_time()

    def mark(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        marks[name] = round(now - last, 3)
        last = now

    program = compile_plan(read_plan(plan.read_text(encoding="utf-8"), plan.name))
    steps: list[str] = ["start"]

    def tell(text: str) -> None:
        mark(steps[-1])
        steps.append(text)

    def ready(facts: Facts) -> Search:
        tell("facts read")
        return Search(program, facts, months_of(program, facts), Windows(), tell)

    read = partial(read_inputs, program, folder)
    found = proved_beside(program, read, LOOKED_FOR, lambda text: None, ready)
    assert found is not None
    mark(steps[-1])
    figures = {
        "orders": found.orders,
        "seconds": round(time.perf_counter() - started, 2),
        "cpu": round(time.process_time() - spent, 2),
        "steps": marks,
        "patterns": {f"{p.kind} {p.role}": p.candidates for p in found.patterns},
    }
    if args.json:
        print(json.dumps(figures, indent=2))
        return
    for key, value in figures.items():
        print(f"{key:<10} {value}")


if __name__ == "__main__":
    main()
