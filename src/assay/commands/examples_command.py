"""`examples`: a plan's worked examples, each held against what it expects."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assay.commands.common import chosen, parser, read_plan_file
from assay.commands.language import add_fault_lang
from assay.plan.compile import compile_plan
from assay.plan.example import Worked, work
from assay.plan.problems import PlanError
from assay.plan.sentences import told_in


def main(argv: list[str]) -> int:
    """Exit 0 when all pass, 1 when one fails, 2 when the plan cannot be used."""
    options = parser("examples", "Run a plan's worked examples.")
    options.add_argument("--json", action="store_true", help="print data only")
    add_fault_lang(options)
    args = options.parse_args(argv)
    path: Path = args.plan
    plan, _ = read_plan_file(path)
    readings = chosen(args.question)
    try:
        compile_plan(plan, readings)
        worked = [work(plan, example, readings) for example in plan.examples]
    except PlanError as error:
        raise error.named(path.name) from None
    failed = [one for one in worked if one.failures]
    if args.json:
        print(
            json.dumps({"examples": [one.data() for one in worked]}, ensure_ascii=False, indent=2)
        )
    else:
        _print(worked, [example.place.line for example in plan.examples], path.name, args.lang)
    return 1 if failed else 0


def _print(worked: list[Worked], lines: list[int], file: str, lang: str) -> None:
    for one, line in zip(worked, lines, strict=True):
        print(f"{'✗' if one.failures else '✓'} {one.name}")
        for failure in one.failures:
            print(f"    {file}:{line}: {told_in(failure, lang)}", file=sys.stderr)
    passed = sum(not one.failures for one in worked)
    print(f"{passed} of {len(worked)} examples hold")
