"""`explain`: how a payee's lines of a month came about, clause by clause."""

from __future__ import annotations

import json
import sys

from assay.commands.common import (
    add_facts,
    add_lang,
    compile_file,
    done,
    facts_at,
    month,
    parser,
    say,
)
from assay.engine.explain import explain
from assay.engine.inputs import read_inputs


def main(argv: list[str]) -> int:
    """Exit 0, or 2 when plan, facts or payee cannot be used."""
    options = parser("explain", "Say how a payee's lines of a month came about.")
    add_facts(options)
    options.add_argument("--payee", required=True, metavar="ID")
    options.add_argument("--month", required=True, metavar="M")
    options.add_argument("--line", default="", metavar="NAME")
    options.add_argument("--role", default="", metavar="ROLE")
    options.add_argument("--all", action="store_true", help="list every row behind each sum")
    add_lang(options)
    options.add_argument("--json", action="store_true", help="print data only")
    args = options.parse_args(argv)
    program, _ = compile_file(args.plan, args.question)
    facts = read_inputs(program, facts_at(args.facts), say)
    done()
    if facts.rejected:
        print(f"{len(facts.rejected)} cells rejected; see ./assay run", file=sys.stderr)
    at = month(args.month)
    found = explain(program, facts, args.payee, at, args.line, args.role, args.lang, args.all)
    if args.json:
        data = {
            "payee_id": args.payee,
            "role": found[0].line.role,
            "month": str(at),
            "lines": [one.data() for one in found],
        }
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return 0
    for one in found:
        first, *rest = one.sentences
        print(first)
        for sentence in rest:
            print(f"  {sentence}")
        print()
    return 0
