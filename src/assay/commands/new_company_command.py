"""`new-company`: an empty company: profile, first administrator, plan."""

from __future__ import annotations

import argparse
from pathlib import Path

from assay.commands.common import read_plan_file
from assay.errors import UserError
from assay.site import run


def main(argv: list[str]) -> int:
    """Make the data folder and its database. The plan is read first, so that it can be used."""
    options = argparse.ArgumentParser(prog="./assay new-company", description="An empty company.")
    options.add_argument("--data", type=Path, default=Path("data"), help="the data folder (data)")
    options.add_argument("--name", required=True, help="the company's name")
    options.add_argument("--admin", default="admin", help="login of the first administrator")
    options.add_argument("--plan", type=Path, required=True, help="the plan it pays by")
    args = options.parse_args(argv)
    if not args.name.strip():
        raise UserError("--name: write the company's name")
    read_plan_file(args.plan)
    run.call(
        args.data, "found_company", "--name", args.name.strip(), "--admin", args.admin,
        "--plan", str(args.plan),
    )  # fmt: skip
    print(
        f"{args.name.strip()}: ready in {args.data}; start it with ./assay serve --data {args.data}"
    )
    return 0
