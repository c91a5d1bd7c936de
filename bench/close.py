"""`bench close`: a month closed from the click to readable statements, beside the bare run on the same rows."""

from __future__ import annotations

import argparse
import json
import os

from bench.filled import empty_site
from bench.rooms import asked
from tests.postgres import binaries


def main() -> None:
    """Fill a PostgreSQL database, work the month out there, then pay the same rows from its files."""
    options = argparse.ArgumentParser(prog="bench close")
    options.add_argument("--payees", type=int, default=5000)
    options.add_argument("--orders", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    bin_ = binaries()
    if bin_ is None:
        print("bench close: no PostgreSQL here")
        return
    fill = ["bench.close_run", str(args.payees), str(args.orders), str(args.rounds)]
    with empty_site(bin_) as (env, _):
        found = json.loads(asked(fill, env))
    found["load"] = [round(one, 1) for one in os.getloadavg()]
    if args.json:
        print(json.dumps(found))
        return
    for name in ("close", "bare"):
        print(
            f"{name:<6} {found[name]['wall']:6.1f} s by the clock  {found[name]['cpu']:6.1f} s CPU"
        )
    print(
        f"close / bare: {found['wall_ratio']:.2f} by the clock, {found['cpu_ratio']:.2f} CPU;"
        f" {found['lines']:,} lines of {found['statements']:,} statements; load {found['load']}"
    )


if __name__ == "__main__":
    main()
