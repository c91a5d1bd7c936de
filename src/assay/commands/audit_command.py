"""`audit`: books, runs, statements and payments of a department held against each other."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from assay.errors import UserError
from assay.site import run


def main(argv: list[str]) -> int:
    """Exit 0 where all agrees, 1 where anything differs."""
    options = argparse.ArgumentParser(
        prog="./assay audit",
        description="Hold the books, the runs kept, the statements and the payments against each other.",
    )
    options.add_argument("--data", type=Path, default=Path("data"), help="the data folder (data)")
    options.add_argument(
        "--deep", action="store_true", help="work every line of every run out again, too"
    )
    args = options.parse_args(argv)
    if not args.data.is_dir() and not os.environ.get("DATABASE_URL"):
        raise UserError(f"{args.data}: no such data folder")
    return int(bool(run.call(args.data, "audit", *(["--deep"] if args.deep else []))))
