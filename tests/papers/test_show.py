"""A plan on paper: clauses beside rules, readings, examples, signatures; the same bytes each time."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypdf import PdfReader

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


def sections(page: str) -> dict[str, str]:
    """The texts of each section of a page, by its address."""
    found = re.findall(r'<section class="[^"]*" id="([^"]+)">(.*?)</section>', page, re.S)
    return {name: " ".join(_Page(inner).texts) for name, inner in found}


def cells(page: str, head: str) -> list[list[str]]:
    """The rows of the one table under a heading, head first."""
    table = re.search(rf"<h3>{re.escape(head)}<.*?<table.*?</table>", page, re.S)
    assert table, head
    lines = re.findall(r"<tr>(.*?)</tr>", table[0], re.S)
    cut = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.S) for line in lines)
    return [["".join(_Page(cell).texts).strip() for cell in line] for line in cut]


def printed(text: str, lang: str = "zh", **readings: str) -> _Page:
    """The page of a plan text."""
    return _Page(html(plan_paper(read_plan(text), text, readings, lang)))


def test_amounts_are_parted_by_thousands_and_a_table_is_named_once_in_words() -> None:
    text = PLAN.read_text(encoding="utf-8")
    made = html(plan_paper(read_plan(text), text))
    wages = sections(made)["clause-五"]
    assert "2,400元" in wages
    assert "2400元" not in wages
    assert "见「电话补助」表" in made
    assert "<code>phone_table</code>" not in made


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.stem[:20])
def test_every_plan_is_printed_whole(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    plan = read_plan(text)
    made = html(plan_paper(plan, text))
    page, beside = _Page(made), sections(made)
    for clause in plan.clauses.values():
        assert clause.gist("zh") in beside[f"clause-{clause.number}"]
    # No formula is left in code alone where it chooses between readings.
    assert "case(" not in re.sub("条款.*", "", beside["questions"]) if plan.questions else True
    assert not any("case(" in said for name, said in beside.items() if name != "questions")
    for example in plan.examples:
        assert example.name in page.text
    for question in plan.questions.values():
        assert question.ask.either("zh") in page.text
        assert (question.decided_by or "存疑") in page.text
    for rule in plan.rules:
        where = beside[f"clause-{rule.cite[0]}" if rule.cite else "rest"]
        title = rule.title.text("zh", rule.name)
        assert (title in where and f" · {rule.name}" in where) or f"{title}：读法" in where
    assert digest(text) in page.text
    assert "不符" not in page.text
    for who in ("经办", "审核", "总经理", "本人确认"):
        assert who in page.text
    # Nothing is fetched, and every address is a place on the page itself.
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert {a[1:] for a in page.addresses} <= set(page.ids)
    assert all(address.startswith("#") for address in page.addresses)
    english = printed(text, "en").text
    assert "Examples" in english
    # Whose value, which month, which row and what is given in kind are words, not addresses.
    assert not re.search(r"\w@\d|\.(each|award)\b", page.text + english)


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


def gallery(number: str) -> str:
    return next((ROOT / "plans" / "gallery").glob(f"{number}-*.yaml")).read_text(encoding="utf-8")


def test_addresses_of_examples_and_reasons_of_refusal_are_told_in_their_readers_language() -> None:
    said = {lang: printed(gallery("52"), lang).text for lang in ("zh", "en")}
    assert "提成（2024-01） 700 USD" in said["zh"]
    assert "commission (2024-01) 700 USD" in said["en"]
    assert "奖金（第 3 笔） 20 USD" in printed(gallery("54")).text
    assert "加速提成（2024-09） 0 USD" in printed(gallery("40")).text
    assert "比例奖（实物） 出国游一次" in printed(gallery("10")).text
    why = {
        "zh": "登记分单主办占六至七成",
        "en": "a registered split gives the primary 60 to 70 percent",
    }
    for lang, other in (("zh", "en"), ("en", "zh")):
        page = printed(gallery("69"), lang).text
        assert why[lang] in page
        assert why[other] not in page


def test_a_grid_is_drawn_cell_by_cell() -> None:
    text = gallery("50")
    found = cells(html(plan_paper(read_plan(text), text)), "提成率")
    assert found[0] == ["毛利率 \\ 成交额", "≤ 50 USD", "(50 USD, 100 USD]", "(100 USD, 125 USD]",
                        "(125 USD, 150 USD]", "(150 USD, 200 USD]", "> 200 USD"]  # fmt: skip
    assert found[1:] == [
        ["≤ 15%", "9%", "10%", "11%", "12%", "13%", "14%"],
        ["(15%, 20%]", "10%", "11%", "12%", "13%", "14%", "15%"],
        ["> 20%", "11%", "12%", "13%", "14%", "15%", "16%"],
    ]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("04", "1%|1.5%|2%|2.5%|1万元|2万元|3万元"),
        ("54", "0 USD|10 USD|50 USD|150 USD|2,150 USD|20,000 USD"),
        ("56", "250 USD|500 USD|1,000 USD …|20%|25%|30%"),
    ],
)
def test_bands_ladders_and_curves_are_drawn_with_their_figures(number: str, said: str) -> None:
    text = gallery(number)
    page = html(plan_paper(read_plan(text), text))
    drawings = re.findall(r"<svg[^>]*role.*?</svg>", page, re.S)
    drawn = {text.strip() for drawing in drawings for text in _Page(drawing).texts}
    assert {*said.split("|")} <= drawn


def test_the_text_of_the_pdf_can_be_read_out() -> None:
    """Clauses, formulas in words, readings, examples, the digest and the rows to sign."""
    text = gallery("05")
    plan = read_plan(text)
    made = PdfReader(io.BytesIO(pdf(plan_paper(plan, text))))
    found = re.sub(r"\s", "", "".join(page.extract_text() for page in made.pages))
    said = [clause.gist("zh") for clause in plan.clauses.values()]
    said += [example.name for example in plan.examples]
    said += [question.ask.either("zh") for question in plan.questions.values()]
    said += ["现用佣金的七成", "另有当月回款的七成", "样例", "2026-11-25", digest(text)]
    said += ["已结算", "经办", "审核", "总经理", "本人确认", "应得佣金"]
    missing = [one for one in said if re.sub(r"\s", "", one) not in found]
    assert not missing


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


def test_an_english_paper_holds_no_chinese_sign() -> None:
    """Names of examples, 60天 and 12个月, over 1个: in the language of the paper."""
    text = gallery("52")
    page = html(plan_paper(read_plan(text), text, lang="en"))
    shown = _Page(page).text
    assert "60 days" in shown
    assert "contract months 12 months" in shown
    assert "A day short of twelve months is early" in shown
    assert not re.findall(r"[\u4e00-\u9fff]+", shown.replace("中文", ""))
    usd = (read_plan(p.read_text(encoding="utf-8")) for p in PLANS)
    named = [e for plan in usd if plan.currency == "USD" for e in plan.examples]
    assert not [e.name for e in named if not e.title.en and not e.name.isascii()]


def test_a_paper_calls_what_is_expected_and_rows_below_by_their_own_titles() -> None:
    text = gallery("05")
    shown = _Page(html(plan_paper(read_plan(text), text))).text
    assert "本月结算（2024-02） -2000元" in shown
    assert "next_month_net" not in shown
    assert "回款 （01-06，回款额 30万元）" in shown
