"""`republish`: a run brought up to date where a few orders changed, without paying all again."""

from __future__ import annotations

import argparse
from pathlib import Path

from assay.engine.folder import open_run
from assay.engine.republish import republish


def main(argv: list[str]) -> int:
    """Exit 0, or 2 where run or facts do not allow it."""
    options = argparse.ArgumentParser(
        prog="./assay republish",
        description="Bring an open month's run up to date where only the named orders changed.",
    )
    options.add_argument(
        "run", type=Path, metavar="RUN_DIR", help="what `run --credits parquet` wrote"
    )
    options.add_argument("--facts", type=Path, required=True, metavar="DIR", help="facts of today")
    options.add_argument(
        "--order", action="append", required=True, metavar="ID", help="(repeatable)"
    )
    args = options.parse_args(argv)
    done = republish(open_run(args.run), args.facts, args.order)
    print(f"{done.payees} payees changed; {done.written} of {done.partitions} partitions written")
    return 0
