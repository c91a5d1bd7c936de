"""`try`: example blocks of one's own, or those of the plan, worked out with every value shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from assay.commands.common import chosen, parser, read_plan_file, read_text
from assay.commands.language import add_fault_lang
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.document import Example, Plan
from assay.plan.example import Quantity, Worked, work
from assay.plan.example_reading import read_examples
from assay.plan.problems import PlanError
from assay.plan.saying import spaced
from assay.plan.sentences import told_in
from assay.plan.units import Unit, money, show


def main(argv: list[str]) -> int:
    """Exit 0, or 1 when a block has `expect` and a value differs."""
    options = parser("try", "Work out example blocks (see docs/plan-language.md) by a plan.")
    options.add_argument(
        "--example",
        type=Path,
        metavar="FILE",
        help="a block or a list of them; - for stdin; without it, the examples of the plan",
    )
    options.add_argument("--json", action="store_true", help="print data only")
    add_fault_lang(options)
    args = options.parse_args(argv)
    plan, _ = read_plan_file(args.plan)
    readings = chosen(args.question)
    try:
        compile_plan(plan, readings)
    except PlanError as error:
        raise error.named(args.plan.name) from None
    file, examples = _examples(args.plan, plan, args.example)
    try:
        worked = [work(plan, example, readings) for example in examples]
    except PlanError as error:
        raise error.named(file) from None
    if args.json:
        data = [one.data() for one in worked]
        said: object = data[0] if args.example and len(data) == 1 else {"examples": data}
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        _print(worked, examples, file, money(plan.currency), args.lang)
    return 1 if any(one.failures for one in worked) else 0


def _examples(path: Path, plan: Plan, said: Path | None) -> tuple[str, Sequence[Example]]:
    """The blocks to try and the name of what they stand in."""
    if said is None:
        return path.name, plan.examples
    stdin = str(said) == "-"
    name = "stdin" if stdin else said.name
    return name, read_examples(sys.stdin.read() if stdin else read_text(said, "example"), name)


def _print(
    worked: Sequence[Worked], examples: Sequence[Example], file: str, currency: Unit, lang: str
) -> None:
    for one, example in zip(worked, examples, strict=True):
        mark = "✗" if one.failures else "✓" if example.expect else "·"
        months = [*one.months] or [one.month]
        span = " … ".join(str(Month(m)) for m in dict.fromkeys((months[0], months[-1])))
        called = example.title.text(lang, one.name)
        print(f"{mark} {called} · {one.payee} ({one.role}) · {span}")
        for name, text in _shown(one, currency, lang):
            print(f"    {name:<26} {text}")
        for note in one.notes:
            print(f"  note: {told_in(note, lang)}")
        for failure in one.failures:
            print(f"✗ {file}:{example.place.line}: {told_in(failure, lang)}", file=sys.stderr)
    if not worked:
        print("the plan has no examples: write some under examples:, or name a file with --example")


def _shown(one: Worked, currency: Unit, lang: str) -> Iterator[tuple[str, str]]:
    """Lines, values and names as `expect` addresses them; a list over the months or the rows."""

    def said(value: object, unit: Unit) -> str:
        if isinstance(value, bool) and lang == "en":
            return "yes" if value else "no"
        return spaced(show(value, unit), lang) if lang == "en" else show(value, unit)

    def listed(pairs: Sequence[Quantity], many: bool) -> str:
        texts = [said(*pair) for pair in pairs]
        return f"[{', '.join(texts)}]" if many else texts[0]

    for name, amount in one.lines.items():
        paid = [lines.get(name, 0) for lines in one.months.values()] or [amount]
        yield name, listed([(a, currency) for a in paid], len(one.months) > 1)
    for name, pairs in one.awards.items():
        yield name, listed(pairs, len(pairs) > 1)
    for name, pairs in one.parts.items():
        yield name, listed(pairs, many=True)
    for name, pair in one.values.items():
        over = one.history.get(name, [pair])
        # What is the same in every month is shown once: so it may stand in `expect`, too.
        steady = all(value == over[0] for value in over)
        yield f"  {name}", listed(over[-1:] if steady else over, not steady)
    for name, pairs in one.rows.items():
        yield f"  {name}", listed(pairs, many=True)
    for payee, lines in one.people.items():
        for name, amount in lines.items():
            yield f"{payee}.{name}", said(amount, currency)
        for name, pair in one.people_values.get(payee, {}).items():
            yield f"  {payee}.{name}", said(*pair)
    for name, pair in one.named.items():
        yield f"= {name}", said(*pair)
