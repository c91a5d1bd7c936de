"""`schema`: the JSON Schema by which editors check and complete plan files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from assay.plan.editor import schema


def main(argv: list[str]) -> int:
    """Exit 0; without --out the schema goes to stdout."""
    options = argparse.ArgumentParser(
        prog="./assay schema", description="The JSON Schema of plan files, for editors."
    )
    options.add_argument("--out", type=Path, metavar="FILE")
    args = options.parse_args(argv)
    text = schema_text()
    if args.out is None:
        print(text, end="")
    else:
        args.out.write_text(text, encoding="utf-8", newline="\n")
    return 0


def schema_text() -> str:
    """The schema as written: equal definitions are equal bytes."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
