"""`prove`: what a plan rewards, proved or refuted, before it pays."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assay.commands.common import add_lang, compile_file, done, parser, say
from assay.commands.report import checked, write_paper
from assay.commands.several import beside
from assay.engine.compare import compare
from assay.engine.inputs import read_inputs
from assay.engine.run import months_of
from assay.errors import UserError
from assay.papers.assay_paper import assay_paper
from assay.period import Month
from assay.plan.document import Plan
from assay.plan.problems import Problem
from assay.plan.program import Program
from assay.plan.prove import words
from assay.plan.prove.accept import stale, with_acceptances
from assay.plan.prove.assay import Effort, prove
from assay.plan.prove.finding import NOT_APPLICABLE, PROVED, REFUTED, STATUSES, Finding
from assay.plan.prove.mend import Mender
from assay.plan.vocabulary import PROPERTIES

YEAR = 12


def main(argv: list[str]) -> int:
    """Exit 0 when nothing stands open, 1 when something is refuted or undecided, 2 when unusable."""
    args = _options().parse_args(argv)
    report = checked(args.report)
    if args.facts is not None and not args.mend:
        raise UserError("--facts says what a mending would have paid: write --mend with it")
    program, text = compile_file(args.plan, args.question)
    wanted = tuple(args.only) or PROPERTIES
    effort = Effort(args.milliseconds, True, wanted, _cost(args.cost))
    findings = with_acceptances(program.plan, prove(program, effort, say, beside))
    if args.mend:
        findings = _mended(program, text, findings, args)
    done()
    old = list(stale(program.plan, findings, wanted))
    if report is not None:
        paper = assay_paper(program.plan, text, program.readings, findings, old, args.lang)
        write_paper(paper, report)
    if args.json:
        data = {
            "plan": program.plan.name,
            "readings": dict(program.readings),
            "findings": [f.data(args.lang) for f in findings],
            "stale": [p.told(args.lang).data(args.plan.name) for p in old],
        }
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        _print(program.plan, findings, old, args)
    return 1 if old or any(found.open for found in findings) else 0


def _options() -> argparse.ArgumentParser:
    options = parser("prove", "Prove or refute what a plan rewards, within bounds it prints.")
    options.add_argument("--json", action="store_true", help="print data only")
    options.add_argument("--report", type=Path, metavar="FILE", help="FILE.html or FILE.pdf")
    add_lang(options)
    options.add_argument(
        "--only", action="append", default=[], choices=PROPERTIES, help="ask this only (repeatable)"
    )
    options.add_argument(
        "--cost", metavar="RATE", help="what goods cost, of their list price, as in 55%%"
    )
    options.add_argument(
        "--milliseconds",
        type=int,
        default=3000,
        metavar="N",
        help="about how long a question may take before it is undecided",
    )
    options.add_argument(
        "--mend", action="store_true", help="look for one line that would make it hold"
    )
    options.add_argument(
        "--mend-seconds",
        type=float,
        default=10.0,
        metavar="S",
        help="about how long to look for each finding, counted in the solver's steps",
    )
    options.add_argument(
        "--facts", type=Path, metavar="DIR", help="with --mend: what the last 12 months would pay"
    )
    options.add_argument("--skip-rejected", action="store_true", help="pay without rejected rows")
    return options


def _mended(
    program: Program, text: str, findings: list[Finding], args: argparse.Namespace
) -> list[Finding]:
    """Refuted findings that nobody accepted, with their mendings."""
    lasting = None
    if args.facts is not None:
        facts = read_inputs(program, args.facts, say)
        months = months_of(program, facts)[-YEAR:]
        span = (Month(months[0]), Month(months[-1]))

        def lasting(changed: Program) -> dict[str, int]:
            folders = (args.facts, args.facts)
            paid = compare(
                (program, changed), folders, span, skip_rejected=args.skip_rejected, progress=say
            )
            return {who: pair.difference for who, pair in paid.people().items()}

    mender = Mender(text, program, args.mend_seconds, lasting)
    found = []
    for one in findings:
        if one.status == REFUTED and one.open and not one.same_as:
            say(f"{one.rule}: {one.about}")
            one = mender.mended(one)
        found.append(one)
    return found


def _cost(text: str | None) -> Fraction | None:
    """A share of the list price: 55% or 0.55."""
    if text is None:
        return None
    number, percent = text.strip().removesuffix("%"), text.strip().endswith("%")
    try:
        found = Fraction(number) / (100 if percent else 1)
    except (ValueError, ZeroDivisionError):
        raise UserError(f"--cost {text}: write a share of the list price, as in 55%") from None
    if not 0 <= found <= 1:
        raise UserError(f"--cost {text}: between 0% and 100% of the list price")
    return found


def _print(
    plan: Plan, findings: Sequence[Finding], old: Sequence[Problem], args: argparse.Namespace
) -> None:
    """Refuted findings first, largest gains first; then what is open, proved, not applicable."""
    console, lang = Console(highlight=False, soft_wrap=False), args.lang
    shown = [f for f in findings if not f.same_as]
    refuted = sorted((f for f in shown if f.status == REFUTED), key=lambda f: (f.accepted, -f.gain))
    for found in refuted:
        _print_refuted(console, plan, found, lang)
    for status in STATUSES:
        if status != REFUTED:
            _print_brief(console, plan, [f for f in shown if f.status == status], lang)
    for problem in old:
        console.print(Text(problem.text(args.plan.name, lang), style="red"))
    counts = Counter(f.status for f in shown)
    accepted = sum(f.accepted for f in shown)
    summary = " · ".join(f"{words.WORDS[lang][s]} {counts[s]}" for s in STATUSES)
    console.print(Text(f"\n{summary} · {words.WORDS[lang]['accepted']} {accepted}", style="bold"))


def _print_refuted(console: Console, plan: Plan, found: Finding, lang: str) -> None:
    mark = "○" if found.accepted else "✗"
    head = f"{mark} {words.subject(plan, found, lang)} · {words.sentence(found, lang)}"
    tail = f"  {words.where(found, lang)}"
    if found.accepted:
        tail += f" · {words.WORDS[lang]['accepted']}"
    console.print(Text(head, style="bold" if not found.accepted else "dim"), end="")
    console.print(Text(tail, style="dim"))
    if found.example is not None:
        left, right = words.side_by_side(found.example, lang)
        table = Table(box=None, padding=(0, 3, 0, 0), show_edge=False)
        table.add_column(words.WORDS[lang]["before"], overflow="fold")
        table.add_column(words.WORDS[lang]["after"], overflow="fold")
        for at in range(max(len(left), len(right)) - 1):
            pair = (lines[at] if at < len(lines) - 1 else "" for lines in (left, right))
            table.add_row(*(Text(text) for text in pair))
        table.add_row(Text(left[-1], style="bold"), Text(right[-1], style="bold"))
        console.print(Padding(table, (0, 0, 0, 4), expand=False))
    note = words.bounds(found, lang)
    if not found.accepted:
        note += f" · {words.WORDS[lang]['accept']} digest: {found.digest}"
    console.print(Padding(Text(note, style="dim"), (0, 0, 0, 4), expand=False))
    for line in words.mendings(found, lang):
        console.print(Padding(Text(line), (0, 0, 0, 4), expand=False))
    console.print()


def _print_brief(console: Console, plan: Plan, found: Sequence[Finding], lang: str) -> None:
    """A line each; what does not apply is gathered by its reason."""
    if not found:
        return
    if found[0].status == NOT_APPLICABLE:
        by_reason: dict[str, list[str]] = {}
        for one in found:
            reason = one.reason.text(lang) if one.reason is not None else ""
            by_reason.setdefault(reason, []).append(f"{one.rule}/{one.about}")
        for reason, names in by_reason.items():
            text = f"– {words.WORDS[lang][NOT_APPLICABLE]}: {reason}: {', '.join(names)}"
            console.print(Text(text, style="dim"))
        return
    for one in found:
        mark = "✓" if one.status == PROVED else "?"
        console.print(f"{mark} {words.subject(plan, one, lang)} · {words.sentence(one, lang)}")
        console.print(
            Padding(Text(words.bounds(one, lang), style="dim"), (0, 0, 0, 4), expand=False)
        )
