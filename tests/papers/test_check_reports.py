"""Reports of `prove --mend` and of `check`: what a mending costs by person, and all that blocks a plan."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from assay.cli import main
from assay.papers.assay_paper import assay_paper
from assay.papers.html import html
from assay.plan.prove import words
from assay.plan.prove.finding import REFUTED, Finding, Mend
from assay.plan.reading import read_plan
from tests.conftest import write_csv
from tests.papers.test_reports import text_of

GATE = """plan: gate
effective: 2024-01
tables:
  flat:
    of: order.amount
    bands:
      - ["< 3元", 0元]
      - [">= 3元", 4元]  # at least
rules:
  - {name: pay, for: rep, per: order, pay: flat}
"""
MENDED = {
    "zh": ("最近 12 个月会少付 2.00", "改一处即成立"),
    "en": ("the last 12 months would have paid 2.00 less", "no change of one place"),
}


def said_by(path: Path) -> str:
    """A page's words, a space between each two."""
    return re.sub(r"\s+", " ", unescape(text_of(path)))


@pytest.mark.parametrize("lang", words.LANGS)
def test_a_mending_says_what_it_would_have_paid_and_whom(tmp_path: Path, lang: str) -> None:
    """R1 sold for 3.50 and R2 for 5: 3 instead of 4 for each, or 0 for the one under 4."""
    plan, path = tmp_path / "gate.yaml", tmp_path / "assay.html"
    plan.write_text(GATE, encoding="utf-8")
    write_csv(tmp_path / "people.csv", "payee_id,name,role,team", "R1,甲,rep,KA", "R2,乙,rep,KA")
    header = "order_id,order_date,salesperson_id,list_amount,net_amount"
    write_csv(tmp_path / "orders.csv", header, "1,2024-03-05,R1,5,3.50", "2,2024-03-06,R2,5,5")
    asked = ["prove", str(plan), "--only", "bounded_share", "--lang", lang, "--report", str(path)]
    assert main([*asked, "--mend", "--facts", str(tmp_path)]) == 1
    total, none = MENDED[lang]
    first, second = said_by(path).split(total)
    assert "4元] # at least" in first
    assert "R1 −1.00 R2 −1.00" in second.partition("4.00")[0]
    assert "R1 −4.00" in second
    assert none not in first + second


@pytest.mark.parametrize("lang", words.LANGS)
def test_what_was_not_tried_or_not_found_is_said(tmp_path: Path, lang: str) -> None:
    plan, path = read_plan(GATE), tmp_path / "assay.html"
    least = Mend(8, "4元", "3元", proved=True)
    for mending, not_least, none in (
        (None, False, False),
        ((least,), False, False),
        ((replace(least, least=False),), True, False),
        ((), False, True),
    ):
        found = Finding("bounded_share", "pay", "rep", REFUTED, mending=mending)
        path.write_text(html(assay_paper(plan, GATE, {}, [found], (), lang)), encoding="utf-8")
        said = said_by(path)
        assert (words.WORDS[lang]["not_least"] in said) is not_least
        assert (MENDED[lang][1] in said) is none


BLOCKED = """plan: blocked
effective: 2024-01
clauses: {一: 每单提成, 二: 每单报备}
questions:
  top: {ask: 最高一档, readings: {low: 2%, high: 3%}, read: low}
tables:
  rate:
    first:
      - ["order.amount > 20元", top]
      - ["order.amount > 30元", 7%]
      - ["order.amount > 10元", 1%]
      - [otherwise, 1%]
rules:
  - {name: commission, for: rep, per: order, cite: 一, pay: "order.amount * rate"}
examples:
  - {name: 一单, orders: [{amount: 1000元}], expect: {commission: 21元}}
"""


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", ("还不能公布", "未决的问题", "不符的例子", "无人执行的条款", "「top」还没有定",
                "应为 21.00元", "「二」没有任何规则执行",
                "永远不成立", "永远不起作用", "差一分,一下跳", "第 14 行")),
        ("en", ("Not publishable yet", "Open questions", "Failing examples", "Clauses nothing carries out",
                "“top” is not decided", "expected 21.00元, found 20.00元", "“二” is carried out by nothing",
                "can never hold", "never matters", "one 分 moves the pay", "line 14")),
    ],
)  # fmt: skip
def test_all_that_blocks_a_plan_stands_in_the_report_of_a_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, told: tuple[str, ...]
) -> None:
    plan, path = tmp_path / "blocked.yaml", tmp_path / "check.html"
    plan.write_text(BLOCKED, encoding="utf-8")
    assert main(["check", str(plan), "--lang", lang, "--report", str(path), "--json"]) == 1
    said = said_by(path)
    for one in told:
        assert one in said, one
    blocks = json.loads(capsys.readouterr().out)["findings"]
    assert {one["line"] for one in blocks} >= {3, 5, 10, 11}
    for one in blocks:  # properties stand in the assay's own words
        if "commission" not in one["message"] or one["line"] == 16:
            assert one["message"] in said


FAULTY = GATE.replace("  flat:", '  flat:\n    cite: "二"').replace(
    "tables:", 'clauses: {"一": 提成, "二": 档}\nmeasures:\n  sales: "sum(order.amount)"\ntables:'
)


@pytest.mark.parametrize(
    ("old", "new", "line", "clause", "said"),
    [
        ('">= 3元"', '">= 4元"', 12, "二", "gap"),
        ('">= 3元"', '">= 2元"', 12, "二", "overlap"),
        ("pay: flat}", 'cite: "一", pay: flat + 5%}', 14, "一", "cannot be added"),
        ('sales: "sum(order.amount)"', 'sales: "sales + 1元"', 5, "", "circle"),
    ],
)
def test_a_plan_that_cannot_run_is_told_as_data_and_as_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str],
    old: str, new: str, line: int, clause: str, said: str,
) -> None:  # fmt: skip
    """A gap, an overlap, a wrong unit, a circle: each with its place and how it is mended."""
    plan, path = tmp_path / "faulty.yaml", tmp_path / "check.html"
    plan.write_text(FAULTY.replace(old, new), encoding="utf-8")
    asked = ["check", str(plan), "--lang", "en", "--json", "--report", str(path)]
    assert main(asked) == 2
    out = capsys.readouterr()
    data = json.loads(out.out)
    assert data["publishable"] is False
    (found,) = data["findings"]
    assert (found["file"], found["line"], found["clause"]) == ("faulty.yaml", line, clause)
    assert found["column"] > 1
    assert said in found["message"]
    assert found["mend"]
    assert found["message"] in out.err
    assert found["mend"] in said_by(path)
