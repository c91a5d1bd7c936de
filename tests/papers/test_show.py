"""A plan on paper: clauses beside rules, readings, examples, signatures; the same bytes each time."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assay.papers.html import html
from assay.papers.pdf import pdf
from assay.papers.plan_paper import plan_paper
from assay.plan.document import Plan
from assay.plan.reading import read_plan
from assay.plan.source import digest
from tests.conftest import PLAN, ROOT, assay

PLANS = [PLAN, *sorted((ROOT / "plans" / "gallery").glob("*.yaml"))]
DRAWN = ("key", "50", "54", "56", "05")


class _Page(HTMLParser):
    """The texts of a page, its tags, and every address it names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.feed(page)
        self.text = " ".join(self.texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self.addresses += [named[key] or "" for key in ("href", "src") if key in named]
        self.ids += [named["id"] or ""] if "id" in named else []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def printed(text: str, lang: str = "zh", **readings: str) -> _Page:
    """The page of a plan text."""
    return _Page(html(plan_paper(read_plan(text), text, readings, lang)))


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.stem[:20])
def test_every_plan_is_printed_whole(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    plan = read_plan(text)
    page = printed(text)
    for clause in plan.clauses.values():
        assert clause.gist("zh") in page.text
    for example in plan.examples:
        assert example.name in page.text
    for question in plan.questions.values():
        assert question.ask.either("zh") in page.text
        assert (question.decided_by or "存疑") in page.text
    for rule in plan.rules:
        assert rule.name in page.text or "现不执行" in page.text
    assert digest(text) in page.text
    assert "不符" not in page.text
    for who in ("经办", "审核", "总经理", "本人确认"):
        assert who in page.text
    # Nothing is fetched, and every address is a place on the page itself.
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert {a[1:] for a in page.addresses} <= set(page.ids)
    assert all(address.startswith("#") for address in page.addresses)
    assert "Examples" in printed(text, "en").text


@pytest.mark.parametrize(
    "path", [p for p in PLANS if p.stem.startswith(DRAWN)], ids=lambda p: p.stem[:4]
)
def test_the_pdf_is_the_same_each_time(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    paper = plan_paper(read_plan(text), text)
    first = pdf(paper)
    assert first.startswith(b"%PDF-")
    assert first == pdf(paper)
    assert html(paper) == html(plan_paper(read_plan(text), text))


HOSTILE = """
plan: hostile
title: '<script>alert(1)</script> #panic() $x$ @y */ {{ 7*7 }}'
effective: 2024-01
clauses:
  "1": '<img src=x onerror=alert(1)> #read("/etc/passwd") [*a*]'
policies:
  rate: {is: 1%, cite: "1", title: '<b>#eval("1")</b>'}
rules:
  - {name: pay, for: salesperson, per: order, pay: "order.amount * rate", title: "'\\"><svg onload=x>"}
questions:
  q: {cite: "1", ask: '</style><script>', readings: [a, b], read: a, decided_by: '<i>', decided_on: '#panic()'}
examples:
  - {name: '</td><script>#panic("x")', orders: [{amount: 100元}], expect: {pay: 1元}, by_hand: "100*1%"}
"""


def test_a_plan_cannot_write_into_the_page_or_the_press() -> None:
    page = printed(HOSTILE)
    assert "<script>alert(1)</script> #panic() $x$ @y */ {{ 7*7 }}" in page.text
    assert '<img src=x onerror=alert(1)> #read("/etc/passwd") [*a*]' in page.text
    assert not {"script", "img", "b", "i"} & set(page.tags)
    made = pdf(plan_paper(read_plan(HOSTILE), HOSTILE))
    assert b"#panic()" in made, "the title as text in the metadata"


def test_readings_in_force_and_who_decided() -> None:
    text = HOSTILE.replace("'<i>'", "总经理").replace("'#panic()'", "2026-01-05")
    page = printed(text)
    assert "总经理" in page.text
    assert "2026-01-05" in page.text
    assert "存疑" not in re.sub("存疑与读法|标存疑", "", page.text)
    # Another reading than the plan's own is nobody's decision, and the paper says so.
    other = printed(text, q="b")
    assert "另选读法 q=b" in other.text
    assert "存疑" in re.sub("存疑与读法|标存疑", "", other.text)


def test_an_example_that_fails_is_printed_as_one() -> None:
    page = printed(HOSTILE.replace("pay: 1元}", "pay: 2元}"))
    assert "算例不符" in page.text
    assert "expected 2.00元, found 1.00元" in page.text


def test_formulas_are_said_as_the_law_counts_edges(key_account: Plan) -> None:
    page = printed(PLAN.read_text(encoding="utf-8"))
    assert "参与提成 × 提成率 + 加点基数 × 加点" in page.text
    assert "当月业绩 超过 超额线 × 录入的任务额" not in page.text  # a name stands for its formula
    assert "当月业绩 超过 超额线 × 任务额" in page.text
    assert "above_quota * tier_rate + point_base * order_point" in page.text
    included = printed(PLAN.read_text(encoding="utf-8"), at_120="included")
    assert "当月业绩 达到 超额线 × 任务额" in included.text


def test_dated_policies_are_printed_with_their_months() -> None:
    text = PLAN.read_text(encoding="utf-8").replace(
        "base_quota: {is: 2万元,", "base_quota: {is: {2024-01: 2万元, 2025-01: 3万元},"
    )
    page = printed(text)
    for said in ("2024-01", "20,000.00元", "2025-01", "30,000.00元"):
        assert said in page.text


def test_the_command_writes_both_kinds_and_refuses_others(tmp_path: Path) -> None:
    plan = ROOT / "plans" / "gallery" / "54-interpolated-amount-table.yaml"
    assert assay("show", plan, "--out", tmp_path / "p.pdf").status == 0
    assert (tmp_path / "p.pdf").read_bytes().startswith(b"%PDF-")
    shown = assay("show", plan, "--lang", "en", "--question", "above_the_curve=nothing")
    assert shown.status == 0
    assert "other readings above_the_curve=nothing" in _Page(shown.out).text
    refused = assay("show", plan, "--out", tmp_path / "p.docx")
    assert refused.status == 2
    assert "FILE.html or FILE.pdf" in refused.err
    broken = tmp_path / "broken.yaml"
    broken.write_text("plan: x\neffective: 2024-01\nrules:\n  - {name: a, for: b, pay: 1 +}\n")
    assert assay("show", broken, "--out", tmp_path / "q.html").status == 2
    assert not (tmp_path / "q.html").exists()
