"""`show`: a plan as the paper people sign, in HTML or PDF."""

from __future__ import annotations

from pathlib import Path

from assay.commands.common import add_lang, chosen, parser, read_plan_file
from assay.errors import UserError
from assay.papers.html import html
from assay.papers.pdf import pdf
from assay.papers.plan_paper import plan_paper
from assay.plan.problems import PlanError

_ENDINGS = (".html", ".pdf")


def main(argv: list[str]) -> int:
    """Exit 0, or 2 when the plan cannot be used; without --out the HTML goes to stdout."""
    options = parser("show", "Print a plan as the paper people sign.")
    options.add_argument("--out", type=Path, metavar="FILE", help="FILE.html or FILE.pdf")
    add_lang(options)
    args = options.parse_args(argv)
    out: Path | None = args.out
    if out is not None and out.suffix.lower() not in _ENDINGS:
        raise UserError(f"--out {out}: a paper is written as FILE.html or FILE.pdf")
    plan, text = read_plan_file(args.plan)
    try:
        paper = plan_paper(plan, text, chosen(args.question), args.lang)
    except PlanError as error:
        raise error.named(args.plan.name) from None
    if out is None:
        print(html(paper), end="")
    elif out.suffix.lower() == ".pdf":
        out.write_bytes(pdf(paper))
    else:
        out.write_text(html(paper), encoding="utf-8", newline="\n")
    return 0
