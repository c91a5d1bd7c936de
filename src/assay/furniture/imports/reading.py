"""A file to rows: read and typed by facts/, keys once, nothing dropped silently."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.facts.cells import Cell, read_column, reader
from assay.facts.columns import find_columns, uneven_rows
from assay.facts.files import Sheet, read_sheet
from assay.furniture.imports.reasons import said
from assay.furniture.imports.spec import Column, ImportSpec, Row
from assay.furniture.reader import series

MOST_ROWS = 50_000


def read_rows(spec: ImportSpec, path: Path, name: str) -> tuple[Sheet, list[Row], tuple[str, ...]]:
    """The rows of a file with their values or reasons, and the columns that were left aside."""
    sheet = read_sheet(path)
    sheet = Sheet(name, sheet.header, _without_example(spec, sheet))
    if len(sheet.rows) > MOST_ROWS:
        raise UserError(
            _("文件有 %(rows)s 行；一次最多 %(most)s 行，请分成几个文件")
            % {"rows": f"{len(sheet.rows):,}", "most": f"{MOST_ROWS:,}"}
        )
    if not sheet.rows:
        raise UserError(_("文件里没有数据行"))
    try:
        places, ignored = find_columns(sheet, [column.spec for column in spec.columns])
    except UserError as error:
        raise UserError(_header_fault(spec, sheet, error)) from None
    rows = [Row(number, {}) for number, _cells in sheet.rows]
    uneven = {rejection.row: rejection.reason for rejection in uneven_rows(sheet)}
    for row in rows:
        if row.number in uneven:
            row.wrong("", said(uneven[row.number]))
    for column in spec.columns:
        place = places.get(column.name)
        texts = [
            cells[place] if place is not None and place < len(cells) else ""
            for _number, cells in sheet.rows
        ]
        cells, wrong = read_column(texts, _reader(column), column.must)
        for row, cell in zip(rows, cells, strict=True):
            row.values[column.name] = cell
        for position, reason in wrong:
            rows[position].wrong(column.title, said(reason))
    _refuse_twice(spec, rows)
    return sheet, rows, ignored


def _header_fault(spec: ImportSpec, sheet: Sheet, error: UserError) -> str:
    """Which columns are not there, in the words of the template."""
    known = {name for name in sheet.header if name}
    missing = [
        c.title for c in spec.columns
        if c.must and not known & {c.name, *c.spec.aliases} and c.name not in map(str.lower, known)
    ]  # fmt: skip
    if not missing:
        return _("同一列出现了两次：%(what)s") % {"what": str(error)}
    return _("缺少列：%(missing)s。表头现在是：%(have)s") % {
        "missing": series(missing), "have": series(n for n in sheet.header if n) or "—",
    }  # fmt: skip


def _without_example(spec: ImportSpec, sheet: Sheet) -> list[tuple[int, list[str]]]:
    """The template's own example row is nobody's data."""
    example = [column.example for column in spec.columns]
    return [(n, cells) for n, cells in sheet.rows if [c.strip() for c in cells] != example]


def _reader(column: Column) -> Callable[[str], Cell]:
    if column.words:
        return _of_words(column)
    read = reader(column.kind, ())
    if column.checked is None:
        return read
    check = column.checked

    def checked(text: str) -> Cell:
        try:
            check(text)
        except ValidationError as error:
            raise ValueError(series(error.messages, "；")) from None
        return read(text)

    return checked


def _of_words(column: Column) -> Callable[[str], Cell]:
    known = column.choices

    def read(text: str) -> Cell:
        kept = known.get(text, text if text in known.values() else None)
        if kept is None:
            raise ValueError(_("写成 %(words)s 之一") % {"words": series(column.words)})
        return kept

    return read


def _refuse_twice(spec: ImportSpec, rows: list[Row]) -> None:
    """Rows of one key: all of them are turned down, for nobody can say which one is meant."""
    by_key: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        key = tuple(row.values.get(name) for name in spec.key)
        if None not in key:
            by_key.setdefault(key, []).append(row)
    titles = series(spec.title_of(name) for name in spec.key)
    for alike in by_key.values():
        if len(alike) > 1:
            numbers = series(str(row.number) for row in alike)
            for row in alike:
                row.wrong(titles, _("在文件里重复，第 %(numbers)s 行") % {"numbers": numbers})
