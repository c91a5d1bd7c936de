"""One changed order among N: the run's folder brought up to date, beside a whole run."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import duckdb

from bench.data import make
from bench.run import ROOT, measure, say


def change(folder: Path, target: Path) -> Path:
    """The facts of today: the same but for the net amount of one order in the middle."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    connection = duckdb.connect()
    orders = folder / "orders.parquet"
    # One at 7折 and a bit: it pays its owner and his manager, before and after.
    found = connection.execute(
        f"SELECT min(order_id) FROM read_parquet('{orders}') WHERE order_id >= (SELECT max(order_id)"
        " // 2 FROM read_parquet('" + str(orders) + "')) AND net_amount * 100 BETWEEN"
        " list_amount * 73 AND list_amount * 76"
    ).fetchall()
    order = found[0][0]
    connection.execute(f"""
        COPY (SELECT * REPLACE (net_amount - CASE WHEN order_id = {order} THEN 50000 ELSE 0 END
          AS net_amount) FROM read_parquet('{orders}') ORDER BY order_id)
        TO '{target}/orders.parquet' (FORMAT parquet)""").fetchall()
    (target / "changed").write_text(str(order), encoding="utf-8")
    return target


def main() -> None:
    """`python -m bench.republish [--orders N] [--rounds R] [--json]`."""
    options = argparse.ArgumentParser(prog="./assay bench republish")
    options.add_argument("--orders", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--data", type=Path, default=ROOT / "bench" / "data")
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    folder = make(args.data, args.orders)
    say("the facts of today")
    today = change(folder, args.data / f"today-{args.orders}")
    out, again = args.data / "published", args.data / "republished"
    say("a whole run")
    full = measure("publish", folder, out)
    rounds = []
    for number in range(args.rounds):
        say(f"round {number + 1}: one order changed")
        shutil.rmtree(again, ignore_errors=True)
        shutil.copytree(out, again)
        rounds.append(measure("republish", today, again))
    say("a whole run of today, to compare")
    fresh = measure("publish", today, args.data / "fresh")
    best = min(rounds, key=lambda one: float(str(one["wall"])))
    done = best["outcome"]
    assert isinstance(done, dict)
    wall = min(float(str(one["wall"])) for one in (full, fresh))
    cpu = min(float(str(one["cpu"])) for one in (full, fresh))
    figures = {
        "orders": args.orders,
        "same_statements": done["statements"] == fresh["outcome"],
        "partitions_written": f"{done['written']} of {done['of']}",
        "full_wall": round(wall, 2),
        "full_cpu": round(cpu, 2),
        "republish_wall": round(float(str(best["wall"])), 3),
        "republish_cpu": round(float(str(best["cpu"])), 3),
        "wall_over_full": round(float(str(best["wall"])) / wall, 4),
        "cpu_over_full": round(float(str(best["cpu"])) / cpu, 4),
        "rss_mb": round(float(str(best["rss_mb"]))),
    }
    for path in (out, again, args.data / "fresh", today):
        shutil.rmtree(path, ignore_errors=True)
    if args.json:
        print(json.dumps(figures, indent=2))
        return
    for key, value in figures.items():
        print(f"{key:<20} {value}")


if __name__ == "__main__":
    main()
