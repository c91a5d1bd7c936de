"""Every list as Excel: the rows and columns that are on the list, and a line in the log of who took it."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assay.furniture.models import AccessEntry
from tests.site.test_rights import every_address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["salesperson", "manager", "finance", "hr", "clerk", "director"])
def test_what_is_on_the_list_is_in_the_workbook_and_noted(role, house):
    browser, found = house.browser(role), 0
    for name, pattern in every_address():
        if pattern.pattern.converters:
            continue
        answer = browser.get(reverse(name))
        context = answer.context if answer.status_code == 200 else None
        if context is None or "window" not in context or not context.get("export"):
            continue
        before = AccessEntry.objects.count()
        book = browser.get(reverse(name) + context["export"])
        assert book.status_code == 200, name
        rows = list(load_workbook(io.BytesIO(book.content)).active.iter_rows(values_only=True))
        shown = [head["column"] for head in context["heads"]]
        columns = {str(column.title) for column in shown if column.export}
        seconds = {str(column.under[0]) for column in shown if column.under}
        assert sorted(rows[0]) == sorted(columns | seconds), name
        for (_pk, _name, drawn), row in zip(context["rows"], rows[1:], strict=True):
            for below in re.findall(r"<small>(.*?)</small>", drawn):
                assert unescape(below) in [str(cell) for cell in row], name
        assert len(rows) - 1 == len(context["window"].rows), name
        entry = AccessEntry.objects.latest("pk")
        assert AccessEntry.objects.count() == before + 1, name
        assert (entry.kind, entry.rows) == ("export", len(rows) - 1), name
        assert entry.who == house.logins[role].username
        found += 1
    assert found >= {"clerk": 2, "hr": 4}.get(role, 6), "lists that this role takes away"
