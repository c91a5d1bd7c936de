"""A payroll made by hand: its sheet found, its columns told apart, its amounts by payee and month."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assay.errors import UserError
from assay.facts.cells import read_money, read_month
from assay.facts.facts import Facts
from assay.facts.files import Sheet, read_sheet
from assay.period import Month
from assay.plan.program import Program

PAYEE = (
    "编号",
    "工号",
    "员工编号",
    "人员编号",
    "业务员编号",
    "payee_id",
    "payee",
    "employee_id",
    "id",
)
NAME = ("姓名", "名字", "员工", "员工姓名", "业务员", "name", "employee")
MONTH = ("月份", "月", "所属月份", "期间", "month", "period")
TOTAL = (
    "合计",
    "总计",
    "应发",
    "应发合计",
    "应发金额",
    "实发合计",
    "total",
    "pay",
    "amount",
    "sum",
)
SUMS = frozenset({"合计", "总计", "小计", "total", "sum"})
EVERYTHING = "total"
HEADER_WITHIN = 10
_TITLE_MONTH = re.compile(r"([0-9]{4}) ?[年\-./] ?([0-9]{1,2}) ?月?")


@dataclass(frozen=True)
class Paid:
    """What the payroll paid a payee in a month under one of its columns: 分, and its row."""

    payee: str
    month: int
    column: str
    amount: int
    row: int


@dataclass(frozen=True)
class Payroll:
    """The amounts of a payroll. columns: heading -> the plan's lines it holds."""

    file: str
    columns: Mapping[str, tuple[str, ...]]
    ignored: tuple[str, ...]
    paid: tuple[Paid, ...]
    guessed: Mapping[str, str]

    @property
    def months(self) -> range:
        """From the first to the last month in it."""
        found = [one.month for one in self.paid]
        return range(min(found), max(found) + 1)


def read_payroll(
    path: Path,
    program: Program,
    facts: Facts,
    said: Mapping[str, str] | None = None,
    month: Month | None = None,
) -> Payroll:
    """Read a payroll. Raises UserError for what cannot be told or read, naming row and column.

    said: heading -> line, lines joined by +, `total`, or `-` to ignore it. month: where the sheet
    has no column for it.
    """
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise UserError(f"{path.name}: a payroll is read from .csv or .xlsx")
    if not path.is_file():
        raise UserError(f"{path}: no such file")
    sheet, above = _headed(read_sheet(path), said or {})
    who = _place(sheet, PAYEE)
    named = _place(sheet, NAME) if who is None else None
    if who is None and named is None:
        have = ", ".join(n for n in sheet.header if n) or "nothing"
        raise UserError(f"{path.name}: no column 编号 or 姓名; the header has: {have}")
    when = _place(sheet, MONTH)
    at = _month_said(above) if when is None and month is None else month
    if when is None and at is None:
        raise UserError(f"{path.name}: no column 月份; name the month with --month")
    skip = {p for p in (who, named, when, _place(sheet, NAME)) if p is not None}
    columns, guessed, ignored = _columns(sheet, program, said or {}, skip)
    people = _People(facts)
    paid: dict[tuple[str, int, str], Paid] = {}
    for number, cells in sheet.rows:
        cell = _cell(cells, who if who is not None else named)
        if not cell or cell.lower() in SUMS or _is_sum(cells):
            continue
        payee = people.by_id(cell, path, number) if who is not None else people.by_name(
            cell, path, number
        )  # fmt: skip
        index = at.index if at is not None else 0
        if when is not None:
            index = _read_month(path, number, _cell(cells, when))
        if month is not None and index != month.index:
            continue
        for heading, place in _amount_places(sheet, columns):
            amount = _read_amount(path, number, heading, _cell(cells, place))
            if amount is not None:
                key = (payee, index, heading)
                was = paid[key].amount if key in paid else 0
                paid[key] = Paid(payee, index, heading, was + amount, number)
    if not paid:
        raise UserError(f"{path.name}: no amount in it{f' for {month}' if month else ''}")
    return Payroll(path.name, columns, ignored, tuple(sorted(paid.values(), key=_order)), guessed)


def _order(one: Paid) -> tuple[int, str, str]:
    return (one.month, one.payee, one.column)


def _headed(sheet: Sheet, said: Mapping[str, str]) -> tuple[Sheet, list[str]]:
    """The sheet from its header row on: titles may stand above it."""
    wanted = {*PAYEE, *NAME}
    if any(_plain(name) in wanted for name in sheet.header):
        return sheet, []
    above = [*sheet.header]
    for place, (_, cells) in enumerate(sheet.rows[:HEADER_WITHIN]):
        if any(_plain(cell) in wanted for cell in cells):
            names = tuple(cell.strip() for cell in cells)
            return Sheet(sheet.file, names, sheet.rows[place + 1 :]), above
        above += cells
    return sheet, above


def _plain(text: str) -> str:
    """A heading without blanks and what stands in brackets: 提成(元) is 提成."""
    return re.sub(r"[(（].*?[)）]|\s|元$", "", text).lower()


def _place(sheet: Sheet, names: Sequence[str]) -> int | None:
    found = [i for i, head in enumerate(sheet.header) if _plain(head) in names]
    return found[0] if found else None


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _is_sum(cells: Sequence[str]) -> bool:
    return any(cell.strip().lower() in SUMS for cell in cells)


def _month_said(above: Sequence[str]) -> Month | None:
    """The month a title names, as in 2024年3月提成表."""
    for text in above:
        match = _TITLE_MONTH.search(text)
        if match and 1 <= int(match[2]) <= 12:
            return Month.parse(f"{match[1]}-{match[2]}")
    return None


def _read_month(path: Path, number: int, text: str) -> int:
    try:
        return read_month(text)
    except ValueError as error:
        raise UserError(f"{path.name}:{number}: month “{text}”: {error}") from None


def _read_amount(path: Path, number: int, heading: str, text: str) -> int | None:
    if text in ("", "-", "—", "/"):
        return None
    try:
        return read_money(text)
    except ValueError as error:
        raise UserError(f"{path.name}:{number}: {heading} “{text}”: {error}") from None


# -- columns ------------------------------------------------------------------------------------


def _amount_places(
    sheet: Sheet, columns: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, int]]:
    for heading in columns:
        yield heading, sheet.header.index(heading)


def _columns(
    sheet: Sheet, program: Program, said: Mapping[str, str], skip: set[int]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str], tuple[str, ...]]:
    """Heading -> lines, how each was told, and the headings left aside."""
    lines = tuple(dict.fromkeys(rule.name for rule in program.rules))
    for heading in said:
        if heading not in sheet.header:
            have = ", ".join(n for n in sheet.header if n)
            raise UserError(f"--column {heading}: no such column; {sheet.file} has: {have}")
    columns: dict[str, tuple[str, ...]] = {}
    guessed: dict[str, str] = {}
    ignored: list[str] = []
    for place, heading in enumerate(sheet.header):
        if not heading or place in skip:
            continue
        if heading in columns or heading in ignored:
            raise UserError(f"{sheet.file}: the column {heading} stands twice; rename one of them")
        if heading in said:
            named = _named(heading, said[heading], lines)
            how = "said"
        else:
            named, how = _guess(program, _plain(heading), lines)
        if named:
            columns[heading] = named
            guessed[heading] = how
        else:
            ignored.append(heading)
    if not columns:
        have = ", ".join(n for n in sheet.header if n)
        raise UserError(
            f"{sheet.file}: no column is known for a line of the plan ({', '.join(lines)}); say"
            f" which with --column HEADING=LINE; the header has: {have}"
        )
    return columns, guessed, tuple(ignored)


def _named(heading: str, text: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    if text == "-":
        return ()
    if text == EVERYTHING:
        return lines
    found = tuple(part.strip() for part in text.split("+"))
    for name in found:
        if name not in lines:
            raise UserError(
                f"--column {heading}={text}: no line “{name}”; the plan has {', '.join(lines)},"
                f" and {EVERYTHING} for all of them"
            )
    return found


def _guess(program: Program, plain: str, lines: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The lines a heading means: by name or title, all of them, or those whose title holds it."""
    titles: dict[str, set[str]] = {name: {name} for name in lines}
    for rule in program.rules:
        titles[rule.name] |= {_plain(rule.title.text(lang, rule.name)) for lang in ("zh", "en")}
    exact = tuple(name for name in lines if plain in titles[name])
    if exact:
        return exact, "named"
    if plain in TOTAL:
        return lines, "all lines"
    near = tuple(
        name
        for name in lines
        if any(len(plain) > 1 and (plain in t or t in plain) for t in titles[name])
    )
    return near, "title alike"


# -- people -------------------------------------------------------------------------------------


class _People:
    """Payees by id and by name."""

    def __init__(self, facts: Facts) -> None:
        found = facts.connection.execute("SELECT DISTINCT payee_id, name FROM holdings").fetchall()
        self.ids = {payee for payee, _ in found}
        self.names: dict[str, set[str]] = {}
        for payee, name in found:
            self.names.setdefault(name, set()).add(payee)

    def by_id(self, text: str, path: Path, number: int) -> str:
        if text not in self.ids:
            raise UserError(f"{path.name}:{number}: no payee “{text}” in people")
        return text

    def by_name(self, text: str, path: Path, number: int) -> str:
        found = self.names.get(text, set())
        if len(found) != 1:
            why = "several payees are called so; add a column 编号" if found else "nobody in people"
            raise UserError(f"{path.name}:{number}: “{text}”: {why}")
        return next(iter(found))
