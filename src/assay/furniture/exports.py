"""Workbooks out: typed cells, a frozen head, no formula out of anyone's text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise

from assay.furniture.seal import Sealed
from assay.furniture.seen import note

MAX_ROWS = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


Sheet = tuple[str, Sequence[tuple[str, str]], Iterable[Sequence[Any]]]
"""A sheet: its name, its heads as (title, kind), its rows."""


def workbook(heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> bytes:
    """An xlsx file of one sheet; heads are (title, kind), money cells are 分 and become 元."""
    return workbook_of([("", heads, rows)])


def workbook_of(sheets: Sequence[Sheet]) -> bytes:
    """An xlsx file; money cells are 分 and become 元 with two decimals."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    for name, heads, rows in sheets:
        _fill(book.add_worksheet(name or None), heads, rows, formats)
    book.close()
    return target.getvalue()


def _fill(
    sheet: Any, heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]], formats: Any
) -> None:  # fmt: skip
    for at, (title, kind) in enumerate(heads):
        sheet.set_column(at, at, 14 if kind in ("money", "count", "ratio", "day") else 20)
        sheet.write_string(0, at, title, formats["head"])
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for at, value in enumerate(row):
            if value is None:
                continue
            if heads[at][1] == "money" and isinstance(value, int):
                sheet.write_number(number, at, value / 100, formats["money"])
            elif isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(number, at, value)
            elif isinstance(value, datetime):
                sheet.write_string(number, at, f"{timezone.localtime(value):%Y-%m-%d %H:%M}")
            elif isinstance(value, date):
                sheet.write_datetime(number, at, value, formats["day"])
            else:
                text = value.masked if isinstance(value, Sealed) else str(value)
                sheet.write_string(number, at, text)


def workbook_with_notes(
    heads: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], notes: Sequence[Sequence[str]]
) -> bytes:
    """A template to fill in: heads and an example row as texts, each column explained behind."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False})
    head, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    sheet, behind = book.add_worksheet(), book.add_worksheet()
    for at, (title, _kind) in enumerate(heads):
        sheet.set_column(at, at, 18, text)
        sheet.write_string(0, at, title, head)
    for number, row in enumerate(rows, start=1):
        for at, value in enumerate(row):
            sheet.write_string(number, at, value, text)
    for number, line in enumerate(notes):
        for at, value in enumerate(line):
            behind.write_string(number, at, value)
    behind.set_column(0, 0, 18)
    behind.set_column(2, 2, 60)
    sheet.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


def workbook_response(
    name: str, heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """A workbook as a file to keep."""
    return file_response(f"{name}-{timezone.localdate():%Y%m%d}.xlsx", workbook(heads, rows), XLSX)


def sheets_response(
    request: HttpRequest, name: str, title: str | Promise, sheets: Sequence[Sheet]
) -> HttpResponse:
    """What a page shows as a workbook to keep, a sheet for each of its tables; noted under its title."""
    kept = [(of, heads, list(rows)) for of, heads, rows in sheets]
    note(request, "export", title, rows=sum(len(rows) for _of, _heads, rows in kept))
    return file_response(f"{name}-{timezone.localdate():%Y%m%d}.xlsx", workbook_of(kept), XLSX)


def file_response(name: str, body: bytes, kind: str) -> HttpResponse:
    """A file to keep; the name may be Chinese."""
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
