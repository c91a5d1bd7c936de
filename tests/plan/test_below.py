"""Names that rest on themselves among those below: circles that have no end are refused, depth is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assay.plan import below
from assay.plan.binder import Binder
from assay.plan.compile import compile_plan
from assay.plan.example import work
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan
from assay.plan.steps import Step
from tests.conftest import assay

ENDLESS = {
    "of the same month": 'a: "b + reports.sum(a)", b: "a * 2"',
    "in another order": 'b: "a", a: "reports.sum(b) + b"',
    "of everybody": 'a: "5元 + reports.sum(b)", b: "a + company.sum(a)"',
    "of the team": 'a: "5元 + reports.sum(b)", b: "a + 1元 * number(team.count(a > 0元))"',
    "of a place": 'a: "5元 + reports.sum(b)", b: "a + 1元 * number(rank(a, among: role))"',
    "of oneself in the sum": 'a: "reports.sum(sum(order.amount) + this(a))"',
    "of a balance": 'a: {carry: month, adds: "reports.sum(a)", takes: 0元}',
}


def plan(measures: str, people: str = "") -> str:
    return (
        f"plan: below\neffective: 2024-01\nmeasures: {{{measures}}}\n"
        "rules: [{name: pay, for: rep, per: month, pay: a}]\n"
        f"examples: [{{payee: {{id: P0}}, others: [{people}]}}]\n"
    )


@pytest.mark.parametrize("measures", ENDLESS.values(), ids=ENDLESS)
def test_a_circle_that_does_not_lead_downwards_is_refused(measures: str) -> None:
    with pytest.raises(PlanError) as refused:
        compile_plan(read_plan(plan(measures)))
    assert any("a circle: " in str(p.message) for p in refused.value.problems)


@pytest.mark.parametrize("mine", ["5元", "target otherwise 5元"])
def test_a_line_of_any_depth_is_worked_out_from_below(mine: str) -> None:
    people = ", ".join(f"{{id: P{n}, reports_to: P{n - 1}}}" for n in range(1, 600))
    read = read_plan(plan(f'a: "({mine}) + reports.sum(a)"', people))
    assert work(read, read.examples[0]).lines == {"pay": 500 * 600}


@pytest.mark.parametrize(
    ("people", "who"),
    [
        ("{id: P1, reports_to: P2}, {id: P2, reports_to: P1}, {id: P3, reports_to: P1}", "P[12]"),
        ("{id: P1, role: rep, team: T}", "P[01]"),
    ],
    ids=["said", "by the roles of a team"],
)
def test_who_stands_below_himself_is_told_by_name(people: str, who: str, tmp_path: Path) -> None:
    text = plan('a: "5元 + reports.sum(a)"', people).replace(
        "id: P0", "id: P0, role: manager, team: T"
    )
    path = tmp_path / "below.yaml"
    path.write_text(text.replace("for: rep", "for: [rep, manager]"), encoding="utf-8")
    for command in ("check", "try"):
        ran = assay(command, path, "--lang", "en")
        assert ran.status == 2, ran.out
        assert re.search(
            rf"below.yaml:5:12: the example “.+” cannot be worked out: “{who}” stands below himself"
            r" in 2024-01, where “a” \(line 3 of the plan\)",
            ran.err,
        )


# What passes up the line, the factor on either side and either name written first.
PASSED = {
    "after": ('a: "5元 + reports.sum(a * 50%)"', 875),
    "before": ('a: "5元 + reports.sum(50% * a)"', 875),
    "by name": ('a: "5元 + reports.sum(half * a)", half: "50%"', 875),
    "named later": ('a: "5元 + reports.sum(b)", b: "a * 50%"', 875),
    "named first": ('b: "a * 50%", a: "5元 + reports.sum(b)"', 875),
    "in slices": ('a: "5元 + reports.sum(a * t)"', 1025),
    "in slices, asked for first": ('z: "t", a: "5元 + reports.sum(t * a)"', 1025),
}
SLICES = "tables: {t: {of: a, reads: slices, bands: [['<= 2元', 100%], ['> 2元', 50%]]}}\n"


@pytest.mark.parametrize(("measures", "pays"), PASSED.values(), ids=PASSED)
def test_a_part_of_what_those_below_have_is_passed_up(measures: str, pays: int) -> None:
    text = plan(measures, "{id: P1, reports_to: P0}, {id: P2, reports_to: P1}")
    tables = SLICES if pays == 1025 else ""
    read = read_plan(text.replace("rules:", f"{tables}rules:"))
    assert work(read, read.examples[0]).lines == {"pay": pays}


def bindings(links: int, last: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """How often a name was bound in a chain of names that each rest on themselves; the faults."""
    made: list[str] = []
    bind = Binder._make

    def counted(self: Binder, name: str) -> Step:
        made.append(name)
        return bind(self, name)

    monkeypatch.setattr(Binder, "_make", counted)
    chain = [f'a{n}: "reports.sum(a{n}) + a{n + 1}"' for n in range(links)]
    names = ", ".join([*chain, f'a{links}: "{last}"', 'a: "5元"'])
    try:
        compile_plan(read_plan(plan(names)))
    except PlanError as error:
        return len(made), str(error)
    finally:
        monkeypatch.undo()
    return len(made), ""


@pytest.mark.parametrize(
    ("last", "fault"), [("5%", ""), ("5元", ""), ("typo", "unknown name “typo”")]
)
def test_each_link_of_a_chain_is_bound_a_few_times(
    last: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for links in (3, 6):
        made, told = bindings(links, last, monkeypatch)
        assert made <= 6 * (links + 2)
        assert fault in told
        assert bool(told) == bool(fault)


def test_names_in_each_other_are_tried_so_often_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sums = [" + ".join(f"a{m}" for m in range(n + 1)) for n in range(8)]
    names = [f'a{n}: "reports.sum({said}) + a{n + 1}"' for n, said in enumerate(sums)]
    read = read_plan(plan(", ".join([*names, 'a8: "5%"', 'a: "5元"'])))
    monkeypatch.setattr(below, "MOST_TRIED", 50)
    with pytest.raises(PlanError, match="no unit is found") as refused:
        compile_plan(read)
    assert {p.place.line for p in refused.value.problems} == {3}
