"""`try`: an example block of one's own, worked out by a plan."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assay.commands.common import chosen, parser, read_plan_file, read_text
from assay.plan.example import work
from assay.plan.example_reading import read_example
from assay.plan.problems import PlanError
from assay.plan.units import money, show


def main(argv: list[str]) -> int:
    """Exit 0, or 1 when the block has `expect` and a value differs."""
    options = parser("try", "Work out an example block (see docs/plan-language.md) by a plan.")
    options.add_argument(
        "--example", type=Path, required=True, metavar="FILE", help="the block; - for stdin"
    )
    options.add_argument("--json", action="store_true", help="print data only")
    args = options.parse_args(argv)
    plan, _ = read_plan_file(args.plan)
    stdin = str(args.example) == "-"
    text = sys.stdin.read() if stdin else read_text(args.example, "example")
    example = read_example(text, "stdin" if stdin else args.example.name)
    try:
        worked = work(plan, example, chosen(args.question))
    except PlanError as error:
        raise error.named("stdin" if stdin else args.example.name) from None
    if args.json:
        print(json.dumps(worked.data(), ensure_ascii=False, indent=2))
        return 1 if worked.failures else 0
    unit = money(plan.currency)
    for name, amount in worked.lines.items():
        print(f"{name:<24} {show(amount, unit):>20}")
    for name, (value, kind) in worked.values.items():
        print(f"  {name:<22} {show(value, kind):>20}")
    for failure in worked.failures:
        print(f"✗ {failure}", file=sys.stderr)
    return 1 if worked.failures else 0
