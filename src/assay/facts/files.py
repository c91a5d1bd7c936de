"""Files to cells: CSV in the encodings people have, and the first sheet of a workbook."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from assay.errors import UserError

ENDINGS = ("csv", "xlsx", "parquet")
csv.field_size_limit(10_000_000)


@dataclass(frozen=True)
class Sheet:
    """Header and rows of a file as texts; rows are numbered with the header as 1."""

    file: str
    header: tuple[str, ...]
    rows: list[tuple[int, list[str]]]


def find(folder: Path, table: str) -> Path | None:
    """The file of a table in a folder; two files for one table are refused."""
    found = [path for end in ENDINGS if (path := folder / f"{table}.{end}").is_file()]
    if len(found) > 1:
        raise UserError(
            f"{folder.name}: both {found[0].name} and {found[1].name} are there; keep one of them"
        )
    return found[0] if found else None


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_sheet(path: Path) -> Sheet:
    """Cells of a CSV or xlsx file. Raises UserError when it cannot be read at all."""
    rows = _csv(path) if path.suffix == ".csv" else _workbook(path)
    try:
        header = next(rows)[1]
    except StopIteration:
        raise UserError(
            f"{path.name}: the file is empty; its first line must name the columns"
        ) from None
    names = tuple(name.strip().lstrip("\ufeff") for name in header)
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    return Sheet(path.name, names, filled)


def _text(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError(f"{path.name}: neither UTF-8 nor GB18030; save it as “CSV UTF-8”")


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    text = _text(path)
    if "\0" in text:
        raise UserError(
            f"{path.name}: holds NUL bytes, so it is no text file; save it as CSV UTF-8"
        )
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    # newline="": line ends inside quotes stay as they are; strict: an open quote swallows no rows.
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(lines, start=1):
            if cells or number == 1:
                yield number, cells
    except csv.Error as error:
        raise UserError(
            f"{path.name}: not readable as CSV in row {number + 1} ({error}); a quote that is"
            ' opened must be closed, and one inside a cell is written ""'
        ) from None


def _workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open("rb") as stream:
            book = CalamineWorkbook.from_filelike(stream)
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise UserError(f"{path.name}: not readable as xlsx ({error})") from None
    for number, cells in enumerate(rows, start=1):
        yield number, [_cell(value) for value in cells]


def _cell(value: object) -> str:
    """A workbook's cell as the text a person would have typed."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        exact = Decimal(repr(value))
        rounded = exact.quantize(Decimal("0.01")) if abs(exact) < Decimal(10) ** 18 else exact
        # 20565.620000000003 is what binary floats make of 20565.62; real further digits stay.
        exact = rounded if abs(exact - rounded) < Decimal("1e-6") else exact
        text = format(exact, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return "" if value is None else str(value)
