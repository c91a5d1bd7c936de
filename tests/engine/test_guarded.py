"""What is asked about first is there behind it: both engines, and what is still refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.plan.compile import compile_plan
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan
from assay.samples.made import Made
from tests.conftest import ROOT
from tests.engine.test_engines_agree import paid

TEXT = (ROOT / "tests" / "plan" / "shapes" / "guarded.yaml").read_text(encoding="utf-8")


def test_both_engines_pay_in_time_late_and_never_alike(tmp_path: Path) -> None:
    program = compile_plan(read_plan(TEXT))
    Made(program, 4, 24, 6).write(tmp_path)
    slow, fast = (paid(program, tmp_path, engine) for engine in ("reference", "duckdb"))
    # Days moved by days are worked out by the reference.
    assert [rule for rule, where in fast[2].where.items() if where != "duckdb"] == [2]
    assert slow[:2] == fast[:2]


@pytest.mark.parametrize(
    "formula",
    [
        "if(order.paid_on is none, 1元, if(order.paid_on > order.due, 2元, 3元))",  # due is not asked
        "if(order.due is not none or order.due > '2024-01-05', 1元, 2元)",
        "if(order.due is none and order.due > '2024-01-05', 1元, 2元)",
        "if(order.due is none, if(order.due > '2024-01-05', 1元, 2元), 3元)",
        "if(count(order.due > '2024-01-05', where: not (order.due > '2024-01-05')) > 1单, 1元, 2元)",
        "if(order.due is none, 1元, 2元 * number(order.count(part.on is none or not (part.by > part.on))))",
    ],
)
def test_what_was_not_asked_about_is_still_refused(formula: str) -> None:
    text = TEXT.replace("facts: {", "facts: {part: {of: order, has: {on: date, by: date}}, ", 1)
    head, _, _ = text.partition("rules:")
    with pytest.raises(PlanError, match="by accident"):
        compile_plan(
            read_plan(f'{head}rules:\n  - {{name: n, for: rep, per: order, pay: "{formula}"}}\n')
        )
