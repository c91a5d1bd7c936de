"""Every list, sorted by each of its columns both ways and narrowed by each of its choices, is a page."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from assay.furniture.lists import ListPage
from tests.site import samples
from tests.site.rights import ALL, RIGHTS
from tests.site.test_query_counts import PAYING, WIDEST
from tests.site.test_rights import every_address

pytestmark = pytest.mark.django_db


def lists(house):
    """(name, browser, address, its context) of each list, for who sees most of it."""
    browsers = {role: house.browser(role) for role in ALL.split()}
    for name, pattern in every_address():
        widest = [role for role in WIDEST if role in RIGHTS[name].split()]
        if not widest or name in PAYING or "<" in str(pattern.pattern):
            continue
        url = reverse(name, kwargs=samples.words(house, name, pattern))
        answer = browsers[widest[0]].get(url)
        context = answer.context if answer.status_code == 200 else None
        if context is not None and isinstance(context.get("page"), ListPage):
            yield name, browsers[widest[0]], url, context


def test_every_list_is_sorted_by_each_column_and_narrowed_by_each_choice(house):
    found = list(lists(house))
    assert len(found) > 25
    unsorted = []
    for name, browser, url, context in found:
        page = context["page"]
        for column in page.columns:
            for sign in ("", "-") if column.sort else ():
                answer = browser.get(f"{url}?{urlencode({'sort': sign + column.sort})}")
                assert answer.status_code == 200, (name, column.title)
                assert answer.context["sort"] == sign + column.sort, (name, column.title)
        for choice, options, _value in context["filters"]:
            assert options or choice.name in ("group", "shop", "agent"), (name, choice.name)
            for code, title in options[:1]:
                answer = browser.get(f"{url}?{urlencode({choice.name: code})}")
                assert answer.status_code == 200, (name, choice.name)
                assert [str(said) for said, _url in answer.context["drops"]] == [str(title)]
        if not context["filters"] and not page.search:
            unsorted.append(name)
        assert page.export_name, name
    assert not unsorted
