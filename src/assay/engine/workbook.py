"""Workbooks that finance opens: figures as numbers with their formats, sums as live formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter

from assay.errors import UserError

FORMATS = {
    "money": "#,##0.00;-#,##0.00;0.00",
    "change": "+#,##0.00;-#,##0.00;0.00",
    "count": "#,##0",
    "share": "0.00%",
    "date": "yyyy-mm-dd",
    "text": "@",
}
WIDTHS = {"money": 15, "change": 15, "count": 8, "share": 10, "date": 11, "text": 14}
NUMBERS = frozenset({"money", "change", "count"})
MOST_ROWS = 1_048_000
TALL = 18  # points of a row: Chinese letters need more than the default
# Equal content is equal bytes: the file's own date is a fixed one.
MADE = datetime(2000, 1, 1, tzinfo=UTC)


class Sheets(Protocol):
    """What of the writer is used here."""

    def add_worksheet(self, name: str) -> Any: ...  # noqa: ANN401

    def add_format(self, properties: dict[str, object]) -> Any: ...  # noqa: ANN401


@dataclass(frozen=True)
class Column:
    """A column: its heading, kind (money and change in 分, count, share, date, text), width."""

    title: str
    kind: str = "text"
    width: int = 0
    summed: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet: lines of text above the table, its columns and rows; None leaves a cell empty."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[object]]
    above: tuple[str, ...] = ()
    total: str = ""


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write sheets to a file; `total` names a last row that sums the columns to be summed.

    Raises UserError where the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        book = xlsxwriter.Workbook(str(path))
        book.set_properties({"created": MADE})
        for sheet in sheets:
            _Writer(book, sheet).write()
        book.close()
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise UserError(f"{path}: {getattr(error, 'strerror', None) or error}") from None


class _Writer:
    """One sheet on its way into a workbook."""

    def __init__(self, book: Sheets, sheet: Sheet) -> None:
        self.sheet = sheet
        self.page = book.add_worksheet(sheet.name)
        base: dict[str, object] = {"font_name": "Microsoft YaHei", "font_size": 10}
        self.note = book.add_format({**base, "font_color": "#50555b"})
        self.first = book.add_format({**base, "bold": True, "font_size": 13})
        self.cells, self.heads, self.sums = [], [], []
        for column in sheet.columns:
            right = {"align": "right"} if column.kind in FORMATS.keys() - {"text", "date"} else {}
            number = {**base, "num_format": FORMATS[column.kind]}
            inset = {} if right else {"indent": 1}
            self.cells.append(book.add_format({**number, **inset, "valign": "vcenter"}))
            self.heads.append(
                book.add_format({**base, **right, **inset, "font_color": "#50555b", "bottom": 1})
            )
            self.sums.append(book.add_format({**number, **inset, "bold": True, "top": 1}))

    def write(self) -> None:
        """Notes, headings, rows, sums; headings stay in sight and repeat in print."""
        page, sheet = self.page, self.sheet
        page.set_default_row(TALL)
        for number, text in enumerate(sheet.above):
            page.write_string(number, 0, text, self.note if number else self.first)
        head = len(sheet.above) + bool(sheet.above)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width or WIDTHS[column.kind])
            page.write_string(head, place, column.title, self.heads[place])
        rows = sheet.rows[:MOST_ROWS]
        for number, row in enumerate(rows, start=head + 1):
            for place, value in enumerate(row):
                self._cell(number, place, value)
        last = head + len(rows)
        if sheet.total and rows:
            self._total(head + 1, last)
        page.freeze_panes(head + 1, 0)
        page.repeat_rows(head)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer("&C&P / &N")
        if rows:
            page.autofilter(head, 0, last, len(sheet.columns) - 1)

    def _cell(self, number: int, place: int, value: object) -> None:
        kind, shape = self.sheet.columns[place].kind, self.cells[place]
        if value is None or value == "":
            self.page.write_blank(number, place, None, shape)
        elif isinstance(value, date) and kind == "date":
            self.page.write_datetime(number, place, value, shape)
        elif isinstance(value, int | Fraction) and kind != "text":
            self.page.write_number(number, place, _decimal(value, kind), shape)
        else:
            self.page.write_string(number, place, str(value), shape)

    def _total(self, first: int, last: int) -> None:
        """A row of sums, with their values beside the formulas for readers that do not compute."""
        self.page.write_string(last + 1, 0, self.sheet.total, self.sums[0])
        for place, column in enumerate(self.sheet.columns):
            if not column.summed or not place:
                if place:
                    self.page.write_blank(last + 1, place, None, self.sums[place])
                continue
            span = f"{_letters(place)}{first + 1}:{_letters(place)}{last + 1}"
            values = [row[place] for row in self.sheet.rows]
            total = sum(v for v in values if isinstance(v, int))
            value = _decimal(total, column.kind)
            self.page.write_formula(last + 1, place, f"=SUM({span})", self.sums[place], value)


def _decimal(value: int | Fraction, kind: str) -> Decimal:
    """分 as exact yuan; a share as a decimal. No float on the way to the file."""
    if kind in ("money", "change"):
        return Decimal(int(value)).scaleb(-2)
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(value)


def _letters(place: int) -> str:
    """The letters of a column: 0 → A, 26 → AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text
