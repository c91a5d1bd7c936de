"""check and prove as commands: what blocks, what is accepted, what is stale, rows that never hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assay.cli import main
from assay.plan.check import judged, verdict
from assay.plan.compile import compile_plan
from assay.plan.problems import PlanError
from assay.plan.prove import loose, symbols
from assay.plan.prove.assay import Effort, prove
from assay.plan.prove.digest import digest_of
from assay.plan.reading import read_plan
from tests.conftest import PLAN, assay

BONUS = """plan: bonus
effective: 2024-01
rules:
  - {name: bonus, for: rep, per: order, pay: "if(order.amount >= 1000元, 100元, 0元)"}
"""
CLAUSES = """plan: flat
effective: 2024-01
clauses: {一: 每单提 2%, 二: 每单报备}
rules:
  - {name: commission, for: rep, per: order, cite: 一, pay: "order.amount * 2%"}
examples:
  - {name: 一单, orders: [{amount: 1000元}], expect: {commission: 30元}}
"""
ACCEPTED = """accepted:
  - {finding: cliff, rule: bonus, by: 总监, on: 2026-01-05, why: 满千即奖, digest: f66b4c6889}
  - {finding: split, rule: bonus, by: 总监, on: 2026-01-05, why: 单号由系统给, digest: 40e59c149e}
  - {finding: merge, rule: bonus, by: 总监, on: 2026-01-05, why: 单号由系统给, digest: 5db494afe6}
"""


def messages(text: str) -> list[str]:
    return [problem.message for problem in verdict(read_plan(text)).problems]


def test_refuted_findings_block_until_they_are_accepted(tmp_path: Path) -> None:
    plan = tmp_path / "bonus.yaml"
    plan.write_text(BONUS, encoding="utf-8")
    ran = assay("check", plan)
    assert ran.status == 1
    assert "cliff of “bonus” is refuted at order.amount >= 1,000元" in ran.out
    assert "digest: f66b4c6889" in ran.out
    plan.write_text(BONUS + ACCEPTED, encoding="utf-8")
    assert assay("check", plan).status == 0
    proved = assay("prove", plan, "--json")
    assert proved.status == 0
    found = {(f["rule"], f["property"]): f for f in json.loads(proved.out)["findings"]}
    assert found[("bonus", "cliff")]["accepted"] is True
    assert found[("rep.total", "cliff")]["accepted"] is True  # the month follows its one rule


def test_a_clause_nothing_carries_out_and_an_example_that_fails_block(tmp_path: Path) -> None:
    plan = tmp_path / "flat.yaml"
    plan.write_text(CLAUSES, encoding="utf-8")
    ran = assay("check", plan, "--lang", "en")
    assert ran.status == 1
    assert "clause “二” is carried out by nothing" in ran.out
    assert "expected 30.00元, found 20.00元" in ran.out
    mended = CLAUSES.replace("每单报备", "按单提成").replace("cite: 一,", "cite: [一, 二],")
    plan.write_text(mended.replace("30元", "20元"), encoding="utf-8")
    ran = assay("check", plan, "--lang", "en")
    assert (ran.status, "carried out by nothing" in ran.out, "found" in ran.out) == (
        0,
        False,
        False,
    )


def test_what_runs_out_of_steps_is_undecided_and_never_silently_fine() -> None:
    ran = assay("prove", PLAN, "--only", "more_sales", "--milliseconds", "1", "--json")
    found = json.loads(ran.out)["findings"]
    out = [f for f in found if f["status"] == "undecided"]
    assert ran.status == 1
    assert out
    assert all(f["reason"] for f in out)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ("范围: 2024-01", "每项金额 0 至 2,000,000 元")),
        ("en", ("within: 2024-01", "each amount 0 to 2,000,000")),
    ],
)
def test_the_terminal_prints_over_what_it_was_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, said: tuple[str, ...]
) -> None:
    plan = tmp_path / "bonus.yaml"
    plan.write_text(BONUS, encoding="utf-8")
    for name, mark in (("split", "✗"), ("more_sales", "✓")):
        main(["prove", str(plan), "--only", name, "--lang", lang])
        told = " ".join(capsys.readouterr().out.split())
        assert mark in told
        assert all(part in told for part in said)


def test_a_changed_rule_asks_anew_and_a_renamed_one_does_not() -> None:
    assert messages(BONUS + ACCEPTED) == []
    changed = messages(BONUS.replace("100元", "90元") + ACCEPTED)
    assert any("has changed since" in message for message in changed)
    assert any("cliff of “bonus” is refuted" in message for message in changed)
    renamed = (BONUS + ACCEPTED).replace("bonus", "奖励").replace("rep", "店员")
    assert messages(renamed) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("finding: cliff", "finding: more_sales", "which is proved"),
        ("finding: cliff", "finding: negative_margin", "which does not apply"),
        ("finding: cliff, rule: bonus", "finding: cliff, rule: bonsu", "no rule of this plan"),
        ("digest: f66b4c6889", 'digest: f66b4c6889, at: "order.amount >= 2,000元"', "where there is none"),
        (", digest: f66b4c6889", "", "does not say of what"),
        ("finding: cliff", "finding: never_matters", "which is gone"),
        ("finding: cliff, rule: bonus", "finding: never_holds, rule: bonsu", "no part of this plan"),
        ("digest: f66b4c6889", "digest: 0123456789", "has changed since"),
    ],
)  # fmt: skip
def test_stale_acceptances_are_told_at_their_line(old: str, new: str, said: str) -> None:
    problems = verdict(read_plan((BONUS + ACCEPTED).replace(old, new, 1))).problems
    stale = [p for p in problems if said in p.message]
    assert stale
    assert stale[0].place.line == 6
    assert stale[0].mend


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("finding: cliff", "finding: clif", "is nothing the assay asks"),
        (", why: 满千即奖", "", "has no “why”"),
        ("on: 2026-01-05, why: 满", "on: someday, why: 满", "is no day"),
        ("digest: f66b4c6889", "digest: x", "is no digest"),
        ("by: 总监", "who: 总监", "unknown word “who”"),
    ],
)
def test_an_acceptance_that_cannot_be_read_is_told(old: str, new: str, said: str) -> None:
    with pytest.raises(PlanError) as told:
        read_plan((BONUS + ACCEPTED).replace(old, new, 1))
    assert told.value.problems[0].place.line == 6
    assert said in told.value.problems[0].message


def test_the_department_plan_lists_its_questions_beside_the_finding_on_the_manager() -> None:
    ran = assay("check", PLAN, "--json")
    assert ran.status == 1
    data = json.loads(ran.out)
    said = [p["message"] for p in data["findings"]]
    assert sum("is not decided" in message for message in said) == 20
    refuted = next(p for p in data["findings"] if "deeper_discount of “override”" in p["message"])
    assert refuted["clause"] == "六.2"
    assert not any("deeper_discount of “commission”" in message for message in said)


def test_json_has_the_columns_of_the_contract() -> None:
    ran = assay("prove", PLAN, "--json", "--only", "deeper_discount")
    assert ran.status == 1
    for finding in json.loads(ran.out)["findings"]:
        assert [*finding][:8] == [
            "property", "rule", "status", "bounds", "example", "clause", "line", "seconds"
        ]  # fmt: skip
        if finding["status"] == "refuted":
            assert {"before", "after", "pay_before", "pay_after"} <= {*finding["example"]}
            assert finding["example"]["before"][0]["list_amount"]
    other = ("--only", "deeper_discount", "--question", "manager_under_75=swapped")
    assert assay("prove", PLAN, *other).status == 0


def test_what_cannot_be_used_is_told() -> None:
    assert assay("prove", PLAN, "--cost", "much").status == 2
    assert assay("prove", PLAN, "--facts", "nowhere").status == 2
    assert assay("prove", "no.yaml").status == 2
    assert assay("prove", PLAN, "--question", "no=such").status == 2


# -- rows that never hold -----------------------------------------------------------------------

TABLE = """plan: rows
effective: 2024-01
measures: {{sales: "sum(order.amount)", units: "count(order)"}}
tables:
  rate: {table}
rules:
  - {{name: pay, for: rep, per: order, pay: "order.amount * rate"}}
  - {{name: else, for: rep, pay: "sales * 1% + number(units) * 1元"}}
"""


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ('{first: [["sales > 10元", 1%], ["sales > 20元", 2%], [otherwise, 0%]]}', "sales > 20元"),
        ('{first: [["sales > 20元 and sales < 10元", 1%], [otherwise, 2%]]}', "sales > 20元 and sales < 10元"),
        ('{of: order.amount, bands: [["< 0元", 1%], [">= 0元", 2%]]}', "< 0元"),
        ('{of: units, bands: [["<= 9单", 1%], ["(9单, 10单)", 2%], [">= 10单", 3%]]}', "(9单, 10单)"),
        ('{first: [["sales * 2 > 100元", 1%], ["sales > 60元", 2%], [otherwise, 0%]]}', "sales > 60元"),
    ],
)  # fmt: skip
def test_a_row_that_can_never_hold_is_named(table: str, row: str) -> None:
    (problem,) = judged(read_plan(TABLE.format(table=table)), ()).problems
    assert problem.message == f"the row “{row}” of “rate” can never hold"
    assert problem.place.line == 5


@pytest.mark.parametrize(
    "table",
    [
        '{first: [["sales > 20元", 2%], ["sales > 10元", 1%], [otherwise, 0%]]}',
        '{of: sales, bands: [["< 9000万元", 1%], [">= 9000万元", 2%]]}',
        '{of: order.amount, bands: [["< 10元", 1%], ["[10元, 20元)", 2%], [">= 20元", 1%]]}',
        '{of: order.discount, bands: [["<= 10折", 1%], ["> 10折", 2%]]}',
    ],
)
def test_rows_that_some_month_reaches_are_left_alone(table: str) -> None:
    assert judged(read_plan(TABLE.format(table=table)), ()).problems == ()


# -- rows that never matter ---------------------------------------------------------------------

EQUAL = '{of: order.amount, bands: [["< 10元", 1%], ["[10元, 20元)", 4%], [">= 20元", 4%]]}'
PAYS = 'pay: "order.amount * rate"}'


def unmoved(text: str) -> list[str]:
    """What check says of parts without which nothing is paid otherwise."""
    return [p.message for p in judged(read_plan(text), ()).problems]


@pytest.mark.parametrize(
    ("table", "pays", "said"),
    [
        (EQUAL, PAYS, "the bands “[10元, 20元)” and “>= 20元” of “rate” pay the same: one of them never matters"),
        ('{of: order.amount, reads: slices, bands: [["< 10元", 4%], [">= 10元", 4%]]}', PAYS,
         "the bands “< 10元” and “>= 10元” of “rate” pay the same: one of them never matters"),
        # Not the same rate, but the same pay: beyond the cap, and under the floor.
        ('{of: order.amount, bands: [["< 10元", 1%], ["[10元, 20元)", 6%], [">= 20元", 8%]]}',
         'pay: "order.amount * min(rate, 5%)"}',
         "the bands “[10元, 20元)” and “>= 20元” of “rate” pay the same: one of them never matters"),
        ('{first: [["sales > 20元", 2%], ["sales > 10元", 1%], [otherwise, 1%]]}', PAYS,
         "the row “sales > 10元” of “rate” never matters: without it everything is paid the same"),
        ("{of: order.amount, reads: between, beyond: hold, "
         "points: [[0元, 0元], [10元, 1元], [20元, 2元], [30元, 9元]]}", 'pay: "rate"}',
         "point 2 of “rate” lies on the line between its neighbours: it never matters"),
        ("{first: [[otherwise, 1%]]}", 'pay: "if(sales > 5元, order.amount * rate, order.amount * 1%)"}',
         "the condition “sales > 5元” in “pay” never matters: whether it holds or not, the same is paid"),
        ("{first: [[otherwise, 1%]]}", 'pay: "order.amount * 1% - order.amount * rate"}',
         "the rule “pay” never pays anything"),
        ("{first: [[otherwise, 1%]]}", 'pay: "order.amount * 1%"}',
         "nothing that is paid rests on “rate”, and no worked example expects it"),
    ],
)  # fmt: skip
def test_a_row_that_never_matters_is_named(table: str, pays: str, said: str) -> None:
    text = TABLE.format(table=table).replace(PAYS, pays)
    assert unmoved(text) == [said]


QUESTION = """plan: read
effective: 2024-01
tables: {rate: {of: order.amount, bands: [["< 10元", 1%], [">= 10元", top]]}}
rules: [{name: pay, for: rep, per: order, pay: "order.amount * rate"}]
questions:
  top: {ask: 最高一档, readings: {low: 1%, high: 2%}, read: low, decided_by: 总监, decided_on: 2026-01-05}
"""


def test_what_another_reading_makes_matter_is_left_to_the_question() -> None:
    assert unmoved(QUESTION) == []
    same = unmoved(QUESTION.replace("high: 2%", "high: 1%"))
    assert [m for m in same if "readings" in m] == [
        "the readings “low” and “high” of “top” make the same formulas"
    ]
    assert any("pay the same" in message for message in same)


def test_an_idle_part_of_one_readings_own_formula_is_named() -> None:
    """The other reading does not hold it, and says nothing of it."""
    own = '"if(order.amount > 5元, 1%, 1%)"'
    assert unmoved(QUESTION.replace("low: 1%", f"low: {own}")) == [
        "the condition “order.amount > 5元” in “top” never matters: whether it holds or not, the same is paid"
    ]


ROWS = """plan: rows
effective: 2024-01
tables: {rate: {of: month.number, bands: [["<= 6", 40元], ["(6, 9]", 40元], ["> 9", 50元]]}}
rules: [{name: pay, for: rep, pay: rate}]
"""


def test_what_never_matters_blocks_until_it_is_accepted_as_the_source_has_it(
    tmp_path: Path,
) -> None:
    plan = tmp_path / "rows.yaml"
    plan.write_text(ROWS, encoding="utf-8")
    ran = assay("check", plan, "--lang", "zh")
    assert (ran.status, "付的一样:其中一档永远不起作用" in ran.out) == (1, True)
    digest = ran.out.partition("digest: ")[2][:10]
    signed = (
        "accepted: [{finding: never_matters, rule: rate, by: 总监, on: 2026-01-05, "
        f"why: 原表两档分列, digest: {digest}}}]\n"
    )
    assert messages(ROWS + signed) == []
    changed = verdict(read_plan(ROWS.replace("9]", "8]").replace("> 9", "> 8") + signed))
    assert any("has changed since" in p.message for p in changed.problems)
    idle = [f for f in changed.findings if f.about == "never_matters"]
    assert [(f.status, f.rule, f.at, f.accepted) for f in idle] == [
        ("refuted", "rate", "(6, 8]", False)
    ]


CURVE = """plan: curve
effective: 2024-01
measures: {sales: "sum(order.amount)", listed: "sum(order.list_price)"}
tables:
  curve: {of: sales, reads: between, beyond: hold, points: [[0元, 0元], [10元, 1元], [20元, 2元], [30元, 9元]]}
rules: [{name: pay, for: rep, per: month, pay: "(curve * (sales / listed)) otherwise 0元"}]
"""


def test_a_point_on_the_line_is_named_where_the_formula_is_beyond_the_solver(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its place decides it: the solver is not asked, and no sentence is wanted for its doubt."""
    monkeypatch.setattr(symbols, "MOST_CASES", 0.5)
    plan = tmp_path / "curve.yaml"
    plan.write_text(CURVE, encoding="utf-8")
    assert main(["check", str(plan)]) == 1
    assert "point 2 of “curve” lies on the line between its neighbours" in capsys.readouterr().out


CUBES = """plan: cubes
effective: 2024-01
measures: {a: "number(count(order))", b: "number(count(order, where: order.amount > 1元))"}
tables: {rate: {first: [["a > 1 and b > 1 and a * a * a = b * b * b + 2", 1%], [otherwise, 0%]]}}
rules: [{name: pay, for: rep, pay: "a * rate * 1元"}]
"""


@pytest.mark.parametrize(
    ("where", "name", "said"),
    [(loose, "STEPS_PER_MS", "was not decided"), (symbols, "MOST_CASES", "is beyond the solver")],
)
def test_a_row_that_is_not_decided_blocks_too(
    monkeypatch: pytest.MonkeyPatch, where: object, name: str, said: str
) -> None:
    """Among cubes of counts, with few steps; and where a formula has more cases than are looked at."""
    monkeypatch.setattr(where, name, 0.5)
    (problem, *_) = judged(read_plan(CUBES), ()).problems
    assert said in problem.message
    assert "can ever hold" in problem.message
    assert problem.mend.startswith("accepted: - {finding: never_holds, rule: rate")


def test_a_digest_knows_formulas_and_not_names() -> None:
    first, second = (
        compile_plan(read_plan(text))
        for text in (BONUS, BONUS.replace("bonus", "b").replace("rep", "r"))
    )
    assert digest_of(first, first.rules) == digest_of(second, second.rules)
    third = compile_plan(read_plan(BONUS.replace(">=", ">")))
    assert digest_of(first, first.rules) != digest_of(third, third.rules)


# -- changes change verdicts --------------------------------------------------------------------


AGENT = 'pay: "order.amount * agent_rate"'
FLAT = '["< 30万元", 0元]'
OVER = "over_target and average_discount < average_floor"
MUTATIONS = [
    ("literal: 0.3点", "literal: 0.1点", "override deeper_discount refuted proved"),
    ('["(7折, 8折]", 2%]', '["(7折, 8折]", 9%]', "commission deeper_discount proved refuted"),
    ("instead: 0.5点", "instead: 1点", "commission more_sales refuted proved"),
    (OVER, OVER.replace("<", ">="), "commission deeper_discount proved refuted"),
    (AGENT, 'pay: "max(10元, order.amount * agent_rate)"', "agent split proved refuted"),
    (AGENT, 'pay: "min(1万元, order.amount * agent_rate)"', "agent merge proved proved"),
    (AGENT, 'pay: "min(1万元, order.amount * agent_rate)"', "agent split proved refuted"),
    (AGENT, 'pay: "order.amount * agent_rate - 1元"', "agent more_sales proved refuted"),
    ("agent_rate: {is: 1%", "agent_rate: {is: 101%", "agent bounded_share proved refuted"),
    (FLAT, FLAT.replace("0元", "6万元"), "deal_bonus deeper_discount proved refuted"),
]


@pytest.mark.parametrize(("old", "new", "said"), MUTATIONS, ids=[m[2] for m in MUTATIONS])
def test_a_change_of_the_plan_changes_the_verdict(old: str, new: str, said: str) -> None:
    rule, about, before, after = said.split()
    text = PLAN.read_text(encoding="utf-8").partition("\nexamples:")[0] + "\n"
    assert text.count(old) == 1
    statuses = [status(version, rule, about) for version in (text, text.replace(old, new))]
    assert statuses == [before, after]


def status(text: str, rule: str, about: str) -> str:
    program = compile_plan(read_plan(text))
    found = prove(program, Effort(pretty=False, properties=(about,)))
    return next(f.status for f in found if f.rule == rule)
