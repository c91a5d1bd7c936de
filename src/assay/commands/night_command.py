"""`night`: what the calendar does each night, for those who start it by a timer of their own."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from assay.errors import UserError
from assay.site import run


def main(argv: list[str]) -> int:
    """End protections and recycle the pool of a company as of a day (today)."""
    options = argparse.ArgumentParser(
        prog="./assay night",
        description="End protections and recycle the pool. ./assay serve does it by itself after one"
        " in the morning.",
    )
    options.add_argument("--data", type=Path, default=Path("data"), help="the data folder (data)")
    options.add_argument("--day", default="", help="as of a day (today), as 2026-11-26")
    args = options.parse_args(argv)
    if not args.data.is_dir() and not os.environ.get("DATABASE_URL"):
        raise UserError(f"{args.data}: no such data folder")
    words = ["--day", args.day] if args.day else []
    run.call(args.data, "night", *words)
    return 0
