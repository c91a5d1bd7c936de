"""Lists: every row once, however they are sorted and whatever comes in between."""

from __future__ import annotations

import re
from html import unescape

import pytest

from assay.furniture import keyset
from assay.furniture.models import AccessEntry
from tests import factories

pytestmark = pytest.mark.django_db


def fill(count):
    AccessEntry.objects.bulk_create(
        [
            AccessEntry(who=f"u{n % 7}", kind="export", what=f"w{n:03d}", rows=n % 3 or None)
            for n in range(count)
        ]
    )


def link(page, rel):
    found = re.search(f'href="([^"]+)" rel="{rel}"', page)
    return unescape(found[1]) if found else ""


def walk(browser, start, rel="next"):
    seen, url = [], start
    while True:
        page = browser.get(f"/access-log/{url}").content.decode()
        rows = re.findall(r">(w\d+)<", page)
        assert len(rows) <= 50
        seen.append(rows)
        url = link(page, rel)
        if not url:
            return seen, page


@pytest.mark.parametrize(
    "sort", ["", "?sort=who", "?sort=-who", "?sort=id", "?sort=rows", "?sort=-rows"]
)
def test_paging_shows_every_row_once(sort):
    fill(120)
    browser = factories.signed_in("director")
    pages, last = walk(browser, sort)
    rows = [row for page in pages for row in page]
    assert sorted(rows) == [f"w{n:03d}" for n in range(120)]
    assert [len(page) for page in pages] == [50, 50, 20]
    back, _first = walk(browser, link(last, "prev"), "prev")
    assert [row for page in reversed(back) for row in page] == rows[:100]


def test_rows_that_come_in_between_do_not_move_the_others():
    fill(120)
    browser = factories.signed_in("director")
    first = browser.get("/access-log/").content.decode()
    fill(10)
    second = browser.get(f"/access-log/{link(first, 'next')}").content.decode()
    rows = re.findall(r">(w\d+)<", first) + re.findall(r">(w\d+)<", second)
    assert len(rows) == len(set(rows)) == 100


def test_sorting_and_filters_travel_together():
    fill(60)
    browser = factories.signed_in("director")
    page = browser.get("/access-log/?kind=export&q=u3&sort=who").content.decode()
    assert '<option value="who" selected>' in page
    assert '<option value="export" selected>' in page
    assert set(re.findall(r">(u\d)<", page)) == {"u3"}


@pytest.mark.parametrize("words", ["after=zzz", "after=WzEsMl0", "sort=password", "before=W10"])
def test_an_address_made_up_is_refused_or_ignored_never_a_fault(words):
    fill(3)
    assert factories.signed_in("director").get(f"/access-log/?{words}").status_code in (200, 400)


def test_what_people_wrote_is_text_on_a_list():
    seller = factories.employee("manager")
    row = factories.customer(seller, name='<script>x</script>&"', group="<i>集团</i>")
    page = factories.signed_in(who=seller).get("/customers/").content.decode()
    assert "<script>x" not in page
    assert "<i>" not in page
    assert f'<a href="/customers/{row.pk}/">&lt;script&gt;x&lt;/script&gt;&amp;&quot;</a>' in page
    assert "<small>&lt;i&gt;集团&lt;/i&gt;</small>" in page


def test_more_rows_than_are_sorted_at_once_are_sorted_by_an_index_alone(monkeypatch):
    monkeypatch.setattr(keyset, "FEW", 5)
    fill(9)
    browser = factories.signed_in("admin")
    page = browser.get("/access-log/?sort=rows").content.decode()
    assert "行以内才能按“行数”排序" in page
    assert "aria-sort" not in page.partition("行数</a>")[0].rpartition("<th")[2]
    page = browser.get("/access-log/?sort=rows&q=w001").content.decode()
    assert "行以内才能按" not in page


def test_what_a_list_is_narrowed_to_is_said_and_dropped_one_by_one():
    fill(3)
    AccessEntry.objects.create(who="z", kind="reveal", what="w999")
    browser = factories.signed_in("admin")
    page = browser.get("/access-log/?kind=export&q=w001&sort=who").content.decode()
    said = re.findall(r'<li><span>([^<]+)</span><a href="([^"]+)"', page)
    assert [text for text, _url in said] == ["“w001”", "导出"]
    page = browser.get(f"/access-log/{unescape(said[0][1])}").content.decode()
    assert re.findall(r">(w\d+)<", page) == ["w000", "w001", "w002"]
    assert "narrowed" not in browser.get("/access-log/").content.decode()
