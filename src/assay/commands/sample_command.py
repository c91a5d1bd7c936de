"""`sample`: write a sample department, facts made up for a plan, or map real ones."""

from __future__ import annotations

import argparse
from pathlib import Path

from assay.commands.common import compile_file
from assay.errors import UserError
from assay.samples.department import write_department
from assay.samples.made import Made
from assay.samples.real import SAMPLES, SHIPPED, map_sample


def main(argv: list[str]) -> int:
    """`sample --seed 1 DIR`, `sample plan PLAN DIR`, `sample northwind [FROM] TO`, …"""
    options = argparse.ArgumentParser(
        prog="./assay sample",
        description="Write a sample department (--seed), or facts made up for any plan (sample plan"
        " PLAN DIR), or map a real one: sample northwind [FROM] TO.",
    )
    options.add_argument(
        "words",
        nargs="+",
        metavar="DIR",
        help="DIR, or: plan PLAN DIR, or: northwind|adventureworks FROM TO",
    )
    options.add_argument("--seed", type=int, default=1, help="which department to make (default 1)")
    options.add_argument("--payees", type=int, default=24, help="people of `sample plan` (24)")
    options.add_argument("--months", type=int, default=6, help="months of `sample plan` (6)")
    options.add_argument(
        "--force", action="store_true", help="write into a folder that is not empty"
    )
    args = options.parse_args(argv)
    name, *rest = args.words
    if name == "plan":
        if len(rest) != 2 or args.payees < 1 or args.months < 1:
            raise UserError("write: sample plan PLAN DIR, with --payees and --months of at least 1")
        program, _ = compile_file(Path(rest[0]), [])
        made = Made(program, args.seed, args.payees, args.months)
        count = made.write(Path(rest[1]), args.force)
        print(f"{rest[1]}: {count} orders of {args.months} months, seed {args.seed}")
        return 0
    if name not in SAMPLES:
        if rest:
            raise UserError(
                f"no sample “{name}”; write: sample DIR, or {' | '.join(SAMPLES)} FROM TO"
            )
        count = write_department(args.seed, Path(name), args.force)
        print(f"{name}: {count} orders of 24 months, seed {args.seed}")
        return 0
    if name == "northwind" and len(rest) == 1:
        rest = [str(SHIPPED), *rest]
    if len(rest) != 2:
        raise UserError(f"write: sample {name} FROM TO")
    count = map_sample(name, Path(rest[0]), Path(rest[1]), args.force)
    print(f"{rest[1]}: {count} orders of {name}")
    return 0
