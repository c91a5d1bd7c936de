"""`adjust`: what came or changed after the months of a run were paid, as lines of a later month."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from assay.commands.common import done, month, say
from assay.commands.language import add_rows_lang
from assay.commands.run_command import turned_away
from assay.engine.adjust_folder import write_adjustments
from assay.engine.folder import open_run
from assay.engine.inputs import read_inputs
from assay.money import grouped, yuan
from assay.period import Month

SHOWN = 40


def main(argv: list[str]) -> int:
    """Exit 0; 2 where run or facts cannot be used."""
    options = argparse.ArgumentParser(
        prog="./assay adjust",
        description="Lines adjustment:<line> for what came or changed after a month was paid.",
    )
    options.add_argument("run", type=Path, metavar="RUN_DIR", help="what was paid")
    options.add_argument("--facts", type=Path, required=True, metavar="DIR", help="facts of today")
    options.add_argument("--out", type=Path, required=True, metavar="DIR2")
    options.add_argument("--month", metavar="M", help="in which month (default: the next one)")
    options.add_argument("--skip-rejected", action="store_true", help="go on without rejected rows")
    options.add_argument("--json", action="store_true", help="print data only")
    add_rows_lang(options)
    args = options.parse_args(argv)
    run = open_run(args.run)
    at = month(args.month) if args.month else Month(run.months.stop)
    facts = read_inputs(run.program, args.facts, say)
    if facts.rejected and not turned_away(facts, args.out, args.skip_rejected, args.lang):
        return 2
    found = write_adjustments(run, facts, at, args.out)
    done()
    if args.json:
        rows = [
            {
                "payee_id": one.payee,
                "role": one.role,
                "month": str(at),
                "line": one.printed_line,
                "for_month": str(Month(one.for_month)),
                "amount": yuan(one.amount),
                "award": one.award,
                "reason": one.reason,
            }
            for one in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for one in found[:SHOWN]:
        title = f"{one.title} · {one.award}" if one.award else one.title
        print(
            f"{one.payee:<8} {one.name:<8} {Month(one.for_month)}  {title:<12}"
            f" {grouped(one.amount):>14}  {one.reason}"
        )
    if len(found) > SHOWN:
        print(f"… and {len(found) - SHOWN} more")
    print(f"{len(found)} adjustments in {at}: {grouped(sum(one.amount for one in found))}")
    print(f"files: {args.out}/statements.csv, credits.csv, run.json")
    return 0
