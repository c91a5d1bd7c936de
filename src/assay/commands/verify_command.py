"""`verify`: a run worked out again from its own plan and facts, by the reference alone."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from assay.commands.common import done, say
from assay.commands.language import add_fault_lang
from assay.engine.folder import open_run
from assay.engine.verify import verify

SHOWN = 40


def main(argv: list[str]) -> int:
    """Exit 0 when every line is what its plan and facts make of it, 1 when one differs."""
    options = argparse.ArgumentParser(
        prog="./assay verify",
        description="Compute every line of a run again, from its own plan and facts.",
    )
    options.add_argument("run", type=Path, metavar="RUN_DIR", help="a folder that `run` wrote")
    options.add_argument("--json", action="store_true", help="print data only")
    add_fault_lang(options)
    args = options.parse_args(argv)
    run = open_run(args.run)
    lines, found = verify(run, say)
    done()
    if args.json:
        data = {"lines": lines, "differences": [asdict(one) for one in found]}
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return int(bool(found))
    for one in found[:SHOWN]:
        print(one.text())
    if len(found) > SHOWN:
        print(f"… and {len(found) - SHOWN} more")
    print(
        f"{lines} lines worked out again: {f'{len(found)} differences' if found else 'all agree'}"
    )
    return int(bool(found))
