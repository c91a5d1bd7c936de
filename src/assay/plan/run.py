"""run(program, book): statement lines in exact fractions, each 分 shared out to its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from assay.money import allocate, half_up
from assay.plan.book import Book
from assay.plan.evaluate import Evaluator, label_of
from assay.plan.given import Given
from assay.plan.program import PayRule, Program, Settle
from assay.plan.rows import Row
from assay.plan.settle import Settling
from assay.plan.tree import Value
from assay.plan.units import show
from assay.plan.values import Env, exact, slim
from assay.plan.vocabulary import closes


@dataclass(frozen=True)
class Credit:
    """A row's share of a line: its exact part, the 分 it got, and what the rule shows of it."""

    row: Row
    part: Fraction | int
    amount: int
    shown: Mapping[str, Value]


@dataclass(frozen=True)
class Line:
    """A line of a payee's statement of a month; its credits' amounts add up to it."""

    payee: str
    role: str
    month: int
    rule: PayRule
    exact: Fraction | int
    amount: int
    credits: tuple[Credit, ...]
    given: Value = None

    @property
    def award(self) -> str:
        """What is given in kind beside the pay, as it is printed; empty where nothing is."""
        if self.rule.gives is None or self.given in (None, 0, ""):
            return ""
        return show(self.given, self.rule.gives.unit)


class Runner:
    """The reference: every value in exact fractions, each line rounded once."""

    def __init__(
        self,
        program: Program,
        book: Book,
        given: Given | None = None,
    ) -> None:
        self.program = program
        self.given = given or Given()
        self._lines: dict[tuple[str, str, str, int], Line] = {}
        self._charge: dict[tuple[str, int], dict[str, list[Row]]] = {}
        self._in_charge: dict[tuple[str, str, object], str | None] = {}
        self.values = Evaluator(program, book, self.given, self._amount)
        self.settling = Settling(self.values, self.rows_of)

    def statement(self, payee: str, role: str, month: int) -> list[Line]:
        """Every line of a payee in a role for a month, in plan order; 0.00 too."""
        lines = [
            self.line(rule, payee, role, month) for rule in self.program.rules if role in rule.roles
        ]
        return self._rounded(lines, payee, month) if self.program.rounding == "statement" else lines

    def month(self, month: int, payees: Iterable[str] | None = None) -> list[Line]:
        """All lines of a month, by payee, role and plan order."""
        wanted = None if payees is None else set(payees)
        active = self.values.shelf.active(month)
        found = [
            line
            for payee, role in active
            if wanted is None or payee in wanted
            for line in self.statement(payee, role, month)
        ]
        if any(rule.late for rule in self.program.rules):
            gone = sorted(self.values.shelf.known(month) - set(active))
            for payee, role in gone:
                if wanted is None or payee in wanted:
                    found += self.late(payee, role, month)
        return found

    def paid(self, payee: str, role: str, month: int) -> list[Line]:
        """What a payee gets in a role for a month, standing in it or no longer; nothing before."""
        shelf = self.values.shelf
        if shelf.stands(payee, role, month):
            return self.statement(payee, role, month)
        return self.late(payee, role, month) if shelf.knows(payee, role, month) else []

    def late(self, payee: str, role: str, month: int) -> list[Line]:
        """Lines that still come to something for one who no longer stands in the month."""
        lines = [
            self.line(rule, payee, role, month)
            for rule in self.program.rules
            if rule.late and role in rule.roles
        ]
        return [line for line in lines if line.amount or any(c.amount for c in line.credits)]

    def line(self, rule: PayRule, payee: str, role: str, month: int) -> Line:
        """One line: parts summed exactly, rounded half-up once, shared by largest remainder."""
        key = (rule.name, payee, role, month)
        if key not in self._lines:
            self._lines[key] = self._line(rule, payee, role, month)
        return self._lines[key]

    def _line(self, rule: PayRule, payee: str, role: str, month: int) -> Line:
        env = self.values.env(payee, role, month)
        award = self._given(rule, [env]) if not rule.fact else None
        said = self.given.of_payee(f"line.{rule.name}", env)
        if isinstance(said, int):
            return Line(payee, role, month, rule, said, said, (), award)
        if rule.settle is not None and not rule.fact:
            settled = self.settling.of_month(rule, rule.settle, payee, role, month)
            return Line(payee, role, month, rule, settled, settled, (), award)
        if not rule.fact:
            value = exact(self.values.value(rule.pay, env)) if self._closes(rule, month) else 0
            award = award if self._closes(rule, month) else None
            return Line(payee, role, month, rule, value, half_up(value), (), award)
        if rule.settle is not None:
            return self._settled(rule, rule.settle, payee, role, month)
        envs = [
            Env(payee, role, month, row.team, row) for row in self.rows(rule, payee, role, month)
        ]
        parts = [exact(self.values.value(rule.pay, e)) for e in envs]
        total = sum(parts)
        given = self._given(rule, envs)
        line = Line(payee, role, month, rule, total, half_up(total), (), given)
        return self._shared(line, envs, parts)

    def _given(self, rule: PayRule, envs: list[Env]) -> Value:
        """What a rule gives in kind: a word, or a quantity over its rows, money to the 分."""
        if rule.gives is None:
            return None
        values = [v for env in envs if (v := self.values.value(rule.gives, env)) is not None]
        if not rule.gives.unit.numeric:
            return values[0] if values else None
        total = sum((Fraction(exact(value)) for value in values), Fraction(0))
        return half_up(total) if rule.gives.unit.kind == "money" else slim(total)

    def _closes(self, rule: PayRule, month: int) -> bool:
        return closes(rule.period, month, self.values.begins)

    def _settled(self, rule: PayRule, settle: Settle, payee: str, role: str, month: int) -> Line:
        """A line of rows settled to date: each row's entitlement now less that of a month ago."""
        credits: list[Credit] = []
        for row in self.settling.due(rule, settle, payee, role, month):
            env = self.row_env(rule, payee, role, row)
            now = half_up(self.settling.entitled(rule, settle, env, month))
            before = half_up(self.settling.entitled(rule, settle, env, month - 1))
            if now != before or row.month == month:
                credits.append(Credit(row, now - before, now - before, self._shown(rule, env)))
        total = sum(credit.amount for credit in credits)
        return Line(payee, role, month, rule, total, total, tuple(credits))

    def row_env(self, rule: PayRule, payee: str, role: str, row: Row) -> Env:
        """A row as its beneficiary was in the row's own month, and its team on the row's day."""
        return Env(payee, role, row.month, row.team, row)

    def rows_of(self, rule: PayRule) -> Iterator[tuple[str, str, Row]]:
        """Every row a rule pays, over all months, with the payee and role it pays."""
        if rule.of_team:
            for role in rule.roles:
                for month in sorted({m for _, m in self.values.shelf.by_team}):
                    for payee, rows in self._charged(role, month).items():
                        yield from ((payee, role, row) for row in rows if row.fact == rule.fact)
            return
        for (payee, role, _), rows in self.values.shelf.by_payee.items():
            if role in rule.roles:
                yield from ((payee, role, row) for row in rows if row.fact == rule.fact)

    def _shared(self, line: Line, envs: list[Env], parts: list[Fraction | int]) -> Line:
        amounts = allocate(line.amount, parts) if parts else []
        credits = tuple(
            Credit(e.row, part, amount, self._shown(line.rule, e))
            for e, part, amount in zip(envs, parts, amounts, strict=True)
            if e.row is not None
        )
        return replace(line, credits=credits)

    def _shown(self, rule: PayRule, env: Env) -> dict[str, Value]:
        return {
            column: label_of(self.values, node, env)
            if column == "band"
            else self.values.value(node, env)
            for column, node in rule.shows.items()
        }

    def rows(self, rule: PayRule, payee: str, role: str, month: int) -> list[Row]:
        """The rows a rule pays a payee for: his own, or those of the team in his charge."""
        if rule.of_team:
            rows = self._charged(role, month).get(payee, [])
            return [row for row in rows if row.fact == rule.fact]
        shelf = self.values.shelf
        return [r for r in shelf.by_payee.get((payee, role, month), ()) if r.fact == rule.fact]

    def _charged(self, role: str, month: int) -> dict[str, list[Row]]:
        key = (role, month)
        if key not in self._charge:
            found: dict[str, list[Row]] = {}
            for (team, m), rows in self.values.shelf.by_team.items():
                if m != month:
                    continue
                for row in rows:
                    payee = self._manager(role, team, row)
                    if payee is not None:
                        found.setdefault(payee, []).append(row)
            for rows in found.values():
                rows.sort(key=lambda r: r.key)
            self._charge[key] = found
        return self._charge[key]

    def _manager(self, role: str, team: str, row: Row) -> str | None:
        key = (role, team, row.day)
        if key not in self._in_charge:
            self._in_charge[key] = self.values.shelf.in_charge(role, team, row.day)
        return self._in_charge[key]

    def _amount(self, name: str, env: Env) -> int:
        """A line's rounded amount for another rule; nought where the role has no such line."""
        for rule in self.program.rules:
            if rule.name == name and env.role in rule.roles:
                return self.line(rule, env.payee, env.role, env.month).amount
        return 0

    def _rounded(self, lines: list[Line], payee: str, month: int) -> list[Line]:
        """Rounding once per statement: the payee's lines over all roles share the rounded sum."""
        shelf = self.values.shelf
        roles = sorted({role for p, role in shelf.active(month) if p == payee})
        all_lines = [
            self.line(rule, payee, role, month)
            for rule in self.program.rules
            for role in reversed(roles)
            if role in rule.roles
        ]
        total = half_up(sum((line.exact for line in all_lines), Fraction(0)))
        amounts = dict(
            zip(
                ((line.rule.name, line.role) for line in all_lines),
                allocate(total, [line.exact for line in all_lines]),
                strict=True,
            )
        )
        return [self._with_amount(line, amounts[(line.rule.name, line.role)]) for line in lines]

    def _with_amount(self, line: Line, amount: int) -> Line:
        if amount == line.amount:
            return line
        parts = [credit.part for credit in line.credits]
        shares = allocate(amount, parts) if parts else []
        credits = tuple(
            Credit(c.row, c.part, share, c.shown)
            for c, share in zip(line.credits, shares, strict=True)
        )
        return replace(line, amount=amount, credits=credits)


def run(program: Program, book: Book, months: Iterable[int]) -> list[Line]:
    """Every line of every payee in some months, sorted by payee, role, month, plan order."""
    runner = Runner(program, book)
    lines = [line for month in months for line in runner.month(month)]
    order = {id(rule): number for number, rule in enumerate(program.rules)}
    return sorted(lines, key=lambda x: (x.payee, x.role, x.month, order[id(x.rule)]))
