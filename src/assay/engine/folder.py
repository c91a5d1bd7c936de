"""A run's folder read again: its plan under its readings, its months, what it paid."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from assay.errors import UserError
from assay.money import read_yuan
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.reading import read_plan

ADJUSTMENT = "adjustment:"
# payee, role, month for which it is, line
Paid = dict[tuple[str, str, int, str], int]


@dataclass(frozen=True)
class RunFolder:
    """A folder that `run` or `adjust` wrote."""

    path: Path
    program: Program
    text: str
    data: dict[str, object]
    months: range

    @property
    def facts(self) -> Path:
        """The facts kept with the run."""
        return self.path / "facts"

    @property
    def adjusts(self) -> bool:
        """Whether the folder holds adjustments of months paid before."""
        return "adjusts" in self.data

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of one of its CSV files."""
        return read_rows(self.path / name)

    def paid(self) -> Paid:
        """What was paid for each month up to and with this folder, adjustments included."""
        found: Paid = defaultdict(int)
        for name in ("paid.csv", "statements.csv") if self.adjusts else ("statements.csv",):
            for row in self.rows(name):
                line = cell(row, "line", name).removeprefix(ADJUSTMENT)
                key = (cell(row, "payee_id", name), cell(row, "role", name), month_of(row, name))
                found[(*key, line)] += fen(row, name)
        return dict(found)


def open_run(path: Path) -> RunFolder:
    """A run's folder. Raises UserError where it is not one or not whole."""
    try:
        data = json.loads((path / "run.json").read_text(encoding="utf-8"))
        text = (path / "plan.yaml").read_text(encoding="utf-8")
        readings = {str(name): str(said) for name, said in data["readings"].items()}
        first, last = data["months"]["from"], data["months"]["to"]
    except FileNotFoundError as error:
        missing = Path(error.filename or "").name
        raise UserError(
            f"{path}: no {missing}; name a folder that `./assay run --out` wrote"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise UserError(f"{path}/run.json cannot be read: {error}") from None
    program = compile_plan(read_plan(text, "plan.yaml"), readings)
    try:
        months = range(Month.parse(str(first)).index, Month.parse(str(last)).index + 1)
    except ValueError as error:
        raise UserError(f"{path}/run.json cannot be read: {error}") from None
    return RunFolder(path, program, text, data, months)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file the house wrote. Raises UserError where it is damaged."""
    header, *rows = read_cells(path) or [()]
    return [dict(zip_longest(header, row[: len(header)], fillvalue="")) for row in rows]


def read_cells(path: Path) -> list[tuple[str, ...]]:
    """The header and rows of a CSV file the house wrote, cell by cell. Raises UserError as above."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return [tuple(row) for row in csv.reader(stream) if row]
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path}: damaged, it cannot be read as CSV ({error})") from None


def cell(row: dict[str, str], column: str, file: str) -> str:
    """A cell that must be there."""
    value = row.get(column)
    if value is None:
        raise UserError(f"{file}: no column {column}; the file is damaged")
    return value


def month_of(row: dict[str, str], file: str) -> int:
    """The month for which a row is."""
    said = row.get("for_month") or cell(row, "month", file)
    try:
        return Month.parse(said).index
    except ValueError as error:
        raise UserError(f"{file}: “{said}” in {row.get('payee_id')}: {error}") from None


def fen(row: dict[str, str], file: str) -> int:
    """The amount of a row in 分."""
    try:
        return read_yuan(cell(row, "amount", file))
    except ValueError as error:
        raise UserError(f"{file}: no amount in {row.get('payee_id')}: {error}") from None
