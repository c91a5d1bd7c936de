"""The orders of a payee's month page by page, so that a page weighs the same with many as with few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from assay.incentives.queries.opened import Account, Table
from assay.incentives.queries.rows import OrderRow

PAGE = 50
WHOLE = "all"


@dataclass(frozen=True)
class Shown:
    """Rows of a table on their page: the first and the last by number, addresses of the pages about it."""

    table: Table
    rows: Sequence[OrderRow]
    first: int = 0
    last: int = 0
    before: str = ""
    later: str = ""
    whole: str = ""


def shown(request: HttpRequest, account: Account, opener: str) -> dict[str, Any]:
    """What a page with orders needs: its tables; `opener`, the address that words one of them."""
    return {"shown": [_page(request, table) for table in account.tables], "opener": opener}


def _page(request: HttpRequest, table: Table) -> Shown:
    key = f"p-{table.line.name}"
    if len(table.rows) <= PAGE or WHOLE in request.GET:
        return Shown(table, table.rows)
    page = Paginator(table.rows, PAGE).get_page(request.GET.get(key))
    return Shown(
        table, list(page), page.start_index(), page.end_index(),
        _at(request, table, key, page.previous_page_number()) if page.has_previous() else "",
        _at(request, table, key, page.next_page_number()) if page.has_next() else "",
        _at(request, table, WHOLE, 1),
    )  # fmt: skip


def _at(request: HttpRequest, table: Table, key: str, value: int) -> str:
    """This address with another page of one table."""
    said = request.GET.copy()
    said[key] = str(value)
    return f"?{said.urlencode()}#l-{table.line.name}"
