"""Help where one stands: words of labels open the glossary, hallmarks open their clause, /looks shows all."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from django.template import Context, Template

from assay.desk.views.looks import PARTS, SWATCHES
from assay.furniture.glossary import entries, entry_of
from assay.site.words import SOURCES
from tests import factories

pytestmark = pytest.mark.django_db
# What stands as a label, whatever is beside the word in it, and the head of a table that is none to HTML.
LABEL = re.compile(
    r'<(?:dt|th|label|div class="k")(?: [^>]*)?>(.*?)</(?:dt|th|label|div)>|<div class="tm head">(.*?)</div>'
)
WORD = re.compile(r'\{% translate ["\']([^"\']+)["\'] %\}')


def test_a_word_of_the_glossary_that_stands_as_a_label_opens_its_entry():
    """In templates by {% term %}; fields of forms and heads of lists pass through the same filter."""
    plain = [
        f"{path.relative_to(SOURCES)}: {word}"
        for path in sorted(SOURCES.glob("*/templates/**/*.html"))
        for label in LABEL.findall(path.read_text(encoding="utf-8"))
        for word in WORD.findall("".join(label))
        if entry_of(word) and path.name != "kept.html"  # a file to keep: it leads nowhere
    ]
    assert not plain, "write {% term %} instead of {% translate %}"


@pytest.mark.either_database
def test_a_label_leads_to_the_page_of_all_words_without_script_and_to_its_entry_with_it():
    browser = factories.signed_in("salesperson")
    page = browser.get("/sales/orders/new/").content.decode()
    assert (
        '<a class="term" href="/help/terms/#%E6%8A%98%E6%89%A3" data-told="/help/terms/%E6%8A%98%E6%89%A3/">'
        in page
    )
    alone = browser.get("/help/terms/折扣/")
    assert (alone.status_code, unquote(alone["Location"])) == (302, "/help/terms/#折扣")
    entry = browser.get("/help/terms/折扣/", headers={"X-Told": "1"}).content.decode()
    assert "discount" in entry
    assert "折数越高，让利越少" in entry
    assert "<html" not in entry


@pytest.mark.either_database
def test_an_entry_is_told_in_the_language_of_the_page_and_names_both():
    browser = factories.signed_in("salesperson")
    browser.post("/language/", {"language": "en"})
    entry = browser.get("/help/terms/折扣/", headers={"X-Told": "1"}).content.decode()
    assert "a higher 折 is a smaller discount" in entry
    assert "折扣" in entry
    page = browser.get("/sales/orders/new/").content.decode()
    assert re.search(r'href="/help/terms/#%E6%8A%98%E6%89%A3"[^>]*>[A-Za-z ]+</a>', page)


@pytest.mark.either_database
def test_a_word_that_is_none_is_not_found():
    assert factories.signed_in("hr").get("/help/terms/没有这个词/").status_code == 404


@pytest.mark.either_database
def test_every_entry_stands_on_the_page_once():
    page = factories.signed_in("clerk").get("/help/terms/").content.decode()
    anchors = re.findall(r'class="entry" id="([^"]+)"', page)
    assert anchors == [entry.anchor for entry in entries()]
    assert len(anchors) == len(set(anchors))


@pytest.mark.either_database
def test_a_hallmark_opens_its_clause_or_the_part_of_the_plan_it_lies_in():
    browser = factories.signed_in("manager")
    told = browser.get("/help/clauses/六.1.1/", headers={"X-Told": "1"}).content.decode()
    assert "9折及以上 8%" in told
    within = browser.get("/help/clauses/三.4/", headers={"X-Told": "1"}).content.decode()
    assert "方案里由 三 说明" in within
    assert browser.get("/help/clauses/九十九/").status_code == 404


def test_an_agent_reads_the_clauses_that_pay_him_and_no_others():
    browser = factories.signed_in("agent")
    assert "代理商按带来的销售额提 1%" in browser.get("/help/clauses/").content.decode()
    assert browser.get("/help/clauses/七/", headers={"X-Told": "1"}).status_code == 200
    assert browser.get("/help/clauses/六.2/", headers={"X-Told": "1"}).status_code == 404
    assert "部门经理按部门业绩" not in browser.get("/help/clauses/").content.decode()


OTHERS = """
plan: others
effective: 2024-01
clauses: {"1": All sales pay alike, "2": What was cited}
rules: [{name: commission, for: salesperson, per: order, cite: "1", pay: "order.amount * 10%"}]
"""


@pytest.mark.either_database
def test_pages_name_no_clause_that_the_plan_in_force_does_not_have(settings, tmp_path):
    desk = factories.signed_in("director")
    assert 'href="/help/clauses/#c-四.4"' in desk.get("/").content.decode()
    (tmp_path / "plan.yaml").write_text(OTHERS.lstrip(), encoding="utf-8")
    settings.PLANS = tmp_path
    for url in ("/", "/customers/churn/", "/customers/targets/", "/customers/nominations/"):
        page = desk.get(url).content.decode()
        assert 'class="chip"' not in page, url
    written = [
        str(path.relative_to(SOURCES))
        for path in sorted(SOURCES.glob("*/templates/**/*.html"))
        if '{% clause "' in path.read_text(encoding="utf-8") and path.name != "looks_matter.html"
    ]
    assert not written, "what a page says of itself is written {% page_clause %}"


NUMBERED = re.compile(
    r"""(?:name|value|id|href)="[^"]*\{\{ [\w.]+\.(?:pk|version|index|(?!auto_)\w+_id|\w+_number) \}\}"""
)


@pytest.mark.either_database
def test_what_a_page_sends_back_has_no_commas_in_its_numbers():
    """A number stands with commas in a template: as a row, a version or a month it is read by nobody."""
    for path in sorted(SOURCES.glob("*/templates/**/*.html")):
        found = NUMBERED.search(path.read_text(encoding="utf-8"))
        assert not found, f"{path}: write |stringformat:'d' in {found and found[0]}"


@pytest.mark.either_database
def test_what_is_cited_from_another_plan_is_named_and_opens_nothing():
    said = Template("{% clause number %}")
    held = frozenset({"2"})
    inside = said.render(Context({"number": "2.1", "clauses_held": held}))
    assert 'href="/help/clauses/#c-2.1"' in inside
    assert (
        said.render(Context({"number": "九", "clauses_held": held}))
        == '<span class="chip">九</span>'
    )


@pytest.mark.either_database
def test_the_sheet_of_specimens_shows_every_component_on_both_grounds():
    page = factories.signed_in("agent").get("/looks/").content.decode()
    for part in PARTS:
        section = page.split(f'id="{part.name}"')[1].split("</section>")[0]
        assert section.count('data-theme="light"') == section.count('data-theme="dark"') == 1
        light = section.split('data-theme="light">')[1].split('<div class="ground"')[0]
        assert len(re.sub(r"\s|</div>", "", light)) > 40, f"{part.name} is empty"
    tokens = (SOURCES / "desk" / "static" / "tokens.css").read_text(encoding="utf-8")
    look = (SOURCES / "desk" / "static" / "look.css").read_text(encoding="utf-8")
    for name, _title, _ratio in SWATCHES:
        assert f"--{name}:" in tokens
        assert f".sw-{name}{{" in look


@pytest.mark.either_database
def test_no_file_but_the_tokens_names_a_colour():
    for path in SOURCES.glob("*/static/*.css"):
        if path.name != "tokens.css":
            found = re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsl", path.read_text("utf-8"))
            assert not found, f"{path.name}: {found}"


@pytest.mark.either_database
def test_the_components_that_every_room_builds_of_stand_on_the_page_of_looks():
    assert {
        "figure", "chip", "ruler", "waterfall", "thermometer", "clock", "timeline", "approval", "empty",
        "table", "paper", "log", "list-bar", "strip", "history",
    } <= {part.name for part in PARTS}  # fmt: skip


@pytest.mark.parametrize(
    "word",
    ["应发", "代扣个税", "逾期天数", "催收日期", "距流失天数", "流失原因", "当年实收", "切入点", "最晚下单日",
     "退货金额", "其中大客户", "到场", "课时", "摘要值", "加签", "转审", "完成率", "单笔奖励"],
)  # fmt: skip
@pytest.mark.either_database
def test_heads_and_deeds_have_an_entry_and_none_holds_a_figure_of_a_plan(word):
    entry = entry_of(word)
    assert entry is not None
    assert entry.meaning
    for text in (entry.meaning, entry.meaning_en):
        assert not re.search(r"\d+ ?(%|万|,000)", text), "the plan holds the figure"
