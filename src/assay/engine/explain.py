"""An explanation out of any number of orders: only the rows a payee's month rests on are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from assay.engine.inputs import load_book
from assay.engine.results import CREDIT_COLUMNS, credit_row
from assay.errors import UserError
from assay.facts.facts import Facts
from assay.money import rate, yuan
from assay.period import Month
from assay.plan.behind import Behind
from assay.plan.behind_words import BehindWords
from assay.plan.book import Book
from assay.plan.next import Next, ahead
from assay.plan.program import PayRule, Program, sees_team
from assay.plan.run import Line, Runner
from assay.plan.tree import Aggregate, Carried, Level, LineOf, Node, Rank, Share, Target, Value
from assay.plan.values import Env
from assay.plan.words import Words


@dataclass(frozen=True)
class Explained:
    """A line with its sentences and what lies ahead."""

    line: Line
    sentences: list[str]
    ahead: list[Next]
    # The same sentences in parts: what the line is, each of its credits, what holds for all.
    head: list[str]
    rows: list[list[str]]
    tail: list[str]
    # What the sums it rests on were made of, each with all its parts, for `--json`.
    sums: list[dict[str, object]] = field(default_factory=list)

    def data(self) -> dict[str, object]:
        """For `--json` (contract: explain)."""
        return {
            "line": self.line.rule.name,
            "role": self.line.role,
            "amount": yuan(self.line.amount),
            "clauses": list(self.line.rule.cite),
            "orders": [
                dict(zip(CREDIT_COLUMNS, credit_row(self.line, credit), strict=True))
                for credit in self.line.credits
            ],
            "sentences": self.sentences,
            "sums": self.sums,
            "next": [
                {
                    "threshold": one.threshold,
                    "have": _plain(one.have, one.unit.kind),
                    "need": _plain(one.need, one.unit.kind),
                    "gap": _plain(one.gap, one.unit.kind),
                    "gain": yuan(one.gain),
                }
                for one in self.ahead
            ],
        }


def _plain(value: object, kind: str) -> str:
    if kind == "money" and isinstance(value, int):
        return yuan(value)
    return rate(value / 100 if kind == "money" else value)  # type: ignore[operator, arg-type]


def explain(
    program: Program,
    facts: Facts,
    payee: str,
    month: Month,
    line_name: str = "",
    role: str = "",
    lang: str = "zh",
    every: bool = False,
) -> list[Explained]:
    """A payee's lines of a month explained; one line, or one role, where named.

    every: all the rows behind each sum, however many.
    """
    at_work = opened(program, facts, payee, month, line_name, role)
    return [at_work.with_sums(one, lang, every) for one in at_work.told(lang)]


@dataclass(frozen=True)
class PayeeMonth:
    """A payee's month at work: its runner over the rows it rests on, and the lines asked for."""

    program: Program
    runner: Runner
    book: Book
    payee: str
    month: Month
    wanted: tuple[tuple[str, PayRule], ...]

    def told(
        self, lang: str = "zh", of_orders: bool = True, only: Collection[object] | None = None,
        further: bool = True,
    ) -> list[Explained]:  # fmt: skip
        """Every line with its sentences and what lies ahead of it, of its orders too where asked.

        only: the order ids whose credits are worded (None: all); further: whether to look ahead at all.
        """
        words = Words(self.runner, lang)
        found: list[Explained] = []
        for role, rule in self.wanted:
            lines = self.runner.statement(self.payee, role, self.month.index)
            line = next(x for x in lines if x.rule is rule)
            next_ones = (
                ahead(words, line, lambda: Runner(self.program, self.book), of_orders)
                if further
                else []
            )
            head, rows, tail = words.parts(line, only)
            sentences = [*head, *(text for row in rows for text in row), *tail]
            sentences += words.spoken(
                [n.sentence(words, rule.pay.unit) for n in next_ones if n.gain]
            )
            found.append(Explained(line, sentences, next_ones, head, rows, tail))
        return found

    def with_sums(self, one: Explained, lang: str, every: bool = False) -> Explained:
        """A line told with what the sums it rests on were made of, before what lies ahead."""
        telling = self.behind(one.line, lang)
        told = [*telling.told(one.line)]
        made = telling.sentences(one.line, told, every)
        last = len(one.sentences) - sum(1 for n in one.ahead if n.gain)
        said = [*one.sentences[:last], *made, *one.sentences[last:]]
        return replace(one, sentences=said, sums=telling.data(one.line, told))

    def behind(self, line: Line, lang: str) -> BehindWords:
        """What tells the sums behind a line, for its payee's eyes."""
        return BehindWords(Words(self.runner, lang), Behind(self.runner, line.payee, line.role))

    def named(self, name: str, role: str) -> Fraction | None:
        """A value of the plan (a policy, a measure) for the payee's month; None where it has none."""
        if name not in self.program.steps:
            return None
        team = self.runner.values.shelf.team_of(self.payee, role, self.month.index)
        value = self.runner.values.named(name, Env(self.payee, role, self.month.index, team))
        return Fraction(value) if isinstance(value, int | Fraction) else None

    def amounts(self) -> dict[tuple[str, str], int]:
        """(role, line) -> 分, of the lines asked for."""
        return {
            (role, rule.name): self.runner.line(rule, self.payee, role, self.month.index).amount
            for role, rule in self.wanted
        }


def opened(
    program: Program,
    facts: Facts,
    payee: str,
    month: Month,
    line_name: str = "",
    role: str = "",
    more: Sequence[Mapping[str, Value]] = (),
) -> PayeeMonth:
    """A payee's month ready to be asked; `more`: further orders that stand in no facts (supposed).

    UserError where there is no such payee, line or role in the month.
    """
    held = facts.connection.execute(
        "SELECT DISTINCT role FROM holdings WHERE payee_id = ? ORDER BY role DESC", [payee]
    ).fetchall()
    if not held:
        raise UserError(f"no payee {payee} in people; see its payee_id column")
    roles = [r for (r,) in held if role in ("", r)]
    rules = [r for r in program.rules if (not line_name or r.name == line_name)]
    if line_name and not rules:
        names = ", ".join(dict.fromkeys(rule.name for rule in program.rules))
        raise UserError(f"the plan has no line “{line_name}”; it has {names}")
    wanted = [(r, rule) for r in roles for rule in rules if r in rule.roles]
    if not wanted:
        raise UserError(f"{payee} has no such line as {' / '.join(roles) or role}")
    book = book_for(program, facts, payee, month, [rule for _, rule in wanted])
    if more:
        rows = {**book.rows, "order": [*book.rows["order"], *more]}
        book = Book(rows, book.holdings, book.targets, book.team_targets)
    runner = Runner(program, book)
    active = runner.values.shelf.active(month.index)
    there = tuple((one, rule) for one, rule in wanted if (payee, one) in active)
    if not there:
        raise UserError(f"{payee} holds no role in {month}")
    return PayeeMonth(program, runner, book, payee, month, there)


def book_for(
    program: Program, facts: Facts, payee: str, month: Month, rules: Collection[PayRule]
) -> Book:
    """The rows a payee's month rests on: his own, or those of his team when a rule looks there."""
    payees: set[str] | None = {payee}
    if any(_looks_at_team(program, rule) for rule in rules):
        mates = facts.connection.execute(
            "SELECT DISTINCT payee_id FROM holdings WHERE team IN"
            " (SELECT team FROM holdings WHERE payee_id = ?) ORDER BY 1",
            [payee],
        ).fetchall()
        payees = {payee, *(p for (p,) in mates)}
    beside = any(isinstance(n, Rank | Share) for rule in rules for n in _under(program, rule))
    if program.rounding == "statement" or beside or program.looks_beside or program.divided:
        payees = None
    months = (month.index, month.index)
    wide = program.looks_back
    below = any(rule.fact not in ("", "order") for rule in program.rules)
    return load_book(
        program, facts, payees, None if wide or below or not program.by_order_date else months
    )


def _looks_at_team(program: Program, rule: PayRule) -> bool:
    if rule.of_team:
        return True
    return any(
        (sees_team(n) and not isinstance(n, Target)) or isinstance(n, LineOf)
        for n in _under(program, rule)
    )


def _under(program: Program, rule: PayRule) -> Iterator[Node]:
    """All that a rule pays, gives in kind, shows and settles by."""
    return (node for top in rule.nodes() for node in program.deep(top))


def rests_on_sums(program: Program, rule: PayRule) -> bool:
    """Whether a line may rest on sums of its month, whatever the facts."""
    return any(
        isinstance(node, Aggregate | Carried) and node.frame.level is not Level.ROW
        for top in (rule.pay, rule.gives)
        if top is not None
        for node in program.deep(top)
    )
