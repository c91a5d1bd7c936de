"""What `try` says aloud: rows nobody gets, numbers as numbers, faults in the words of the trade."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.plan.check import verdict
from assay.plan.compile import compile_plan
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan
from tests.conftest import assay, rows, write_csv

HEAD = "plan: told\neffective: 2024-01\n"


def tried(tmp_path: Path, text: str) -> str:
    """What `./assay try` prints of a plan."""
    path = tmp_path / "told.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    ran = assay("try", path)
    return ran.out + ran.err


def test_rows_and_parts_that_nobody_gets_are_said_with_the_day_that_decides(tmp_path: Path) -> None:
    said = tried(
        tmp_path,
        """
facts:
  split: {of: order, has: {payee: text, percent: rate}}
  visit: {has: {on: date, who: text}, to: {who: visit.who, as: rep}}
  collection: {to: {who: order.salesperson, as: rep}}
  order: {to: {who: split.payee, as: rep, part: split.percent, adds_to: 100%}}
measures: {visits: "count(visit)", got: "sum(collection.amount)"}
rules: [{name: commission, for: rep, per: order, pay: "order.credited * 5%"}]
examples:
  - payee: {id: P, role: rep, to: 01-31}
    to: 2024-02
    visit: [{on: 02-20}]
    orders:
      - {on: 01-05, amount: 100元, salesperson: P, split: [{payee: P, percent: 60%}, {payee: Q, percent: 40%}],
         collections: [{on: 02-09, amount: 7元}]}
      - {on: 02-03, amount: 10元, salesperson: P, split: [{payee: P, percent: 100%}],
         collections: [{on: 02-09, amount: 7元}]}
      - {on: 01-06, amount: 3元}
    expect: {commission@1: 3元}
""",
    )
    notes = [
        line.removeprefix("  note: nobody gets ") for line in said.splitlines() if "note" in line
    ]
    assert notes == [
        "  note: order 3 (2024-01-06) is refused: the parts come to 0% in place of 100%",
        "40% of order 1 (2024-01-05): “Q” does not stand as rep on 2024-01-05, the day of the order",
        "100% of order 2 (2024-02-03): “P” does not stand as rep on 2024-02-03, the day of the order",
        "visit 1 (2024-02-20): “P” does not stand as rep on 2024-02-20, the day of the visit",
        # The first collection came after he left, too, but for an order of his time.
        "collection 2 (2024-02-09): “P” does not stand as rep on 2024-02-03, the day of the order",
    ]


NONES = {
    "if(payee.left_on < month.first_day, 1元, 2元)": (
        "“payee.left_on”",
        "(payee.left_on otherwise a date",
    ),
    "if(sum(order.amount) / count(order) > 5元, 1元, 2元)": (
        "“sum(order.amount) / count(…)” (nothing to divide by)",
        "otherwise 0元)",
    ),
    "sum(order.amount * (order.kind_rate / order.other))": ("order.kind_rate / order.other", "0%"),
    "if(grade != gold, 1元, 2元)": ("“grade”", "(grade otherwise '')"),
    "if(not_gold, 1元, 2元)": ("what “not_gold” compares", "inside “not_gold”"),
    "share(curve, by: sum(order.amount), among: team)": (
        "“curve”",
        "(curve otherwise 0元)",
    ),
}


@pytest.mark.parametrize("formula", NONES)
def test_a_none_is_named_with_what_fits_in_its_place(formula: str) -> None:
    text = f"""
facts: {{order: {{has: {{kind: text, kind_rate: rate, other: rate}}}}}}
tables: {{curve: {{of: "sum(order.amount)", points: [[1元, 1元], [2元, 2元]]}}}}
measures: {{a: "{formula}", grade: "latest(order.kind)", not_gold: "grade != gold"}}
rules: [{{name: pay, for: rep, per: month, pay: 1元}}]
"""
    with pytest.raises(PlanError) as caught:
        compile_plan(read_plan(HEAD + text))
    (problem,) = caught.value.problems
    what, mend = NONES[formula]
    assert what in problem.message
    assert mend in problem.mend


def test_the_cliffs_of_a_place_are_told_once_a_line() -> None:
    plan = read_plan(
        HEAD
        + """
measures: {place: "rank(sum(order.amount), among: role, ties: dense)"}
rules:
  - {name: a, for: rep, per: month, pay: "if(place = 1, 10元, 5元)"}
  - {name: b, for: rep, per: order, pay: "order.amount * if(place = 1, 2%, 1%)"}
"""
    )
    told = [problem.message for problem in verdict(plan).problems]
    assert len(told) == 3
    for line in ("“a”", "“b”", "“rep.total”"):
        (one,) = (message for message in told if message.startswith(f"cliff of {line}"))
        assert "place = 1" in one


def test_awards_stand_beside_the_pay_and_numbers_are_no_percents(tmp_path: Path) -> None:
    said = tried(
        tmp_path,
        """
facts: {order: {has: {fcy: number, rate: number}}}
measures:
  local: "order.fcy * order.rate"
  commission: "number(order.fcy * 1%)"
tables: {trip: {of: "sum(order.amount)", bands: [["< 10元", "''"], [">= 10元", "'phone'"]]}}
rules:
  - {name: in_goods, for: rep, per: month, gives: "floor(sum(order.amount) * 10%, to: 1元)"}
  - {name: prize, for: rep, per: month, gives: trip}
examples:
  - to: 2024-02
    payee: {id: A}
    orders: [{amount: 35元, fcy: 14815, rate: 7.1}]
    expect: {in_goods.award: [3元, 0元], prize.award: [phone, none], total: 0元}
  - payee: {id: A, team: T}
    others: [{id: B, orders: [{amount: 70元}]}]
    expect: {B.in_goods.award: 7元, B.total: 0元}
""",
    )
    assert "✗" not in said, said
    for line in (
        "in_goods.award             [3.00元, 0.00元]",
        "prize.award                [phone, none]",
        "  local                    [105186.5]",
        "  commission               [148.15]",
        "B.in_goods.award           7.00元",
    ):
        assert line in said, said


GOALS = """
facts:
  goal:
    has: {on: date, who: text, weight: rate}
    to: {who: goal.who, as: rep}
    refuse:
      - {when: "goal.weight <= 0%", why: 权重应大于零}
      - {when: "weights != 100%", why: {zh: 本月权重合计须为 100%, en: weights must come to 100%}}
measures: {weights: "sum(goal.weight)"}
rules: [{name: bonus, for: rep, per: month, pay: "1000元 * weights"}]
"""


def test_rows_are_refused_by_what_their_month_comes_to_in_the_plans_own_words(
    tmp_path: Path,
) -> None:
    block = (
        "examples: [{to: 2024-02, goal: [{on: 01-31, weight: 60%}, {on: 01-31, weight: 40%},"
        " {on: 02-28, weight: 30%}, {on: 02-29, weight: 0%}], expect: {bonus: [1000元, 0元]}}]\n"
    )
    notes = [line.strip() for line in tried(tmp_path, GOALS + block).splitlines() if "note" in line]
    assert notes == [
        "note: goal 4 (2024-02-29) is refused: 权重应大于零",
        "note: goal 3 (2024-02-28) is refused: weights must come to 100%",
    ]
    write_csv(tmp_path / "people.csv", "payee_id,role", "P,rep", "Q,rep")
    write_csv(tmp_path / "orders.csv", "order_id,order_date,salesperson_id,list_amount,net_amount")
    goals = ("2024-01-31,P,0.6", "2024-01-31,P,0.4", "2024-01-31,Q,0.9", "2024-02-28,P,1")
    write_csv(tmp_path / "goal.csv", "on,who,weight", *goals)
    run = ("run", tmp_path / "told.yaml", "--facts", tmp_path, "--month", "2024-01", "--out")
    assert assay(*run, tmp_path / "out").status == 2
    for lang, why in (("zh", "本月权重合计须为 100%"), ("en", "weights must come to 100%")):
        turned = assay(*run, tmp_path / "out", "--skip-rejected", "--lang", lang)
        assert turned.status == 0, turned.err
        assert turned.err.splitlines()[0] == f"goal.csv:4: : {why}"
        away = rows(tmp_path / "out" / "rejected.csv")
        assert [(r["file"], r["row"], r["reason"]) for r in away] == [("goal.csv", "4", why)]
    paid = {r["payee_id"]: r["amount"] for r in rows(tmp_path / "out" / "statements.csv")}
    assert paid == {"P": "1000.00", "Q": "0.00"}
    assert assay("verify", tmp_path / "out").status == 0


def test_cases_conditions_and_spans_are_told_in_the_language_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "told.yaml"
    path.write_text(
        HEAD
        + """
measures: {big: "sum(order.amount) > 5元", here: "days_between('2024-01-01', month.last_day)"}
rules: [{name: pay, for: rep, per: month, pay: "if(big and here > 0天, 1元, 0元)"}]
examples: [{name: {zh: 一例, en: A case}, orders: [{amount: 10元}], expect: {big: yes, here: 30天}}]
""",
        encoding="utf-8",
    )
    english, chinese = (assay("try", path, "--lang", lang).out.split() for lang in ("en", "zh"))
    assert english[:3] == ["✓", "A", "case"]
    assert " ".join(english).endswith("big yes here 30 days")
    assert chinese[1] == "一例"
    assert " ".join(chinese).endswith("big 是 here 30天")


def test_a_name_that_a_fact_has_is_told_with_its_line() -> None:
    with pytest.raises(PlanError) as refused:
        compile_plan(
            read_plan(
                HEAD
                + """
facts: {goal: {has: {on: date, who: text, amount: money}, to: {who: goal.who, as: rep}}}
measures: {goal: "sum(goal.amount)"}
rules: [{name: pay, for: rep, per: month, pay: 1元}]
"""
            )
        )
    assert str(refused.value.problems[0].message) == "the name “goal” is taken (line 4)"


def test_who_stands_in_no_team_is_told_where_a_team_shares(tmp_path: Path) -> None:
    said = tried(
        tmp_path,
        """
measures: {sales: "sum(order.amount)"}
rules: [{name: part, for: rep, per: month, pay: "share(100元, by: sales, among: team)"}]
examples: [{payee: {id: A}, orders: [{amount: 10元}], others: [{id: B, orders: [{amount: 10元}]}, {id: C}]}]
""",
    )
    assert "“B” stands in no team in 2024-01: no part of what a team shares" in said
    assert "“A”" not in said
    assert "“C”" not in said
