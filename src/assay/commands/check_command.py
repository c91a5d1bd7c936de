"""`check`: what still stands between a plan and its publication."""

from __future__ import annotations

import json
from pathlib import Path

from assay.commands.common import chosen, parser, read_plan_file
from assay.plan.check import publishable
from assay.plan.problems import PlanError


def main(argv: list[str]) -> int:
    """Exit 0 when publishable, 1 when not yet, 2 when the plan is broken."""
    options = parser("check", "Say what still stands between a plan and its publication.")
    options.add_argument("--json", action="store_true", help="print data only")
    args = options.parse_args(argv)
    path: Path = args.plan
    plan, _ = read_plan_file(path)
    try:
        problems = publishable(plan, chosen(args.question))
    except PlanError as error:
        raise error.named(path.name) from None
    if args.json:
        data = {"publishable": not problems, "findings": [p.data(path.name) for p in problems]}
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            print(problem.text(path.name))
        print("publishable" if not problems else f"not publishable yet: {len(problems)} findings")
    return 1 if problems else 0
