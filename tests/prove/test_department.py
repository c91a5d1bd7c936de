"""The department's plan under the assay, held against what was worked out beforehand by other means."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import z3

from assay.money import grouped
from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.prove import properties
from assay.plan.prove.assay import Effort, prove
from assay.plan.prove.finding import PROVED, REFUTED, Finding
from assay.plan.prove.question import Question
from assay.plan.prove.side import Side
from assay.plan.prove.solve import SAT, UNSAT
from assay.plan.prove.stage import Stage, stage
from assay.plan.prove.symbols import Term, compared, const
from assay.plan.prove.words import LANGS, sentence, side_by_side
from assay.plan.reading import read_plan
from assay.plan.vocabulary import PROPERTIES
from tests.conftest import PLAN, ROOT, assay


def found(findings: list[Finding], rule: str, about: str) -> list[Finding]:
    return [f for f in findings if (f.rule, f.about) == (rule, about)]


@pytest.mark.parametrize(
    ("rule", "about", "status"),
    [
        ("commission", "deeper_discount", PROVED),
        ("deal_bonus", "deeper_discount", PROVED),
        ("salesperson.total", "deeper_discount", PROVED),
        ("override", "deeper_discount", REFUTED),
        ("manager.total", "deeper_discount", REFUTED),
        ("commission", "more_sales", REFUTED),
        ("deal_bonus", "more_sales", PROVED),
        ("commission", "split", REFUTED),
        ("deal_bonus", "merge", REFUTED),
        ("salesperson.total", "shift_month", REFUTED),
        ("agent", "split", PROVED),
        ("agent", "cliff", PROVED),
        ("base_wage", "split", "not_applicable"),
        ("commission", "negative_margin", "not_applicable"),
    ],
)
def test_verdicts(findings: list[Finding], rule: str, about: str, status: str) -> None:
    assert [f.status for f in found(findings, rule, about)] == [status]


def test_every_rule_and_month_has_every_property_and_none_is_undecided(
    findings: list[Finding], program: Program
) -> None:
    roles = {role for rule in program.rules for role in rule.roles}
    names = {rule.name for rule in program.rules} | {f"{role}.total" for role in roles}
    assert {(f.rule, f.about) for f in findings} == {(n, p) for n in names for p in PROPERTIES}
    assert not [f for f in findings if f.status == "undecided"]
    assert all(f.bounds for f in findings if f.status in (PROVED, REFUTED))
    assert all(f.reason for f in findings if f.status == "not_applicable")
    assert all(f.example for f in findings if f.status == REFUTED)


def test_cliffs_are_those_of_the_trial(findings: list[Finding]) -> None:
    sizes = {f.at: grouped(f.gain) for f in found(findings, "commission", "cliff")}
    expected = {"90%": "3,600.00", "80%": "1,600.00", "70%": "350.00", "60%": "900.00"}
    for at, size in expected.items():
        assert next(v for k, v in sizes.items() if f"order.discount {at}" in k) == size
    assert sizes["sales > overachievement * quota_target"] == "5,800.00"
    bonus = {f.at: grouped(f.gain) for f in found(findings, "deal_bonus", "cliff")}
    assert bonus["order.amount 300,000元"] == bonus["order.amount 500,000元"] == "10,000.00"
    assert bonus["order.amount 1,000,000元"] == "30,000.00"
    gains = [f.gain for f in found(findings, "commission", "cliff")]
    assert gains == sorted(gains, reverse=True)


def test_shares_are_bounded(findings: list[Finding]) -> None:
    shares = {
        f.rule: Fraction(f.share.removesuffix("%")) for f in findings if f.about == "bounded_share" and f.share
    }  # fmt: skip
    assert shares["agent"] == 1
    assert shares["override"] == Fraction("0.8")  # 0.5 % and 0.3 points
    assert shares["store"] == Fraction("7.7")
    assert Fraction("8.9") < shares["commission"] <= 9
    assert shares["deal_bonus"] == 5  # 50,000 of 1,000,000
    assert Fraction("13.9") <= shares["salesperson.total"] <= 14


# -- figures of the trial, at fixed amounts ---------------------------------------------------


def amounts(side: Side, key: str, listed: int, net: int) -> list[z3.BoolRef]:
    return [
        side.amount(key, "list_amount").num == listed * 100,
        side.amount(key, "net_amount").num == net * 100,
    ]


def most(question: Question, truths: list[z3.BoolRef], size: int) -> bool:
    """Whether the gain can be so large, in yuan, and no larger."""
    reached = question.solver.ask([*truths, compared(">=", question.gain, const(size * 100))])
    beyond = question.solver.ask([*truths, compared(">=", question.gain, const(size * 100 + 1))])
    return (reached.verdict, beyond.verdict) == (SAT, UNSAT)


@pytest.fixture(scope="module")
def month(program: Program) -> Stage:
    """A salesperson's whole month."""
    rules = tuple(rule for rule in program.rules if "salesperson" in rule.roles)
    return stage(program, rules, "salesperson")


def parted(month: Stage) -> tuple[Side, Side, list[z3.BoolRef]]:
    other, row = month.rows("A", "X")
    one, two = (
        Side(month, month.scene(other, *rows), name)
        for name, rows in (("one", (row,)), ("two", (row.part("X1"), row.part("X2"))))
    )
    one.truths(), two.truths()  # opens the cells
    return one, two, list(properties.adds_up(one, two))


def test_splitting_gains_what_the_trial_found(month: Stage) -> None:
    one, two, sums = parted(month)
    question = Question(one, two, sums)
    fixed = amounts(one, "X", 500_000, 425_000) + amounts(one, "A", 20_000, 20_000)
    for key in ("X1", "X2"):
        net, listed = two.amount(key, "net_amount"), two.amount(key, "list_amount")
        fixed.append(net.num * 10 > listed.num * 6)
    fixed += [t.num == 0 for v in one.cells.targets.values() for _, t in v if isinstance(t, Term)]
    # The base quota filled by another order; no part at 6折 or below.
    low = compared(">=", question.gain, const(13_749_00))
    high = compared(">", question.gain, const(13_750_00))
    assert question.solver.ask([*fixed, low]).verdict == SAT
    assert question.solver.ask([*fixed, high]).verdict == UNSAT


def test_merging_gains_what_the_trial_found(month: Stage) -> None:
    one, two, sums = parted(month)
    fixed = amounts(two, "X1", 299_999, 299_999) + amounts(two, "X2", 200_001, 200_001)
    fixed += amounts(one, "A", 20_000, 20_000)
    fixed += [t.num == 0 for v in one.cells.targets.values() for _, t in v if isinstance(t, Term)]
    assert most(Question(two, one, sums), fixed, 20_000)


def test_which_order_comes_first_is_worth_what_the_trial_found(month: Stage) -> None:
    first, second = month.rows("A", "X")
    swapped = [month.rows("X", "A")[0], month.rows("X", "A")[1]]
    before = Side(month, month.scene(first, second), "before")
    after = Side(month, month.scene(*swapped), "after")
    question = Question(before, after)
    fixed = amounts(before, "A", 26_000, 26_000)
    fixed += [before.amount("X", "net_amount").num == 26_000_00]
    fixed += [
        t.num == 0 for v in before.cells.targets.values() for _, t in v if isinstance(t, Term)
    ]
    listed = before.amount("X", "list_amount")
    assert most(question, [*fixed, listed.num == 40_000_00], 1_300)  # 6.5折
    assert most(question, [*fixed, listed.num == 43_333_34], 1_600)  # at 6折


# -- what is shown ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "about"), [("override", "deeper_discount"), ("salesperson.total", "more_sales")]
)
def test_an_example_pays_what_it_says_when_run_as_files(
    findings: list[Finding], tmp_path: Path, rule: str, about: str
) -> None:
    """The two situations written as files and paid by the run, on the fast road."""
    (finding,) = found(findings, rule, about)
    assert finding.example is not None
    data = json.loads(json.dumps(finding.example.data()))
    for side in ("before", "after"):
        folder = tmp_path / side
        folder.mkdir()
        write(folder / "orders.csv", data[side])
        people = [{**p, "name": p["payee_id"]} for p in data["people"]]
        write(folder / "people.csv", [{k: p[k] for k in PEOPLE} for p in people])
        write(folder / "targets.csv", [target(t) for t in data[f"targets_{side}"]] or [target({})])
        ran = assay("run", PLAN, "--facts", folder, "--json", "--month", data["months"][0])
        assert ran.status == 0, ran.err
        paid = sum(
            Fraction(line["amount"])
            for line in json.loads(ran.out)["statements"]
            if line["payee_id"] == data["payee_id"]
            and rule in (line["line"], f"{line['role']}.total")
        )
        assert paid == Fraction(data[f"pay_{side}"])


PEOPLE = ("payee_id", "name", "role", "team")


def target(said: dict[str, str]) -> dict[str, str]:
    """A row of targets.csv; T is the team of every example."""
    team, who = ("T", "") if said.get("of") == "T" else ("", said.get("of", ""))
    month, amount = said.get("month", ""), said.get("target", "")
    return {"payee_id": who, "team": team, "month": month, "target": amount}


def write(path: Path, rows: list[dict[str, str]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(row for row in rows if any(row.values()))


def test_findings_can_be_read_in_both_languages(findings: list[Finding]) -> None:
    for finding in findings:
        texts = [sentence(finding, lang) for lang in LANGS]
        assert all(texts)
        assert texts[0] != texts[1]
        if finding.example is not None and finding.status == REFUTED:
            left, right = side_by_side(finding.example)
            assert left != right


# -- shapes of the gallery ----------------------------------------------------------------------


def of_gallery(number: str, *asked: str) -> dict[tuple[str, str], list[Finding]]:
    (path,) = (ROOT / "plans" / "gallery").glob(f"{number}-*.yaml")
    program = compile_plan(read_plan(path.read_text(encoding="utf-8")))
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in prove(program, Effort(properties=asked)):
        groups.setdefault((one.rule, one.about), []).append(one)
    return groups


def test_a_share_among_others_is_asked_of_ones_own_sales() -> None:
    """6 % of the team's sales, of which 70 % by sales: 4.2 % of one's own, and of the least amounts the whole 分."""
    shares = of_gallery("33", "bounded_share")
    assert [f.share for f in shares[("pool_share", "bounded_share")]] == ["4.56%"]
    assert [f.share for f in shares[("manager_share", "bounded_share")]] == ["2.16%"]


def test_a_place_among_others_is_a_cliff_and_what_is_paid_later_is_seen() -> None:
    """The second prize is 3,000, the first 5,000; a tenth of it comes a quarter later."""
    found = of_gallery("74", "cliff", "bounded_share")
    (now,) = found[("prize_now", "cliff")]
    (later,) = found[("prize_retained", "cliff")]
    assert (now.status, now.gain, later.status, later.gain) == (REFUTED, 1800_00, REFUTED, 200_00)
    assert found[("prize_retained", "bounded_share")][0].status == REFUTED


def test_a_jump_of_a_curve_is_a_cliff_and_its_slopes_are_none() -> None:
    plan = read_plan(LEAP)
    found = prove(compile_plan(plan), Effort(properties=("cliff",)))
    assert [(f.at, grouped(f.gain)) for f in found if f.rule == "bonus"] == [
        ("order.amount 1,000元", "50.00"),
        ("order.amount 2,000元", "30.00"),
    ]
    steady = LEAP.replace("below: 0元", "below: 50元").replace("2000元, 130元", "2000元, 100元")
    found = prove(compile_plan(read_plan(steady)), Effort(properties=("cliff",)))
    assert {f.status for f in found} == {PROVED}


LEAP = """plan: leap
effective: 2024-01
tables:
  curve:
    of: order.amount
    points: [[1000元, 50元], [2000元, 100元], [2000元, 130元]]
    beyond: {below: 0元, above: hold}
rules: [{name: bonus, for: seller, per: order, pay: curve}]
"""


def test_slices_have_no_cliff_and_the_whole_has_each_edge() -> None:
    found = of_gallery("33", "cliff")
    assert [grouped(f.gain) for f in found[("personal", "cliff")]] == ["2,000.00", "1,000.00", "500.00"]  # fmt: skip
    assert [f.status for f in of_gallery("48", "cliff")[("commission", "cliff")]] == [PROVED]


def test_a_whole_month_points_at_what_decided(program: Program, findings: list[Finding]) -> None:
    """The rule whose line moves, its clause first, of tables that turn before the rule's own."""
    lines = {rule.name: rule.place.line for rule in program.rules}
    of = {(f.rule, f.about, f.at): f for f in findings if f.status == REFUTED}
    for (rule, about, at), (decides, clause) in {
        ("salesperson.total", "more_sales", ""): ("commission", "六.1.2"),
        ("salesperson.total", "cliff", "order.amount 300,000元"): ("deal_bonus", "六.1.3"),
        ("salesperson.total", "cliff", "order.discount 90%"): ("commission", "六.1.1"),
        ("manager.total", "deeper_discount", ""): ("override", "六.2"),
    }.items():
        found = of[rule, about, at]
        assert found.place.line == lines[decides], rule
        assert found.clause.split(", ")[0] == clause
        assert {"五", clause} <= set(found.clause.split(", "))


def test_what_was_asked_before_changes_no_answer() -> None:
    """The same question in one process: the same verdicts, examples and amounts."""

    def told() -> list[Finding]:
        found = prove(compile_plan(read_plan(LEAP)), Effort(properties=("cliff", "more_sales")))
        return [replace(one, seconds=0) for one in found]

    first = told()
    of_gallery("74", "cliff")
    assert told() == first
