"""`check`: what still stands between a plan and its publication."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from assay.commands.common import chosen, done, parser, read_text, say
from assay.commands.language import add_fault_lang
from assay.commands.report import checked, write_paper
from assay.papers.check_paper import check_paper, faults_paper
from assay.plan.check import Verdict, verdict
from assay.plan.problems import PlanError, Problem
from assay.plan.prove.finding import REFUTED, UNDECIDED, Finding
from assay.plan.reading import read_plan
from assay.plan.vocabulary import IDLE


def main(argv: list[str]) -> int:
    """Exit 0 when publishable, 1 when not yet, 2 when the plan is broken."""
    options = parser("check", "Say what still stands between a plan and its publication.")
    options.add_argument("--json", action="store_true", help="print data only")
    options.add_argument("--report", type=Path, metavar="FILE", help="FILE.html or FILE.pdf")
    add_fault_lang(options)
    args = options.parse_args(argv)
    report, path, readings = checked(args.report), args.plan, chosen(args.question)
    text = read_text(path, "plan")
    try:
        plan = read_plan(text, path.name)
        found = verdict(plan, readings, say)
    except PlanError as error:
        named = error.named(path.name)
        if report is not None:
            write_paper(faults_paper(path.stem, text, named.problems, args.lang), report)
        if args.json:
            _print_data(path.name, named.problems, (), args.lang)
        raise named from None
    finally:
        done()
    if report is not None:
        in_force = {name: one.read for name, one in plan.questions.items()} | readings
        write_paper(check_paper(found, text, in_force, args.lang), report)
    if args.json:
        _print_data(path.name, found.problems, found.findings, args.lang)
    else:
        for problem in found.problems:
            print(problem.text(path.name, args.lang))
        for line in _standing(found):
            print(line)
    return 1 if found.problems else 0


def _print_data(
    file: str, problems: Sequence[Problem], findings: Sequence[Finding], lang: str
) -> None:
    data = {
        "publishable": not problems,
        "findings": [p.told(lang).data(file) for p in problems],
        "assay": [f.data() for f in findings],
    }
    print(json.dumps(data, ensure_ascii=False, indent=2))


def _standing(found: Verdict) -> Iterator[str]:
    """What stands between the plan and its publication, counted, with the way past each."""
    if not found.problems:
        yield "publishable"
        return
    idle = [f for f in found.findings if f.open and f.about in IDLE]
    open_ = [f for f in found.findings if f.open and not f.same_as and f.about not in IDLE]
    refuted = {(f.rule, f.about) for f in open_ if f.status == REFUTED}
    unclear = {(f.rule, f.about) for f in open_ if f.status == UNDECIDED}
    questions = sum(not q.decided_by or not q.decided_on for q in found.plan.questions.values())
    assayed = len(refuted) + len({str(f.reason) for f in open_ if f.status == UNDECIDED})
    rest = len(found.problems) - questions - assayed - len(idle)
    yield f"not publishable yet: {len(found.problems)} findings"
    if questions:
        yield f"  {questions} questions nobody has decided: decided_by: and decided_on: at each"
    if refuted:
        yield (
            f"  {len(refuted)} properties the plan does not have: ./assay prove PLAN --mend looks for the"
            " line to change; what is meant so is accepted: with by, on and why"
        )
    if unclear:
        yield f"  {len(unclear)} properties not decided: more --milliseconds to ./assay prove, or accepted:"
    if idle:
        yield (
            f"  {len(idle)} rows, names or readings that change nothing, or of which that is not decided:"
            " delete them, or accepted: where the source has them so"
        )
    if rest > 0:
        yield f"  {rest} faults of the plan itself, told above with how to mend them"
