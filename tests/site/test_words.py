"""Every word of the pages stands in Chinese and in English, and none is shown untranslated."""

from __future__ import annotations

import ast
import re

import pytest
from django.utils.translation import override

from assay.furniture.models import AccessEntry
from assay.site.words import (
    CALLS,
    CHINESE,
    SOURCES,
    bare_text,
    called,
    catalogue,
    rooms,
    words_of,
)
from tests import factories

# Chinese in code that is no word of a page: the sample's names, the readings of surnames, signs.
# Columns of files are named in Chinese in every language.
NOT_WORDS = ("site/demo/", "furniture/pinyin.py", "customers/names.py", "customers/seeds.py")
SIGNS = {"折", "万", " 万", "中文", "、", "，", "。", "；", "："}
CLAUSE = re.compile(r"[一二三四五六七八九十]+(\.\d+)*$")  # numbers of clauses are names
LATIN = {"Assay", "Excel", "English", "CSV"}


@pytest.mark.parametrize("room", rooms())
def test_every_word_is_chinese_and_has_its_english(room):
    english = catalogue()
    for word, path in words_of(room):
        assert CHINESE.search(word), f"{path}: “{word}” is not Chinese"
        assert word in english, f"{path}: no English for “{word}” (./assay manage words)"
        assert not CHINESE.search(english[word]), f"“{english[word]}” is not English"
        names = re.compile(r"%\(\w+\)[sd]")
        assert sorted(names.findall(word)) == sorted(names.findall(english[word])), word


@pytest.mark.parametrize("room", rooms())
def test_no_template_shows_text_without_translating_it(room):
    for path in (SOURCES / room).rglob("templates/**/*.html"):
        if path.name == "logo.html":
            continue
        text = bare_text(path.read_text(encoding="utf-8"))
        assert not CHINESE.search(re.sub("|".join(SIGNS), "", text)), f"{path}: {text}"
        words = set(re.findall(r"[A-Za-z]{3,}", text)) - LATIN
        assert not words, f"{path}: {words}"


@pytest.mark.parametrize("room", rooms())
def test_no_code_shows_chinese_without_translating_it(room):
    for path in (SOURCES / room).rglob("*.py"):
        place = path.relative_to(SOURCES).as_posix()
        if (
            "migrations" in path.parts
            or place.startswith(NOT_WORDS)
            or "imports" in (path.stem, path.parent.name)
        ):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        spoken = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and called(node) in CALLS
            for inner in ast.walk(node)
        }
        notes = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                free = id(node) in spoken | notes or node.value in SIGNS
                bilingual = re.search(r"\([a-z .]+\)$", node.value) or CLAUSE.match(node.value)
                assert free or bilingual or not CHINESE.search(node.value), f"{place}: {node.value}"


@pytest.mark.django_db
def test_the_pages_change_their_language_and_keep_it():
    browser = factories.signed_in("hr")
    assert "办入职" in browser.get("/people/employees/").content.decode()
    browser.post("/language/", {"language": "en", "next": "/people/employees/"})
    page = browser.get("/people/employees/").content.decode()
    assert "Take on" in page
    assert 'lang="en"' in page
    without = re.sub("中文|成色|陈雅琴|大客户部", "", page)
    assert not CHINESE.search(without), CHINESE.findall(without)


@pytest.mark.django_db
def test_chinese_comes_first_whatever_the_browser_asks_for():
    from_abroad = factories.signed_in("hr")
    page = from_abroad.get("/people/employees/", headers={"accept-language": "fr"})
    assert "员工" in page.content.decode()


def test_what_was_handed_out_is_told_in_the_readers_language():
    entry = AccessEntry(what="工资文件 GZ-20260401-001")
    for language, said in (("zh-hans", "工资文件"), ("en", "Payroll file")):
        with override(language):
            assert entry.said == f"{said} GZ-20260401-001"
