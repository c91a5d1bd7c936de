"""`check`: what still stands between a plan and its publication."""

from __future__ import annotations

import json
from pathlib import Path

from assay.commands.common import chosen, done, parser, read_plan_file, say
from assay.plan.check import verdict
from assay.plan.problems import PlanError


def main(argv: list[str]) -> int:
    """Exit 0 when publishable, 1 when not yet, 2 when the plan is broken."""
    options = parser("check", "Say what still stands between a plan and its publication.")
    options.add_argument("--json", action="store_true", help="print data only")
    args = options.parse_args(argv)
    path: Path = args.plan
    plan, _ = read_plan_file(path)
    try:
        found = verdict(plan, chosen(args.question), say)
    except PlanError as error:
        raise error.named(path.name) from None
    finally:
        done()
    if args.json:
        data = {
            "publishable": not found.problems,
            "findings": [p.data(path.name) for p in found.problems],
            "undecided": [p.data(path.name) for p in found.undecided],
            "assay": [f.data() for f in found.findings],
        }
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for problem in (*found.undecided, *found.problems):
            print(problem.text(path.name))
        many = len(found.problems)
        print("publishable" if not many else f"not publishable yet: {many} findings")
    return 1 if found.problems else 0
