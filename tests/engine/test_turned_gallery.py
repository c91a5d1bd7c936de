"""Each operator of a gallery plan's query matters: turned, some 分 differs on facts that stand at its edges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from assay.engine import run as engine_run
from assay.engine.inputs import read_inputs
from assay.engine.run import credits_of, months_of, run_program
from assay.facts.facts import Facts
from assay.money import yuan
from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.reading import read_plan
from assay.plan.sql.query import compile_sql
from assay.plan.tree import Compare
from assay.samples.made import Made
from tests.conftest import ROOT, write_csv
from tests.engine.test_engines_agree import gallery_text, mutants, where_they_differ

# Net and list price: at the ends of bands of discounts, and at an average below an edge, with sales at one or above it.
PRICES = ((24_000, 24_000), (24_000, 34_000), (30_000, 40_000), (90_000, 100_000), (80_000, 100_000),
          (70_000, 100_000), (60_000, 100_000))  # fmt: skip
# Shape -> how many turns pay the same whatever the facts, as each was found to do when it was looked at:
# inside a question whether a value is none (33, 54); in the rounding of an amount that is never below nought, or
# in its test (33, 40); in a band's condition, where an earlier or later row of the same choice decides
# (33, 56, 74), or in a column that lines of months do not read (56); where a curve is continuous (54). Gallery
# 01 is the department's plan in other words, whose query has a test of its own: it alone would take as long.
SAME_WHATEVER = {
    "48": 0,
    "55": 0,
    "71": 0,
    "targets": 0,
    "33": 11,
    "40": 20,
    "54": 13,
    "56": 5,
    "74": 4,
}


def gates(program: Program) -> Iterator[int]:
    """Amounts in 分 with which conditions compare."""
    for step in program.steps.values():
        for node in program.deep(step.node):
            value = program.fixed(node.right) if isinstance(node, Compare) else None
            if isinstance(value, int | Fraction) and value > 100:
                yield int(value)


def at_edges(program: Program, folder: Path) -> None:
    """One order a payee, at each end of the plan's bands and a 分 beside it; at a target, too."""
    edges = sorted({*Made(program, 1, 1, 1, 1).edges, *gates(program)}) or [100_000]
    role = next(stream.roles[0] for stream in program.streams)
    amounts = [max(1, edge + by) for edge in edges for by in (-1, 0, 1)] + [7 * max(edges)]
    sold = [("03-05", f"p{n}", amount, amount) for n, amount in enumerate(amounts)]
    # Months of one person at his target, a 分 below it and a 分 above; 100,000 is the target of 71.
    sold += [(f"0{n}-06", "p0", 10_000_000, 10_000_000) for n in (1, 2, 3)]
    sold += [("03-07", f"d{n}", 100 * net, 100 * listed) for n, (net, listed) in enumerate(PRICES)]
    # So many in a month; and a quarter in which one alone sells.
    sold += [("03-08", f"u{n}", 100_000, 100_000) for n in (10, 15) for _ in range(n)]
    sold += [("06-30", "p0", 10_000_000, 10_000_000)]
    declared = program.plan.facts.get("order")
    more = {c.name: c.kind for c in declared.has} if declared else {}
    orders = []
    for number, (day, who, net, listed) in enumerate(sold):
        own = [yuan(net) if kind == "money" else "" for kind in more.values()]
        cells = (str(number), f"2024-{day}", who, yuan(listed), yuan(net), *own)
        orders.append(",".join(cells))
    people = [f"{who},{role},T" for who in dict.fromkeys(who for _, who, _, _ in sold)]
    people += [f"{other},{other},T" for other in program.roles if other != role]
    targets = [
        f"p0,2024-0{n},{cell}" for n, cell in ((1, "100000.00"), (2, "99999.99"), (3, "100000.01"))
    ]
    header = ("order_id", "order_date", "salesperson_id", "list_amount", "net_amount", *more)
    write_csv(folder / "people.csv", "payee_id,role,team", *people)
    write_csv(folder / "targets.csv", "payee_id,month,target", *targets)
    write_csv(folder / "orders.csv", ",".join(header), *orders)


@pytest.mark.parametrize("shape", SAME_WHATEVER)
def test_a_turned_operator_of_a_gallery_plan_is_noticed(
    shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = compile_plan(read_plan(gallery_text(shape)))
    for folder in (tmp_path / "edges", tmp_path / "made"):
        folder.mkdir()
    at_edges(program, tmp_path / "edges")
    Made(program, 5, 16, 5, 2).write(tmp_path / "made", force=True)
    both = [read_inputs(program, tmp_path / name) for name in ("edges", "made")]
    queries = compile_sql(program)

    def amounts(facts: Facts) -> tuple[object, ...]:
        outcome = run_program(program, facts, months_of(program, facts), "duckdb")
        return outcome.statements, [*credits_of(program, facts, outcome)]

    right = [amounts(facts) for facts in both]
    turned = [
        (queries.credits, text, replace(queries, credits=text)) for text in mutants(queries.credits)
    ]
    turned += [
        (queries.months, text, replace(queries, months=text)) for text in mutants(queries.months)
    ]
    survived = []
    for was, text, mutant in turned:
        monkeypatch.setattr(engine_run, "compile_sql", lambda *_, found=mutant: found)
        try:
            if all(amounts(facts) == paid for facts, paid in zip(both, right, strict=True)):
                survived.append(where_they_differ(was, text))
        except duckdb.Error:
            continue
    assert len(turned) > SAME_WHATEVER[shape]
    assert len(survived) == SAME_WHATEVER[shape], "\n".join(survived)


def test_why_a_rule_ran_on_the_reference_is_said_in_plain_words() -> None:
    """No class of the program and no word of its own tree stands in run.json."""
    told = set[str]()
    for path in sorted((ROOT / "plans" / "gallery").glob("*.yaml")):
        program = compile_plan(read_plan(path.read_text(encoding="utf-8")))
        told |= {*compile_sql(program).outside.values()}
    assert "a balance carried over months" in told
    assert not [reason for reason in told if re.search(r"[A-Z]|_", reason)]
