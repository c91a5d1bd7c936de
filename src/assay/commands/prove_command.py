"""`prove`: what a plan rewards, proved or refuted, before it pays."""

from __future__ import annotations

import json

from assay.commands.common import compile_file, done, parser, say
from assay.plan.prove.assay import prove


def main(argv: list[str]) -> int:
    """Exit 0 when nothing stands open, 1 when something is refuted or undecided, 2 when unusable."""
    options = parser("prove", "Prove or refute what a plan rewards.")
    options.add_argument("--json", action="store_true", help="print data only")
    options.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of sentences")
    args = options.parse_args(argv)
    program, _ = compile_file(args.plan, args.question)
    findings = prove(program, tell=say)
    done()
    if args.json:
        data = {"plan": program.plan.name, "findings": [f.data(args.lang) for f in findings]}
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for found in findings:
            print(found.rule, found.about, found.status)
    return 1 if any(found.open for found in findings) else 0
