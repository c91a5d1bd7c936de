"""A pay slip as PDF: who, which month, every line, the sum in words, the digest and the root; typst draws it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import manimgx_fonts_cjk
import typst

from assay.furniture.templatetags.figures import in_words
from assay.incentives.models import Statement
from assay.incentives.queries.statements import statement_digest
from assay.money import grouped

TEMPLATE = Path(__file__).parent / "templates" / "incentives" / "slip.typ"


@cache
def _compiler() -> typst.Compiler:
    """One compiler a process: the fonts are read once."""
    fonts = Path(manimgx_fonts_cjk.__file__).parent
    return typst.Compiler(TEMPLATE, font_paths=[fonts], ignore_system_fonts=True)


def slip(row: Statement, company: str = "") -> bytes:
    """The slip of a statement."""
    month = row.run.pay_month
    said = {
        "company": company, "month": str(month.month), "name": row.name, "code": row.code,
        "department": row.department.name if row.department else "",
        "plan": f"{row.run.plan_name} {row.run.plan_digest[:12]}", "version": row.run.version,
        "lines": [
            [line.title, str(line.for_month or ""), line.why, grouped(line.amount)]
            for line in row.lines.all()
        ],
        "total": grouped(row.total), "words": in_words(row.total),
        "digest": statement_digest(row), "root": row.run.root,
    }  # fmt: skip
    pdf = _compiler().compile(format="pdf", sys_inputs={"said": json.dumps(said)})
    assert isinstance(pdf, bytes)
    return pdf
