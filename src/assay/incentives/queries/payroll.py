"""The rows of a payroll file: everyone's month over all his roles, gross; tax is payroll's.

Every payee of the month is in it, so that it comes to what the month comes to: people by wages, agents by
labour or against an invoice, shops against an invoice; who is not staff is paid outside the payroll run.
The columns are the plan's. A line that pays by tiers stands as one column a tier and one for the added
point, shared out by largest remainder so that they add up to the line of the statement.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.engine.folder import ADJUSTMENT
from assay.engine.kept_credits import Key, Part, parts, shared_out
from assay.furniture.seal import Sealed
from assay.incentives.models import (
    Dispute,
    Line,
    PayFile,
    PayMonth,
    Receipt,
    Settling,
    Statement,
)
from assay.incentives.queries.kept import program_at
from assay.incentives.queries.locks import Turn, turns
from assay.incentives.queries.parties import AGENT, KINDS, STAFF, kind_of
from assay.incentives.queries.statements import folder_of
from assay.money import rate, yuan
from assay.plan.grades import Grades, grades
from assay.plan.program import PayRule, Program

Column = tuple[str, str]
"""Title and kind (text, money), as furniture.exports takes them."""
# What a person's objections come to: one that is not ended before those that are.
GRAVEST = ("open", "adjusted", "explained", "withdrawn")


@dataclass
class Person:
    """What a person gets, by column; amounts in 分."""

    code: str
    name: str
    statements: list[Statement]
    amounts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    up: int = 0
    down: int = 0
    carried: int = 0
    """What earlier months could not take back: none or less."""

    @property
    def gross(self) -> int:
        """应发合计: everything of the month, what was adjusted, less what is still to be taken back."""
        own: int = sum(statement.total for statement in self.statements)
        return own + self.carried


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
    """A month as payroll takes it: staff first, then agents, then shops."""
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
        line: list[Any] = [
            str(row.month), batch, f"{run.plan_name} {run.plan_digest[:8]}", person.code, person.name,
            _id_number(first), first.department.name if first.department else "", *_taxed(first),
            *(person.amounts.get(title, 0) for title in titles),
            person.up, person.down + person.carried, person.gross, None, None, said.get(person.code, ""),
            _acknowledged([seen.get(one.pk) for one in person.statements]),
        ]  # fmt: skip
        texts = [cell_text(cell, kind) for cell, (_title, kind) in zip(line, heads, strict=False)]
        codes[person.code] = row_code(texts)
        rows.append([*line, codes[person.code]])
    total = sum(person.gross for person in found)
    checksum = checksum_of([title for title, _kind in heads], codes.values())
    return Sheet(heads, rows, total, checksum, codes)


def _id_number(one: Statement) -> Sealed | None:
    whose = one.employee or one.agent
    found: Sealed | None = whose.id_number if whose else None
    return found


def _taxed(one: Statement) -> tuple[str, str]:
    """What kind of payee it is, and how his pay is taxed: a person who is not staff by his labour."""
    if one.agent:
        by_labour = one.agent.pay_by == "labour"
        return _("代理商"), _("劳务报酬") if by_labour else _("发票")
    return (_("银楼"), _("发票")) if one.shop_id else (_("员工"), _("工资薪金"))


def _acknowledged(at: Sequence[datetime | None]) -> str:
    """When the last of somebody's statements was acknowledged; nothing while one is not."""
    held = [one for one in at if one is not None]
    return f"{timezone.localtime(max(held)):%Y-%m-%d %H:%M}" if len(held) == len(at) else ""


def cell_text(value: Any, kind: str) -> str:
    """A cell as a text, as the CSV has it: money in 元 with two decimals."""
    if value is None:
        return ""
    return yuan(value) if kind == "money" else str(value)


def row_code(cells: Iterable[str]) -> str:
    """A short code over a row's texts: a row that comes back bears the one that was sent for it."""
    return hashlib.sha256("|".join(cells).encode()).hexdigest()[:12]


def checksum_of(titles: Iterable[str], codes: Iterable[str]) -> str:
    """SHA-256 over a file: its heads and the codes of its rows, in their order."""
    seen = hashlib.sha256("|".join(titles).encode())
    for code in codes:
        seen.update(code.encode())
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
    """Employee code -> what payroll pays out for the month, in 分; below zero: carried into the next."""
    people = _people(row)
    return {one.code: one.gross for one in people if kind_of(one.statements[0]) is STAFF}


def paid_otherwise(row: PayMonth) -> dict[str, str]:
    """Code of an agent or a shop of the month -> how the house pays him, for he is not on the payroll."""
    ways = {True: _("代理商凭请款付款，不随工资发放"), False: _("银楼凭转账付款，不随工资发放")}
    kinds = {one.code: kind_of(one.statements[0]) for one in _people(row)}
    return {code: ways[kind is AGENT] for code, kind in kinds.items() if kind is not STAFF}


def _people(row: PayMonth) -> list[Person]:
    held: dict[str, Person] = {}
    rows = Statement.objects.filter(run=row.run)
    for one in rows.select_related("employee", "agent", "department").order_by("code", "role"):
        held.setdefault(one.code, Person(one.code, one.name, [])).statements.append(one)
    carried = carried_into(row)
    for person in held.values():
        if kind_of(person.statements[0]) is STAFF:
            person.carried = carried.get(person.code, 0)
    return sorted(held.values(), key=lambda one: KINDS.index(kind_of(one.statements[0])))


def carried_into(row: PayMonth) -> dict[str, int]:
    """Employee code -> what months locked before this one came to below zero, not taken back yet, 分.

    Whatever a month falls short of zero goes into the next file in which he has a statement: an earlier
    month that is locked only after a later one has missed that one's file, and goes into the next.
    """
    held = turns()
    own = held.get(row.month.index)
    return _left({month: turn for month, turn in held.items() if own is None or turn < own})


def carried_on() -> dict[str, int]:
    """The same after everything that is locked."""
    return _left(turns())


def _left(held: Mapping[int, Turn]) -> dict[str, int]:
    """What some locked months left, less what was settled by hand after one of them."""
    months = Statement.objects.filter(
        run=F("run__pay_month__run"), run__pay_month__state__in=PayMonth.SHUT, employee__isnull=False,
        run__pay_month__month__in=held,
    ).values("code", "run__pay_month__month").annotate(came=Sum("total"))  # fmt: skip
    short = {code for code, came in months.values_list("code", "came") if came < 0}
    rows: Any = months.filter(code__in=short)
    came_to = rows.values_list("run__pay_month__month", "code", "came")
    done: Any = Settling.objects.filter(state="done", after__in=held, employee__number__in=short)
    settled = done.values_list("after", "employee__number", "amount")
    events = [
        (held[month.index], kind, code, amount)
        for kind, told in enumerate((came_to, settled))
        for month, code, amount in told
    ]
    found: dict[str, int] = dict.fromkeys(short, 0)
    for _at, _kind, code, came in sorted(events):
        found[code] = min(0, found[code] + came)
    return {code: left for code, left in found.items() if left}


def _columns(row: PayMonth, found: list[Person]) -> list[str]:
    """Fill everyone's amounts; returns the columns' titles, in the plan's order."""
    run = row.run
    assert run is not None
    folder = folder_of(run)
    program = program_at(folder)
    exact, by_code = parts(folder), {person.code: person for person in found}
    tiers = {rule.name: _tiers(rule, program, row.month.index) for rule in program.rules}
    titles = [title for rule in program.rules for title in _titles(rule, tiers[rule.name])]
    lines = Line.objects.filter(statement__run=run).select_related("statement").order_by("pk")
    for line in lines:
        person = by_code[line.statement.code]
        if line.line.startswith(ADJUSTMENT):
            person.up += max(0, line.amount)
            person.down += min(0, line.amount)
            continue
        for title, amount in _shared(line, exact, tiers[line.line]).items():
            person.amounts[title] += amount
            if amount and title not in titles:  # a floor paid to somebody whose tiers pay nothing
                titles.append(title)
    return list(dict.fromkeys(titles))


def _tiers(rule: PayRule, program: Program, month: int) -> Grades | None:
    """The rates a line is paid at by band; none of a line that is not paid by tiers.

    Empty where its rates are not a few: then it has one column beside its added point.
    """
    if "band" not in rule.shows or "rate" not in rule.shows:
        return None
    return grades(rule.shows["rate"], program.steps, month) or frozenset()


def _titles(rule: PayRule, tiers: Grades | None) -> list[str]:
    own = rule.title.text("zh", rule.name)
    if tiers is None:
        return [own]
    made = [_at(own, one) for one in sorted(tiers, reverse=True) if one] or [own]
    return [*made, *([_("加点")] if "added_point" in rule.shows else [])]


def _at(title: str, share: Fraction) -> str:
    return f"{title} {rate(share * 100)}%"


def _shared(
    line: Line, exact: Mapping[Key, Mapping[Part, Fraction]], tiers: Grades | None
) -> dict[str, int]:
    """A line's amount by column; all of it under its own title where it is not paid by tiers."""
    held = exact.get((line.statement.code, line.statement.role, line.line))
    if tiers is None or not held:
        return {line.title: line.amount}
    found: dict[str, int] = defaultdict(int)
    for part, amount in shared_out(line.amount, held).items():
        at_tier = part.rate and part.rate in tiers
        title = _at(line.title, part.rate) if at_tier else line.title
        found[_("加点") if part.added else title] += amount
    return found


def _disputes(row: PayMonth) -> dict[str, str]:
    """Code -> the gravest state of somebody's objections to a month."""
    held: dict[str, set[str]] = defaultdict(set)
    rows = Dispute.objects.filter(line__statement__run__pay_month=row)
    for code, state in rows.values_list("line__statement__code", "state"):
        held[code].add(state)
    words = dict(Dispute.STATES)
    return {
        code: str(words[next(state for state in GRAVEST if state in states)])
        for code, states in held.items()
    }
