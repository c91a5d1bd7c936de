"""The rows of a payroll file: a person's month over all his roles, gross; tax is payroll's.

A line that pays by tiers stands as one column a tier and one for the added point, shared out by
largest remainder so that they add up to the line of the statement.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from assay.engine.folder import ADJUSTMENT, open_run
from assay.engine.kept_credits import Part, parts, shared_out
from assay.incentives.models import Dispute, Line, PayFile, PayMonth, Receipt, Statement
from assay.incentives.queries.statements import folder_of
from assay.money import rate

Column = tuple[str, str]
"""Title and kind (text, money), as furniture.exports takes them."""


@dataclass
class Person:
    """What a person gets, by column; amounts in 分."""

    code: str
    name: str
    statements: list[Statement]
    amounts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    up: int = 0
    down: int = 0

    @property
    def gross(self) -> int:
        """应发合计: everything of the month and what was adjusted."""
        return sum(statement.total for statement in self.statements)


@dataclass(frozen=True)
class Sheet:
    """A payroll file: heads, rows, what the rows come to, and a checksum over all of it."""

    heads: list[Column]
    rows: list[list[Any]]
    total: int
    checksum: str
    codes: dict[str, str]
    """Personnel number -> the code of the row."""


def sheet(row: PayMonth, batch: str) -> Sheet:
    """The employees of a month as payroll takes them; agents and shops are paid another way."""
    run = row.run
    assert run is not None
    found = _people(row)
    titles = _columns(row, found)
    heads: list[Column] = [
        (_("期间"), "text"), (_("批次"), "text"), (_("方案版本"), "text"), (_("工号"), "text"),
        (_("姓名"), "text"), (_("证件号"), "text"), (_("部门"), "text"), (_("人员类型"), "text"),
        (_("计税方式"), "text"), *((title, "money") for title in titles),
        (_("税前补发"), "money"), (_("税前补扣"), "money"), (_("应发合计"), "money"),
        (_("绩效得分"), "text"), (_("绩效系数"), "text"), (_("申诉状态"), "text"),
        (_("确认时间"), "text"), (_("校验码"), "text"),
    ]  # fmt: skip
    said = _disputes(row)
    seen = {r.statement_id: r.at for r in Receipt.objects.filter(statement__run=run)}
    rows: list[list[Any]] = []
    codes: dict[str, str] = {}
    for person in found:
        first = person.statements[0]
        employee = first.employee
        at = [seen[s.pk] for s in person.statements if s.pk in seen]
        line: list[Any] = [
            str(row.month), batch, f"{run.plan_name} {run.plan_digest[:8]}", person.code, person.name,
            employee.id_number if employee else None,
            first.department.name if first.department else "", _("员工"), _("工资薪金"),
            *(person.amounts.get(title, 0) for title in titles),
            person.up, person.down, person.gross, None, None, said.get(person.code, ""),
            max(at) if len(at) == len(person.statements) else None,
        ]  # fmt: skip
        codes[person.code] = row_code(line)
        rows.append([*line, codes[person.code]])
    total = sum(person.gross for person in found)
    return Sheet(heads, rows, total, _checksum(heads, rows), codes)


def row_code(line: Iterable[Any]) -> str:
    """A short code over a row's cells: a row that comes back bears the one that was sent for it."""
    text = "|".join("" if cell is None else str(cell) for cell in line)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _checksum(heads: list[Column], rows: list[list[Any]]) -> str:
    seen = hashlib.sha256("|".join(title for title, _kind in heads).encode())
    for line in rows:
        seen.update(line[-1].encode())
    return seen.hexdigest()


def codes_of(row: PayMonth) -> dict[str, set[str]]:
    """Personnel number -> the codes its row bore in the files of a month, whichever payroll took.

    Nothing where a file was sent before codes were kept.
    """
    sent = PayFile.objects.filter(pay_month=row, run=row.run).values_list("codes", flat=True)
    held: dict[str, set[str]] = defaultdict(set)
    for codes in sent:
        if codes is None:
            return {}
        for code, said in codes.items():
            held[code].add(said)
    return held


def gross_of(row: PayMonth) -> dict[str, int]:
    """Employee code -> gross of the month, in 分."""
    return {person.code: person.gross for person in _people(row)}


def _people(row: PayMonth) -> list[Person]:
    held: dict[str, Person] = {}
    rows = Statement.objects.filter(run=row.run, employee__isnull=False)
    for one in rows.select_related("employee", "department").order_by("code", "role"):
        held.setdefault(one.code, Person(one.code, one.name, [])).statements.append(one)
    return list(held.values())


def _columns(row: PayMonth, found: list[Person]) -> list[str]:
    """Fill the people's amounts; returns the columns' titles in the plan's order."""
    run = row.run
    assert run is not None
    folder = folder_of(run)
    exact = parts(folder)
    order = [rule.name for rule in open_run(folder).program.rules]
    by_code = {person.code: person for person in found}
    places: dict[tuple[int, int, str], str] = {}
    lines = Line.objects.filter(statement__run=run, statement__employee__isnull=False)
    for line in lines.select_related("statement"):
        person = by_code[line.statement.code]
        if line.line.startswith(ADJUSTMENT):
            person.up += max(0, line.amount)
            person.down += min(0, line.amount)
            continue
        at = order.index(line.line)
        key = (line.statement.code, line.statement.role, line.line)
        tiers = {part for part in exact.get(key, {}) if part.band or part.added}
        if not any(part.band for part in tiers):
            places[at, 0, ""] = line.title
            person.amounts[line.title] += line.amount
            continue
        for part, amount in shared_out(line.amount, exact[key]).items():
            title = _titled(line.title, part)
            places[at, 1 + part.added, _fine(part)] = title
            person.amounts[title] += amount
    return list(dict.fromkeys(places[key] for key in sorted(places)))


def _titled(title: str, part: Part) -> str:
    return _("加点") if part.added else f"{title} {_percent(part)}"


def _percent(part: Part) -> str:
    return f"{rate(part.rate * 100)}%"


def _fine(part: Part) -> str:
    """Sorts the dearest tier first."""
    return f"{10**9 - int(part.rate * 10**8):012d}"


def _disputes(row: PayMonth) -> dict[str, str]:
    found = Dispute.objects.filter(line__statement__run__pay_month=row).select_related(
        "line__statement"
    )
    return {d.line.statement.code: str(d.get_state_display()) for d in found.order_by("pk")}
